"""What a new snapshot may lose, and what is said when it loses more."""

import pytest

from indexer.config import GateConfig
from indexer.gate import Change, refusals

LIMITS = GateConfig(max_lost=0.2, max_failed=0.1, max_drop=0.02)


@pytest.mark.parametrize(
    "change",
    [
        Change(published=10, lost=0, documents=10, failed=0),
        Change(published=10, lost=2, documents=8, failed=0),
        Change(published=10, lost=0, documents=10, failed=1),
        Change(published=0, lost=0, documents=5, failed=0),
        Change(published=0, lost=0, documents=0, failed=0),
        Change(10, 0, 10, 0, ndcg_published=0.5, ndcg_new=0.5),
        Change(10, 0, 10, 0, ndcg_published=0.5, ndcg_new=0.49),
        Change(10, 0, 10, 0, ndcg_published=0.5, ndcg_new=0.9),
        Change(10, 0, 10, 0, ndcg_published=None, ndcg_new=0.1),
    ],
)
def test_what_is_within_the_limits_passes(change: Change) -> None:
    assert refusals(change, LIMITS) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (Change(10, 3, 7, 0), "3 of 10 published articles are gone (30%); gate.max_lost allows"),
        (Change(1, 1, 0, 0), "1 of 1 published articles are gone (100%)"),
        (Change(10, 0, 10, 2), "2 of 10 documents could not be read (20%); gate.max_failed"),
        (Change(0, 0, 3, 3), "3 of 3 documents could not be read (100%)"),
        (Change(10, 0, 10, 0, 0.5, 0.47), "falls from 0.500 to 0.470; gate.max_drop allows 0.020"),
        (Change(10, 0, 10, 0, 0.5, 0.0), "falls from 0.500 to 0.000"),
    ],
)
def test_what_is_over_a_limit_is_refused_with_the_figures(change: Change, reason: str) -> None:
    (refusal,) = refusals(change, LIMITS)
    assert reason in refusal


def test_every_limit_that_is_passed_is_named() -> None:
    assert len(refusals(Change(10, 9, 10, 9, 0.9, 0.1), LIMITS)) == 3


def test_limits_of_one_let_everything_pass() -> None:
    limits = GateConfig(max_lost=1, max_failed=1, max_drop=1)
    assert refusals(Change(10, 10, 10, 10, 1.0, 0.0), limits) == []
