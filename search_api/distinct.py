"""Ranked articles without those that only say again what a better one says."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from search_api.group import Group


def distinct(
    groups: Sequence[Group], first: npt.NDArray[np.int32], left_out: dict[int, list[int]]
) -> Iterator[Group]:
    """Leave out every article that is a near-duplicate of one before it.

    Args:
        groups: articles, best first.
        first: for every article of the index, the row of the first that says nearly the same.
        left_out: is told of each that is met, under the one that stays: rows of articles.
    """
    kept: dict[int, int] = {}
    for one in groups:
        better = kept.setdefault(int(first[one.article]), one.article)
        if better == one.article:
            yield one
        else:
            left_out.setdefault(better, []).append(one.article)
