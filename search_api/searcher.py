"""Searcher: the only door from HTTP, command line and evaluation to a snapshot."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from indexer.article import Article, Passage
from indexer.encoder.encoder import Encoder
from indexer.errors import QuestionError
from indexer.snapshot.analysis import terms
from indexer.snapshot.index import Index
from indexer.snapshot.reader import Snapshot
from search_api import excerpt
from search_api.answer import Answer, ArticleInfo, Excerpt, Found, Parts, Result
from search_api.distinct import distinct
from search_api.fuse import fuse
from search_api.group import Group, group
from search_api.question import Question
from search_api.retrieve import Candidates, Floats, allowed_passages, retrieve
from search_api.verdict import at_least, confidence, verdict


class Searcher:
    """Answers questions from one snapshot; may be used by several threads at once."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder) -> None:
        self.snapshot = snapshot
        self.encoder = encoder

    @classmethod
    def open(cls, index: Path) -> "Searcher":
        """Open the published snapshot of the index in a folder.

        Raises:
            SnapshotError: there is none, or it is damaged.
        """
        snapshot = Index(index).open()
        return cls(snapshot, snapshot.encoder())

    def ask(self, question: Question) -> Answer:
        """Answer a question.

        Raises:
            QuestionError: it filters by a field that no article has.
        """
        started = time.perf_counter()
        sure, results, more = 0.0, [], False
        if found := self._rank(question):
            sure = found.confidence
            end = question.offset + question.limit
            shown = list(islice(found.groups, end + 1))
            more = len(shown) > end
            results = [
                self._result(rank, found, one)
                for rank, one in enumerate(shown[question.offset : end], question.offset + 1)
            ]
        return Answer(
            question=question.text,
            verdict=verdict(sure),
            confidence=round(sure, 4),
            results=results,
            limit=question.limit,
            offset=question.offset,
            has_more=more,
            snapshot=self.snapshot.id,
            took_ms=round((time.perf_counter() - started) * 1000, 2),
        )

    def rank(self, question: Question) -> list[str]:
        """Ids of the articles that `ask` would give, in its order, without making their excerpts.

        Raises:
            QuestionError: it filters by a field that no article has.
        """
        found = self._rank(question)
        groups = islice(found.groups if found else (), question.offset + question.limit)
        rows = [one.article for one in groups][question.offset :]
        known = map(self.snapshot.store.fingerprint, rows)
        return [identity for identity, _ in filter(None, known)]

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

    def _rank(self, question: Question) -> "_Ranked | None":
        """Find articles and put them in order; None where there is nothing to find."""
        allowed = allowed_passages(self.snapshot, self._filters(question))
        weights = {t.stem: self.snapshot.lexical.idf(t.stem) for t in terms(question.text)}
        if not weights:  # a question of nothing but signs, or 'what is it', has no subject
            return None
        asked = _Asked(self.encoder.encode_question(question.text), weights)
        candidates = retrieve(self.snapshot, asked.vector, list(weights), allowed)
        scores = fuse(candidates)
        groups = group(candidates.rows, scores, self.snapshot.article_of_passage)
        if not groups:
            return None
        sure = self._confidence(asked, candidates, groups[0])
        ranked: Iterable[Group] = ()
        if at_least(verdict(sure), question.min_verdict):
            ranked = groups if question.every else distinct(groups, candidates, self.snapshot)
        return _Ranked(asked, candidates, scores, ranked, sure)

    def _filters(self, question: Question) -> dict[str, list[str]]:
        known = self.snapshot.store.metadata_keys() if question.filters else []
        for key in question.filters:
            if key not in known:
                raise QuestionError(
                    "filter",
                    f"No article has a field '{key}' to filter by. Known: {', '.join(known)}.",
                )
        return {key: list(values) for key, values in question.filters.items()}

    def _confidence(self, asked: "_Asked", candidates: Candidates, best: Group) -> float:
        place = best.places[0]
        article = self.snapshot.store.article(best.article)
        passage = self.snapshot.store.passage(int(candidates.rows[place]), article)
        held = {term.stem for term in terms(passage.embedded_text)}
        cover = sum(weight for stem, weight in asked.weights.items() if stem in held)
        total = sum(asked.weights.values())
        return confidence(float(candidates.dense[place]), cover / total if total else 0.0)

    def _result(self, rank: int, found: "_Ranked", one: Group) -> Result:
        candidates = found.candidates
        article = self.snapshot.store.article(one.article)
        passages = [
            self._found(
                int(candidates.rows[place]),
                article,
                found.asked,
                float(found.scores[place]),
                Parts(
                    dense=round(float(candidates.dense[place]), 4),
                    lexical=round(float(candidates.lexical[place]), 4),
                    heading=round(float(candidates.heading[place]), 4),
                ),
            )
            for place in one.places
        ]
        return Result(
            rank=rank,
            score=passages[0].score,
            article=ArticleInfo(
                id=article.id,
                title=article.title,
                url=article.url,
                metadata=dict(article.metadata),
            ),
            passages=passages,
        )

    def _found(
        self, row: int, article: Article, asked: "_Asked", score: float, parts: Parts
    ) -> Found:
        store = self.snapshot.store
        passage = store.passage(row, article)
        sentences = self.snapshot.vectors.sentences(store.sentence_rows(range(row, row + 1)))
        start, end = excerpt.choose(passage, sentences, asked.vector, asked.weights)
        text = article.text[start:end]
        return Found(
            id=passage.id,
            heading_path=list(passage.heading_path),
            start=passage.start,
            end=passage.end,
            text=passage.text,
            score=round(score, 4),
            parts=parts,
            excerpt=Excerpt(start=start, end=end, text=text),
            highlights=excerpt.highlights(passage.text, passage.start, frozenset(asked.weights)),
            link=excerpt.link(article.url, text),
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as the snapshot sees it."""

    vector: Floats
    weights: Mapping[str, float]
    """Its stems, each with how telling it is here."""


@dataclass(frozen=True, slots=True)
class _Ranked:
    """What was found for a question, best article first, and how sure the best is."""

    asked: _Asked
    candidates: Candidates
    scores: Floats
    groups: Iterable[Group]
    """Read once; empty where the verdict is worse than the one wanted."""
    confidence: float
