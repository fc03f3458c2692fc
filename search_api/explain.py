"""How an answer came about, for editors: what each step gave, and how long it took."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from search_api.answer import Answer, Explained, Measured, Result, ResultExplained
from search_api.group import Group
from search_api.retrieve import Floats
from search_api.steps import Steps
from search_api.verdict import MEANINGS, Signs


def explain_answer(answer: Answer, signs: Signs | None, steps: Steps) -> Answer:
    """An answer with what its verdict is made from and the milliseconds of each step."""
    measured = [
        Measured(name=name, value=round(value, 4), means=MEANINGS[name])
        for name, value in (asdict(signs) if signs else {}).items()
    ]
    taken = {step: round(took, 3) for step, took in steps.milliseconds.items()}
    return answer.model_copy(update={"explain": Explained(verdict=measured, milliseconds=taken)})


def explain_result(
    result: Result, places: Group, given: Mapping[str, Floats], left_out: Sequence[str]
) -> Result:
    """A result with what made its scores.

    Args:
        result: to be explained.
        places: its passages' among the candidates.
        given: what every part gave of each candidate's score.
        left_out: ids of the articles that are left out for this one.
    """
    scores = [
        {name: round(float(part[place]), 4) for name, part in given.items()}
        for place in places.places
    ]
    return result.model_copy(
        update={"explain": ResultExplained(scores=scores, left_out=list(left_out))}
    )
