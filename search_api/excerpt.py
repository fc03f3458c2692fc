"""Passage → the sentences that answer best, and where the question's words stand."""

from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from indexer.article import Passage, Span
from indexer.snapshot.analysis import Term, matching
from search_api.retrieve import Floats, cosines

_LONGEST = 320
"""Code points that neighbours may fill an excerpt up to."""
_MOST = 3
"""Sentences, but for the introduction of a list."""
_SHORTEST = 60
"""Below this, a sentence (a list item, mostly) takes its neighbour along."""
_NEIGHBOUR = 0.65
"""A neighbouring sentence joins when it scores at least this share of the best one: then two are
shown more often than one (docs/ranking.md, 'Excerpts')."""
_DENSE_WEIGHT = 0.7


def choose(
    passage: Passage, vectors: npt.NDArray[np.int8], question: Floats, weights: Mapping[str, float]
) -> Span:
    """The run of sentences of a passage that answers a question best.

    Args:
        passage: where to choose from.
        vectors: of its sentences, shape (sentences, dimensions), of any length.
        question: vector of the question, of unit length.
        weights: how much each stem of the question counts.

    Returns:
        A span in the article's text, from a sentence's start to a sentence's end.
    """
    spans = passage.sentences
    scores = _scores(passage, vectors, question, weights)
    first = last = int(np.argmax(scores))
    enough = _NEIGHBOUR * float(scores[first])
    while True:
        beside = [at for at in (last + 1, first - 1) if 0 <= at < len(spans)]
        if not beside:
            break
        # Of two equals the one that follows: it explains more often than the one before.
        best = max(beside, key=lambda at: float(scores[at]))
        start, end = spans[min(first, best)][0], spans[max(last, best)][1]
        short = spans[last][1] - spans[first][0] < _SHORTEST
        if last - first + 1 == _MOST:
            break
        if not short and (scores[best] < enough or end - start > _LONGEST):
            break
        first, last = min(first, best), max(last, best)
    start = _introduction(passage, first)
    end = spans[last][1]
    return (start if end - start <= _LONGEST else spans[first][0]), end


def _introduction(passage: Passage, first: int) -> int:
    """Where the list begins that a sentence is in, with the line that introduces it ('Ask a
    pharmacist first if you:'), without which an item may mean the opposite; else where the
    sentence does."""
    spans, text = passage.sentences, passage.text
    for before in range(first - 1, -1, -1):
        ends, begins = (at - passage.start for at in (spans[before][1], spans[before + 1][0]))
        gap = text[ends:begins]
        if "\n\n" in gap:  # another paragraph
            break
        if "\n" in gap and text[:ends].endswith(":"):
            return spans[before][0]
    return spans[first][0]


def highlights(text: str, start: int, stems: frozenset[str]) -> list[Span]:
    """Spans of the words in `text` whose stem the question holds, shifted by `start`."""
    return [(start + term.start, start + term.end) for term in _matching(text, stems)]


@lru_cache(maxsize=16)
def _matching(text: str, stems: frozenset[str]) -> tuple[Term, ...]:
    """A passage's words that the question has: wanted for its excerpt, and to be marked."""
    return tuple(matching(text, stems))


def _scores(
    passage: Passage, vectors: npt.NDArray[np.int8], question: Floats, weights: Mapping[str, float]
) -> Floats:
    total = sum(weights.values())
    shares = np.zeros(len(vectors), np.float32)
    ends = [end - passage.start for _, end in passage.sentences]
    held: list[set[str]] = [set() for _ in ends]
    for term in _matching(passage.text, frozenset(weights)):
        held[bisect_left(ends, term.end)].add(term.stem)
    for at, stems in enumerate(held):
        shares[at] = sum(weights[stem] for stem in stems) / total if total else 0.0
    return np.asarray(
        _DENSE_WEIGHT * cosines(vectors, question) + (1 - _DENSE_WEIGHT) * shares, np.float32
    )
