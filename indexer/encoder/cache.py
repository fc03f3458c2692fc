"""What was embedded once: text hash → vectors, kept through full rebuilds and changes of model."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.article import Passage
from indexer.encoder.token_vectors import TokenVectors
from indexer.errors import SnapshotError
from indexer.mending import Mending, delete
from indexer.writing import writing

Quantised = npt.NDArray[np.int8]

_MODELS = 3
"""So many encoders' caches stay, those used last: going back to a model costs nothing."""


@dataclass(frozen=True, slots=True)
class Cached:
    """What the encoder made of one text."""

    vector: npt.NDArray[np.float32]
    """Shape (d,), of unit length."""
    sentences: Quantised
    """Shape (sentences, d)."""
    tokens: TokenVectors


class VectorCache:
    """The vectors of one encoder, by what they were made from; a SQLite file.

    Losing the file costs time, never an answer: it may be deleted at any moment. A file that is
    damaged is begun anew, an entry that can't be a vector of this encoder is not given out.
    """

    def __init__(self, folder: Path, fingerprint: str, dimensions: int) -> None:
        """Open or begin the cache of the encoder with a fingerprint, in a folder for all.

        Raises:
            SnapshotError: the file can't be read or written.
        """
        self._dimensions = dimensions
        self._path = folder / f"{fingerprint}.sqlite"
        self._asked: set[bytes] = set()
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._file = Mending(self._path, self._begin, SnapshotError)
            self._path.touch()  # for `_forget_models`

    def _begin(self, db: sqlite3.Connection) -> None:
        with db:
            db.execute(
                "CREATE TABLE IF NOT EXISTS texts (key BLOB PRIMARY KEY, vector BLOB NOT NULL, "
                "sentences BLOB NOT NULL, ids BLOB NOT NULL, signs BLOB NOT NULL, "
                "used INTEGER NOT NULL) WITHOUT ROWID"
            )
            db.execute("DROP TABLE IF EXISTS vectors")  # of an older plainsearch, without tokens
            self._run = int(db.execute("PRAGMA user_version").fetchone()[0]) + 1
            db.execute(f"PRAGMA user_version = {self._run}")

    def get(self, key: bytes) -> Cached | None:
        """What is known of a text; None where nothing is."""
        row = None
        with self._file.use() as db:
            row = db.execute(
                "SELECT vector, sentences, ids, signs FROM texts WHERE key = ?", (key,)
            ).fetchone()
        if row is None or len(row[0]) != 4 * self._dimensions or len(row[1]) % self._dimensions:
            return None
        vector = np.frombuffer(row[0], np.float32)
        if not abs(float(vector @ vector) - 1) < 1e-3:  # not of unit length, or not even finite
            return None
        ids = np.frombuffer(row[2], np.int32)
        tokens = TokenVectors.none()
        if len(ids):
            tokens = TokenVectors(ids, np.frombuffer(row[3], np.uint8).reshape(len(ids), -1))
        self._asked.add(key)
        sentences = np.frombuffer(row[1], np.int8).reshape(-1, self._dimensions)
        return Cached(vector, sentences, tokens)

    def put(self, entries: Iterable[tuple[bytes, Cached]]) -> None:
        """Keep what was made of texts, all or none of it."""
        rows = [
            (
                key,
                one.vector.tobytes(),
                one.sentences.tobytes(),
                one.tokens.ids.tobytes(),
                one.tokens.signs.tobytes(),
            )
            for key, one in entries
        ]
        with self._file.use() as db, db:
            db.executemany(
                f"INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?, ?, {self._run})", rows
            )
            self._note_asked(db)

    def prune(self, wanted: int, published: Callable[[], Iterable[bytes]]) -> int:
        """Forget what has not been wanted for longest.

        A cache holds at most twice as many vectors as the published snapshot wants. Past
        that, what the snapshot holds stays, and of the others those that a run asked for last.
        Of the other encoders' caches in the folder, the two used last stay.

        Args:
            wanted: how many vectors the published snapshot wants, headings' too.
            published: their keys; only asked for when there is something to forget.

        Returns:
            How many vectors were forgotten.
        """
        with writing(self._path.parent):
            self._forget_models()
        surplus = 0
        with self._file.use() as db:
            count: int = db.execute("SELECT count(*) FROM texts").fetchone()[0]
            surplus = max(surplus, count - 2 * wanted)
            if surplus:
                self._asked.update(published())
                with db:
                    self._note_asked(db)
                    db.execute(
                        "DELETE FROM texts WHERE key IN "
                        "(SELECT key FROM texts ORDER BY used, key LIMIT ?)",
                        (surplus,),
                    )
        return surplus

    def close(self) -> None:
        """Close the file. Where it can't be written, what was asked for last is not noted."""
        with suppress(SnapshotError), self._file.use() as db, db:
            self._note_asked(db)
        self._file.close()

    def _note_asked(self, db: sqlite3.Connection) -> None:
        db.executemany(
            f"UPDATE texts SET used = {self._run} WHERE key = ?", ((one,) for one in self._asked)
        )
        self._asked.clear()

    def _forget_models(self) -> None:
        newest_first = sorted(
            self._path.parent.glob("*.sqlite"), key=lambda path: path.stat().st_mtime, reverse=True
        )
        for path in [path for path in newest_first if path != self._path][_MODELS - 1 :]:
            delete(path)


def key(passage: Passage) -> bytes:
    """A hash of all that a passage's vectors depend on, but the encoder."""
    spans: Sequence[tuple[int, int]] = [
        (start - passage.start, end - passage.start) for start, end in passage.sentences
    ]
    return hashlib.sha256(f"{spans}\0{passage.embedded_text}".encode()).digest()


def heading_key(context: str) -> bytes:
    """The same of a title and headings that are embedded by themselves."""
    return hashlib.sha256(f"heading\0{context}".encode()).digest()


def quantise(vectors: npt.NDArray[np.float32]) -> Quantised:
    """Unit vectors → int8, each scaled to its own largest component: a quarter of the size.

    They only rank the sentences of a passage against each other, and tell how near a heading is:
    the loss (cosine to the original above 0.9999) decides nothing.
    """
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=1e-12)
    return np.asarray(np.round(vectors / largest * 127), np.int8)
