"""JSON Lines, plain or gzipped: one article a line."""

import gzip
import json
import os
import zlib
from collections.abc import Callable, Iterator
from errno import EINVAL
from pathlib import Path
from stat import S_ISREG
from typing import IO, Any, cast

from indexer.article import Article, Skipped
from indexer.errors import SourceError
from indexer.extract.extracted import Block, clean, clean_lines, compose, plain_value
from indexer.sources.file import LARGEST, too_large, version, why

_GZIP = b"\x1f\x8b"
_OWN_FIELDS = {"_id", "id", "title", "text", "url", "sections"}


def records(path: Path) -> Iterator[Article | Skipped]:
    """Read articles line by line: ``{"_id" or "id", "title", "text", "url"?, "sections"?, …}``.

    A line that is wrong is skipped with its number and reason, the others are read. Where
    ``sections`` hold the text, ``text`` counts only as far as it is not said again in them.

    Raises:
        SourceError: the file was written to meanwhile; half of it is never taken for the whole.
    """
    return _read(path, _article)


def addressed(path: Path) -> Iterator[Article]:
    """The records that have a ``url``, several times as fast, with the words of their text only.

    What can't be read is left out: reading the `records` will say so.
    """
    return (one for one in _read(path, _in_haste) if isinstance(one, Article))


def _read(
    path: Path, made: Callable[[bytes, str], Article | Skipped | None]
) -> Iterator[Article | Skipped]:
    number = 0
    try:
        with _opened(path) as lines:
            before = version(os.fstat(lines.fileno()))
            while line := lines.readline(LARGEST + 1):
                number += 1
                origin = f"{path}:{number}"
                if len(line) > LARGEST:
                    size = len(line) + _rest_of_line(lines)
                    yield Skipped(origin, too_large(size))
                elif line.strip() and (item := made(line, origin)):
                    yield item
            if version(os.fstat(lines.fileno())) != before:
                raise SourceError(
                    f"{path}: it was written to while it was read, so nothing was published. Run "
                    "again when it is whole; best write it under another name, then rename it."
                )
    except (EOFError, zlib.error, gzip.BadGzipFile):
        yield Skipped(f"{path}:{number + 1}", "the gzip file is damaged or cut short from here on")
    except OSError as error:
        yield Skipped(str(path), why(path, error))


def count_lines(path: Path) -> int:
    """How many lines a file has, as far as it can be read."""
    total = 0
    try:
        with _opened(path) as file:
            while piece := file.read(2**20):
                total += piece.count(b"\n")
    except (EOFError, zlib.error):
        pass  # reading it will say so
    return total


def _opened(path: Path) -> IO[bytes]:
    if not S_ISREG(path.stat().st_mode):  # opening a pipe would wait for its writer
        raise OSError(EINVAL, "it is no regular file")
    file = path.open("rb")
    start = file.peek(len(_GZIP))[: len(_GZIP)]
    if not path.name.lower().endswith(".gz"):
        if start != _GZIP:
            return file
        file.close()
        raise OSError(EINVAL, "it is gzipped: name it .jsonl.gz")
    file.close()
    if start in (_GZIP, b""):
        return cast(IO[bytes], gzip.open(path))
    raise OSError(EINVAL, "it is not gzipped, whatever its name says: name it .jsonl")


def _rest_of_line(lines: IO[bytes]) -> int:
    size = 0
    while piece := lines.readline(2**20):
        size += len(piece)
        if piece.endswith(b"\n"):
            break
    return size


def _article(line: bytes, origin: str) -> Article | Skipped:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        if line.strip() in (b"[", b"]"):
            return Skipped(origin, "no list stands around the lines: leave out [ and ], and commas")
        if error.msg == "Extra data":
            return Skipped(origin, f"more follows the record at column {error.colno}: one a line")
        return Skipped(origin, f"not valid JSON: {error.msg} at column {error.colno}")
    except UnicodeDecodeError as error:
        return Skipped(origin, f"not UTF-8: byte {error.start + 1} of the line")
    except RecursionError:
        return Skipped(origin, "its JSON is nested too deeply")
    except ValueError:  # the only other one that Python has
        return Skipped(origin, "a number in it has more than 4,300 digits; write it as text")
    try:
        return _from_record(record, origin)
    except ValueError as error:
        return Skipped(origin, str(error))
    except RecursionError:
        return Skipped(origin, "its JSON is nested too deeply")


def _in_haste(line: bytes, origin: str) -> Article | None:
    if b'"url"' not in line:
        return None
    try:
        record = json.loads(line.decode("utf-8-sig"))
        identity = record.get("_id", record.get("id"))
        sections = record.get("sections") or []
        parts = [part.get(name) for part in sections for name in ("heading", "text")]
        text = "\n".join(part for part in (record.get("text"), *parts) if part)
        title, url = _string(record, "title"), _string(record, "url")
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return Article(str(identity), title, text, (), url, {}, origin) if url else None


def _from_record(record: object, origin: str) -> Article | Skipped:
    if not isinstance(record, dict):
        return Skipped(origin, 'the line is not a JSON object, as in {"id": "1", "text": "…"}')
    identity = record.get("_id", record.get("id"))
    if isinstance(identity, bool) or not isinstance(identity, str | int) or identity == "":
        return Skipped(origin, "field 'id' (or '_id') is missing or no text or whole number")
    title = clean(_string(record, "title"))
    text, sections = compose(_blocks(record), title)
    if not any(character.isalnum() for character in title + text):
        return Skipped(origin, "it has no text in 'title', 'text' or 'sections'")
    if not text:  # the title is all there is: quote that
        text, sections = compose([Block("text", title)], "")
    metadata = {key: plain_value(value) for key, value in record.items() if key not in _OWN_FIELDS}
    return Article(
        id=str(identity),
        title=title,
        text=text,
        sections=sections,
        url=_string(record, "url") or None,
        metadata=metadata,
        origin=origin,
    )


def _blocks(record: dict[str, Any]) -> Iterator[Block]:
    sections = record.get("sections") or []
    if not isinstance(sections, list) or not all(isinstance(item, dict) for item in sections):
        raise ValueError("field 'sections' is not a list of objects")
    bodies = [clean_lines(_string(item, "text")) for item in sections]
    lead = clean_lines(_string(record, "text"))
    said_again = lead and bodies and clean(lead) in clean(" ".join(bodies))
    contains_all = bodies and all(clean(body) in clean(lead) for body in bodies)
    if lead and not said_again and not contains_all:
        yield Block("text", lead)
    for item, body in zip(sections, bodies, strict=True):
        yield Block("heading", clean(_string(item, "heading")), 2)
        yield Block("text", body)


def _string(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"field '{name}' is not text")
    return value
