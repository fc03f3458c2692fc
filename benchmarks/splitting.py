"""Ways of making passages, side by side: how they rank, what they hold, what they cost.

Usage: python benchmarks/splitting.py DATA [WAY...]

DATA holds medquad/, liveqa-dev/ and covid-faq/ as benchmarks/README.md describes them. Of MedQuAD
the articles with a judged section are taken, and a seeded sample of the others: the whole would
take hours. A text is embedded once, whichever ways make it; what a way costs is told in tokens
(the last line says how many a second were embedded), so that ways compare on a busy machine.
WAY names the ways to compare (the start of the name is enough); none: all of them.
"""

import gzip
import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from indexer.article import Article, Passage, Section, Span, context
from indexer.config import load
from indexer.encoder.cache import quantise
from indexer.encoder.encoder import Embedded, Encoder
from indexer.encoder.export import exported
from indexer.encoder.model import find
from indexer.sentence import sentences
from indexer.snapshot.reader import Snapshot
from indexer.snapshot.writer import Embedding, SnapshotWriter
from indexer.sources import read
from indexer.split import TokenBudget, split
from search_api.evaluate import ask_all, measure
from search_api.judged import Judged, beir, questions
from search_api.question import Question
from search_api.searcher import Searcher

CORPUS = Path(__file__).parent.parent / "corpus"
OTHERS = 164  # articles of MedQuAD without a judged section
SIZES = (64, 96, 128, 192, 256)
WORDINGS = ("summary", "paraphrase", "original")

Way = Callable[[Article, TokenBudget], list[Passage]]
Units = list[tuple[int, int, int]]  # start, end, tokens


def counted(text: str, spans: Iterable[Span], budget: TokenBudget) -> Units:
    found = list(spans)
    counts = budget.count([text[a:b] for a, b in found])
    return [(a, b, n) for (a, b), n in zip(found, counts, strict=True)]


def words(text: str, start: int, end: int, budget: TokenBudget) -> Units:
    return counted(
        text, ((w.start(), w.end()) for w in re.compile(r"\S+").finditer(text, start, end)), budget
    )


def filled(units: Units, size: int, again: int = 0) -> Iterator[Span]:
    """Runs of units up to a size; the next run repeats up to `again` tokens of the last one."""
    at = 0
    while at < len(units):
        end, tokens = at + 1, units[at][2]
        while end < len(units) and tokens + units[end][2] <= size:
            tokens += units[end][2]
            end += 1
        yield units[at][0], units[end - 1][1]
        repeated = 0
        at, last = end, at + 1
        while at < len(units) and at > last and repeated + units[at - 1][2] <= again:
            at -= 1
            repeated += units[at][2]


def passage(article: Article, path: tuple[str, ...], start: int, end: int) -> Passage:
    text = article.text[start:end]
    inside = tuple((start + a, start + b) for a, b in sentences(text))
    return Passage(article.id, article.title, path, start, end, text, inside)


def room(article: Article, section: Section, budget: TokenBudget) -> int:
    return budget.limit - budget.count([context(article.title, section.heading_path)])[0]


def windows(article: Article, budget: TokenBudget, *, size: int) -> list[Passage]:
    """Fixed windows over the whole text, headings and all."""
    size = min(size, budget.limit - budget.count([context(article.title, ())])[0])
    units = words(article.text, 0, len(article.text), budget)
    return [passage(article, (), *span) for span in filled(units, size)]


def parted(article: Article, budget: TokenBudget, *, by: str) -> list[Passage]:
    """A passage for each part of a section (paragraph, or all of it), cut at the limit."""
    made = []
    for section in article.sections:
        most = room(article, section, budget)
        for part in re.compile(by).finditer(article.text, section.start, section.end):
            units = words(article.text, part.start(), part.end(), budget)
            made += [passage(article, section.heading_path, *s) for s in filled(units, most)]
    return made


def packed(article: Article, budget: TokenBudget, *, size: int, again: float = 0) -> list[Passage]:
    """Sentences filled up to a size, whatever they are part of; `again` is the overlap's share."""
    made = []
    for section in article.sections:
        most = room(article, section, budget)
        inside = [
            (section.start + a, section.start + b)
            for a, b in sentences(article.text[section.start : section.end])
        ]
        units: Units = []
        for start, end, tokens in counted(article.text, inside, budget):
            units += (
                words(article.text, start, end, budget) if tokens > most else [(start, end, tokens)]
            )
        for span in filled(units, min(size, most), int(again * size)):
            made.append(passage(article, section.heading_path, *span))
    return made


def shipped(article: Article, budget: TokenBudget, *, size: int) -> list[Passage]:
    """indexer/split.py."""
    return split(article, TokenBudget(budget.count, budget.limit, size))


WAYS: dict[str, Way] = {
    **{f"split.py {size}": partial(shipped, size=size) for size in SIZES},
    **{f"sentences {size}": partial(packed, size=size) for size in SIZES},
    "sections": partial(parted, by=r"(?s)\S.*"),
    "paragraphs": partial(parted, by=r"\S(?:.|\n(?!\n))*"),
    **{f"overlap {size}": partial(packed, size=size, again=0.25) for size in SIZES},
    **{f"fixed windows {size}": partial(windows, size=size) for size in SIZES},
}


@dataclass(frozen=True)
class JudgedSet:
    articles: list[Article]
    asked: dict[str, tuple[list[Judged], str]]
    """Name → questions, and the measure for them."""


def liveqa(data: Path) -> JudgedSet:
    """Sections of MedQuAD as articles: what the judgements name."""
    folder = data / "liveqa-dev"
    qrels = folder / "qrels.tsv"
    judged = {line.split("\t")[1] for line in qrels.read_text("utf-8").splitlines()[1:] if line}
    with gzip.open(data / "medquad" / "articles.jsonl.gz", "rt", encoding="utf-8") as file:
        pages = [json.loads(line) for line in file]
    named = [p for p in pages if any(s["id"] in judged for s in p["sections"])]
    others = [p for p in pages if not any(s["id"] in judged for s in p["sections"])]
    taken = named + random.Random(0).sample(others, OTHERS)
    with TemporaryDirectory() as temporary:
        file = Path(temporary) / "sections.jsonl"
        records = [
            {
                "_id": s["id"],
                "title": p["title"],
                "sections": [{k: s[k] for k in ("heading", "text")}],
            }
            for p in taken
            for s in p["sections"]
        ]
        file.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
        found = articles(file)
    print(f"liveqa: {len(found)} sections of {len(named)} judged and {OTHERS} other articles")
    by_judged = "nDCG(judged_only=True)@10"
    return JudgedSet(
        found, {w: (beir(folder / f"queries-{w}.jsonl", qrels), by_judged) for w in WORDINGS}
    )


def articles(source: Path) -> list[Article]:
    return [one for one in read([str(source)]) if isinstance(one, Article)]


class Indexer:
    """Makes snapshots; embeds no text twice."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.known: dict[str, Embedded] = {}
        self.tokens, self.seconds = 0, 0.0

    def searcher(self, way: Way, given: Sequence[Article], folder: Path) -> tuple[Searcher, int]:
        """A searcher on a snapshot made that way, and the tokens it took."""
        budget = TokenBudget(self.encoder.count_tokens, self.encoder.room)
        made = [way(article, budget) for article in given]
        self._embed([one for passages in made for one in passages])
        writer = SnapshotWriter(folder / "snapshot", self.encoder.dimensions)
        none = np.empty((0, self.encoder.dimensions), np.float32)
        for article, passages in zip(given, made, strict=True):
            vectors = [self.known[one.embedded_text] for one in passages]
            rows = np.concatenate([none, *(one.vector[None] for one in vectors)])
            above = np.zeros_like(rows)
            for row, one in enumerate(passages):
                if one.context:
                    above[row] = self.known[one.context].vector
            inner = [none.astype(np.int8), *(quantise(one.spans) for one in vectors)]
            tokens = [one.tokens for one in vectors]
            made_of = Embedding(rows, quantise(above), np.concatenate(inner), tokens)
            writer.add(article, passages, made_of)
        model = exported(find(), "int8", load().model_cache)
        writer.finish(model, datetime.now(UTC), None, {}, 0)
        texts = [one.embedded_text for passages in made for one in passages]
        took = sum(self.encoder.count_tokens(texts))
        return Searcher(Snapshot(folder / "snapshot"), self.encoder), took

    def _embed(self, passages: Iterable[Passage]) -> None:
        wanted: dict[str, list[Span]] = {}
        for one in passages:
            shift = len(one.context) - one.start
            wanted[one.context] = []
            wanted[one.embedded_text] = [(a + shift, b + shift) for a, b in one.sentences]
        new = {text: spans for text, spans in wanted.items() if text not in self.known}
        started = time.perf_counter()
        self.known |= zip(new, self.encoder.embed(new.items()), strict=True)
        self.seconds += time.perf_counter() - started
        self.tokens += sum(self.encoder.count_tokens(list(new)))


def ndcg(searcher: Searcher, asked: Sequence[Judged], name: str) -> float:
    return measure(ask_all(searcher, asked))[name]


def held(searcher: Searcher, file: Path) -> tuple[float, float]:
    """How often the first passage holds a judged quote, and its excerpt a part of one."""
    hits = shown = total = 0
    for record in map(json.loads, file.read_text("utf-8").splitlines()):
        if not record["answerable"]:
            continue
        total += 1
        asked = Question(record["question"], limit=1, min_verdict="none")
        (result,) = searcher.ask(asked).results
        first = result.passages[0]
        places = []
        for judged in record["relevant"]:
            if judged["article"] == result.article.id and judged["quote"] in first.text:
                at = first.start + first.text.index(judged["quote"])
                places.append((at, at + len(judged["quote"])))
        hits += bool(places)
        shown += any(a < first.excerpt.end and first.excerpt.start < b for a, b in places)
    return hits / total, shown / total


def row(way: Way, sets: dict[str, JudgedSet], indexer: Indexer) -> list[str]:
    ranks, holds, sizes, spent = [], [], [], 0
    for name, one in sets.items():
        with TemporaryDirectory() as temporary:
            searcher, tokens = indexer.searcher(way, one.articles, Path(temporary))
            spent += tokens
            for asked, by in one.asked.values():
                ranks.append(f"{ndcg(searcher, asked, by):.3f}")
            if name == "corpus":
                holds = [f"{share:.3f}" for share in held(searcher, CORPUS / "questions.jsonl")]
            passages = searcher.snapshot.manifest.counts["passages"] / len(one.articles)
            sizes.append(f"{passages:.1f}")
            searcher.snapshot.close()
    return [*ranks, *holds, *sizes, f"{spent / 1000:.0f}"]


def main(data: Path, chosen: Sequence[str]) -> None:
    """Print the table."""
    ways = [n for n in WAYS if not chosen or any(n.startswith(start) for start in chosen)]
    if not ways:
        sys.exit(f"No way is called that. There are: {', '.join(WAYS)}.")
    encoder = Encoder.open(exported(find(), "int8", load().model_cache))
    faq = data / "covid-faq"
    sets = {
        "liveqa": liveqa(data),
        "covid": JudgedSet(
            articles(faq / "corpus.jsonl"),
            {"covid-faq": (beir(faq / "queries.jsonl", faq / "qrels.tsv"), "nDCG@10")},
        ),
        "corpus": JudgedSet(
            articles(CORPUS), {"corpus": (questions(CORPUS / "questions.jsonl"), "nDCG@10")}
        ),
    }
    indexer = Indexer(encoder)
    names = [*WORDINGS, "covid", "corpus", "quote", "excerpt", *(f"p/{name}" for name in sets)]
    names += ["k tokens"]
    print(f"{'':17}", *(f"{name[:8]:>8}" for name in names))
    for name in ways:
        cells = row(WAYS[name], sets, indexer)
        print(f"{name:17}", *(f"{cell:>8}" for cell in cells), flush=True)
    print(f"embedded at {indexer.tokens / indexer.seconds:,.0f} tokens/s")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
