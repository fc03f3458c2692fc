"""What a file is, by the ending of its name: a document, one that can't be read, or none."""

from pathlib import Path

from indexer.extract import FORMATS

JSONL = (".jsonl", ".jsonl.gz")
"""Endings of a file that holds one article a line."""
URLS = ".urls"
"""Ending of a file that holds one address a line."""
READ = " ".join(sorted({*FORMATS, *JSONL}))
"""The endings of what is read, for messages."""

_OFFICE = "can't be read; save it as .docx or .html"
_MARKUP = "can't be read; convert it to .html or .md"
_SHEET = "can't be read; save what is an article as .docx or .html"
_BOOK = "e-books can't be read; convert it to .html or .docx"
_SLIDES = "can't be read; save it as .pdf"
_TEMPLATE = "a web server makes pages of it; save these as .html, or name the site's address"
_TABLE = "tables can't be read; write one article a line as .jsonl"

_OTHER_DOCUMENTS = {
    ".adoc": f"AsciiDoc {_MARKUP}",
    ".asciidoc": f"AsciiDoc {_MARKUP}",
    ".asp": _TEMPLATE,
    ".aspx": _TEMPLATE,
    ".azw3": _BOOK,
    ".csv": _TABLE,
    ".djvu": "DjVu files can't be read; save it as .pdf, with its text",
    ".doc": f"Word 97 files {_OFFICE}",
    ".docm": f"Word files with macros {_OFFICE}",
    ".dotx": f"Word templates {_OFFICE}",
    ".eml": "e-mails can't be read; save it as .html or .txt",
    ".epub": _BOOK,
    ".fb2": _BOOK,
    ".json": "JSON files can't be read; write one article a line as .jsonl",
    ".jsp": _TEMPLATE,
    ".mediawiki": f"wiki markup {_MARKUP}",
    ".mht": "web archives can't be read; save the page as .html",
    ".mhtml": "web archives can't be read; save the page as .html",
    ".mobi": _BOOK,
    ".msg": "e-mails can't be read; save it as .html or .txt",
    ".ndjson": "rename it to .jsonl",
    ".odp": f"OpenDocument slides {_SLIDES}",
    ".ods": f"OpenDocument sheets {_SHEET}",
    ".odt": f"OpenDocument files {_OFFICE}",
    ".org": f"Org files {_MARKUP}",
    ".pages": f"Pages files {_OFFICE}",
    ".php": _TEMPLATE,
    ".ppt": f"PowerPoint files {_SLIDES}",
    ".pptx": f"PowerPoint files {_SLIDES}",
    ".ps": f"PostScript files {_SLIDES}",
    ".rst": f"reStructuredText {_MARKUP}",
    ".rtf": f"RTF files {_OFFICE}",
    ".shtml": _TEMPLATE,
    ".tex": "LaTeX files can't be read; save it as .pdf, or convert it to .html",
    ".text": "rename it to .txt",
    ".textile": f"Textile {_MARKUP}",
    ".tsv": _TABLE,
    ".webarchive": "web archives can't be read; save the page as .html",
    ".wpd": f"WordPerfect files {_OFFICE}",
    ".wps": f"Works files {_OFFICE}",
    ".xls": f"Excel files {_SHEET}",
    ".xlsx": f"Excel files {_SHEET}",
    ".xml": "XML files can't be read; export the articles as .html or .jsonl",
}
"""What may well hold articles, and what to do. Other files are no documents."""


def is_records(path: Path) -> bool:
    """Whether a file holds one article a line."""
    return path.name.lower().endswith(JSONL)


def is_list(path: Path) -> bool:
    """Whether a file holds one address a line."""
    return path.name.lower().endswith(URLS)


def is_document(path: Path) -> bool:
    """Whether a file may well hold articles, be they readable or not."""
    suffix = path.suffix.lower()
    return suffix in FORMATS or suffix in _OTHER_DOCUMENTS or is_records(path)


def unreadable(path: Path) -> str | None:
    """Why a file that may well hold an article can't be read; None if it can be."""
    return _OTHER_DOCUMENTS.get(path.suffix.lower())


def refusal(path: Path) -> str | None:
    """Why a file that somebody names can't be read, and which can; None if it can."""
    suffix = path.suffix.lower()
    if suffix in FORMATS or is_records(path) or is_list(path):
        return None
    kind = f"{suffix} files" if suffix else "files without an ending"
    reason = unreadable(path) or f"{kind} can't be read"
    return f"{reason}. Files that are read end in {READ}"
