"""What the tests of the query side share: a searcher and a server over the sample articles;
a browser."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from client import Plainsearch, serving
from playwright.sync_api import Browser, Page, sync_playwright

from search_api.searcher import Searcher


@pytest.fixture(scope="session")
def searcher(corpus_index: Path) -> Searcher:
    """Answers from the sample articles."""
    return Searcher.open(corpus_index)


@pytest.fixture(scope="session")
def server(
    corpus_index: Path, environment: Mapping[str, str], plainsearch: Plainsearch
) -> Iterator[str]:
    """Address of a server over the sample articles."""
    with serving(corpus_index, environment) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; only a developer's machine may do without it."""
    program = shutil.which("chromium")
    if program is None:
        if "CI" in os.environ:
            pytest.fail("chromium is not installed")
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def windows(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open an address in a window of its own: ``windows(address, color_scheme="dark")``."""
    contexts = []

    def visit(address: str, **options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield visit
    for context in contexts:
        context.close()
