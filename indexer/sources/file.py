"""One file that is one document."""

from pathlib import Path

from indexer.article import Article, Ignored, Skipped
from indexer.extract import EXTRACTORS, extract
from indexer.extract.extracted import compose

LARGEST = 20 * 2**20
"""Bytes. No article is that long: a larger file is a dump or a mistake."""

_NOT_READ_YET = {".pdf": "PDF", ".docx": "Word", ".doc": "Word"}


def article(path: Path, default_id: str) -> Article | Skipped | Ignored:
    """Read one document; what can't be read comes back as Skipped with its reason."""
    origin = str(path)
    suffix = path.suffix.lower()
    if suffix in _NOT_READ_YET:
        return Skipped(origin, f"{_NOT_READ_YET[suffix]} files can't be read yet")
    if suffix not in EXTRACTORS:
        return Ignored(origin)
    try:
        if (size := path.stat().st_size) > LARGEST:
            return Skipped(origin, too_large(size))
        found = extract(path.read_bytes(), suffix)
    except OSError as error:
        return Skipped(origin, f"it can't be read: {error.strerror}")
    except ValueError as error:
        return Skipped(origin, str(error))
    text, sections = compose(found.blocks, found.title)
    if not any(character.isalnum() for character in text):
        return Skipped(origin, "it has no text")
    return Article(
        id=found.id or default_id,
        title=found.title or path.stem,
        text=text,
        sections=sections,
        url=found.url,
        metadata=found.metadata,
        origin=origin,
    )


def too_large(size: int) -> str:
    """The reason to skip a document of `size` bytes."""
    return f"it is {size / 2**20:.0f} MiB, over the limit of {LARGEST // 2**20} MiB a document"
