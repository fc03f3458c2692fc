"""Passages → articles: one result an article."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search_api.retrieve import Floats

PASSAGES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Group:
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
    best: dict[int, list[int]] = {}
    for place in np.lexsort((rows, -scores)).tolist():
        held = best.setdefault(int(article_of_passage[rows[place]]), [])
        if len(held) < PASSAGES_SHOWN:
            held.append(place)
    return [Group(article, tuple(places)) for article, places in best.items()]
