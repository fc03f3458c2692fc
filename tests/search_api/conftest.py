"""What the tests of the query side share: a searcher and a server over the sample articles."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from client import Plainsearch, serving

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
