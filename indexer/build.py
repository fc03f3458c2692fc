"""Articles → the files of a snapshot: split, embed what is new, take over what is known."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from indexer.article import Article, Passage, Span
from indexer.compare import Unchanged
from indexer.encoder.cache import Cached, VectorCache, heading_key, key, quantise
from indexer.encoder.encoder import Encoder
from indexer.fragment import with_targets
from indexer.snapshot.reader import Snapshot
from indexer.snapshot.writer import Embedding, SnapshotWriter
from indexer.split import TokenBudget, split

_CHUNK = 2048
"""Passages embedded at a time: few enough to hold in memory, and to lose when killed."""

_Vectors = dict[bytes, Cached]
"""Text's key → what the encoder made of it."""

Done = Callable[[float], None]
"""Told how many articles are done, parts of one counted too."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """How many passages went through the model, and how long that took."""

    passages: int
    seconds: float


@dataclass(frozen=True, slots=True)
class _Split:
    article: Article
    passages: list[Passage]


class Builder:
    """Fills a snapshot with articles, in the order given."""

    def __init__(
        self,
        writer: SnapshotWriter,
        encoder: Encoder,
        cache: VectorCache,
        parent: Snapshot | None,
        same_making: bool,
    ) -> None:
        """Fill `writer`; `parent` is the snapshot whose rows `Unchanged` speaks of.

        `same_making` says that its vectors are what this encoder and splitter would make.
        """
        self._writer, self._encoder, self._cache = writer, encoder, cache
        self._parent, self._same_making = parent, same_making
        self._budget = TokenBudget(encoder.count_tokens, encoder.room)
        self._embedded, self._seconds = 0, 0.0

    def fill(self, articles: Iterable[Article | Unchanged], done: Done) -> Embedded:
        """Add all articles."""
        chunk: list[_Split | Unchanged] = []
        waiting = finished = 0
        for item in articles:
            step = self._split(item)
            chunk.append(step)
            waiting += len(step.passages) if isinstance(step, _Split) else 0
            if waiting >= _CHUNK or len(chunk) >= _CHUNK:
                self._add(chunk, finished, done)
                finished += len(chunk)
                chunk, waiting = [], 0
        self._add(chunk, finished, done)
        return Embedded(self._embedded, self._seconds)

    def _split(self, item: Article | Unchanged) -> "_Split | Unchanged":
        if isinstance(item, Unchanged):
            if self._same_making:
                return item
            assert self._parent is not None  # who else could have the row
            item = replace(self._parent.store.article(item.row), unread=item.unread)
        return _Split(item, with_targets(item, split(item, self._budget)))

    def _add(self, chunk: list["_Split | Unchanged"], finished: int, done: Done) -> None:
        passages = [p for step in chunk if isinstance(step, _Split) for p in step.passages]
        vectors = self._embed(passages, lambda share: done(finished + share * len(chunk)))
        for step in chunk:
            if isinstance(step, Unchanged):
                assert self._parent is not None
                self._writer.copy(self._parent, step.row)
                continue
            self._writer.add(step.article, step.passages, self._embedding(step.passages, vectors))
        done(finished + len(chunk))

    def _embedding(self, passages: list[Passage], vectors: _Vectors) -> Embedding:
        """The vectors of one article, of all that were embedded."""
        dimensions = self._encoder.dimensions
        known = [vectors[key(passage)] for passage in passages]
        headings = np.zeros((len(passages), dimensions), np.int8)
        for row, passage in enumerate(passages):
            if passage.context:
                headings[row] = quantise(vectors[heading_key(passage.context)].vector[None])[0]
        return Embedding(
            np.array([one.vector for one in known], np.float32).reshape(-1, dimensions),
            headings,
            np.concatenate([np.empty((0, dimensions), np.int8), *(one.sentences for one in known)]),
            [one.tokens for one in known],
        )

    def _embed(self, passages: list[Passage], share_done: Done) -> _Vectors:
        """Vectors of passages and of what stands above them, from the cache where it has them."""
        wanted: dict[bytes, tuple[str, list[Span]]] = {
            heading_key(one.context): (one.context, []) for one in passages if one.context
        }
        wanted |= {key(one): (one.embedded_text, _spans(one)) for one in passages}
        vectors: _Vectors = {}
        for name in wanted:
            cached = self._cache.get(name)
            if cached is not None:
                vectors[name] = cached
        new = {name: text for name, text in wanted.items() if name not in vectors}
        started = time.perf_counter()
        made: _Vectors = {}
        for name, embedded in zip(new, self._encoder.embed(new.values()), strict=True):
            made[name] = Cached(embedded.vector, quantise(embedded.spans), embedded.tokens)
            if len(made) % 32 == 0:
                share_done(len(made) / len(new))
        self._cache.put(made.items())
        self._embedded += len({key(one) for one in passages} & new.keys())
        self._seconds += time.perf_counter() - started
        return vectors | made


def _spans(passage: Passage) -> list[Span]:
    """A passage's sentences as spans of what is embedded."""
    shift = len(passage.context) - passage.start
    return [(start + shift, end + shift) for start, end in passage.sentences]
