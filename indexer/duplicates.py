"""The same article at several addresses or in several files: indexed once, all of them named."""

from dataclasses import dataclass, field, replace
from hashlib import blake2b
from urllib.parse import urlsplit

import numpy as np

from indexer import alike
from indexer.article import Article
from indexer.snapshot.store import Store
from indexer.snapshot.twins import Twins

_TELLING = 5
"""Words below which a text says too little to be known again."""
_SURE = 15
"""Words below which the titles must not differ, either: 'No, ask your doctor first.' answers many
questions."""
_VERSIONS = 0.8
"""Similarity above which pages of one canonical address are taken for one. Below it the address
is a mistake of the site's: templates that name the home page on every page are common."""
_MISTAKEN = 8
"""Different texts of one canonical address, from which on no more of them are looked at."""
MOST_NEAR = 100
"""Pairs of near-duplicates reported of one run."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A document that was left out since another says the same."""

    origin: str
    same_as: str
    """Origin of the article that is indexed."""


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """Two articles that are both indexed, but say nearly the same."""

    id: str
    like: str
    """Id of the other, which comes before it."""
    similarity: float


@dataclass(slots=True)
class _Seen:
    origin: str
    id: str
    title: str
    url: str | None
    address: str | None
    same: "list[_Seen]" = field(default_factory=list)
    """All that say the same, itself among them; one list for all."""

    @property
    def canonical(self) -> bool:
        """Whether it stands where the page itself says that it belongs."""
        own = {_spelling(name) for name in (self.address, self.id) if name}
        return self.url is not None and _spelling(self.url) in own

    def name(self, kept: "_Seen") -> str:
        """How it is told from the article that is kept."""
        if self.address:
            return self.address
        return self.url if self.url and self.url != kept.url else self.id


class Duplicates:
    """Is shown every document that could be another's duplicate, then says which are."""

    def __init__(self) -> None:
        self._by_origin: dict[str, _Seen] = {}
        self._by_id: dict[str, _Seen] = {}
        self._by_text: dict[bytes, list[_Seen]] = {}
        self._by_address: dict[str, list[tuple[_Seen, alike.Signature]]] = {}

    def note_page(self, article: Article, title: str, address: str | None) -> None:
        """Show a page: it is the same as one of the same text, or of the same canonical address
        and much the same text.

        Args:
            article: what became of it.
            title: what the page calls itself; empty where it doesn't.
            address: where it was fetched from; None for files.
        """
        seen = self._note(article, title, address)
        if seen is None or article.url is None:
            return
        key, signature = _spelling(article.url), alike.signature(article.text)
        versions = self._by_address.setdefault(key, [])
        first = next(
            (other for other, held in versions if alike.estimate(held, signature) >= _VERSIONS),
            None,
        )
        if first is not None:
            _join(first, seen)
        elif len(versions) < _MISTAKEN:
            versions.append((seen, signature))

    def note_record(self, article: Article) -> None:
        """Show a record of a JSONL file: it is the same as another document only by its text.

        One without address stands for itself: what exported it told it from others by its id.
        A shared address alone says nothing: questions and answers of one page have it.
        """
        if article.url:
            self._note(article, article.title, None)

    def settled(self, article: Article) -> Article | Duplicate:
        """The article, with what else it stands for in its metadata; or why it is left out."""
        seen = self._by_origin.get(article.origin)
        if seen is None or seen.id != article.id or len(seen.same) < 2:
            return article
        kept = next((one for one in seen.same if one.canonical), seen.same[0])
        if kept is not seen:
            return Duplicate(seen.origin, kept.origin)
        others = {one.name(kept) for one in seen.same if one is not kept}
        names = sorted(others - {kept.address, kept.url, kept.id})
        if not names:
            return article
        return replace(article, metadata={**article.metadata, "also_at": names})

    def _note(self, article: Article, title: str, address: str | None) -> _Seen | None:
        if article.origin in self._by_origin:  # one source named twice
            return None
        seen = _Seen(article.origin, article.id, _plain(title), article.url, address)
        words = article.text.casefold().split()
        versions = self._by_text.setdefault(_key(words), []) if len(words) >= _TELLING else []
        sure = len(words) >= _SURE
        first = next((one for one in versions if sure or _titles_agree(one, seen)), None)
        clash = self._by_id.setdefault(article.id, seen)
        if clash is not seen and clash is not first:
            return None  # it will be refused for its id, so nothing may be left out for it
        self._by_origin[article.origin] = seen
        seen.same.append(seen)
        if first is not None:
            _join(first, seen)
        else:
            versions.append(seen)
        return seen


def near_duplicates(store: Store, twins: Twins) -> list[NearDuplicate]:
    """The articles of a snapshot that say nearly the same as one before them: the first hundred
    pairs. An editor looks at a few at a time."""
    found = []
    for row in np.flatnonzero(twins.first != np.arange(len(twins.first)))[:MOST_NEAR].tolist():
        one, other = store.article(row), store.article(int(twins.first[row]))
        similarity = alike.similarity(one.text, other.text)
        found.append(NearDuplicate(one.id, other.id, round(similarity, 3)))
    return found


def _join(one: _Seen, other: _Seen) -> None:
    if one.same is other.same:
        return
    together = one.same
    together += other.same
    for seen in other.same:
        seen.same = together


def _titles_agree(one: _Seen, other: _Seen) -> bool:
    titles = {seen.title for seen in (*one.same, other)} - {""}
    return len(titles) < 2


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _key(words: list[str]) -> bytes:
    return blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=16).digest()


def _spelling(address: str) -> str:
    """An address without what never tells two pages apart."""
    try:
        parts = urlsplit(address)
    except ValueError:  # '[' of an IPv6 address left open
        return address
    return f"{parts.netloc.casefold()}{parts.path.rstrip('/')}?{parts.query}"
