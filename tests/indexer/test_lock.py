"""One writer at a time: the second is told who the first is, and a dead one is no obstacle."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer.errors import Locked, SnapshotError
from indexer.snapshot.index import Index

Plainsearch = Callable[..., subprocess.CompletedProcess[str]]

HOLD = """
import sys
from pathlib import Path
from indexer.snapshot.index import Index
with Index(Path(sys.argv[1])).lock():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(index: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock of `index` until its input ends."""
    command = [sys.executable, "-c", HOLD, str(index)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.mark.parametrize("command", [["index"], ["snapshots", "prune"], ["snapshots", "rollback"]])
def test_a_second_writer_is_refused_and_told_who_the_first_is(
    index: Path,
    articles: Path,
    holder: subprocess.Popen[str],
    plainsearch: Plainsearch,
    command: list[str],
) -> None:
    sources = [articles] if command == ["index"] else []
    done = plainsearch(*command, *sources, "--index", index)
    assert done.returncode == 75
    assert f"process {holder.pid} on " in done.stderr


def test_readers_do_not_care(
    index: Path, holder: subprocess.Popen[str], plainsearch: Plainsearch
) -> None:
    assert holder.poll() is None
    assert plainsearch("ask", "How is green tea brewed?", "--index", index).returncode == 0
    assert plainsearch("snapshots", "list", "--index", index).returncode == 0


def test_the_lock_of_a_killed_process_is_no_obstacle(
    index: Path, articles: Path, holder: subprocess.Popen[str], plainsearch: Plainsearch
) -> None:
    with pytest.raises(Locked, match=f"process {holder.pid} "), Index(index).lock():
        pass
    holder.kill()
    holder.wait()
    assert f"process {holder.pid} " in (index / "lock").read_text(encoding="utf-8")
    assert plainsearch("index", articles, "--index", index).returncode == 0


def test_the_lock_is_let_go_when_its_work_fails(index: Path) -> None:
    with pytest.raises(ZeroDivisionError), Index(index).lock():
        1 / 0  # noqa: B018
    with Index(index).lock():
        assert f"process {os.getpid()} " in (index / "lock").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    folder = tmp_path / "file" / "index"
    with pytest.raises(SnapshotError, match=f"{folder}: can't be written"), Index(folder).lock():
        pass
