"""Judged questions → nDCG, recall, reciprocal rank, and how often the verdict is right."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indexer.errors import QuestionError
from search_api.judged import Judged
from search_api.question import MOST_RESULTS, Question
from search_api.searcher import Searcher
from search_api.verdict import Verdict

MEASURES = ("nDCG@10", "nDCG(judged_only=True)@10", "R@100", "RR@10", "AP@100")


@dataclass(frozen=True, slots=True)
class Ranking:
    """What came back for one judged question."""

    judged: Judged
    articles: Sequence[str]
    """Ids, best first, at most 100."""
    verdict: Verdict
    milliseconds: float


def ask_all(searcher: Searcher, questions: Iterable[Judged]) -> list[Ranking]:
    """Ask every question as a reader would, but that neither the verdict nor a near-duplicate
    hides a result: judgements name every article.

    A question that `Searcher` refuses (too long, say) counts as one without results.
    """
    rankings = []
    for judged in questions:
        started = time.perf_counter()
        try:
            question = Question(judged.question, MOST_RESULTS, min_verdict="none", every=True)
            answer = searcher.ask(question)
            articles, verdict = [one.article.id for one in answer.results], answer.verdict
        except QuestionError:
            articles, verdict = [], "none"
        took = (time.perf_counter() - started) * 1000
        rankings.append(Ranking(judged, articles, verdict, took))
    return rankings


def measure(rankings: Sequence[Ranking]) -> dict[str, float]:
    """Means over the questions that have an answer, by ir-measures (MacAvaney et al., ECIR
    2022), and milliseconds a question over all.

    Raises:
        ModuleNotFoundError: ir-measures is not installed.
    """
    import ir_measures

    asked = [ranking for ranking in rankings if ranking.judged.answerable]
    qrels = [
        ir_measures.Qrel(ranking.judged.id, article, grade)
        for ranking in asked
        for article, grade in ranking.judged.grades.items()
    ]
    run = [
        ir_measures.ScoredDoc(ranking.judged.id, article, -float(place))
        for ranking in asked
        for place, article in enumerate(ranking.articles)
    ]
    parsed = [ir_measures.parse_measure(name) for name in MEASURES]
    found = ir_measures.calc_aggregate(parsed, qrels, run)
    figures = {name: float(found[one]) for name, one in zip(MEASURES, parsed, strict=True)}
    spent = sum(ranking.milliseconds for ranking in rankings)
    return {**figures, "ms a question": spent / len(rankings), "questions": len(rankings)}


def verdict_accuracy(rankings: Sequence[Ranking]) -> dict[str, float]:
    """How often the verdict is right: not 'none' where the articles hold an answer, 'none'
    where they don't; over all, and over either kind."""

    def right(of: Sequence[Ranking]) -> float:
        hits = sum((ranking.verdict != "none") == ranking.judged.answerable for ranking in of)
        return hits / len(of) if of else float("nan")

    answerable = [ranking for ranking in rankings if ranking.judged.answerable]
    unanswerable = [ranking for ranking in rankings if not ranking.judged.answerable]
    return {
        "verdict accuracy": right(rankings),
        "answerable found": right(answerable),
        "unanswerable refused": right(unanswerable),
    }
