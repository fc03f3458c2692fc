"""Which articles say nearly the same, by the runs of words that they share."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

NEARLY = 0.9
"""Share of the runs of words of two articles that both have, from which one tells no more than
the other."""
_RUN = 4
"""Words in a run."""
_BANDS, _ROWS = 8, 8
"""Of 64 numbers a signature, eight in a row agree in some band for 99 of 100 pairs at 0.9."""
NUMBERS = _BANDS * _ROWS
"""In a signature."""
_ERROR = 0.15
"""How much an estimate may be too low: four times its standard deviation."""

Hashes = npt.NDArray[np.uint64]
Signature = npt.NDArray[np.uint32]

_WORD = re.compile(r"\w+")
_random = np.random.default_rng(1997)
_FACTORS = _random.integers(2**62, 2**63, (NUMBERS, 1), np.uint64) * 2 + 1
_SHIFTS = _random.integers(2**63, size=(NUMBERS, 1), dtype=np.uint64)
_MIXER = np.uint64(0x9E3779B97F4A7C15)


def similarity(one: str, other: str) -> float:
    """Share of their runs of words that two texts have in common (Jaccard): 0 to 1."""
    runs = np.unique(_runs(one)), np.unique(_runs(other))
    common = len(np.intersect1d(*runs, assume_unique=True))
    together = len(runs[0]) + len(runs[1]) - common
    return common / together if together else 1.0


def signature(text: str) -> Signature:
    """Numbers of which two texts share about as many as they share runs of words (MinHash,
    Broder 1997). Shape (64,)."""
    runs = _runs(text)
    if not len(runs):
        return np.zeros(NUMBERS, np.uint32)
    smallest = (runs * _FACTORS + _SHIFTS).min(axis=1)
    return np.asarray(smallest >> np.uint64(32), np.uint32)


def estimate(one: Signature, other: Signature) -> float:
    """About the similarity of the texts of two signatures."""
    return float((one == other).mean())


def candidates(signatures: Iterable[Signature]) -> Iterator[tuple[int, int]]:
    """Pairs of places of signatures that are probably alike, in order, each article with the first
    that it is like; in a time that grows with their number, not its square.

    Texts that agree in a whole band of their signatures fall into one bucket (locality-sensitive
    hashing, Indyk and Motwani 1998).
    """
    table = np.array(list(signatures), np.uint32).reshape(-1, NUMBERS)
    first = np.arange(len(table))
    for at in range(0, NUMBERS, _ROWS):
        band = np.ascontiguousarray(table[:, at : at + _ROWS]).view(f"V{4 * _ROWS}").ravel()
        _, earliest, bucket = np.unique(band, return_index=True, return_inverse=True)
        shared = earliest[bucket]
        agree = (table[shared] == table).mean(axis=1) > NEARLY - _ERROR
        first = np.where(agree, np.minimum(first, shared), first)
    later = np.flatnonzero(first < np.arange(len(table)))
    return zip(first[later].tolist(), later.tolist(), strict=True)


def _runs(text: str) -> Hashes:
    """A number for every run of words of a text; of a very short one, for all of it."""
    words = _WORD.findall(text.casefold())
    if not words:
        return np.empty(0, np.uint64)
    numbers = np.fromiter(map(_number, words), np.uint64, len(words))
    runs = np.zeros(max(1, len(words) - _RUN + 1), np.uint64)
    for at in range(min(_RUN, len(words))):
        runs = (runs ^ numbers[at : at + len(runs)]) * _MIXER
        runs ^= runs >> np.uint64(29)
    return runs


@lru_cache(maxsize=200_000)
def _number(word: str) -> int:
    return crc32(word.encode("utf-8", "replace"))
