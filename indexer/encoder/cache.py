"""What was embedded once: text hash → vectors, kept through full rebuilds."""

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.article import Passage

Quantised = npt.NDArray[np.int8]


class VectorCache:
    """The vectors of one encoder, by what they were made from; a SQLite file.

    Losing the file costs time, never an answer: it may be deleted at any moment.
    """

    def __init__(self, folder: Path, fingerprint: str, dimensions: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._dimensions = dimensions
        path = folder / f"{fingerprint}.sqlite"
        try:
            self._open(path)
        except sqlite3.DatabaseError:
            path.unlink()
            self._open(path)

    def _open(self, path: Path) -> None:
        self._db = sqlite3.connect(path)
        # A crash may cost the last entries, which are then made again.
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS vectors "
            "(key BLOB PRIMARY KEY, vector BLOB NOT NULL, sentences BLOB NOT NULL) WITHOUT ROWID"
        )

    def get(self, key: bytes) -> tuple[npt.NDArray[np.float32], Quantised] | None:
        """A passage's vector, shape (d,), and its sentences', shape (sentences, d)."""
        row = self._db.execute(
            "SELECT vector, sentences FROM vectors WHERE key = ?", (key,)
        ).fetchone()
        if row is None:
            return None
        vector = np.frombuffer(row[0], np.float32)
        return vector, np.frombuffer(row[1], np.int8).reshape(-1, self._dimensions)

    def put(self, entries: Iterable[tuple[bytes, npt.NDArray[np.float32], Quantised]]) -> None:
        """Keep vectors, all or none of them."""
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                ((key, vector.tobytes(), rows.tobytes()) for key, vector, rows in entries),
            )

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def key(passage: Passage) -> bytes:
    """A hash of all that a passage's vectors depend on, but the encoder."""
    spans: Sequence[tuple[int, int]] = [
        (start - passage.start, end - passage.start) for start, end in passage.sentences
    ]
    return hashlib.sha256(f"{spans}\0{passage.embedded_text}".encode()).digest()


def quantise(vectors: npt.NDArray[np.float32]) -> Quantised:
    """Unit vectors → int8, each scaled to its own largest component: a quarter of the size.

    They only rank the sentences of a passage against each other, where the loss (cosine to the
    original above 0.9999) decides nothing.
    """
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=1e-12)
    return np.asarray(np.round(vectors / largest * 127), np.int8)
