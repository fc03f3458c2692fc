"""An address → the document or listing there, from the web or from its kept copy."""

from dataclasses import dataclass, replace

from indexer.article import Skipped
from indexer.sources.file import LARGEST
from indexer.sources.web.client import Client
from indexer.sources.web.edge import Edge
from indexer.sources.web.fetched import Fetched
from indexer.sources.web.gzipped import MAGIC, over, unpacked
from indexer.sources.web.kind import as_utf8, content_type, suffix
from indexer.sources.web.listing import Listing, listing
from indexer.sources.web.request import Answer
from indexer.sources.web.store import PageStore
from indexer.sources.web.unread import ForNow, Unread


@dataclass(frozen=True, slots=True)
class Visitor:
    """Reads addresses, and keeps what it reads."""

    client: Client
    store: PageStore
    edge: Edge

    def page(self, address: str) -> Fetched | Skipped:
        """The document at an address that a listing names."""
        try:
            found = self.read(address)
        except Unread as why:
            return Skipped(address, str(why))
        if isinstance(found, Listing):
            reason = "it is a sitemap or feed, not an article: name it as a source of its own"
            return Skipped(address, reason)
        return found

    def read(self, address: str, largest: int = LARGEST) -> Fetched | Listing:
        """What is at an address.

        A document that this run has fetched already, or that is still the same, comes from its
        kept copy, and one that can't be had for now too, if there is a copy.

        Raises:
            Unread: there is neither; or it is no document, forbidden, or gone: then its copy is
                forgotten.
        """
        now = self.edge.now()
        copy = self.store.copy(address, now)
        if copy and copy.of_this_run:
            self.store.hold(address)
            return copy.page
        known = (copy.page.final_address, copy.questions) if copy and copy.questions else None
        try:
            answer = self.client.get(address, known, largest)
            if copy and answer.status == 304:
                self.store.confirm(address, now)
                return copy.page
            found = _found(address, answer, largest)
        except ForNow as why:
            if copy is None:
                raise
            self.store.hold(address)
            kept = f"{why}; the copy of {copy.fetched:%Y-%m-%d} is used"
            return replace(copy.page, kept=kept)
        except Unread:
            self.store.forget(address)
            raise
        if isinstance(found, Fetched):
            headers = answer.headers
            self.store.keep(found, headers.get("etag", ""), headers.get("last-modified", ""), now)
        return found


def _found(address: str, answer: Answer, largest: int) -> Fetched | Listing:
    body = answer.body
    if body.startswith(MAGIC):  # a .xml.gz
        body = unpacked(body, largest)
        answer = replace(answer, body=body)
    found = listing(answer.address, content_type(answer), body)
    if found:
        return found
    form = suffix(answer)
    if len(body) > LARGEST:
        raise Unread(over(LARGEST))
    return Fetched(address, answer.address, as_utf8(body, answer, form), form)
