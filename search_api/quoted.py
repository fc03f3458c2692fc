"""Does an excerpt show the words that people marked as the answer?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from indexer.article import Span


@dataclass(frozen=True, slots=True)
class Quoted:
    """How an excerpt stands to the quotes that answer."""

    holds: bool
    """One of them is in it, whole."""
    overlaps: bool
    """It has at least a part of one."""
    length: int
    """Of the excerpt, in code points: a long one overlaps easily."""


def quoted(text: str, excerpt: Span, quotes: Iterable[str]) -> Quoted:
    """Compare an excerpt with quotes, by their places in the article.

    Args:
        text: the article's.
        excerpt: its span in the text.
        quotes: parts of the text; white space counts as one space. One that isn't there counts
            as not shown.
    """
    start, end = excerpt
    places = [place for quote in quotes for place in _places(text, quote)]
    return Quoted(
        holds=any(start <= first and last <= end for first, last in places),
        overlaps=any(first < end and start < last for first, last in places),
        length=end - start,
    )


def _places(text: str, quote: str) -> list[Span]:
    words = quote.split()
    pattern = re.compile(r"\s+".join(map(re.escape, words)))
    return [found.span() for found in pattern.finditer(text)] if words else []
