"""Pages as they were fetched last, in a SQLite file: what a run needn't ask for again."""

import sqlite3
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from indexer.errors import SourceError
from indexer.mending import Mending
from indexer.sources.web.fetched import Fetched

_FRESH = timedelta(hours=24)
"""For so long a killed run's pages are as good as fetched; after that they are asked for anew."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A kept page."""

    page: Fetched
    etag: str
    modified: str
    fetched: datetime
    """When the web last said that it is like this."""
    of_this_run: bool
    """Whether that was in this run, which may have begun in a process that was killed."""

    @property
    def questions(self) -> dict[str, str]:
        """Headers that ask whether the page is still the same."""
        asked = {"if-none-match": self.etag, "if-modified-since": self.modified}
        return {name: value for name, value in asked.items() if value}


class PageStore:
    """The kept pages of an index's web sources.

    A run begins where the file is opened and ends with `finish`, or without an error in a
    ``with`` block. What a run that never ended has fetched counts for the next one.

    Losing the file costs time, never an article. A damaged one is begun anew.
    """

    def __init__(self, path: Path) -> None:
        """Open or begin a store.

        Raises:
            SourceError: the file can't be read or written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SourceError(f"{path.parent}: {error.strerror}.") from error
        self._file = Mending(path, self._begin, SourceError)

    def copy(self, address: str, now: datetime) -> Copy | None:
        """The kept copy of an address."""
        row = None
        with self._file.use() as db:
            row = db.execute(
                "SELECT final, etag, modified, fetched, suffix, body, fetched_by "
                "FROM pages WHERE address = ?",
                (address,),
            ).fetchone()
        if row is None:
            return None
        final, etag, modified, fetched, suffix, body, run = row
        try:
            page = Fetched(address, final, zlib.decompress(body), suffix)
            when = datetime.fromisoformat(fetched)
            fresh = run == self._run and now - when < _FRESH
        except (zlib.error, ValueError, TypeError):
            return None
        return Copy(page, etag, modified, when, fresh)

    def keep(self, page: Fetched, etag: str, modified: str, now: datetime) -> None:
        """Keep a page just fetched."""
        row = (page.address, page.final_address, etag, modified, now.isoformat(), page.suffix)
        with self._file.use() as db, db:
            db.execute(
                "INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, zlib.compress(page.data), self._run, self._run),
            )

    def confirm(self, address: str, now: datetime) -> None:
        """Note that a page is still the same."""
        with self._file.use() as db, db:
            db.execute(
                "UPDATE pages SET fetched = ?, fetched_by = ?, listed_by = ? WHERE address = ?",
                (now.isoformat(), self._run, self._run, address),
            )

    def hold(self, address: str) -> None:
        """Note that a page is still listed, whatever it looks like now."""
        with self._file.use() as db, db:
            db.execute("UPDATE pages SET listed_by = ? WHERE address = ?", (self._run, address))

    def forget(self, address: str) -> None:
        """Forget a page that is gone."""
        with self._file.use() as db, db:
            db.execute("DELETE FROM pages WHERE address = ?", (address,))

    def finish(self) -> None:
        """End the run: all sources were read. What none of them lists any more is forgotten."""
        with self._file.use() as db:
            with db:
                db.execute("DELETE FROM pages WHERE listed_by != ?", (self._run,))
                db.execute(f"PRAGMA user_version = {self._run}")
            self._run += 1

    def close(self) -> None:
        """Close the file; a run that was not finished goes on when it is opened again."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self.finish()
        finally:
            self.close()

    def _begin(self, db: sqlite3.Connection) -> None:
        with db:
            db.execute(
                "CREATE TABLE IF NOT EXISTS pages (address TEXT PRIMARY KEY, final TEXT NOT NULL, "
                "etag TEXT NOT NULL, modified TEXT NOT NULL, fetched TEXT NOT NULL, "
                "suffix TEXT NOT NULL, body BLOB NOT NULL, fetched_by INTEGER NOT NULL, "
                "listed_by INTEGER NOT NULL)"
            )
        # The last run that was finished.
        self._run = int(db.execute("PRAGMA user_version").fetchone()[0]) + 1
