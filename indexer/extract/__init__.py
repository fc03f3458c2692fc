"""Bytes → text with headings: one module a format; `extract` picks it by the file's suffix."""

from indexer.extract.extracted import Extracted
from indexer.extract.html import from_html
from indexer.extract.markdown import from_markdown
from indexer.extract.plain import from_plain

EXTRACTOR = "extract-1"
"""Changes whenever the same bytes would give other text: part of a snapshot's identity."""

EXTRACTORS = {
    ".html": from_html,
    ".htm": from_html,
    ".md": from_markdown,
    ".txt": from_plain,
}

__all__ = ["EXTRACTOR", "EXTRACTORS", "Extracted", "extract"]


def extract(data: bytes, suffix: str) -> Extracted:
    """Read a document of the format that `suffix` (lower case, with its dot) stands for.

    Raises:
        ValueError: the document can't be read; the message says why, for people.
        KeyError: no such format.
    """
    return EXTRACTORS[suffix](data)
