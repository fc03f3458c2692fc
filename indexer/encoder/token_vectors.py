"""A text's tokens as read in its midst, a bit a component: what late interaction compares."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from indexer.encoder.onnx import Vectors, unit

Ids = npt.NDArray[np.int32]
Signs = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The different tokens of a text, each with the signs of its vector's components.

    Signs rank as well as whole vectors (docs/ranking.md), in a thirty-second of the room.
    """

    ids: Ids
    """In the tokenizer's numbers, ascending, each once. Shape (tokens,)."""
    signs: Signs
    """A set bit where a component is above zero, as `numpy.packbits` packs rows.
    Shape (tokens, bytes)."""

    @classmethod
    def of(cls, ids: Ids, hidden: Vectors) -> Self:
        """Tokens in the order of the text, with their embeddings, shape (tokens, width)."""
        distinct, vectors = merged(ids, hidden)
        return cls(distinct, np.packbits(vectors > 0, axis=1))

    @classmethod
    def none(cls) -> Self:
        """Those of a text that has none."""
        return cls(np.empty(0, np.int32), np.empty((0, 0), np.uint8))

    def __len__(self) -> int:
        return len(self.ids)


def merged(ids: Ids, hidden: Vectors) -> tuple[Ids, Vectors]:
    """Each token once, with the mean of what it is read as wherever it stands.

    Args:
        ids: shape (tokens,).
        hidden: their embeddings, shape (tokens, width).

    Returns:
        The tokens ascending, and their vectors, of unit length.
    """
    if not len(ids):
        return ids, hidden
    order = np.argsort(ids, kind="stable")
    distinct, starts = np.unique(ids[order], return_index=True)
    sums = np.add.reduceat(unit(hidden[order]), starts, axis=0)
    return distinct, unit(sums)
