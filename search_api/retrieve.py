"""Question → candidate passages, with what each retriever says of every one of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexer.snapshot.reader import Snapshot

DEPTH = 1_000
"""Candidates taken from each retriever. Fixed: a page of results must not depend on its size."""

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
    near, cosines = snapshot.vectors.search(vector, DEPTH, allowed)
    bm25 = snapshot.lexical.scores(stems)
    if allowed is not None:
        bm25 = np.where(allowed, bm25, np.float32(0))
    shared = np.setdiff1d(_largest(bm25, DEPTH), near)
    rows = np.concatenate([near, shared])
    dense = np.concatenate([cosines, snapshot.vectors.passages(shared) @ vector])
    most = sum(snapshot.lexical.idf(stem) for stem in set(stems))
    lexical = bm25[rows] / np.float32(most) if most else np.zeros(len(rows), np.float32)
    return Candidates(rows, dense, lexical, _cosines(snapshot.vectors.headings(rows), vector))


def allowed_passages(
    snapshot: Snapshot, filters: dict[str, list[str]]
) -> npt.NDArray[np.bool_] | None:
    """Which passages' articles pass all filters; None when there is none."""
    allowed = None
    for key, values in filters.items():
        articles = np.zeros(snapshot.manifest.counts["articles"], np.bool_)
        articles[snapshot.store.articles_with(key, values)] = True
        passing = articles[snapshot.article_of_passage]
        allowed = passing if allowed is None else allowed & passing
    return allowed


def _cosines(vectors: npt.NDArray[np.int8], vector: Floats) -> Floats:
    """Cosines of quantised vectors, shape (n, dimensions), with one of unit length."""
    rows = vectors.astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return np.asarray(rows @ vector / np.maximum(lengths, 1), np.float32)


def _largest(scores: Floats, limit: int) -> npt.NDArray[np.int64]:
    """Rows of the largest scores above zero, ties by row."""
    rows = np.flatnonzero(scores)
    if len(rows) > limit:
        rows = rows[np.lexsort((rows, -scores[rows]))[:limit]]
    return rows
