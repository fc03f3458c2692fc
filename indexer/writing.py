"""Files written whole or not at all, and what people are told where they can't be written."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.errors import PlainsearchError, SnapshotError

ASIDE = ".new"
"""Ends the names of files that are not whole yet."""


@contextmanager
def writing(place: Path, failure: type[PlainsearchError] = SnapshotError) -> Iterator[None]:
    """Tell people what could not be written, whichever library noticed.

    Args:
        place: what is written; named where the system names no file.
        failure: what is raised instead of the system's and SQLite's own errors.
    """
    try:
        yield
    except OSError as error:
        where = error.filename if isinstance(error.filename, str) else place
        raise failure(cannot_write(Path(where), error.strerror or str(error))) from error
    except sqlite3.Error as error:
        raise failure(cannot_write(place, str(error))) from error


def cannot_write(path: Path, reason: str) -> str:
    """What people are told."""
    return (
        f"{path}: can't be written: {reason}. See that its disk has room and that you may write "
        "there, then run this again."
    )


def write_whole(path: Path, text: str) -> None:
    """Write a file in the place of another, all at once and safe from a power cut."""
    aside = path.with_name(path.name + ASIDE)
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Have a file or folder written to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
