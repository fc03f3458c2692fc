"""Are a snapshot's vectors sound? Checksums can't tell: they seal whatever was written."""

from pathlib import Path

import numpy as np

from indexer.errors import SnapshotError
from indexer.snapshot.manifest import WHAT_TO_DO
from indexer.snapshot.vectors import Vectors

_SLICE = 4096
_SAMPLE = 32
_TOLERANCE = 0.01
"""Half precision moves a length by less than a thousandth."""


def check_vectors(folder: Path, vectors: Vectors) -> None:
    """See that passage vectors are finite and of unit length, and that a sample finds itself.

    Reads them in slices: a large index is never in memory twice.

    Raises:
        SnapshotError: names the first passage that fails, and how.
    """
    for start in range(0, len(vectors), _SLICE):
        rows = np.arange(start, min(start + _SLICE, len(vectors)), dtype=np.int64)
        lengths = np.linalg.norm(vectors.passages(rows), axis=1)
        # Written so that NaN fails, too.
        wrong = np.flatnonzero(~(np.abs(lengths - 1) <= _TOLERANCE))
        if len(wrong):
            at = int(wrong[0])
            raise SnapshotError(
                f"{folder}: damaged: the vector of passage {start + at} has length "
                f"{lengths[at]:.3g} instead of 1. {WHAT_TO_DO}"
            )
    step = max(1, len(vectors) // _SAMPLE)
    for row in np.arange(0, len(vectors), step, dtype=np.int64):
        own = vectors.passages(np.array([row]))[0]
        nearest, _ = vectors.search(own, 1)
        # Passages that say the same have the same vector: either may come first.
        if not float(own @ vectors.passages(nearest)[0]) >= float(own @ own) - _TOLERANCE:
            raise SnapshotError(
                f"{folder}: damaged: passage {row} is not what its own vector finds. {WHAT_TO_DO}"
            )
