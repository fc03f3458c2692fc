"""Passages → articles: one result an article."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search_api.retrieve import Floats

PASSAGES_SHOWN = 3


class Group(NamedTuple):  # thousands are made for every question
    """An article's row, and the places of its best passages among the candidates, best first."""

    article: int
    places: tuple[int, ...]


def group(
    rows: npt.NDArray[np.int64], scores: Floats, article_of_passage: npt.NDArray[np.int32]
) -> list[Group]:
    """Group passages by article, best article first; ties go by row, so that order is stable.

    Args:
        rows: of the candidate passages.
        scores: theirs.
        article_of_passage: for every passage of the index the row of its article.
    """
    if not len(rows):
        return []
    best_first = np.lexsort((rows, -scores))
    articles = article_of_passage[rows[best_first]]
    together = np.argsort(articles, kind="stable")  # an article's places, still best first
    starts = np.flatnonzero(np.diff(articles[together], prepend=-1))
    ends = np.append(starts[1:], len(together))
    order = np.argsort(together[starts])
    places = best_first[together].tolist()
    return [
        Group(article, tuple(places[start : min(end, start + PASSAGES_SHOWN)]))
        for article, start, end in zip(
            articles[together][starts][order].tolist(),
            starts[order].tolist(),
            ends[order].tolist(),
            strict=True,
        )
    ]
