"""passages.faiss, headings.int8 and sentences.int8: what the encoder made of passages, of the title
and headings above each, and of their sentences."""

from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from indexer.errors import SnapshotError
from indexer.writing import cannot_write

FILE = "passages.faiss"
HEADINGS = "headings.int8"
SENTENCES = "sentences.int8"

Bytes = npt.NDArray[np.int8]
Matrix = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


class VectorWriter:
    """Collects passage vectors (half precision, searched exactly) and writes the others."""

    def __init__(self, folder: Path, dimensions: int) -> None:
        self._index = faiss.IndexScalarQuantizer(
            dimensions, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        self._path = folder / FILE
        self._headings = (folder / HEADINGS).open("wb")
        self._sentences = (folder / SENTENCES).open("wb")

    def add(self, passages: Matrix, headings: Bytes, sentences: Bytes) -> None:
        """Add the next rows of all."""
        if not np.isfinite(passages).all():
            raise SnapshotError("The encoder gave a vector that is not finite; nothing was built.")
        if len(passages):
            self._index.add(np.ascontiguousarray(passages, np.float32))
        self._headings.write(np.ascontiguousarray(headings).tobytes())
        self._sentences.write(np.ascontiguousarray(sentences).tobytes())

    def close(self) -> None:
        """Write everything out."""
        self._headings.close()
        self._sentences.close()
        try:
            faiss.write_index(self._index, str(self._path))
        except RuntimeError as error:  # FAISS's for everything, a full disk too
            reason = str(error).splitlines()[-1]
            raise SnapshotError(cannot_write(self._path, reason)) from error


class Vectors:
    """Passage, heading and sentence vectors of a snapshot, read-only."""

    def __init__(self, folder: Path, dimensions: int, sentences: int) -> None:
        self._index = faiss.read_index(str(folder / FILE))
        self._headings = _mapped(folder / HEADINGS, (len(self), dimensions))
        self._sentences = _mapped(folder / SENTENCES, (sentences, dimensions))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(
        self, question: Matrix, limit: int, allowed: npt.NDArray[np.bool_] | None = None
    ) -> tuple[Rows, Matrix]:
        """The passages nearest to a question by cosine, best first.

        Args:
            question: shape (dimensions,), of unit length.
            limit: how many at most.
            allowed: shape (passages,): the passages to choose from; None for all.

        Returns:
            Rows and cosines.
        """
        parameters = None
        limit = min(limit, len(self))
        if allowed is not None:
            limit = min(limit, int(allowed.sum()))
            bits = np.packbits(allowed, bitorder="little")
            selector = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        if not limit:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        # Several threads for one question wait for each other longer than one works; questions side
        # by side keep the cores busy. The setting is each thread's own.
        faiss.omp_set_num_threads(1)
        scores, rows = self._index.search(question[None, :], limit, params=parameters)
        return rows[0], scores[0]

    def passages(self, rows: Rows) -> Matrix:
        """Vectors of passages. Shape (rows, dimensions)."""
        return np.asarray(self._index.reconstruct_batch(rows), np.float32)

    def headings(self, rows: Rows) -> Bytes:
        """Vectors of what stands above passages, as `indexer.encoder.cache.quantise` made them;
        zeros where nothing does. Shape (rows, dimensions)."""
        return np.asarray(self._headings[rows])

    def sentences(self, rows: range) -> Bytes:
        """Vectors of sentences that follow each other, as `indexer.encoder.cache.quantise` made
        them. Shape (sentences, dimensions)."""
        return np.asarray(self._sentences[rows.start : rows.stop])


def _mapped(path: Path, shape: tuple[int, int]) -> Bytes:
    if not shape[0]:  # an empty file can't be mapped
        return np.empty(shape, np.int8)
    # A plain view: numpy spends longer on a memmap's slices than on reading them.
    return np.asarray(np.memmap(path, np.int8, "r", shape=shape))
