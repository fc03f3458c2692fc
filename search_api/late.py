"""Late interaction: is each thing that the question names met somewhere in the passage?"""

import numpy as np

from indexer.encoder.encoder import Asked
from indexer.snapshot.tokens import Tokens
from search_api.retrieve import Floats, Rows

DEPTH = 50
"""Passages read token by token. Fixed: a page of results must not depend on its size."""
_MOST = 32
"""Of a long letter's tokens, the most telling."""


def late(tokens: Tokens, asked: Asked, rows: Rows, scores: Floats) -> Floats:
    """Read the best passages again, token by token (MaxSim: Khattab & Zaharia, SIGIR 2020).

    Every token of the question is compared with all of the passage, in the context each stands
    in, and its nearest counts, by how telling the token is. One vector for a whole passage blurs
    what is said in passing; words alone miss what is said in others.

    Args:
        tokens: of all passages.
        asked: the question as the encoder read it.
        rows: of the candidate passages.
        scores: theirs so far.

    Returns:
        For each candidate, 0 to 1. What was not read is taken for no better than the worst that
        was: so it stays behind, and scores fall without a step.
    """
    read = np.lexsort((rows, -scores))[:DEPTH]
    found = np.zeros(len(rows), np.float32)
    if len(read) and len(asked.ids):
        found[read] = met(tokens, asked, rows[read])
        rest = np.ones(len(rows), np.bool_)
        rest[read] = False
        found[rest] = found[read].min()
    return found


def met(tokens: Tokens, asked: Asked, rows: Rows) -> Floats:
    """The mean over the question's tokens, each counted by its idf, of the cosine of its vector
    and the nearest in a passage. Shape (rows,)."""
    idf = tokens.idf(asked.ids)
    kept = np.argsort(-idf, kind="stable")[:_MOST]
    weights, vectors = idf[kept] / idf[kept].sum(), asked.tokens[kept]
    packed, counts = tokens.signs(rows.tolist())
    some = counts > 0
    found = np.zeros(len(rows), np.float32)
    if some.any():
        width = vectors.shape[1]
        bits = np.unpackbits(packed, axis=1, count=width).astype(np.float32)
        # Signs are -1 and 1, bits 0 and 1; a row of signs has the length √width.
        cosines = (2 * (bits @ vectors.T) - vectors.sum(axis=1)) / width**0.5
        starts = (np.cumsum(counts) - counts)[some]
        nearest = np.maximum.reduceat(cosines, starts, axis=0)
        found[some] = np.maximum(nearest @ weights, 0)
    return found
