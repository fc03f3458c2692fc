"""Bytes → text with headings: one module a format; `extract` picks it by the file's suffix."""

from indexer.config import HtmlConfig
from indexer.extract.docx import from_docx
from indexer.extract.extracted import Extracted
from indexer.extract.html import from_html
from indexer.extract.html.xhtml import as_html
from indexer.extract.markdown import from_markdown
from indexer.extract.pdf import from_pdf
from indexer.extract.plain import from_plain

EXTRACTOR = "extract-3"
"""Changes whenever the same bytes would give other text: part of a snapshot's identity."""

_HTML = frozenset((".html", ".htm"))
_XHTML = ".xhtml"
_OTHERS = {
    ".docx": from_docx,
    ".markdown": from_markdown,
    ".md": from_markdown,
    ".mdown": from_markdown,
    ".pdf": from_pdf,
    ".txt": from_plain,
}
FORMATS = _HTML | {_XHTML} | _OTHERS.keys()
"""The suffixes of documents that can be read."""
_UNSTEERED = HtmlConfig()

__all__ = ["EXTRACTOR", "FORMATS", "Extracted", "extract"]


def extract(data: bytes, suffix: str, html: HtmlConfig = _UNSTEERED) -> Extracted:
    """Read a document of the format that `suffix` (lower case, with its dot) stands for.

    Args:
        data: the document.
        suffix: one of FORMATS.
        html: where web pages have their article.

    Raises:
        ValueError: the document can't be read; the message says why, for people.
        KeyError: no such format.
    """
    if suffix == _XHTML:
        return from_html(as_html(data), html)
    return from_html(data, html) if suffix in _HTML else _OTHERS[suffix](data)
