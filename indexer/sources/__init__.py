"""Where documents come from: folders, files, JSONL, the web."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from indexer.article import Article, Ignored, Skipped
from indexer.config import HtmlConfig, WebConfig
from indexer.duplicates import Duplicate, Duplicates
from indexer.errors import SourceError
from indexer.extract import extract
from indexer.extract.html import steering
from indexer.recurring import Recurring, Site
from indexer.sources.count import count
from indexer.sources.endings import READ, is_document, is_list, is_records
from indexer.sources.file import document
from indexer.sources.folder import documents
from indexer.sources.jsonl import addressed, records
from indexer.sources.page import Page, host
from indexer.sources.roots import Root, check, folders, place, roots, within
from indexer.sources.selectors import Selectors, Unmatched
from indexer.sources.spool import Kept, Spool
from indexer.sources.web import Fetched, PageStore, pages

Found = Article | Skipped | Ignored | Duplicate | Unmatched
Item = TypeVar("Item", bound=Found)

__all__ = ["Found", "Reading", "count", "read", "sound"]


@dataclass(frozen=True, slots=True)
class Reading:
    """How documents are read."""

    html: HtmlConfig = field(default_factory=HtmlConfig)
    web: WebConfig = field(default_factory=WebConfig)
    pages: Path | None = None
    """The file that keeps pages of the web for the next run; None keeps none."""
    every: bool = False
    """Whether a document is given that is the same article as another."""


_AS_IT_IS = Reading()


def read(
    sources: Sequence[str],
    reading: Reading = _AS_IT_IS,
    met: Callable[[int], None] = lambda documents: None,
) -> Iterator[Found]:
    """Read every document of the sources, in a stable order, one at a time.

    Furniture that recurs on the pages of a site is dropped, and of several documents that are
    the same article one is given; both are known only once all pages were read, so these wait on
    disk meanwhile. Records of JSONL files are structured already: they are read where they are.

    A document that several sources hold is read once: files are the same if their resolved paths
    are, pages if their addresses are.

    An article's id is the one that the document names, else its path below the source or its
    address. Of two articles with one id the first counts; the other is skipped with its reason.
    At the end come the selectors of `reading` that found nothing.

    Args:
        sources: folders, files and addresses of the web.
        reading: how.
        met: told, while pages are read, how many that are.

    Raises:
        SourceError: a source is missing, can't be read or holds no document, or there is none.
        ConfigError: how to read is wrong.
    """
    steering.check(reading.html)
    for source in sources:
        check(source)
    if not sources:
        raise SourceError(
            "No source given: name a folder, file or address, or set them in the config, as in "
            'sources = ["articles"].'
        )
    with Spool() as spool:
        counts, selectors = Recurring(), Selectors(reading.html)
        documents_met = 0
        for root, items in _read_all(roots(sources), reading):
            found = False
            for item in items:
                found = found or item is None or _holds_documents(item)
                if item is None:
                    continue
                if isinstance(item, Page):
                    counts.count(item.site, item.found)
                    selectors.count(item.found)
                spool.add(item)
                documents_met += 1
                met(documents_met)
            if not found:
                raise SourceError(_nothing_in(root))
        sites = counts.sites()
        duplicates = Duplicates() if reading.every else _duplicates(spool, sites)
        seen: dict[str, str] = {}
        for one in map(sound, _settled(spool, sites, duplicates)):
            if isinstance(one, Article):
                if one.id in seen:
                    said = f"its id '{one.id}' is already that of {seen[one.id]}"
                    yield Skipped(one.origin, f"{said}; give each article an id of its own")
                    continue
                seen[one.id] = one.origin
            yield one
        yield from selectors.unmatched()


def _nothing_in(root: Root) -> str:
    if isinstance(root, Path) and is_records(root):
        return f"{root}: it is empty. Write one article a line, as a JSON object."
    return f"{root}: no document in it. Files that are read end in {READ}."


def _holds_documents(item: Kept) -> bool:
    if isinstance(item, Path):
        return next(records(item), None) is not None
    return not isinstance(item, Ignored)


def _duplicates(spool: Spool, sites: Mapping[str, Site]) -> Duplicates:
    found = Duplicates()
    for item in spool:
        if isinstance(item, Page):
            made = item.article(sites[item.site])
            if isinstance(made, Article):
                found.note_page(made, item.found.title, item.address)
        elif isinstance(item, Path):
            for record in addressed(item):
                found.note_record(record)
    return found


def _settled(spool: Spool, sites: Mapping[str, Site], duplicates: Duplicates) -> Iterator[Found]:
    for item in spool:
        if isinstance(item, Path):
            for record in records(item):
                yield duplicates.settled(record) if isinstance(record, Article) else record
            continue
        made = item.article(sites[item.site]) if isinstance(item, Page) else item
        yield duplicates.settled(made) if isinstance(made, Article) else made


def sound(item: Item) -> Item:
    """An item without lone surrogates (file names that are not UTF-8 have them, or bad JSON)."""
    if isinstance(item, Article):
        return replace(
            item,
            id=_encodable(item.id),
            title=_encodable(item.title),
            url=_encodable(item.url),
            metadata=_encodable(item.metadata),
            origin=_encodable(item.origin),
        )
    if isinstance(item, Skipped):
        return replace(item, origin=_encodable(item.origin), reason=_encodable(item.reason))
    if isinstance(item, Duplicate):
        return replace(item, origin=_encodable(item.origin), same_as=_encodable(item.same_as))
    return item


def _encodable(value: Any) -> Any:  # noqa: ANN401 (what JSON can hold)
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_encodable(one) for one in value]
    if isinstance(value, dict):
        return {_encodable(key): _encodable(one) for key, one in value.items()}
    return value


_Met = Kept | None
"""What is met in a source; None for a document that another source holds, too."""


def _read_all(places: Sequence[Root], reading: Reading) -> Iterator[tuple[Root, Iterator[_Met]]]:
    """The sources, each with what is in it, to be read before the next is asked for."""
    once: set[str] = set()
    above = folders(places)
    several = sum(not within(folder, above) for folder in above) > 1
    with ExitStack() as stack:
        store: PageStore | None = None
        for root in places:
            if isinstance(root, Path) and not is_list(root):
                inner = several or within(root, above)
                prefix = f"{root.resolve().name}/" if inner else ""
                yield root, _read_one(root, prefix, reading.html, once)
                continue
            if store is None:
                kept = reading.pages or Path(stack.enter_context(TemporaryDirectory())) / "pages"
                store = stack.enter_context(PageStore(kept))
            yield root, _read_web(str(root), reading, store, once)


def _first_time(where: str, once: set[str]) -> bool:
    known = where in once
    once.add(where)
    return not known


def _read_web(source: str, reading: Reading, store: PageStore, once: set[str]) -> Iterator[_Met]:
    for page in pages(source, reading.web, store):
        address = page.origin if isinstance(page, Skipped) else page.address
        if not _first_time(address, once):
            yield None
            continue
        if isinstance(page, Skipped):
            yield page
            continue
        if page.kept:
            yield Skipped(page.address, page.kept)
        yield _web_page(page, reading.html)


def _web_page(page: Fetched, html: HtmlConfig) -> Kept:
    try:
        found = extract(page.data, page.suffix, html)
    except ValueError as error:
        return Skipped(page.address, str(error))
    found = replace(found, url=found.url or page.final_address)
    where = page.final_address
    return Page(found, page.address, host(where) or where, page.address, where, where)


def _read_one(root: Path, prefix: str, html: HtmlConfig, once: set[str]) -> Iterator[_Met]:
    folder = root.resolve() if root.is_dir() else root.resolve().parent
    for path in documents(root) if root.is_dir() else [root]:
        name = path.name if path == root else prefix + path.relative_to(root).as_posix()
        new = _first_time(place(str(path)), once)
        yield _read_file(path, name, str(folder), html) if new else None


def _read_file(path: Path, default_id: str, folder: str, html: HtmlConfig) -> Kept:
    if is_records(path):
        return path
    if not is_document(path):
        return Ignored(str(path))
    found = document(path, html)
    if isinstance(found, Skipped):
        return found
    return Page(found, str(path), host(found.url) or folder, default_id, path.stem)
