"""Two evaluations on the same questions → what differs, and whether it is more than chance."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from search_api.answer import Answer
from search_api.evaluate import Ranking, Scores
from search_api.judged import Judged
from search_api.question import Question
from search_api.searcher import Searcher

RESAMPLES = 10_000
_SEED = 20060806
_AT_ONCE = 100  # resamples: memory stays small with thousands of questions
EXAMPLES = 10
"""Questions named that got better, and that got worse."""
_RESULTS_SHOWN = 3

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One snapshot, asked all the questions."""

    name: str
    """Index and snapshot, for people."""
    searcher: Searcher
    rankings: Sequence[Ranking]
    scores: Scores


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of both, over the questions of which it says something in both."""

    measure: str
    questions: int
    this: float
    other: float
    difference: float
    """This less the other."""
    this_interval: Interval
    other_interval: Interval
    interval: Interval
    """Of the difference, 95 %: if nought is in it, chance alone may have made the difference."""


@dataclass(frozen=True, slots=True)
class Change:
    """A question that is answered better or worse, with what a reader sees first.

    Results come whatever the verdict, and near-duplicates with them, as they are measured.
    """

    judged: Judged
    difference: float
    this: Answer
    other: Answer


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one evaluation differs from another."""

    this: Evaluated
    other: Evaluated
    differences: Sequence[Difference]
    by_question: npt.NDArray[np.float64]
    """`question_differences`, shape (questions,)."""
    better: Sequence[Change]
    """By most first, at most `EXAMPLES`."""
    worse: Sequence[Change]

    def as_json(self) -> dict[str, Any]:
        """For programs: names, differences, changed questions with their results."""
        return {
            "this": self.this.name,
            "other": self.other.name,
            "differences": [asdict(one) for one in self.differences],
            "better": [_change_json(one) for one in self.better],
            "worse": [_change_json(one) for one in self.worse],
        }


def compare(this: Evaluated, other: Evaluated) -> Comparison:
    """Compare two evaluations of the same questions, in the same order."""
    differences = [
        _difference(name, this.scores[name], other.scores[name])
        for name in this.scores
        if not np.isnan(this.scores[name] - other.scores[name]).all()
    ]
    by_question = question_differences(this.scores, other.scores)
    order = np.argsort(-by_question, kind="stable").tolist()  # NaN comes last
    better = [at for at in order if by_question[at] > 0][:EXAMPLES]
    worse = [at for at in reversed(order) if by_question[at] < 0][:EXAMPLES]

    def change(at: int) -> Change:
        judged = this.rankings[at].judged
        asked = Question(judged.question, _RESULTS_SHOWN, min_verdict="none", every=True)
        answers = this.searcher.ask(asked), other.searcher.ask(asked)
        return Change(judged, float(by_question[at]), *answers)

    return Comparison(
        this, other, differences, by_question, [*map(change, better)], [*map(change, worse)]
    )


def question_differences(this: Scores, other: Scores) -> npt.NDArray[np.float64]:
    """How much better each question is answered: by nDCG@10; a question without an answer by
    whether it is refused, where that is measured. Shape (questions,); NaN for neither."""
    ranked = this["nDCG@10"] - other["nDCG@10"]
    if "unanswerable refused" not in this:
        return ranked
    refused = this["unanswerable refused"] - other["unanswerable refused"]
    return np.where(np.isnan(ranked), refused, ranked)


def intervals(values: npt.NDArray[np.float64]) -> list[Interval]:
    """95 % intervals of means, by the percentile bootstrap (Efron & Tibshirani 1993; paired over
    questions as Sakai, SIGIR 2006, does for retrieval): every row sees the same resamples, so the
    interval of a difference is that of its pairs. The seed is fixed: the same again each time.

    Args:
        values: shape (rows, questions), no NaN, at least one question.
    """
    random = np.random.default_rng(_SEED)
    count = values.shape[1]
    resampled = [
        values[:, random.integers(0, count, (_AT_ONCE, count))].mean(axis=2)
        for _ in range(RESAMPLES // _AT_ONCE)
    ]
    low, high = np.percentile(np.concatenate(resampled, axis=1), (2.5, 97.5), axis=1)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def _difference(
    name: str, this: npt.NDArray[np.float64], other: npt.NDArray[np.float64]
) -> Difference:
    both = ~np.isnan(this - other)
    rows = np.stack([this[both], other[both], (this - other)[both]])
    here, there, between = rows.mean(axis=1).tolist()
    return Difference(name, int(both.sum()), here, there, between, *intervals(rows))


def _change_json(change: Change) -> dict[str, Any]:
    def shown(answer: Answer) -> dict[str, Any]:
        return {
            "verdict": answer.verdict,
            "confidence": answer.confidence,
            "results": [
                {
                    "article": one.article.id,
                    "title": one.article.title,
                    "grade": change.judged.grades.get(one.article.id),
                    "excerpt": one.passages[0].excerpt.text,
                }
                for one in answer.results
            ],
        }

    return {
        "id": change.judged.id,
        "question": change.judged.question,
        "difference": change.difference,
        "this": shown(change.this),
        "other": shown(change.other),
    }
