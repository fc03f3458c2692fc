"""Verdicts: more nearness and more shared words never make one worse, in whatever scale."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from indexer.snapshot.calibration import TYPICAL, Calibration, Scale
from search_api.verdict import VERDICTS, Signs, Verdict, at_least, confidence, verdict

shares = st.floats(0, 1)
signs = st.builds(Signs, passage=st.floats(-1, 1), sentence=st.floats(-1, 1), cover=shares)


@given(signs)
def test_confidence_is_a_probability(seen: Signs) -> None:
    assert 0 < confidence(seen, TYPICAL) < 1


@given(signs, st.sampled_from(["passage", "sentence", "cover"]), st.floats(0, 1))
def test_more_of_any_sign_is_never_less_sure(seen: Signs, sign: str, more: float) -> None:
    better = replace(seen, **{sign: getattr(seen, sign) + more})
    assert confidence(seen, TYPICAL) <= confidence(better, TYPICAL)


@given(signs, st.floats(0.1, 1), st.floats(0, 0.5))
def test_an_encoder_whose_cosines_all_lie_higher_and_closer_is_judged_alike(
    seen: Signs, squeeze: float, lift: float
) -> None:
    def moved(cosine: float) -> float:
        return squeeze * cosine + lift

    def scale(one: Scale) -> Scale:
        return Scale(moved(one.unrelated), moved(one.answered))

    other = Signs(moved(seen.passage), moved(seen.sentence), seen.cover)
    theirs = Calibration(scale(TYPICAL.passage), scale(TYPICAL.sentence))
    assert confidence(other, theirs) == pytest.approx(confidence(seen, TYPICAL))


@given(shares, shares)
def test_a_surer_verdict_is_at_least_as_good(one: float, other: float) -> None:
    assume(one != other)
    less, more = sorted((one, other))
    assert at_least(verdict(more), verdict(less))


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (Signs(1, 1, 1), "answered"),
        (Signs(0.7, 0.6, 0.5), "answered"),
        (Signs(0.1, 0.15, 0.1), "none"),
        (Signs(-1, -1, 0), "none"),
    ],
)
def test_the_plain_cases_are_plain(seen: Signs, expected: Verdict) -> None:
    assert verdict(confidence(seen, TYPICAL)) == expected


def test_between_the_plain_cases_lies_every_verdict() -> None:
    assert {verdict(step / 1000) for step in range(1001)} == set(VERDICTS)


def test_none_is_worst_and_answered_is_best() -> None:
    ranked = ["none", "weak", "answered"]
    assert list(VERDICTS) == ranked
    held = [[at_least(found, wanted) for wanted in VERDICTS] for found in VERDICTS]
    assert held == [[True, False, False], [True, True, False], [True, True, True]]
