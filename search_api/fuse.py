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
    return np.asarray(sum(_retrieved(candidates).values()) / weights, np.float32)


def contributions(candidates: Candidates, late: Floats) -> dict[str, Floats]:
    """What every measure gives of each passage's score: `fuse` adds these up.

    Args:
        candidates: what retrieval says of them.
        late: what late interaction does.

    Returns:
        By the names of `Parts`, each of shape (candidates,).
    """
    whole = DENSE_WEIGHT + LEXICAL_WEIGHT + HEADING_WEIGHT + LATE_WEIGHT
    parts = {**_retrieved(candidates), "tokens": LATE_WEIGHT * late}
    return {name: np.asarray(part / whole, np.float32) for name, part in parts.items()}


def fuse(candidates: Candidates, late: Floats) -> Floats:
    """`found` with late interaction: what a passage's score is. 0 to 1, shape (candidates,)."""
    return np.asarray(sum(contributions(candidates, late).values()), np.float32)


def _retrieved(candidates: Candidates) -> dict[str, Floats]:
    dense, heading = np.maximum(candidates.dense, 0), np.maximum(candidates.heading, 0)
    return {
        "dense": DENSE_WEIGHT * dense,
        "lexical": LEXICAL_WEIGHT * candidates.lexical,
        "heading": HEADING_WEIGHT * heading**2,
    }
