"""The best results, read again by a cross-encoder (docs/ranking.md)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice

import numpy as np

from search_api.group import Group
from search_api.retrieve import Floats


def rerank(
    ranked: Iterable[Group], scores: Floats, results: int, read: Callable[[Group], float]
) -> tuple[Iterator[Group], Floats]:
    """Rank the best results again by the mean of their score and what a cross-encoder says.

    It reads the best passage of each; of all passages it has not read it says 0. So those stay
    below, in their order, and all scores still compare between questions. Always the same number
    is read, whichever page is asked for: so pages never overlap.

    Args:
        ranked: articles, best first.
        scores: of all candidates, 0 to 1.
        results: how many articles are read.
        read: what the cross-encoder says of an article's best passage, 0 to 1.

    Returns:
        The articles, best first, and the new scores of all candidates.
    """
    rest = iter(ranked)
    best = list(islice(rest, results))
    means = np.asarray(scores / 2, np.float32)
    for one in best:
        means[one.places[0]] += read(one) / 2
    best.sort(key=lambda one: -means[one.places[0]])  # equals stay in their order
    return chain(best, rest), means


def reread(given: Mapping[str, Floats], before: Floats, after: Floats) -> dict[str, Floats]:
    """What every measure gives of the scores after `rerank`, and what the cross-encoder does.

    Args:
        given: what they gave of the scores before.
        before: scores of all candidates.
        after: the same after `rerank`.
    """
    halved = {name: np.asarray(part / 2, np.float32) for name, part in given.items()}
    return {**halved, "reranker": np.asarray(after - before / 2, np.float32)}
