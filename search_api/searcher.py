"""Searcher: the only door from HTTP, command line and evaluation to a snapshot."""

import time
from collections.abc import Iterable
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.article import Article, Passage
from indexer.encoder.encoder import Encoder
from indexer.encoder.reranker import Reranker
from indexer.errors import QuestionError
from indexer.snapshot.index import Index
from indexer.snapshot.reader import Snapshot
from search_api import excerpt
from search_api.answer import Answer, ArticleInfo, Excerpt, Found, Parts, Result
from search_api.distinct import distinct
from search_api.explain import explain_answer, explain_result
from search_api.filters import filter_of
from search_api.fuse import contributions
from search_api.group import Group
from search_api.link import link
from search_api.question import Question
from search_api.rank import Ranked, rank
from search_api.rerank import rerank, reread
from search_api.retrieve import Floats, allowed_passages
from search_api.steps import Steps
from search_api.verdict import at_least, verdict


class Searcher:
    """Answers questions from one snapshot; may be used by several threads at once."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder) -> None:
        self.snapshot = snapshot
        self.encoder = encoder
        self.reranker = snapshot.reranker()

    @classmethod
    def open(cls, index: Path) -> "Searcher":
        """Open the published snapshot of the index in a folder.

        Raises:
            SnapshotError: there is none, or it is damaged.
        """
        snapshot = Index(index).open()
        return cls(snapshot, snapshot.encoder())

    def ask(self, question: Question, steps: Steps | None = None) -> Answer:
        """Answer a question; `steps` is told how long each one takes.

        Raises:
            QuestionError: it filters by a field that no article has.
        """
        started = time.perf_counter()
        steps = steps or Steps()
        ranked = self._rank(question, steps)
        end = question.offset + question.limit
        left_out: dict[int, list[int]] = {}
        shown, results = [], []
        if ranked:
            with steps.timed("order"):
                groups, scores = self._ordered(question, ranked, left_out)
                shown = list(islice(groups, end + 1))
            with steps.timed("excerpts"):
                results = [
                    self._result(number, ranked, scores, one)
                    for number, one in enumerate(shown[question.offset : end], question.offset + 1)
                ]
        sure = ranked.confidence if ranked else 0.0
        answer = Answer(
            question=question.text,
            read_as=ranked.read_as if ranked and ranked.read_as != question.text else None,
            verdict=verdict(sure),
            confidence=round(sure, 4),
            results=results,
            limit=question.limit,
            offset=question.offset,
            has_more=len(shown) > end,
            snapshot=self.snapshot.id,
            took_ms=round((time.perf_counter() - started) * 1000, 2),
        )
        if not question.explain:
            return answer
        if ranked:
            given = contributions(ranked.candidates, ranked.tokens)
            if self.reranker:
                given = reread(given, ranked.scores, scores)
            explained = [
                explain_result(result, one, given, self._ids(left_out.get(one.article, ())))
                for result, one in zip(results, shown[question.offset : end], strict=True)
            ]
            answer = answer.model_copy(update={"results": explained})
        return explain_answer(answer, ranked.signs if ranked else None, steps)

    def rank(self, question: Question) -> list[str]:
        """Ids of the articles that `ask` would give, in its order, without making their excerpts.

        Raises:
            QuestionError: it filters by a field that no article has.
        """
        ranked = self._rank(question, Steps())
        groups = self._ordered(question, ranked, {})[0] if ranked else ()
        end = question.offset + question.limit
        return self._ids(one.article for one in islice(groups, question.offset, end))

    def article(self, identity: str) -> Article | None:
        """The article with an id; None where there is none."""
        found = self.snapshot.store.find_article(identity)
        return self.snapshot.store.article(found[0]) if found else None

    def passage(self, identity: str) -> tuple[Article, Passage] | None:
        """The passage with an id, and its article; None where there is none."""
        row = self.snapshot.store.find_passage(identity)
        if row is None:
            return None
        article = self.snapshot.store.article(int(self.snapshot.article_of_passage[row]))
        return article, self.snapshot.store.passage(row, article)

    def _rank(self, question: Question, steps: Steps) -> Ranked | None:
        with steps.timed("filter"):
            allowed = self._allowed(question)
        return rank(self.snapshot, self.encoder, question.text, allowed, steps)

    def _ordered(
        self, question: Question, ranked: Ranked, left_out: dict[int, list[int]]
    ) -> tuple[Iterable[Group], Floats]:
        """The articles that a reader may see, best first, and the scores of all candidates."""
        if not at_least(verdict(ranked.confidence), question.min_verdict):
            return (), ranked.scores
        groups: Iterable[Group] = ranked.groups
        if not question.every:
            groups = distinct(ranked.groups, self.snapshot.twins.first, left_out)
        if not self.reranker:
            return groups, ranked.scores
        read = partial(self._reread, self.reranker, ranked)
        return rerank(groups, ranked.scores, self.snapshot.reranked, read)

    def _reread(self, reranker: Reranker, ranked: Ranked, one: Group) -> float:
        article = self.snapshot.store.article(one.article)
        row = int(ranked.candidates.rows[one.places[0]])
        passage = self.snapshot.store.passage(row, article)
        return reranker.score(ranked.read_as, passage.embedded_text)

    def _allowed(self, question: Question) -> npt.NDArray[np.bool_] | None:
        known = self.snapshot.store.metadata_keys() if question.filters else []
        for key in question.filters:
            if key not in known:
                raise QuestionError(
                    "filter",
                    f"No article has a field '{key}' to filter by. Known: {', '.join(known)}.",
                )
        filters = {key: filter_of(key, wanted) for key, wanted in question.filters.items()}
        return allowed_passages(self.snapshot, filters)

    def _ids(self, articles: Iterable[int]) -> list[str]:
        return [found[0] for row in articles if (found := self.snapshot.store.fingerprint(row))]

    def _result(self, number: int, ranked: Ranked, scores: Floats, one: Group) -> Result:
        article = self.snapshot.store.article(one.article)
        passages = [
            self._found(ranked, place, float(scores[place]), article) for place in one.places
        ]
        return Result(
            rank=number,
            score=passages[0].score,
            article=ArticleInfo(
                id=article.id,
                title=article.title,
                url=article.url,
                metadata=dict(article.metadata),
            ),
            passages=passages,
        )

    def _found(self, ranked: Ranked, place: int, score: float, article: Article) -> Found:
        store, candidates = self.snapshot.store, ranked.candidates
        row = int(candidates.rows[place])
        passage = store.passage(row, article)
        sentences = self.snapshot.vectors.sentences(store.sentence_rows(range(row, row + 1)))
        start, end = excerpt.choose(passage, sentences, ranked.vector, ranked.weights)
        return Found(
            id=passage.id,
            heading_path=list(passage.heading_path),
            start=passage.start,
            end=passage.end,
            text=passage.text,
            score=round(score, 4),
            parts=Parts(
                dense=round(float(candidates.dense[place]), 4),
                lexical=round(float(candidates.lexical[place]), 4),
                heading=round(float(candidates.heading[place]), 4),
                tokens=round(float(ranked.tokens[place]), 4),
            ),
            excerpt=Excerpt(start=start, end=end, text=article.text[start:end]),
            highlights=excerpt.highlights(passage.text, passage.start, frozenset(ranked.weights)),
            link=link(article, passage, (start, end)),
        )
