"""Three scores → one."""

import numpy as np

from search_api.retrieve import Candidates, Floats

DENSE_WEIGHT = 0.65
HEADING_WEIGHT = 0.2


def contributions(candidates: Candidates) -> dict[str, Floats]:
    """What every measure gives of each passage's score: `fuse` adds these up.

    Returns:
        By the names of `Parts`, each of shape (candidates,).
    """
    dense, heading = np.maximum(candidates.dense, 0), np.maximum(candidates.heading, 0)
    whole = 1 + HEADING_WEIGHT
    return {
        "dense": DENSE_WEIGHT / whole * dense,
        "lexical": (1 - DENSE_WEIGHT) / whole * candidates.lexical,
        "heading": HEADING_WEIGHT / whole * heading**2,
    }


def fuse(candidates: Candidates) -> Floats:
    """Blend cosine and BM25 into one score a passage (Bruch et al., TOIS 2023: a convex sum of
    scores on a fixed scale beats adding ranks), and add how near the headings above it are.

    Headings count by their square: one that says nearly what is asked is worth much, one that
    names the subject next to nothing (docs/ranking.md). All are on scales that don't depend on the
    other candidates, so that scores compare between questions and a result's score is the same on
    every page. 0 to 1; shape (candidates,).
    """
    return np.asarray(sum(contributions(candidates).values()), np.float32)
