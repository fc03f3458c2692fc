"""Web addresses → documents: sitemaps, feeds, single pages, and files that list addresses."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from indexer.article import Skipped
from indexer.config import WebConfig
from indexer.errors import SourceError
from indexer.sources.web.address import normal
from indexer.sources.web.client import Client
from indexer.sources.web.collect import Collected, collect
from indexer.sources.web.edge import Edge
from indexer.sources.web.fetched import Fetched
from indexer.sources.web.listing import LARGEST_LISTING, Listing, from_file
from indexer.sources.web.store import PageStore
from indexer.sources.web.unread import Unread
from indexer.sources.web.visit import Visitor

__all__ = ["Edge", "Fetched", "PageStore", "pages"]


def pages(
    source: str, config: WebConfig, store: PageStore, edge: Edge | None = None
) -> Iterator[Fetched | Skipped]:
    """Read every page of a web source, in its own order, one at a time.

    What the address serves decides: of a sitemap, a sitemap index or a feed the pages listed,
    of any other document itself.

    Args:
        source: an http or https address, or the path of a ``.urls`` file: an address a line.
        config: limits and manners.
        store: the kept copies of earlier runs. Finishing the run is the caller's, once all
            sources were read.
        edge: clock, sleep, name resolution and connections, for tests.

    Raises:
        SourceError: the source can't be read as a whole: half of one is never given out.
    """
    edge = edge or Edge()
    with closing(Client(config, edge)) as client:
        visitor = Visitor(client, store, edge)
        if "://" not in source:
            found = _from_file(Path(source), config.max_pages)
        else:
            first = _read(source, visitor)
            if isinstance(first, Fetched):
                yield first
                return
            found = collect(first, lambda one: _sitemap(one, visitor), config.max_pages)
        if not found.pages:
            raise SourceError(_nothing(source, found))
        yield from found.wrong
        for address in found.pages:
            yield visitor.page(address)
        if found.left_out or found.unopened:
            yield Skipped(source, _left_out(found, config.max_pages))


def _read(source: str, visitor: Visitor) -> Fetched | Listing:
    try:
        return visitor.read(normal(source), LARGEST_LISTING)
    except Unread as why:
        raise SourceError(f"{source}: {why}.") from None


def _sitemap(address: str, visitor: Visitor) -> Listing:
    try:
        found = visitor.read(address, LARGEST_LISTING)
    except Unread as why:
        raise SourceError(f"{address}: {why}. Its pages would be missing.") from None
    if isinstance(found, Fetched):
        raise SourceError(f"{address}: it is listed as a sitemap, but is a {found.suffix} page.")
    return found


def _from_file(path: Path, most: int) -> Collected:
    found = Collected()
    for item in from_file(path):
        if isinstance(item, Skipped):
            found.wrong.append(item)
        elif len(found.pages) < most:
            found.pages[item] = None
        elif item not in found.pages:
            found.left_out.add(item)
    return found


def _nothing(source: str, found: Collected) -> str:
    wrong = "".join(f" {one.origin}: {one.reason}." for one in found.wrong[:1])
    if "://" not in source:
        return f"{source}: no address in it. Write one a line, with its https://.{wrong}"
    return f"{source}: it lists no page.{wrong}"


def _left_out(found: Collected, most: int) -> str:
    more = [f"{len(found.left_out)} more addresses"] if found.left_out else []
    more += [f"{found.unopened} sitemaps that were not opened"] if found.unopened else []
    return (
        f"only its first {most} pages were read, the limit max_pages under [web]; "
        f"left out: {', '.join(more)}"
    )
