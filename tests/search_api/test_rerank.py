"""Whatever a cross-encoder says: nothing is lost, scores fall, what it has not read stays below."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search_api.group import group
from search_api.rerank import rerank

share = st.floats(0, 1, width=32)


@given(
    st.lists(st.tuples(share, share, st.integers(0, 8)), min_size=1, max_size=30),
    st.integers(2, 12),
)
def test_order_and_scores_agree(passages: list[tuple[float, float, int]], results: int) -> None:
    rows = np.arange(len(passages))
    scores = np.array([score for score, _, _ in passages], np.float32)
    articles = np.array([article for _, _, article in passages], np.int32)
    before = group(rows, scores, articles)
    read = []

    def say(one) -> float:  # noqa: ANN001
        read.append(one)
        return passages[one.places[0]][1]

    ranked, means = rerank(iter(before), scores, results, say)
    after = list(ranked)
    assert read == before[:results]
    assert sorted(after[:results]) == sorted(before[:results])
    assert after[results:] == before[results:]
    tops = [float(means[one.places[0]]) for one in after]
    assert all(one >= other for one, other in pairwise(tops)) and 0 <= min(tops) <= max(tops) <= 1
    for one in after:
        assert all(means[a] >= means[b] for a, b in pairwise(one.places))


@given(st.lists(share, min_size=2, max_size=9))
def test_where_it_says_nothing_new_the_order_stays(found: list[float]) -> None:
    scores = np.array(found, np.float32)
    before = group(np.arange(len(found)), scores, np.arange(len(found), dtype=np.int32))
    after, _ = rerank(before, scores, len(found), lambda one: 0.5)
    assert list(after) == list(before)
