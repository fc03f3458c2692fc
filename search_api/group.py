"""Passages → articles: one result an article."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search_api.retrieve import Floats

PASSAGES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Group:
    """An article and its best passages, best first, with their scores."""

    article: int
    passages: tuple[tuple[int, float], ...]

    @property
    def score(self) -> float:
        """The best passage's."""
        return self.passages[0][1]


def group(
    rows: npt.NDArray[np.int64], scores: Floats, article_of_passage: npt.NDArray[np.int32]
) -> list[Group]:
    """Group passages by article, best article first; ties go by row, so that order is stable."""
    best: dict[int, list[tuple[int, float]]] = {}
    for at in np.lexsort((rows, -scores)):
        row = int(rows[at])
        held = best.setdefault(int(article_of_passage[row]), [])
        if len(held) < PASSAGES_SHOWN:
            held.append((row, float(scores[at])))
    return [Group(article, tuple(passages)) for article, passages in best.items()]
