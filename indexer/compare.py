"""What the sources hold now, against what the published snapshot holds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from indexer.article import Article, Ignored, Skipped
from indexer.duplicates import Duplicate
from indexer.snapshot.reader import Snapshot
from indexer.sources import Found


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An article that the published snapshot already has, word for word, in a row."""

    row: int
    unread: tuple[tuple[int, str], ...] = ()
    """What its page shows besides now: may have changed, and counts only if it is split anew."""


@dataclass(slots=True)
class Tally:
    """What a comparison has met so far."""

    articles: int = 0
    added: int = 0
    changed: int = 0
    ignored: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)

    def removed(self, published: int) -> int:
        """How many of the published articles are gone; to be asked at the end."""
        return published - (self.articles - self.added)


def compare(
    found: Iterable[Found], published: Snapshot | None, tally: Tally
) -> Iterator[Article | Unchanged]:
    """Tell new and changed articles (given whole) from unchanged ones (given by their row).

    Documents that could not be read, and those left out as duplicates, are left to the tally.
    """
    for item in found:
        if isinstance(item, Ignored):
            tally.ignored += 1
        elif isinstance(item, Skipped):
            tally.skipped.append(item)
        elif isinstance(item, Duplicate):
            tally.duplicates.append(item)
        else:
            tally.articles += 1
            known = published.store.find_article(item.id) if published else None
            if known and known[1] == item.fingerprint:
                yield Unchanged(known[0], item.unread)
                continue
            tally.changed += known is not None
            tally.added += known is None
            yield item
