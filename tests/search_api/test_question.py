"""A question is checked at the door, and the refusal names the field that is wrong."""

import pytest

from indexer.errors import QuestionError
from search_api.question import FARTHEST_OFFSET, LONGEST, MOST_RESULTS, Question


@pytest.mark.parametrize(
    ("field", "asked"),
    [
        ("q", {"text": ""}),
        ("q", {"text": " \t\n\u00a0"}),
        ("q", {"text": "a" * 10_000}),
        ("q", {"text": "a" * (LONGEST + 1)}),
        ("limit", {"text": "knee", "limit": 0}),
        ("limit", {"text": "knee", "limit": -1}),
        ("limit", {"text": "knee", "limit": MOST_RESULTS + 1}),
        ("offset", {"text": "knee", "offset": -1}),
        ("offset", {"text": "knee", "offset": FARTHEST_OFFSET + 1}),
    ],
)
def test_what_cannot_be_answered_is_refused_by_field(field: str, asked: dict[str, object]) -> None:
    with pytest.raises(QuestionError) as refused:
        Question(**asked)  # type: ignore[arg-type]
    assert refused.value.field == field


@pytest.mark.parametrize(
    "asked",
    [
        {"text": "a"},
        {"text": "a" * LONGEST},
        {"text": "👩‍⚕️"},
        {"text": "knee", "limit": 1},
        {"text": "knee", "limit": MOST_RESULTS},
        {"text": "knee", "offset": FARTHEST_OFFSET},
    ],
)
def test_the_edges_are_let_in_unchanged(asked: dict[str, object]) -> None:
    question = Question(**asked)  # type: ignore[arg-type]
    assert {name: getattr(question, name) for name in asked} == asked


def test_the_refusal_of_a_long_question_says_how_long_it_may_be() -> None:
    with pytest.raises(QuestionError, match=r"10,000 .* 5,000"):
        Question("a" * 10_000)
