"""Four scores → one."""

import numpy as np

from search_api.retrieve import Candidates, Floats

DENSE_WEIGHT = 0.4
LEXICAL_WEIGHT = 0.25
HEADING_WEIGHT = 0.2
LATE_WEIGHT = 0.4


def found(candidates: Candidates) -> Floats:
    """Blend what retrieval says: cosine, BM25, and how near the headings above a passage are.

    A convex sum of scores on a fixed scale beats adding ranks (Bruch et al., TOIS 2023). Headings
    count by their square: one that says nearly what is asked is worth much, one that names the
    subject next to nothing (docs/ranking.md). No scale depends on the other candidates, so that
    scores compare between questions and a result's score is the same on every page.

    Returns:
        0 to 1, shape (candidates,).
    """
    weights = DENSE_WEIGHT + LEXICAL_WEIGHT + HEADING_WEIGHT
    return np.asarray(_found(candidates) / weights, np.float32)


def fuse(candidates: Candidates, late: Floats) -> Floats:
    """The same with late interaction: what a passage's score is. 0 to 1, shape (candidates,)."""
    weights = DENSE_WEIGHT + LEXICAL_WEIGHT + HEADING_WEIGHT + LATE_WEIGHT
    return np.asarray((_found(candidates) + LATE_WEIGHT * late) / weights, np.float32)


def _found(candidates: Candidates) -> Floats:
    dense, heading = np.maximum(candidates.dense, 0), np.maximum(candidates.heading, 0)
    words = LEXICAL_WEIGHT * candidates.lexical
    return np.asarray(DENSE_WEIGHT * dense + words + HEADING_WEIGHT * heading**2, np.float32)
