"""A run that is killed leaves the old index answering, and the next one cleans up."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from indexer.snapshot.index import Index

Plainsearch = Callable[..., subprocess.CompletedProcess[str]]
PROGRAM = Path(sys.executable).with_name("plainsearch")


def building(index: Path) -> list[str]:
    return [path.name for path in Index(index).snapshots_folder.glob(".building-*")]


@pytest.fixture
def many(articles: Path) -> Iterator[Path]:
    """Some hundred articles more."""
    for number in range(300):
        text = f"Article {number} is about pan {number * 7919 % 1009}. " * 30
        (articles / f"pan-{number}.md").write_text(text, encoding="utf-8")
    yield articles


def test_a_killed_run_leaves_the_old_index_and_the_next_run_succeeds(
    index: Path,
    many: Path,
    plainsearch: Plainsearch,
    environment: Mapping[str, str],
) -> None:
    before = Index(index).current()
    command = [PROGRAM, "index", many, "--index", index]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 120
        while not building(index) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
    assert building(index), "it was not killed in the midst of building"
    assert Index(index).current() == before
    asked = plainsearch("ask", "How hot should water for green tea be?", "--index", index)
    assert asked.returncode == 0 and "eighty degrees" in asked.stdout

    done = plainsearch("index", many, "--index", index)
    assert done.returncode == 0, done.stderr
    assert building(index) == []
    assert Index(index).open().manifest.counts["articles"] == 303
