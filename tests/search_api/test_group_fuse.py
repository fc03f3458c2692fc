"""Four scores become one a passage, and passages become articles, in a stable order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_api.fuse import (
    DENSE_WEIGHT,
    HEADING_WEIGHT,
    LATE_WEIGHT,
    LEXICAL_WEIGHT,
    found,
    fuse,
)
from search_api.group import PASSAGES_SHOWN, Group, group
from search_api.retrieve import Candidates

# Articles of seven passages: 0 0 0 0 1 1 2.
ARTICLES = np.array([0, 0, 0, 0, 1, 1, 2], np.int32)


def fused(
    dense: list[float],
    lexical: list[float],
    heading: list[float] | None = None,
    late: list[float] | None = None,
) -> list[float]:
    rows, nothing = np.arange(len(dense), dtype=np.int64), [0.0] * len(dense)
    scores = (dense, lexical, heading or nothing)
    candidates = Candidates(rows, *(np.array(one, np.float32) for one in scores))
    scored = fuse(candidates, np.array(late or nothing, np.float32))
    return [round(float(score), 6) for score in scored]


def grouped(rows: list[int], scores: list[float]) -> list[Group]:
    return list(group(np.array(rows, np.int64), np.array(scores, np.float32), ARTICLES))


def test_a_score_is_a_weighted_sum() -> None:
    weights = [DENSE_WEIGHT, LEXICAL_WEIGHT, HEADING_WEIGHT, LATE_WEIGHT]
    alone = fused([1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1])
    assert [one * sum(weights) for one in alone] == pytest.approx(weights, abs=1e-5)


def test_before_late_interaction_scores_stand_in_the_order_of_those_it_adds_nothing_to() -> None:
    parts = [np.array(one, np.float32) for one in ([0.9, -0.2, 0.4], [0, 0.9, 0.5], [0.3, 0.9, 0])]
    candidates = Candidates(np.arange(3), *parts)
    share = found(candidates) / fuse(candidates, np.zeros(3, np.float32))
    assert share == pytest.approx([share[0]] * 3) and share[0] > 1


def test_a_near_heading_counts_more_than_twice_a_vague_one() -> None:
    none, vague, near, opposite = fused([0.5] * 4, [0.1] * 4, [0, 0.4, 0.8, -0.8])
    assert near - none > 2 * (vague - none) > 0
    assert opposite == none
    assert fused([1], [1], [1], [1]) == pytest.approx([1])


def test_an_opposite_meaning_counts_as_none() -> None:
    assert fused([-0.4, 0], [0.5, 0.5])[0] == fused([-0.4, 0], [0.5, 0.5])[1]


_said = st.tuples(st.floats(-1, 1), st.floats(0, 1), st.floats(-1, 1), st.floats(0, 1))


@given(st.lists(_said, min_size=1, max_size=20))
def test_a_score_does_not_depend_on_the_other_candidates(
    said: list[tuple[float, float, float, float]],
) -> None:
    together = fused(*(list(one) for one in zip(*said, strict=True)))
    alone = [fused(*([value] for value in one))[0] for one in said]
    assert together == alone
    assert all(0 <= score <= 1 for score in together)


def test_nothing_found_makes_no_article() -> None:
    assert grouped([], []) == []


def test_articles_come_by_their_best_passage_and_passages_by_score() -> None:
    found = grouped([0, 4, 1, 6, 5], [0.2, 0.9, 0.8, 0.5, 0.1])
    assert found == [Group(1, (1, 4)), Group(0, (2, 0)), Group(2, (3,))]


def test_an_article_shows_only_its_best_passages() -> None:
    assert grouped([0, 1, 2, 3], [0.1, 0.4, 0.2, 0.3]) == [Group(0, (1, 3, 2))]


def test_ties_go_by_row_whatever_order_candidates_come_in() -> None:
    rows = [6, 3, 5, 0, 4]
    found = grouped(rows, [0.5] * 5)
    assert [one.article for one in found] == [0, 1, 2]
    assert [[rows[place] for place in one.places] for one in found] == [[0, 3], [4, 5], [6]]


@given(
    st.lists(st.integers(0, 6), unique=True).flatmap(
        lambda rows: st.tuples(
            st.just(rows),
            st.lists(st.sampled_from([0.1, 0.5, 0.9]), min_size=len(rows), max_size=len(rows)),
        )
    )
)
def test_every_article_comes_once_best_first(table: tuple[list[int], list[float]]) -> None:
    rows, scores = table
    found = grouped(rows, scores)
    assert sorted(one.article for one in found) == sorted({int(ARTICLES[row]) for row in rows})
    assert all(len(one.places) <= PASSAGES_SHOWN for one in found)
    best = [scores[one.places[0]] for one in found]
    assert best == sorted(best, reverse=True)
    for one in found:
        assert {int(ARTICLES[rows[place]]) for place in one.places} == {one.article}
        shown = [scores[place] for place in one.places]
        assert shown == sorted(shown, reverse=True)
