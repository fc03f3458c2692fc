"""One document that a person names: a file, a line of a JSONL file, or an address."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from indexer.article import Article, Skipped
from indexer.config import HtmlConfig, WebConfig
from indexer.errors import SourceError
from indexer.extract import extract
from indexer.extract.extracted import Block, Extracted
from indexer.sources import sound
from indexer.sources.endings import is_list, is_records, refusal
from indexer.sources.file import as_article, document
from indexer.sources.jsonl import records
from indexer.sources.web import PageStore, pages
from indexer.sources.web.address import normal

_LINE = re.compile(r"(?P<file>.+\.jsonl(?:\.gz)?):(?P<number>\d{1,12})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Document:
    """What a document holds, and the article that it becomes."""

    found: Extracted
    article: Article | Skipped
    """Skipped where nothing of it is left to index."""


def single(name: str, html: HtmlConfig, web: WebConfig) -> Document | Skipped:
    """Read the document that a file's path, ``FILE.jsonl:12`` or an address names.

    Raises:
        SourceError: there is no such file, line or page, or the name stands for many documents.
    """
    if "://" in name:
        return _fetched(name, html, web)
    path, line = Path(name), _LINE.fullmatch(name)
    if line and not path.exists():
        return _record(_file(Path(line["file"])), int(line["number"]))
    if is_records(_file(path)):
        raise SourceError(f"{name}: it holds one article a line; say which, as in {name}:1.")
    if is_list(path):
        raise SourceError(f"{name}: it lists addresses; name one of them.")
    if reason := refusal(path):
        return Skipped(name, reason)
    found = document(path, html)
    return found if isinstance(found, Skipped) else _composed(found, path.name, path.stem, name)


def _fetched(address: str, html: HtmlConfig, web: WebConfig) -> Document | Skipped:
    """A page as it is now: no kept copy of it is asked for, and none is left."""
    with (
        TemporaryDirectory(prefix="plainsearch-") as folder,
        PageStore(Path(folder) / "pages.sqlite") as store,
    ):
        page = next(pages(address, web, store), None)
    if isinstance(page, Skipped):
        return page
    if page is None or page.address != normal(address):
        raise SourceError(f"{address}: a sitemap or feed; name one of its pages.")
    try:
        extracted = extract(page.data, page.suffix, html)
    except ValueError as error:
        return Skipped(address, str(error))
    where = page.final_address
    return _composed(replace(extracted, url=extracted.url or where), where, where, address)


def _composed(found: Extracted, identity: str, title: str, origin: str) -> Document:
    return Document(found, sound(as_article(found, identity, title, origin)))


def _file(path: Path) -> Path:
    if path.is_dir():
        raise SourceError(f"{path}: a folder; name one file in it.")
    if not path.exists():
        raise SourceError(f"{path}: no such file.")
    if not path.is_file():
        raise SourceError(f"{path}: no regular file.")
    return path


def _record(path: Path, number: int) -> Document | Skipped:
    origin = f"{path}:{number}"
    for item in records(path):
        if item.origin == origin:
            item = sound(item)
            return item if isinstance(item, Skipped) else Document(_extracted(item), item)
    raise SourceError(f"{origin}: no article on this line; the file ends before it or it is blank.")


def _extracted(article: Article) -> Extracted:
    """An article as blocks that compose to it."""
    return Extracted(
        article.title, tuple(_blocks(article)), article.id, article.url, article.metadata
    )


def _blocks(article: Article) -> Iterator[Block]:
    at = 0
    for section in article.sections:
        # Records have headings of one level.
        yield from (Block("heading", part, 2) for part in _parts(article.text[at : section.start]))
        yield from (
            Block("text", part) for part in _parts(article.text[section.start : section.end])
        )
        at = section.end
    yield from (Block("heading", part, 2) for part in _parts(article.text[at:]))


def _parts(text: str) -> list[str]:
    return [part for part in text.split("\n\n") if part]
