"""Passages → articles: one result an article."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, overload

import numpy as np
import numpy.typing as npt

from search_api.retrieve import Floats

PASSAGES_SHOWN = 3


class Group(NamedTuple):
    """An article's row, and the places of its best passages among the candidates, best first."""

    article: int
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Groups(Sequence[Group]):
    """Articles, best first. Hundreds are found and ten are shown: each is made when asked for."""

    articles: npt.NDArray[np.int32]
    """Their rows."""
    starts: npt.NDArray[np.int64]
    """Where each one's places begin in `places`."""
    ends: npt.NDArray[np.int64]
    """Where they end."""
    places: npt.NDArray[np.int64]
    """Of all candidates, an article's together, best first."""

    def __len__(self) -> int:
        return len(self.articles)

    @overload
    def __getitem__(self, at: int) -> Group: ...
    @overload
    def __getitem__(self, at: slice) -> list[Group]: ...
    def __getitem__(self, at: int | slice) -> Group | list[Group]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        start = self.starts[at]
        end = min(self.ends[at], start + PASSAGES_SHOWN)
        return Group(int(self.articles[at]), tuple(self.places[start:end].tolist()))


def group(
    rows: npt.NDArray[np.int64], scores: Floats, article_of_passage: npt.NDArray[np.int32]
) -> Groups:
    """Group passages by article, best article first; ties go by row, so that order is stable.

    Args:
        rows: of the candidate passages.
        scores: theirs.
        article_of_passage: for every passage of the index the row of its article.
    """
    best_first = np.lexsort((rows, -scores))
    articles = article_of_passage[rows[best_first]]
    together = np.argsort(articles, kind="stable")  # an article's places, still best first
    starts = np.flatnonzero(np.diff(articles[together], prepend=-1))
    ends = np.append(starts[1:], len(together))
    order = np.argsort(together[starts])
    return Groups(
        articles[together[starts[order]]], starts[order], ends[order], best_first[together]
    )
