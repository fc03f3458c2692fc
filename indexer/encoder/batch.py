"""Bulk indexing where torch sees a GPU: the exported encoder, its network run by the original."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Self

from tokenizers import Encoding

from indexer.article import Span
from indexer.encoder.encoder import Embedded, Encoder
from indexer.encoder.onnx import Vectors
from indexer.encoder.original import Original

_WINDOW, _BATCH = 1024, 64
"""Texts read ahead to be sorted by length, and texts computed at a time."""


class BatchEncoder(Encoder):
    """An encoder that embeds documents in padded batches of like length.

    Everything but the network itself (tokens, prompts, pooling, spans, questions) is the exported
    encoder's, so that vectors are the same but for rounding.
    """

    _original: Original

    @classmethod
    def on(cls, original: Original, folder: Path) -> Self:
        """Run `original`, on the device it was loaded to, with the export in `folder`.

        Raises:
            SnapshotError: a file of the export is missing or damaged.
        """
        encoder = cls.open(folder)
        encoder._original = original
        return encoder

    def embed(self, texts: Iterable[tuple[str, Sequence[Span]]]) -> Iterator[Embedded]:
        """Embed documents' texts as `Encoder.embed` does."""
        waiting = iter(texts)
        while window := list(islice(waiting, _WINDOW)):
            prompt = self.settings.document.text
            encodings = self._tokenizer.encode_batch([prompt + text for text, _ in window])
            hidden = self._network(encodings)
            for (_, spans), encoding, tokens in zip(window, encodings, hidden, strict=True):
                yield self._pooled(encoding, tokens, spans)

    def _network(self, encodings: Sequence[Encoding]) -> list[Vectors]:
        order = sorted(range(len(encodings)), key=lambda at: len(encodings[at]))
        hidden: dict[int, Vectors] = {}
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            found = self._original.hidden([encodings[at].ids for at in batch])
            hidden.update(zip(batch, found, strict=True))
        return [hidden[at] for at in range(len(encodings))]
