"""A document between extracting and composing: what stands on many pages is still in it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from indexer.article import Article, Skipped
from indexer.extract.extracted import Extracted
from indexer.recurring import Site
from indexer.sources.file import as_article


@dataclass(frozen=True, slots=True)
class Page:
    """What was extracted from one document, and what it will be called."""

    found: Extracted
    origin: str
    """File or address, for messages."""
    site: str
    """Where the pages come from that share its furniture."""
    default_id: str
    default_title: str
    address: str | None = None
    """Where it was fetched from; None for files."""

    def article(self, site: Site) -> Article | Skipped:
        """The article that is left when the site's furniture is dropped."""
        found = site.without_furniture(self.found)
        return as_article(found, self.default_id, self.default_title, self.origin)


def host(address: str | None) -> str | None:
    """The site that an address names; None where it names none."""
    try:
        found = urlsplit(address or "").hostname
    except ValueError:  # '[' of an IPv6 address left open
        return None
    return found.removeprefix("www.") if found else None
