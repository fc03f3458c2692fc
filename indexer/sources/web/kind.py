"""What an answer is: which format of document, by its content type, its name, its first bytes."""

from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from indexer.sources.web.request import Answer
from indexer.sources.web.unread import Unread

_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".xhtml",
    "application/pdf": ".pdf",
    "application/x-pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
}
# Types that servers give to what they don't know, or only know to be text.
_VAGUE = {
    "",
    "application/gzip",
    "application/octet-stream",
    "application/x-gzip",
    "binary/octet-stream",
    "text/plain",
}
_NAMED = {
    ".docx": ".docx",
    ".htm": ".html",
    ".html": ".html",
    ".markdown": ".md",
    ".md": ".md",
    ".mdown": ".md",
    ".pdf": ".pdf",
    ".txt": ".txt",
    ".xhtml": ".xhtml",
}
_TEXT = {".html", ".xhtml", ".md", ".txt"}


def content_type(answer: Answer) -> str:
    """The type an answer says it has, in lower case and without parameters; '' if it says none."""
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower()


def suffix(answer: Answer) -> str:
    """The suffix that the document's format stands under, as '.html'.

    Raises:
        Unread: it is no document.
    """
    said = content_type(answer)
    if found := _SUFFIXES.get(said):
        return found
    if said not in _VAGUE:
        raise Unread(f"it is {said}: no document")
    path = PurePosixPath(unquote(urlsplit(answer.address).path).removesuffix(".gz"))
    named = _NAMED.get(path.suffix.lower())
    if named and (said != "text/plain" or named in _TEXT):
        return named
    if said == "text/plain":
        return ".txt"
    start = answer.body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"%pdf-"):
        return ".pdf"
    if start.startswith((b"<!doctype html", b"<html")):
        return ".html"
    raise Unread("it does not say of what type it is, and looks like no document")


def as_utf8(body: bytes, answer: Answer, form: str) -> bytes:
    """A text in UTF-8, where only the answer's header says that it is in something else."""
    charset = _charset(answer)
    if form not in _TEXT or not charset:
        return body
    # A server that says Latin-1 of everything is not believed where the text is sound UTF-8.
    seven_bits = b"\0" in body or b"\x1b" in body  # UTF-16, ISO-2022: they only look like UTF-8
    try:
        if not seven_bits:
            body.decode("utf-8")
            return body
    except UnicodeDecodeError:
        pass
    try:
        return body.decode(charset).encode("utf-8")
    except (LookupError, UnicodeError):
        return body


def _charset(answer: Answer) -> str:
    message = Message()
    message["content-type"] = answer.headers.get("content-type", "").replace("\n", " ")
    said = message.get_content_charset("")
    # As browsers do: who says Latin-1 means Windows-1252.
    return "cp1252" if said in {"iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"} else said
