"""lexical/: BM25 over passages, as sorted postings in mapped arrays."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log
from pathlib import Path

import numpy as np
import numpy.typing as npt

FOLDER = "lexical"
_K1, _B = 0.9, 0.4  # Lucene's settings for passages in Anserini (Yang et al., JDIQ 2018)

Scores = npt.NDArray[np.float32]


class LexicalWriter:
    """Collects the stems of passages in the order of their rows; writes postings at the end."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._terms: list[npt.NDArray[np.int32]] = []
        self._counts: list[npt.NDArray[np.int32]] = []

    def add(self, stems: Sequence[str]) -> None:
        """Add the next passage."""
        counted = Counter(stems)
        numbers = [self._numbers.setdefault(stem, len(self._numbers)) for stem in counted]
        self._terms.append(np.array(numbers, np.int32))
        self._counts.append(np.fromiter(counted.values(), np.int32, len(counted)))

    def write(self, folder: Path) -> None:
        """Write the index: stems sorted, each with its passages and what it adds to their score.

        Scores are those of Lucene's BM25 (Kamphuis et al., ECIR 2020): idf·tf/(tf + k1·(1 − b +
        b·length/average)), with idf = ln(1 + (n − df + ½)/(df + ½)).
        """
        folder.mkdir()
        passages, vocabulary = len(self._terms), sorted(self._numbers)
        rank = np.empty(len(vocabulary), np.int64)
        for place, stem in enumerate(vocabulary):
            rank[self._numbers[stem]] = place
        lengths = np.array([counts.sum() for counts in self._counts], np.float64)
        rows = np.repeat(np.arange(passages, dtype=np.int32), [len(t) for t in self._terms])
        terms = rank[np.concatenate([*self._terms, np.empty(0, np.int32)])]
        counts = np.concatenate([*self._counts, np.empty(0, np.int32)]).astype(np.float64)

        frequency = np.bincount(terms, minlength=len(vocabulary))
        idf = np.log1p((passages - frequency + 0.5) / (frequency + 0.5))
        average = max(lengths.mean(), 1.0) if passages else 1.0
        damping = _K1 * (1 - _B + _B * lengths[rows] / average)
        weights = (idf[terms] * counts / (counts + damping)).astype(np.float32)

        order = np.argsort(terms, kind="stable")
        np.save(folder / "rows.npy", rows[order])
        np.save(folder / "weights.npy", weights[order])
        np.save(folder / "starts.npy", np.concatenate([[0], np.cumsum(frequency)]).astype(np.int64))
        text = "".join(stem + "\n" for stem in vocabulary)
        (folder / "vocabulary.txt").write_text(text, encoding="utf-8")


class Lexical:
    """A lexical index, mapped from disk."""

    def __init__(self, folder: Path, passages: int) -> None:
        vocabulary = (folder / "vocabulary.txt").read_text(encoding="utf-8").split("\n")[:-1]
        self._numbers = {stem: number for number, stem in enumerate(vocabulary)}
        self._starts = np.load(folder / "starts.npy", allow_pickle=False)
        self._rows = np.load(folder / "rows.npy", mmap_mode="r", allow_pickle=False)
        self._weights = np.load(folder / "weights.npy", mmap_mode="r", allow_pickle=False)
        self.passages = passages

    def __contains__(self, stem: str) -> bool:
        """Whether any passage holds a stem."""
        return stem in self._numbers

    def fits(self) -> bool:
        """Whether its files belong together and name no passage that there is not."""
        return (
            len(self._starts) == len(self._numbers) + 1
            and int(self._starts[-1]) == len(self._rows) == len(self._weights)
            and (not len(self._rows) or bool(self._rows.min() >= 0))
            and (not len(self._rows) or bool(self._rows.max() < self.passages))
        )

    def idf(self, stem: str) -> float:
        """How telling a stem is: the more passages hold it, the less."""
        number = self._numbers.get(stem)
        held = 0 if number is None else int(self._starts[number + 1] - self._starts[number])
        return log(1 + (self.passages - held + 0.5) / (held + 0.5))

    def scores(self, stems: Iterable[str]) -> Scores:
        """BM25 of every passage for a question's stems. Shape (passages,)."""
        scores = np.zeros(self.passages, np.float32)
        for stem in sorted(set(stems)):
            number = self._numbers.get(stem)
            if number is not None:
                held = slice(self._starts[number], self._starts[number + 1])
                scores[self._rows[held]] += self._weights[held]
        return scores
