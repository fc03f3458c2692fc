"""A sitemap or feed → the addresses of its pages, nested sitemaps included."""

from collections.abc import Callable
from dataclasses import dataclass, field

from indexer.article import Skipped
from indexer.errors import SourceError
from indexer.sources.web.address import normal
from indexer.sources.web.listing import Listing
from indexer.sources.web.unread import Unread

_DEEPEST = 3
_MOST_SITEMAPS = 10_000


@dataclass(slots=True)
class Collected:
    """What listings name."""

    pages: dict[str, None] = field(default_factory=dict)
    """Addresses in their order, each once."""
    wrong: list[Skipped] = field(default_factory=list)
    """Entries that name no address."""
    left_out: set[str] = field(default_factory=set)
    """Addresses past the limit."""
    unopened: int = 0
    """Sitemaps that were not read, since the limit was reached."""


def collect(source: Listing, nested: Callable[[str], Listing], most: int) -> Collected:
    """All pages that a listing names, up to `most`.

    Nothing is fetched but sitemaps, so that a broken one is known before any page was asked
    for. A sitemap that is named again, by itself even, is not read again.

    Raises:
        SourceError: sitemaps are nested too deep, or there are too many; and what `nested` raises.
    """
    found = Collected()
    seen = {source.address}
    waiting: list[tuple[Listing | str, int]] = [(source, 1)]
    while waiting:
        item, depth = waiting.pop()
        if isinstance(item, str):
            if len(found.pages) >= most:
                found.unopened += 1
                continue
            item = nested(item)
        addresses = _addresses(item, found)
        if not item.of_sitemaps:
            for address in addresses:
                if len(found.pages) < most:
                    found.pages[address] = None
                elif address not in found.pages:
                    found.left_out.add(address)
            continue
        new = [one for one in dict.fromkeys(addresses) if one not in seen]
        seen.update(new)
        if new and depth == _DEEPEST:
            raise SourceError(f"{item.address}: sitemaps are nested deeper than {_DEEPEST} levels.")
        if len(seen) > _MOST_SITEMAPS:
            raise SourceError(f"{source.address}: it lists more than {_MOST_SITEMAPS} sitemaps.")
        waiting += [(one, depth + 1) for one in reversed(new)]
    return found


def _addresses(item: Listing, found: Collected) -> list[str]:
    addresses = []
    for number, entry in enumerate(item.entries, 1):
        try:
            if not entry:
                raise Unread("it names no address")
            addresses.append(normal(entry, item.address))
        except Unread as why:
            said = f"'{entry}': " if entry else ""
            found.wrong.append(Skipped(f"{item.address}, entry {number}", f"{said}{why}"))
    return addresses
