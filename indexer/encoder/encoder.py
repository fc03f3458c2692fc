"""Text → vectors by an exported model: the torch-free half of the encoder."""

import json
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import repeat
from pathlib import Path
from typing import Self

import numpy as np
from tokenizers import Encoding, Tokenizer

from indexer.article import Span
from indexer.encoder import tokens
from indexer.encoder.onnx import Graph, Vectors, unit
from indexer.encoder.token_vectors import Ids, TokenVectors, merged
from indexer.encoder.tokens import TOKENIZER
from indexer.errors import SnapshotError

BODY, HEAD, SETTINGS = "model.onnx", "head.onnx", "encoder.json"


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model wants ahead of every text of a kind (empty for most)."""

    text: str = ""
    unpooled: int = 0
    """How many tokens at the start of the text are left out of its vector."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an exported model says of itself: encoder.json."""

    model: str
    """Its name, for people."""
    fingerprint: str
    """Differs between encoders that could give the same text other vectors."""
    precision: str
    """What it computes in: fp32 or int8."""
    agreement: float
    """The smallest cosine between its vectors and the original model's, over the texts that
    every export is checked with."""
    dimensions: int
    max_tokens: int
    """The longest text it sees, special tokens included."""
    query: Prompt
    document: Prompt

    def write(self, folder: Path) -> None:
        """Write encoder.json."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        (folder / SETTINGS).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read encoder.json.

        Raises:
            OSError, ValueError, TypeError, KeyError: it can't be read.
        """
        found = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        query, document = Prompt(**found.pop("query")), Prompt(**found.pop("document"))
        return cls(query=query, document=document, **found)


@dataclass(frozen=True, slots=True)
class Embedded:
    """One text's vectors, all of unit length."""

    vector: Vectors
    """Shape (dimensions,)."""
    spans: Vectors
    """Shape (spans, dimensions): each span's tokens as read in the midst of the whole text
    ('late chunking', Günther et al. 2024)."""
    tokens: TokenVectors
    """Its tokens, without special ones and the prompt's; none where no span was asked for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the model read it."""

    vector: Vectors
    """Shape (dimensions,), of unit length."""
    ids: Ids
    """Its tokens, ascending, each once. Shape (tokens,)."""
    tokens: Vectors
    """What they are read as, of unit length. Shape (tokens, width)."""


class Encoder:
    """An exported sentence-transformers model: texts in, unit vectors out.

    A text goes through the model alone, so that its vector depends on nothing but the text, and
    no padding is computed; texts side by side keep all cores busy.
    """

    def __init__(self, body: Graph, head: Graph, tokenizer: Tokenizer, settings: Settings) -> None:
        self._body, self._head = body, head
        self._tokenizer = tokenizer
        self.settings = settings

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open an exported model.

        Args:
            folder: holds model.onnx (token ids → token embeddings), head.onnx (token embeddings
                → the text's vector), tokenizer.json and encoder.json.

        Raises:
            SnapshotError: a file is missing or damaged.
        """
        try:
            settings = Settings.read(folder)
            tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            tokenizer.no_padding()
            tokenizer.enable_truncation(settings.max_tokens)
            return cls(Graph(folder / BODY), Graph(folder / HEAD), tokenizer, settings)
        except Exception as error:  # each library has its own, down to bare Exception
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise SnapshotError(
                f"{folder}: the encoder in it can't be opened: {reason} Run 'plainsearch index' "
                "again, or 'plainsearch snapshots rollback'."
            ) from error

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self.settings.dimensions

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without the special ones, however long it is."""
        return tokens.count(self._tokenizer, texts)

    @property
    def room(self) -> int:
        """Tokens a document's text may have before the model would cut it off."""
        settings = self.settings
        return tokens.room(self._tokenizer, settings.max_tokens, settings.document.text)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed documents' texts; what is past the model's limit is not seen.

        Returns:
            Shape (texts, dimensions), float32, rows of unit length.
        """
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        for row, embedded in enumerate(self.embed(zip(texts, repeat(())))):
            vectors[row] = embedded.vector
        return vectors

    def encode_question(self, text: str) -> Vectors:
        """Embed a question of any length: the mean of its windows where one does not hold it.

        Returns:
            Shape (dimensions,), of unit length.
        """
        return self.read_question(text).vector

    def read_question(self, text: str) -> Asked:
        """Embed a question as `encode_question` does, and its tokens."""
        prompt = self.settings.query
        whole = self._tokenizer.encode(prompt.text + text)
        windows: list[Encoding] = [whole, *whole.overflowing]
        hidden = [self._hidden(window) for window in windows]
        pooled = sum(
            self._pool(tokens, prompt if window is whole else Prompt()) * len(window)
            for window, tokens in zip(windows, hidden, strict=True)
        )
        told = [_told(*both, prompt) for both in zip(windows, hidden, strict=True)]
        ids, tokens = (np.concatenate(parts) for parts in zip(*told, strict=True))
        return Asked(unit(np.asarray(pooled, np.float32)), *merged(ids, tokens))

    def embed(self, texts: Iterable[tuple[str, Sequence[Span]]]) -> Iterator[Embedded]:
        """Embed documents' texts, and with them spans of each (code points).

        Streams: a few texts are read ahead of what is taken, whatever their number.

        Yields:
            What each text gave, in order.
        """
        with ThreadPoolExecutor(_cores(), "encoder") as pool:
            waiting: deque[Future[Embedded]] = deque()
            for text, spans in texts:
                waiting.append(pool.submit(self._embed, text, spans))
                if len(waiting) > 4 * _cores():
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def _embed(self, text: str, spans: Sequence[Span]) -> Embedded:
        encoding = self._tokenizer.encode(self.settings.document.text + text)
        return self._pooled(encoding, self._hidden(encoding), spans)

    def _hidden(self, encoding: Encoding) -> Vectors:
        """Token embeddings, shape (tokens, width)."""
        return np.asarray(self._body(np.array([encoding.ids], np.int64))[0])

    def _pooled(self, encoding: Encoding, hidden: Vectors, spans: Sequence[Span]) -> Embedded:
        prompt = self.settings.document
        vector = unit(self._pool(hidden, prompt))
        if not spans:
            none = np.empty((0, self.dimensions), np.float32)
            return Embedded(vector, none, TokenVectors.none())
        offsets = np.asarray(encoding.offsets) - len(prompt.text)
        means = np.empty((len(spans), 1, hidden.shape[1]), np.float32)
        for row, (start, end) in enumerate(spans):
            inside = (offsets[:, 0] < end) & (offsets[:, 1] > start)
            # A sentence of nothing but characters unknown to the tokenizer stands for the whole.
            means[row, 0] = hidden[inside].mean(axis=0) if inside.any() else hidden.mean(axis=0)
        tokens = TokenVectors.of(*_told(encoding, hidden, prompt))
        return Embedded(vector, unit(self._head(means)), tokens)

    def _pool(self, hidden: Vectors, prompt: Prompt) -> Vectors:
        return np.asarray(self._head(hidden[None, prompt.unpooled :])[0])


def _told(encoding: Encoding, hidden: Vectors, prompt: Prompt) -> tuple[Ids, Vectors]:
    """Tokens of the text itself, with their embeddings: special ones stand nowhere in it."""
    inside = np.asarray(encoding.offsets)[:, 1] > len(prompt.text)
    return np.asarray(encoding.ids, np.int32)[inside], hidden[inside]


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
