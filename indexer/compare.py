"""What the sources hold now, against what the published snapshot holds."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from indexer.article import Article, Ignored, Skipped
from indexer.duplicates import Duplicate
from indexer.snapshot.reader import Snapshot
from indexer.sources import Found
from indexer.sources.selectors import Unmatched


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
    skipped: list[Skipped] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    """Files that are no documents, by the ending of their names."""
    unmatched: list[Unmatched] = field(default_factory=list)

    def removed(self, published: int) -> int:
        """How many of the published articles are gone; to be asked at the end."""
        return published - (self.articles - self.added)


def compare(
    found: Iterable[Found], published: Snapshot | None, tally: Tally
) -> Iterator[Article | Unchanged]:
    """Tell new and changed articles (given whole) from unchanged ones (given by their row).

    What is no article (documents that could not be read, duplicates …) is left to the tally.
    """
    for item in found:
        if isinstance(item, Ignored):
            tally.ignored[item.kind] += 1
        elif isinstance(item, Skipped):
            tally.skipped.append(item)
        elif isinstance(item, Duplicate):
            tally.duplicates.append(item)
        elif isinstance(item, Unmatched):
            tally.unmatched.append(item)
        else:
            tally.articles += 1
            known = published.store.find_article(item.id) if published else None
            if known and known[1] == item.fingerprint:
                yield Unchanged(known[0], item.unread)
                continue
            tally.changed += known is not None
            tally.added += known is None
            yield item
