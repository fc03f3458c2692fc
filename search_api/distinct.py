"""Ranked articles without those that only say again what a better one says."""

from collections.abc import Iterator, Sequence

import numpy as np

from indexer import alike
from indexer.snapshot.reader import Snapshot
from search_api.group import PASSAGES_SHOWN, Group
from search_api.retrieve import Candidates

_CLOSE = 0.85
"""Cosine of two passages below which their articles need not be compared: the same words under
another title are nearer than that."""


def distinct(
    groups: Sequence[Group],
    candidates: Candidates,
    snapshot: Snapshot,
    left_out: dict[int, list[int]],
) -> Iterator[Group]:
    """Leave out every article that is a near-duplicate of one before it.

    `left_out` is told of each that is met, under the one that stays: rows of articles.

    As many are compared as are asked for, always from the first on: so a result stands at the
    same rank however pages are cut.
    """
    kept: list[Group] = []
    vectors = np.empty((0, 0), np.float32)
    for one in groups:
        own = snapshot.vectors.passages(candidates.rows[list(one.places)])
        if not kept:  # memory is taken only as rows are filled
            vectors = np.zeros((len(groups), PASSAGES_SHOWN, own.shape[1]), np.float32)
        close = (vectors[: len(kept)] @ own[0] >= _CLOSE).any(axis=1)
        before = (kept[at] for at in np.flatnonzero(close))
        twin = next((other for other in before if _same(snapshot, one, other)), None)
        if twin:
            left_out.setdefault(twin.article, []).append(one.article)
            continue
        vectors[len(kept), : len(own)] = own
        kept.append(one)
        yield one


def _same(snapshot: Snapshot, one: Group, other: Group) -> bool:
    texts = [snapshot.store.article(group.article).text for group in (one, other)]
    return alike.similarity(*texts) >= alike.NEARLY
