"""Question and passage → how well the one answers the other, by an exported cross-encoder."""

import json
import time
from dataclasses import asdict, dataclass
from math import exp
from pathlib import Path
from statistics import median
from typing import Self

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding, Tokenizer

from indexer.encoder.onnx import Graph
from indexer.encoder.tokens import TOKENIZER
from indexer.errors import SnapshotError

NETWORK, SETTINGS = "model.onnx", "reranker.json"

_FULL = 160
"""Tokens of a question and a full passage together."""


@dataclass(frozen=True, slots=True)
class RerankerSettings:
    """What an exported cross-encoder says of itself: reranker.json."""

    model: str
    """Its name, for people."""
    fingerprint: str
    """Differs between cross-encoders that could score the same pair otherwise."""
    precision: str
    """What it computes in: fp32 or int8."""
    difference: float
    """The largest between its logits and the original model's, over the pairs that every export
    is checked with."""
    max_tokens: int
    """The longest pair it sees, special tokens included."""
    pair_ms: float
    """Milliseconds that a full passage took on the machine that exported it."""

    def write(self, folder: Path) -> None:
        """Write reranker.json."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        (folder / SETTINGS).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read reranker.json.

        Raises:
            OSError, ValueError, TypeError: it can't be read.
        """
        return cls(**json.loads((folder / SETTINGS).read_text(encoding="utf-8")))


class Reranker:
    """An exported cross-encoder: it reads question and passage together, one pair at a time, on
    one thread. May be used by several threads at once."""

    def __init__(self, network: Graph, tokenizer: Tokenizer, settings: RerankerSettings) -> None:
        self._network, self._tokenizer = network, tokenizer
        self.settings = settings

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open an exported cross-encoder.

        Args:
            folder: holds model.onnx (a pair → its logit), tokenizer.json and reranker.json.

        Raises:
            SnapshotError: a file is missing or damaged.
        """
        try:
            settings = RerankerSettings.read(folder)
            tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            tokenizer.no_padding()
            tokenizer.enable_truncation(settings.max_tokens, strategy="longest_first")
            return cls(Graph(folder / NETWORK), tokenizer, settings)
        except Exception as error:  # each library has its own, down to bare Exception
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise SnapshotError(
                f"{folder}: the reranker in it can't be opened: {reason} Run 'plainsearch index' "
                "again, or 'plainsearch snapshots rollback'."
            ) from error

    def logit(self, question: str, passage: str) -> float:
        """What the network says of a pair: the larger, the better the passage answers.

        What is past the model's limit is not seen; it is cut from the longer of the two.
        """
        return float(self._network(pair(self._tokenizer.encode(question, passage)))[0, 0])

    def score(self, question: str, passage: str) -> float:
        """The logit's sigmoid: 0 to 1."""
        # Beyond 30 float32 shows no difference, and exp() of a large number overflows.
        return 1 / (1 + exp(min(30.0, -self.logit(question, passage))))

    def milliseconds(self) -> float:
        """How long a full passage takes on this machine: the median of several."""
        full = pair(self._tokenizer.encode("What helps a sore knee?", "Rest it. " * _FULL))
        took = []
        for _ in range(8):
            started = time.perf_counter()
            self._network(full[:, :_FULL])
            took.append(1000 * (time.perf_counter() - started))
        return median(took[1:])  # the first warms up


def pair(encoding: Encoding) -> npt.NDArray[np.int64]:
    """What the network is given. Shape (2, tokens): ids, and which of the two texts each is of."""
    return np.array([encoding.ids, encoding.type_ids], np.int64)
