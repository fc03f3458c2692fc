"""twins/: which articles say nearly the same, so that only one of them takes a place."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer import alike
from indexer.alike import Signature

FOLDER = "twins"
_SIGNATURES, _FIRST = "signatures.npy", "first.npy"


class TwinWriter:
    """Collects the signatures of articles in the order of their rows."""

    def __init__(self) -> None:
        self._signatures: list[Signature] = []

    def add(self, signature: Signature) -> None:
        """Add the next article, by the signature of its text."""
        self._signatures.append(signature)

    def write(self, folder: Path, text_of: Callable[[int], str]) -> None:
        """Write the files; `text_of` gives the text of the article in a row."""
        folder.mkdir()
        first = np.arange(len(self._signatures), dtype=np.int32)
        for like, row in alike.candidates(self._signatures):
            earlier = int(first[like])
            if alike.similarity(text_of(row), text_of(earlier)) >= alike.NEARLY:
                first[row] = earlier
        signatures = np.array(self._signatures, np.uint32)
        np.save(folder / _SIGNATURES, signatures.reshape(len(first), alike.NUMBERS))
        np.save(folder / _FIRST, first)


class Twins:
    """The twins of a snapshot, read-only; none in one that was built before they were kept."""

    first: npt.NDArray[np.int32]
    """For every article the row of the first that says nearly the same: its own, mostly. Shape
    (articles,)."""

    def __init__(self, folder: Path, articles: int) -> None:
        self.first = np.arange(articles, dtype=np.int32)
        self._signatures: npt.NDArray[np.uint32] | None = None
        if folder.is_dir():
            self.first = np.load(folder / _FIRST, allow_pickle=False)
            self._signatures = np.load(folder / _SIGNATURES, "r", allow_pickle=False)

    def fit(self, articles: int) -> bool:
        """Whether they are of so many articles, and name only these."""
        known = self._signatures is None or len(self._signatures) == articles
        rows = np.arange(len(self.first))
        return (
            known
            and len(rows) == articles
            and bool(((self.first >= 0) & (self.first <= rows)).all())
        )

    def signature(self, row: int) -> Signature | None:
        """The signature of the article in a row; None where it was not kept."""
        return None if self._signatures is None else np.asarray(self._signatures[row])
