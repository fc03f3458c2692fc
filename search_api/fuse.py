"""Two scores → one."""

import numpy as np

from search_api.retrieve import Candidates, Floats

DENSE_WEIGHT = 0.65


def fuse(candidates: Candidates) -> Floats:
    """Blend cosine and BM25 into one score a passage (Bruch et al., TOIS 2023: a convex sum of
    scores on a fixed scale beats adding ranks).

    Both are on scales that don't depend on the other candidates, so that scores compare between
    questions and a result's score is the same on every page. Shape (candidates,).
    """
    dense = np.maximum(candidates.dense, 0)
    return np.asarray(DENSE_WEIGHT * dense + (1 - DENSE_WEIGHT) * candidates.lexical, np.float32)
