"""Articles → the files of a snapshot: split, embed what is new, take over what is known."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from indexer.article import Article, Passage, Span
from indexer.compare import Unchanged
from indexer.encoder.cache import Quantised, VectorCache, key, quantise
from indexer.encoder.encoder import Encoder
from indexer.encoder.onnx import Vectors
from indexer.snapshot.reader import Snapshot
from indexer.snapshot.writer import Embedding, SnapshotWriter
from indexer.split import TokenBudget, split

_CHUNK = 2048
"""Passages embedded at a time: few enough to hold in memory, and to lose when killed."""

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
            item = self._parent.store.article(item.row)
        return _Split(item, split(item, self._budget))

    def _add(self, chunk: list["_Split | Unchanged"], finished: int, done: Done) -> None:
        passages = [p for step in chunk if isinstance(step, _Split) for p in step.passages]
        vectors = self._embed(passages, lambda share: done(finished + share * len(chunk)))
        for step in chunk:
            if isinstance(step, Unchanged):
                assert self._parent is not None
                self._writer.copy(self._parent, step.row)
                continue
            known = [vectors[key(passage)] for passage in step.passages]
            empty = self._encoder.dimensions
            embedding = Embedding(
                np.array([vector for vector, _ in known], np.float32).reshape(-1, empty),
                np.concatenate([np.empty((0, empty), np.int8), *(rows for _, rows in known)]),
            )
            self._writer.add(step.article, step.passages, embedding)
        done(finished + len(chunk))

    def _embed(
        self, passages: list[Passage], share_done: Done
    ) -> dict[bytes, tuple[Vectors, Quantised]]:
        """Vectors of passages, from the cache where it has them."""
        vectors: dict[bytes, tuple[Vectors, Quantised]] = {}
        new: dict[bytes, Passage] = {}
        for passage in passages:
            name = key(passage)
            cached = self._cache.get(name)
            if cached is None:
                new[name] = passage
            else:
                vectors[name] = cached
        started = time.perf_counter()
        made: dict[bytes, tuple[Vectors, Quantised]] = {}
        texts = ((passage.embedded_text, _spans(passage)) for passage in new.values())
        for name, embedded in zip(new, self._encoder.embed(texts), strict=True):
            made[name] = embedded.vector, quantise(embedded.spans)
            if len(made) % 32 == 0:
                share_done(len(made) / len(new))
        self._cache.put((name, *both) for name, both in made.items())
        self._embedded += len(new)
        self._seconds += time.perf_counter() - started
        return vectors | made


def _spans(passage: Passage) -> list[Span]:
    """A passage's sentences as spans of what is embedded."""
    shift = len(passage.context) - passage.start
    return [(start + shift, end + shift) for start, end in passage.sentences]
