"""Verdicts: more nearness and more shared words never make one worse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_api.verdict import VERDICTS, Verdict, at_least, confidence, verdict

cosines = st.floats(-1, 1)
shares = st.floats(0, 1)


@given(cosines, shares)
def test_confidence_is_a_probability(cosine: float, cover: float) -> None:
    assert 0 < confidence(cosine, cover) < 1


@given(cosines, cosines, shares)
def test_nearer_in_meaning_is_never_less_sure(one: float, other: float, cover: float) -> None:
    far, near = sorted((one, other))
    assert confidence(far, cover) <= confidence(near, cover)


@given(cosines, shares, shares)
def test_more_shared_words_are_never_less_sure(cosine: float, one: float, other: float) -> None:
    few, many = sorted((one, other))
    assert confidence(cosine, few) <= confidence(cosine, many)


@given(shares, shares)
def test_a_surer_verdict_is_at_least_as_good(one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert at_least(verdict(more), verdict(less))


@pytest.mark.parametrize(
    ("cosine", "cover", "expected"),
    [(1, 1, "answered"), (0.9, 0.5, "answered"), (0.1, 0.1, "none"), (-1, 0, "none")],
)
def test_the_plain_cases_are_plain(cosine: float, cover: float, expected: Verdict) -> None:
    assert verdict(confidence(cosine, cover)) == expected


def test_between_the_plain_cases_lies_every_verdict() -> None:
    assert {verdict(step / 1000) for step in range(1001)} == set(VERDICTS)


def test_none_is_worst_and_answered_is_best() -> None:
    ranked = ["none", "weak", "answered"]
    assert list(VERDICTS) == ranked
    held = [[at_least(found, wanted) for wanted in VERDICTS] for found in VERDICTS]
    assert held == [[True, False, False], [True, True, False], [True, True, True]]
