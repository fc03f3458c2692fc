"""Judged questions → how well they are answered: ranking, verdict, excerpt, time."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexer.errors import QuestionError
from search_api.answer import Answer
from search_api.judged import Judged
from search_api.question import MOST_RESULTS, Question
from search_api.quoted import Quoted, quoted
from search_api.searcher import Searcher
from search_api.verdict import VERDICTS, Verdict

MEASURES = ("nDCG@10", "nDCG(judged_only=True)@10", "R@100", "RR@10", "AP@100")

Scores = Mapping[str, npt.NDArray[np.float64]]
"""Measure → its value for every question, shape (questions,); NaN where it says nothing."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """What came back for one judged question."""

    judged: Judged
    articles: Sequence[str]
    """Ids, best first, at most 100."""
    verdict: Verdict
    confidence: float
    milliseconds: float
    """Of a reader's question: ten results with their excerpts."""
    quoted: Quoted | None = None
    """Of the first right article's excerpt; None where none is found or nothing is marked."""


def ask_all(searcher: Searcher, questions: Iterable[Judged]) -> list[Ranking]:
    """Ask every question as a reader would, and rank on to the hundredth article.

    In the ranking neither the verdict nor a near-duplicate hides an article: judgements name
    every one. A question that `Searcher` refuses (too long, say) counts as one without results.
    """
    (rankings,) = ask_in_turn([searcher], questions)
    return rankings


def ask_in_turn(searchers: Sequence[Searcher], questions: Iterable[Judged]) -> list[list[Ranking]]:
    """As `ask_all`, for several: a list for every searcher.

    Every question goes to one after the other, so that whatever else the machine does slows all
    alike; each comes first in its turn, since the next may find in memory what the first read.
    """
    found: list[list[Ranking]] = [[] for _ in searchers]
    for number, judged in enumerate(questions):
        for turn in range(len(searchers)):
            at = (number + turn) % len(searchers)
            found[at].append(_asked(searchers[at], judged))
    return found


def ranking_scores(rankings: Sequence[Ranking]) -> Scores:
    """`MEASURES` of the questions with an answer, by ir-measures (MacAvaney et al., ECIR 2022).

    Raises:
        ModuleNotFoundError: ir-measures is not installed.
    """
    import ir_measures

    qrels, run = [], []
    for number, one in enumerate(rankings):
        if one.judged.answerable:
            for article, grade in one.judged.grades.items():
                qrels.append(ir_measures.Qrel(str(number), article, grade))
            for place, article in enumerate(one.articles):
                run.append(ir_measures.ScoredDoc(str(number), article, -float(place)))
    parsed = {ir_measures.parse_measure(name): name for name in MEASURES}
    scores = {name: np.full(len(rankings), np.nan) for name in MEASURES}
    for found in ir_measures.iter_calc(list(parsed), qrels, run):
        scores[parsed[found.measure]][int(found.query_id)] = found.value
    return scores


def reader_scores(rankings: Sequence[Ranking]) -> Scores:
    """What readers see: whether the verdict is right (not 'none' where the articles hold an
    answer, 'none' where they don't), and whether the excerpt of the first right article shows
    the sentences that people marked."""
    answerable = np.array([one.judged.answerable for one in rankings], np.bool_)
    right = np.array([(one.verdict != "none") == one.judged.answerable for one in rankings], float)
    excerpts = [one.quoted for one in rankings]
    return {
        "verdict accuracy": right,
        "answerable found": np.where(answerable, right, np.nan),
        "unanswerable refused": np.where(answerable, np.nan, right),
        "excerpt holds the quote": np.array([e.holds if e else np.nan for e in excerpts], float),
        "excerpt overlaps": np.array([e.overlaps if e else np.nan for e in excerpts], float),
        "excerpt length": np.array([e.length if e else np.nan for e in excerpts], float),
    }


def time_scores(rankings: Sequence[Ranking]) -> Scores:
    """Milliseconds of every question."""
    return {"ms a question": np.array([one.milliseconds for one in rankings], float)}


def means(scores: Scores) -> dict[str, float]:
    """The mean of every measure over the questions of which it says something; NaN for none."""
    return {
        name: float(values[~np.isnan(values)].mean()) if not np.isnan(values).all() else np.nan
        for name, values in scores.items()
    }


def measure(rankings: Sequence[Ranking]) -> dict[str, float]:
    """How well articles are ranked, milliseconds a question, and how many questions there are.

    Raises:
        ModuleNotFoundError: ir-measures is not installed.
    """
    figures = means({**ranking_scores(rankings), **time_scores(rankings)})
    return {**figures, "questions": len(rankings)}


def verdict_figures(rankings: Sequence[Ranking]) -> dict[str, float]:
    """`confidence_auroc`, and how often which verdict was given."""
    given = Counter((one.judged.answerable, one.verdict) for one in rankings)
    return {
        "confidence AUROC": confidence_auroc(rankings),
        **{
            f"{kind}, verdict {verdict}": given[kind == "answerable", verdict]
            for kind in ("answerable", "unanswerable")
            for verdict in reversed(VERDICTS)
        },
    }


def confidence_auroc(rankings: Sequence[Ranking]) -> float:
    """How well confidence tells questions with an answer from those without, as `auroc`."""
    answerable = np.array([one.judged.answerable for one in rankings], np.bool_)
    sure = np.array([one.confidence for one in rankings])
    return auroc(sure[answerable], sure[~answerable])


def auroc(higher: npt.NDArray[np.float64], lower: npt.NDArray[np.float64]) -> float:
    """The chance that one of `higher` is above one of `lower`, ties counting half: the area under
    the ROC curve, by the Mann-Whitney statistic (Hanley & McNeil 1982). NaN if either is empty."""
    if not (len(higher) and len(lower)):
        return np.nan
    ordered = np.sort(lower)
    below = np.searchsorted(ordered, higher, "left") + np.searchsorted(ordered, higher, "right")
    return float(below.mean() / 2 / len(lower))


def _asked(searcher: Searcher, judged: Judged) -> Ranking:
    started = time.perf_counter()
    try:
        answer = searcher.ask(Question(judged.question))
    except QuestionError:
        spent = (time.perf_counter() - started) * 1000
        return Ranking(judged, [], "none", 0.0, spent)
    spent = (time.perf_counter() - started) * 1000
    every = Question(judged.question, MOST_RESULTS, min_verdict="none", every=True)
    articles = searcher.rank(every)
    shown = _quoted(searcher, judged, articles, answer)
    return Ranking(judged, articles, answer.verdict, answer.confidence, spent, shown)


def _quoted(
    searcher: Searcher, judged: Judged, articles: Sequence[str], answer: Answer
) -> Quoted | None:
    right = (at for at, one in enumerate(articles) if judged.grades.get(one, 0) > 0)
    place = next(right, None)
    if place is None or not judged.quotes.get(articles[place]):
        return None
    identity = articles[place]
    results = [one for one in answer.results if one.article.id == identity]
    if not results:  # too far down for a reader, a near-duplicate, or hidden by the verdict
        alone = Question(judged.question, 1, place, min_verdict="none", every=True)
        results = searcher.ask(alone).results
    article = searcher.article(identity)
    if article is None or not results:
        return None
    excerpt = results[0].passages[0].excerpt
    return quoted(article.text, (excerpt.start, excerpt.end), judged.quotes[identity])
