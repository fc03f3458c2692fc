"""Searcher: the only door from HTTP, command line and evaluation to a snapshot."""

import time
from pathlib import Path

import numpy as np

from indexer.article import Article, Passage
from indexer.encoder.onnx import Encoder
from indexer.errors import QuestionError
from indexer.snapshot.analysis import terms
from indexer.snapshot.index import Index
from indexer.snapshot.reader import Snapshot
from search_api import excerpt
from search_api.answer import Answer, ArticleInfo, Excerpt, Found, Result
from search_api.fuse import fuse
from search_api.group import Group, group
from search_api.question import Question
from search_api.retrieve import Floats, allowed_passages, retrieve
from search_api.verdict import Verdict, at_least, confidence, verdict


class Searcher:
    """Answers questions from one snapshot; may be used by several threads at once."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder) -> None:
        self.snapshot = snapshot
        self.encoder = encoder

    @classmethod
    def open(cls, index: Path, threads: int = 0) -> "Searcher":
        """Open the published snapshot of the index in a folder.

        Raises:
            SnapshotError: there is none, or it is damaged.
        """
        snapshot = Index(index).open()
        return cls(snapshot, snapshot.encoder(threads))

    def ask(self, question: Question) -> Answer:
        """Answer a question.

        Raises:
            QuestionError: it filters by a field that no article has.
        """
        started = time.perf_counter()
        weights = self._weights(question.text)
        groups: list[Group] = []
        vector: Floats = np.empty(0, np.float32)
        sure = 0.0
        # A question of nothing but signs or 'what is it' has no subject to find.
        if weights:
            vector = self.encoder.encode_long(question.text)
            allowed = allowed_passages(self.snapshot, self._filters(question))
            candidates = retrieve(self.snapshot, vector, list(weights), allowed)
            scores = fuse(candidates)
            groups = group(candidates.rows, scores, self.snapshot.article_of_passage)
            if groups:
                sure = self._confidence(groups[0].passages[0][0], vector, weights)
        found: Verdict = verdict(sure) if groups else "none"
        if not at_least(found, question.min_verdict):
            groups = []
        page = groups[question.offset : question.offset + question.limit]
        results = [
            self._result(rank, one, vector, weights)
            for rank, one in enumerate(page, start=question.offset + 1)
        ]
        return Answer(
            question=question.text,
            verdict=found,
            confidence=round(sure, 4),
            results=results,
            limit=question.limit,
            offset=question.offset,
            has_more=len(groups) > question.offset + question.limit,
            snapshot=self.snapshot.id,
            took_ms=round((time.perf_counter() - started) * 1000, 2),
        )

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

    def _weights(self, text: str) -> dict[str, float]:
        """Stems of a question, each with how telling it is here."""
        return {term.stem: self.snapshot.lexical.idf(term.stem) for term in terms(text)}

    def _filters(self, question: Question) -> dict[str, list[str]]:
        known = self.snapshot.store.metadata_keys() if question.filters else []
        for key in question.filters:
            if key not in known:
                raise QuestionError(
                    "filter",
                    f"No article has a field '{key}' to filter by. Known: {', '.join(known)}.",
                )
        return {key: list(values) for key, values in question.filters.items()}

    def _confidence(self, row: int, vector: Floats, weights: dict[str, float]) -> float:
        cosine = float(self.snapshot.vectors.passages(np.array([row]))[0] @ vector)
        article = self.snapshot.store.article(int(self.snapshot.article_of_passage[row]))
        passage = self.snapshot.store.passage(row, article)
        held = {term.stem for term in terms(passage.embedded_text)}
        cover = sum(weight for stem, weight in weights.items() if stem in held)
        return confidence(cosine, cover / sum(weights.values()))

    def _result(
        self, rank: int, one: Group, vector: Floats, weights: dict[str, float]
    ) -> Result:
        article = self.snapshot.store.article(one.article)
        return Result(
            rank=rank,
            score=round(one.score, 4),
            article=ArticleInfo(
                id=article.id,
                title=article.title,
                url=article.url,
                metadata=dict(article.metadata),
            ),
            passages=[
                self._found(row, score, article, vector, weights) for row, score in one.passages
            ],
        )

    def _found(
        self, row: int, score: float, article: Article, vector: Floats, weights: dict[str, float]
    ) -> Found:
        store = self.snapshot.store
        passage = store.passage(row, article)
        sentences = self.snapshot.vectors.sentences(store.sentence_rows(range(row, row + 1)))
        start, end = excerpt.choose(passage, sentences, vector, weights)
        text = article.text[start:end]
        return Found(
            id=passage.id,
            heading_path=list(passage.heading_path),
            start=passage.start,
            end=passage.end,
            text=passage.text,
            score=round(score, 4),
            excerpt=Excerpt(start=start, end=end, text=text),
            highlights=excerpt.highlights(passage.text, passage.start, frozenset(weights)),
            link=excerpt.link(article.url, text),
        )
