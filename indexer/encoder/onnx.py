"""Runs an exported model on ONNX Runtime: the torch-free half of the encoder."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding, Tokenizer

from indexer.article import Span
from indexer.errors import SnapshotError

if TYPE_CHECKING:
    import onnxruntime

SETTINGS_FILE = "encoder.json"
Vectors = npt.NDArray[np.float32]

_BATCH = 4  # small batches of equal length stay in the processor's cache (docs/architecture.md)


@dataclass(frozen=True, slots=True)
class Embedded:
    """One text's vectors, all of unit length."""

    vector: Vectors
    """Shape (dimensions,)."""
    spans: Vectors
    """Shape (spans, dimensions): each span's tokens as read in the midst of the whole text
    ('late chunking', Günther et al. 2024)."""


class Encoder:
    """An exported sentence-transformers model: texts in, unit vectors out."""

    def __init__(
        self,
        session: "onnxruntime.InferenceSession",
        tokenizer: Tokenizer,
        settings: dict[str, Any],
    ) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._inputs: list[str] = settings["inputs"]
        self._pooling: str = settings["pooling"]
        self.name: str = settings["model"]
        self.fingerprint: str = settings["fingerprint"]
        self.dimensions: int = settings["dimensions"]
        self.max_tokens: int = settings["max_tokens"]

    @classmethod
    def open(cls, folder: Path, threads: int = 0) -> "Encoder":
        """Open an exported model.

        Args:
            folder: holds model.onnx, tokenizer.json and encoder.json.
            threads: how many to compute with; 0 takes every core.

        Raises:
            SnapshotError: a file is missing or damaged.
        """
        # Here and not above: a process forked after this import hangs when it exits.
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        # Idle threads that spin would take the cores from other workers and from FAISS.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            settings = json.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8"))
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            tokenizer.no_padding()
            tokenizer.enable_truncation(settings["max_tokens"])
            session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
            return cls(session, tokenizer, settings)
        except Exception as error:  # each library has its own, down to bare Exception
            reason = str(error).splitlines()[0]
            raise SnapshotError(
                f"{folder}: the encoder in it can't be opened: {reason} Run 'plainsearch index' "
                "again, or 'plainsearch snapshots rollback'."
            ) from error

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without the special ones, however long it is."""
        counts = []
        for encoding in self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False):
            counts.append(len(encoding) + sum(len(more) for more in encoding.overflowing))
        return counts

    @property
    def room(self) -> int:
        """Tokens a text may have before the model would cut it off."""
        return self.max_tokens - int(self._tokenizer.num_special_tokens_to_add(False))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as they are; what is past the model's limit is not seen.

        Returns:
            Shape (texts, dimensions), float32, rows of unit length.
        """
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        for at, embedded in self.embed(texts, [()] * len(texts)):
            vectors[at] = embedded.vector
        return vectors

    def encode_long(self, text: str) -> Vectors:
        """Embed a text of any length: the mean of its windows where one does not hold it.

        Returns:
            Shape (dimensions,), of unit length.
        """
        whole: Encoding = self._tokenizer.encode(text)
        windows = [whole, *whole.overflowing]
        hidden = [self._forward([window])[0] for window in windows]
        pooled = sum(
            self._pool(tokens) * len(window) for tokens, window in zip(hidden, windows, strict=True)
        )
        vector: Vectors = _unit(np.asarray(pooled, np.float32)[None, :])[0]
        return vector

    def embed(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]]
    ) -> Iterator[tuple[int, Embedded]]:
        """Embed texts, and with them spans of each (code points), in one pass of the model.

        Yields:
            The number of a text and what it gave; texts of like length first, not in order.
        """
        encodings = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda at: (len(encodings[at]), at))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            hidden = self._forward([encodings[at] for at in batch])
            for at, tokens in zip(batch, hidden, strict=True):
                kept = tokens[: len(encodings[at])]
                yield (
                    at,
                    Embedded(
                        _unit(self._pool(kept)[None, :])[0],
                        self._pool_spans(kept, encodings[at], spans[at]),
                    ),
                )

    def _forward(self, encodings: Sequence[Encoding]) -> Vectors:
        longest = max(len(encoding) for encoding in encodings)
        shape = (len(encodings), longest)
        ids, mask, types = (np.zeros(shape, np.int64) for _ in range(3))
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding)] = encoding.ids
            mask[row, : len(encoding)] = 1
            types[row, : len(encoding)] = encoding.type_ids
        values = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        hidden = self._session.run(None, {name: values[name] for name in self._inputs})[0]
        return np.asarray(hidden, np.float32)

    def _pool(self, tokens: Vectors) -> Vectors:
        pooled = tokens[0] if self._pooling == "cls" else tokens.mean(axis=0)
        return np.asarray(pooled, np.float32)

    def _pool_spans(self, tokens: Vectors, encoding: Encoding, spans: Sequence[Span]) -> Vectors:
        if not spans:
            return np.empty((0, self.dimensions), np.float32)
        offsets = np.asarray(encoding.offsets)
        pooled = np.empty((len(spans), self.dimensions), np.float32)
        for row, (start, end) in enumerate(spans):
            inside = (offsets[:, 0] < end) & (offsets[:, 1] > start)
            # A sentence of nothing but characters unknown to the tokenizer stands for the whole.
            pooled[row] = tokens[inside].mean(axis=0) if inside.any() else tokens.mean(axis=0)
        return _unit(pooled)


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)
