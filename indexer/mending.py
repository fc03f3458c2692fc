"""A SQLite file of what could be made or fetched again: damaged, it is begun anew."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.errors import PlainsearchError
from indexer.writing import cannot_write, writing


class Mending:
    """Opens such a file. Losing it costs time, never an answer or an article."""

    def __init__(
        self,
        path: Path,
        begin: Callable[[sqlite3.Connection], None],
        failure: type[PlainsearchError],
    ) -> None:
        """Open or begin the file; its folder is there.

        Args:
            path: the file.
            begin: makes what the file lacks, whenever it is opened.
            failure: what is raised when it can't be read or written (a full disk, say).
        """
        self._path, self._begin, self._failure = path, begin, failure
        self._open()

    @contextmanager
    def use(self) -> Iterator[sqlite3.Connection]:
        """The connection; what is done with it is given up where the file turns out damaged."""
        try:
            yield self._db
        except sqlite3.OperationalError as error:
            raise self._failure(cannot_write(self._path, str(error))) from error
        except sqlite3.DatabaseError:
            self._anew()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _open(self) -> None:
        try:
            self._connect()
        except sqlite3.OperationalError as error:
            raise self._failure(cannot_write(self._path, str(error))) from error
        except sqlite3.DatabaseError:
            self._anew()

    def _anew(self) -> None:
        self._db.close()
        with writing(self._path, self._failure):
            delete(self._path)
            self._connect()

    def _connect(self) -> None:
        self._db = sqlite3.connect(self._path)
        # The log keeps the file whole through a kill and a power cut, which may cost the last
        # entries.
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._begin(self._db)


def delete(path: Path) -> None:
    """Delete a SQLite file and what lies beside it."""
    for part in ("", "-wal", "-shm"):
        path.with_name(path.name + part).unlink(missing_ok=True)
