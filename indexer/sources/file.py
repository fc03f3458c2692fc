"""One file that is one document."""

from os import stat_result
from pathlib import Path
from stat import S_ISREG

from indexer.article import Article, Ignored, Skipped
from indexer.config import HtmlConfig
from indexer.extract import FORMATS, extract
from indexer.extract.extracted import Extracted, compose, unread

LARGEST = 20 * 2**20
"""Bytes. No article is that long: a larger file is a dump or a mistake."""

_UNREADABLE = {
    ".doc": "Word 97 files can't be read; save it as .docx",
    ".docm": "Word files with macros are not read; save it as .docx",
    ".epub": "e-books can't be read; export it as HTML",
    ".odt": "OpenDocument files can't be read; save it as .docx",
    ".pages": "Pages files can't be read; export it as .docx",
    ".ppt": "PowerPoint files can't be read; save it as PDF",
    ".pptx": "PowerPoint files can't be read; save it as PDF",
    ".rtf": "RTF files can't be read; save it as .docx",
    ".xls": "Excel files can't be read; save what is an article as .docx or PDF",
    ".xlsx": "Excel files can't be read; save what is an article as .docx or PDF",
}
"""Documents in which people write articles, and what to do; other files are no documents."""


def document(path: Path, html: HtmlConfig) -> Extracted | Skipped | Ignored:
    """What one file holds, kept and dropped; what can't be read is Skipped with its reason."""
    origin = str(path)
    suffix = path.suffix.lower()
    if suffix in _UNREADABLE:
        return Skipped(origin, _UNREADABLE[suffix])
    if suffix not in FORMATS:
        return Ignored(origin)
    try:
        return extract(_data(path), suffix, html)
    except OSError as error:
        return Skipped(origin, f"it can't be read: {error.strerror}")
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
    raise ValueError("it changed while it was read")


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
