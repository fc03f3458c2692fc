"""What has no space for very long indexes and answers like anything else."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Plainsearch = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize("word", ["x" * 100_000, "." * 100_000 + "x", "膝" * 20_000, "🦴" * 20_000])
def test_a_word_of_a_hundred_thousand_characters_is_no_obstacle(
    tmp_path: Path, articles: Path, plainsearch: Plainsearch, word: str
) -> None:
    (articles / "long.txt").write_text(f"Pans\n\nPolish it. {word} Then rinse.", encoding="utf-8")
    done = plainsearch("index", articles, "--index", tmp_path / "index")
    assert done.returncode == 0, done.stderr
    asked = plainsearch("ask", "How hot should green tea be?", "--index", tmp_path / "index")
    assert asked.returncode == 0 and "eighty degrees" in asked.stdout
