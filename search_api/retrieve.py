"""Question → candidate passages, with what each retriever says of every one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexer.snapshot.reader import Snapshot
from search_api.filters import Filter
from search_api.question import MOST_RESULTS

DEPTH = 400
"""Candidates taken from each retriever. Fixed: a page of results must not depend on its size."""
_ARTICLES = MOST_RESULTS + 1
"""Articles that candidates are sought for, so that the longest page is full and knows of more."""

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that either retriever found, scored exactly by both. Arrays of one length."""

    rows: Rows
    dense: Floats
    """Cosine of passage and question."""
    lexical: Floats
    """BM25 as a share of the most that any passage could score: 0 to 1."""
    heading: Floats
    """Cosine of the title and headings above it and the question; 0 where there are none."""


def retrieve(
    snapshot: Snapshot,
    vector: Floats,
    stems: Sequence[str],
    allowed: npt.NDArray[np.bool_] | None = None,
) -> Candidates:
    """Find the passages nearest in meaning and those that share the question's words.

    Args:
        snapshot: where to look.
        vector: the question's, shape (dimensions,), of unit length.
        stems: the question's words.
        allowed: shape (passages,): which passages may be found; None for all.
    """
    bm25 = snapshot.lexical.scores(stems)
    if allowed is not None:
        bm25 = np.where(allowed, bm25, np.float32(0))
    depth, first = DEPTH, snapshot.twins.first[snapshot.article_of_passage]
    while True:
        near, dense = snapshot.vectors.search(vector, depth, allowed)
        shared = np.setdiff1d(_largest(bm25, depth), near)
        rows = np.concatenate([near, shared])
        if len(near) < depth or _fill_a_page(first, rows, allowed):
            break
        depth *= 4
    dense = np.concatenate([dense, snapshot.vectors.passages(shared) @ vector])
    most = sum(snapshot.lexical.idf(stem) for stem in sorted(set(stems)))
    lexical = bm25[rows] / np.float32(most) if most else np.zeros(len(rows), np.float32)
    return Candidates(rows, dense, lexical, cosines(snapshot.vectors.headings(rows), vector))


def cosines(vectors: npt.NDArray[np.int8], vector: Floats) -> Floats:
    """Cosines of quantised vectors, shape (n, dimensions), with one of unit length."""
    rows = vectors.astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return np.asarray(rows @ vector / np.maximum(lengths, 1), np.float32)


def allowed_passages(
    snapshot: Snapshot, filters: Mapping[str, Filter]
) -> npt.NDArray[np.bool_] | None:
    """Which passages' articles pass all filters; None when there is none."""
    allowed = None
    for key, wanted in filters.items():
        articles = np.zeros(snapshot.manifest.counts["articles"], np.bool_)
        articles[snapshot.store.articles_with(key, wanted.values)] = True
        if wanted.period:
            articles[snapshot.store.articles_dated(key, *wanted.period)] = True
        passing = articles[snapshot.article_of_passage]
        allowed = passing if allowed is None else allowed & passing
    return allowed


def _fill_a_page(
    first: npt.NDArray[np.int32],
    rows: npt.NDArray[np.int64],
    allowed: npt.NDArray[np.bool_] | None,
) -> bool:
    """Whether passages are of as many articles as are sought: a few books, or one leaflet in many
    versions, fill any depth. `first` is the first twin of every passage's article."""
    found = len(np.unique(first[rows]))
    if found >= _ARTICLES:
        return True
    there = first if allowed is None else first[allowed]
    return found == len(np.unique(there))


def _largest(scores: Floats, limit: int) -> Rows:
    """Rows of the largest scores above zero, ties by row."""
    rows = np.flatnonzero(scores)
    if len(rows) > limit:
        held = scores[rows]
        # Those that tie with the last stay for the sort to choose from.
        rows = rows[held >= np.partition(held, -limit)[-limit]]
        rows = rows[np.lexsort((rows, -scores[rows]))[:limit]]
    return rows
