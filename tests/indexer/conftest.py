"""What tests of the indexer share: articles that change, the report of a run."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from web_site import Site, site


@pytest.fixture
def edit(articles: Path) -> Callable[[str, str], Path]:
    """Write an article's text: ``edit("tea", "Warm the pot.")``."""

    def write(name: str, text: str) -> Path:
        path = articles / f"{name}.md"
        path.write_text(f"---\nid: {name}\ntitle: {name.title()}\n---\n\n{text}\n", "utf-8")
        return path

    return write


@pytest.fixture
def linked_index(corpus_index: Path, tmp_path: Path) -> Path:
    """An index of the sample articles that shares its files: to change one, unlink it first."""
    return shutil.copytree(corpus_index, tmp_path / "linked", copy_function=os.link)


@pytest.fixture
def report(index: Path) -> Callable[[], dict[str, Any]]:
    """The report of the newest run on `index`."""

    def newest() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(max((index / "reports").iterdir()).read_text("utf-8"))
        return found

    return newest


@pytest.fixture
def web() -> Iterator[Site]:
    """A web site of this machine's own."""
    with site() as made:
        yield made


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Where pages of the web are kept; its folder is not there yet."""
    return tmp_path / "cache" / "pages.sqlite"
