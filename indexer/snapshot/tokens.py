"""tokens/: the token vectors of every passage, in mapped files."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.encoder.token_vectors import Ids, Signs, TokenVectors

FOLDER = "tokens"
_IDS, _SIGNS, _STARTS, _FREQUENCY = "ids.int32", "signs.bits", "starts.npy", "frequency.npy"


class TokenWriter:
    """Collects the token vectors of passages in the order of their rows."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._ids, self._signs = (folder / _IDS).open("wb"), (folder / _SIGNS).open("wb")
        self._lengths: list[int] = []
        self._frequency = np.zeros(0, np.int64)

    def add(self, tokens: TokenVectors) -> None:
        """Add the next passage."""
        self._ids.write(tokens.ids.astype("<i4").tobytes())
        self._signs.write(tokens.signs.tobytes())
        self._lengths.append(len(tokens))
        if len(tokens):
            more = int(tokens.ids[-1]) + 1 - len(self._frequency)
            self._frequency = np.pad(self._frequency, (0, max(0, more)))
            self._frequency[tokens.ids] += 1

    def close(self) -> None:
        """Write everything out."""
        self._ids.close()
        self._signs.close()
        starts = np.concatenate([[0], np.cumsum(self._lengths)]).astype(np.int64)
        np.save(self._folder / _STARTS, starts)
        np.save(self._folder / _FREQUENCY, self._frequency)


class Tokens:
    """The token vectors of a snapshot, read-only."""

    def __init__(self, folder: Path) -> None:
        self._starts = np.load(folder / _STARTS, allow_pickle=False)
        self._frequency = np.load(folder / _FREQUENCY, allow_pickle=False)
        tokens = int(self._starts[-1])
        self._ids: Ids = np.empty(0, np.int32)
        self._signs: Signs = np.empty((0, 0), np.uint8)
        if tokens:  # an empty file can't be mapped
            # Plain views: numpy spends longer on a memmap's slices than on reading them.
            self._ids = np.asarray(np.memmap(folder / _IDS, "<i4", "r", shape=(tokens,)))
            width = (folder / _SIGNS).stat().st_size // tokens
            signs = np.memmap(folder / _SIGNS, np.uint8, "r", shape=(tokens, width))
            self._signs = np.asarray(signs)

    def __len__(self) -> int:
        """How many passages there are."""
        return len(self._starts) - 1

    def of(self, row: int) -> TokenVectors:
        """The tokens of one passage."""
        held = slice(self._starts[row], self._starts[row + 1])
        return TokenVectors(np.asarray(self._ids[held]), np.asarray(self._signs[held]))

    def signs(self, rows: Sequence[int]) -> tuple[Signs, npt.NDArray[np.int64]]:
        """The token vectors of several passages, one after the other.

        Returns:
            Signs as `TokenVectors` has them, and how many are each passage's. Shapes (tokens,
            bytes) and (rows,).
        """
        parts = [self._signs[self._starts[row] : self._starts[row + 1]] for row in rows]
        return np.concatenate([self._signs[:0], *parts]), np.array([len(p) for p in parts])

    def idf(self, ids: Ids) -> npt.NDArray[np.float32]:
        """How telling tokens are: the more passages hold one, the less. Shape (ids,)."""
        held = np.zeros(len(ids))
        known = ids < len(self._frequency)
        held[known] = self._frequency[ids[known]]
        return np.log1p((len(self) - held + 0.5) / (held + 0.5)).astype(np.float32)
