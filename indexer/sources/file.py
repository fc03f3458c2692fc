"""One file that is one document."""

from os import stat_result
from pathlib import Path
from stat import S_ISREG

from indexer.article import Article, Skipped
from indexer.config import HtmlConfig
from indexer.extract import extract
from indexer.extract.extracted import Extracted, compose, unread
from indexer.sources.endings import unreadable

LARGEST = 20 * 2**20
"""Bytes. No article is that long: a larger file is a dump or a mistake."""


def document(path: Path, html: HtmlConfig) -> Extracted | Skipped:
    """What one document holds, kept and dropped; what can't be read is Skipped with its reason."""
    origin = str(path)
    if reason := unreadable(path):
        return Skipped(origin, reason)
    try:
        return extract(_data(path), path.suffix.lower(), html)
    except OSError as error:
        return Skipped(origin, why(path, error))
    except ValueError as error:
        return Skipped(origin, str(error))


def _data(path: Path) -> bytes:
    """All of a file, as it was at one time."""
    for _ in range(2):
        before = path.stat()
        if not S_ISREG(before.st_mode):  # reading a pipe would wait for its writer
            raise ValueError("it is no regular file")
        if before.st_size > LARGEST:
            raise ValueError(too_large(before.st_size))
        data = path.read_bytes()
        if version(path.stat()) == version(before) and len(data) == before.st_size:
            return data
    raise ValueError("it changed while it was read, twice; run again when it is whole")


def why(path: Path, error: OSError) -> str:
    """The reason to skip a file that the system does not give."""
    if isinstance(error, FileNotFoundError) and path.is_symlink():
        return f"it is a link to {path.readlink()}, which is not there"
    return f"it can't be read: {error.strerror or error}"


def version(status: stat_result) -> tuple[int, int]:
    """What differs when a file was written to: its size and when that was."""
    return status.st_size, status.st_mtime_ns


def as_article(
    found: Extracted, default_id: str, default_title: str, origin: str
) -> Article | Skipped:
    """The article that is composed of what was kept; Skipped where nothing was."""
    text, sections = compose(found.blocks, found.title)
    if not any(character.isalnum() for character in text):
        return Skipped(origin, "it has no text")
    return Article(
        id=found.id or default_id,
        title=found.title or default_title,
        text=text,
        sections=sections,
        url=found.url,
        metadata=found.metadata,
        origin=origin,
        unread=tuple(unread(found.blocks, found.title, text)),
    )


def too_large(size: int) -> str:
    """The reason to skip a document of `size` bytes."""
    return f"it is {size / 2**20:.0f} MiB, over the limit of {LARGEST // 2**20} MiB a document"
