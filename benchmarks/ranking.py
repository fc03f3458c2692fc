"""How the two retrievers and their blends rank, side by side, on judged questions.

Usage: python benchmarks/ranking.py DATA [WORK]

DATA holds medquad/, liveqa-dev/ and covid-faq/ as benchmarks/README.md describes them. WORK
(default .bench) keeps the indexes between runs: the first run embeds 46,000 passages.
"""

import gzip
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import ir_measures
import numpy as np

from indexer.config import load
from indexer.reindex import Job, reindex
from indexer.snapshot.analysis import terms
from indexer.snapshot.index import Index
from search_api.fuse import found, fuse
from search_api.group import group
from search_api.judged import Judged, beir
from search_api.late import late
from search_api.retrieve import Candidates, Floats, retrieve
from search_api.searcher import Searcher

Blend = Callable[[Candidates, Floats], Floats]
"""What retrieval says, and late interaction → a score a candidate."""
WORDINGS = ("summary", "paraphrase", "original")


def sections(data: Path, work: Path) -> Path:
    """MedQuAD with every headed section a document: what liveqa-dev's judgements name."""
    target = work / "medquad-sections.jsonl"
    if not target.exists():
        lines = []
        with gzip.open(data / "medquad" / "articles.jsonl.gz", "rt", encoding="utf-8") as file:
            for article in map(json.loads, file):
                for section in article["sections"]:
                    document = {"_id": section["id"], "title": article["title"]}
                    document["sections"] = [{k: section[k] for k in ("heading", "text")}]
                    lines.append(json.dumps(document))
        target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target


def searcher(corpus: Path, folder: Path) -> Searcher:
    """A searcher on an index of `corpus`, built where it is not there yet."""
    job = Job([str(corpus)], load().model_cache)
    reindex(
        Index(folder),
        job,
        now=lambda: datetime.now(UTC),
        progress=lambda doing, share: print(f"\r{doing} {share:4.0%}", end="", file=sys.stderr),
    )
    return Searcher.open(folder)


def blended(weight: float) -> Blend:
    """A convex sum on the scales that `retrieve` gives."""
    return lambda c, _: weight * np.maximum(c.dense, 0) + (1 - weight) * c.lexical


def min_max(weight: float) -> Blend:
    """A convex sum of scores stretched to 0..1 among the candidates of each question."""

    def stretched(scores: Floats) -> Floats:
        return (scores - scores.min()) / max(float(scores.max() - scores.min()), 1e-9)

    return lambda c, _: weight * stretched(c.dense) + (1 - weight) * stretched(c.lexical)


def reciprocal_ranks(c: Candidates, _: Floats) -> Floats:
    """Reciprocal rank fusion (Cormack et al., SIGIR 2009), k = 60."""
    ranks = [np.argsort(np.argsort(-scores, kind="stable")) for scores in (c.dense, c.lexical)]
    return np.asarray(sum(1 / (60 + rank) for rank in ranks), np.float32)


BLENDS: dict[str, Blend] = {
    "dense alone": blended(1.0),
    "BM25 alone": blended(0.0),
    "reciprocal ranks": reciprocal_ranks,
    "min-max .7 dense": min_max(0.7),
    "min-max .5 dense": min_max(0.5),
    "fixed scale .8": blended(0.8),
    "fixed scale .5": blended(0.5),
    "fixed scale .65": blended(0.65),
    "and headings": lambda c, _: found(c),
    "and late interaction": fuse,
    "without headings": lambda c, tokens: fuse(replace(c, heading=0 * c.heading), tokens),
    "without BM25": lambda c, tokens: fuse(replace(c, lexical=0 * c.lexical), tokens),
    "without cosine": lambda c, tokens: fuse(replace(c, dense=0 * c.dense), tokens),
}


def figures(
    opened: Searcher, questions: list[Judged], blends: dict[str, Blend], measures: list[str]
) -> dict[str, list[float]]:
    """Measures of every blend over the questions that have an answer."""
    asked = []
    for one in questions:
        if one.answerable:
            stems = sorted({term.stem for term in terms(one.question)})
            read = opened.encoder.read_question(one.question)
            said = retrieve(opened.snapshot, read.vector, stems)
            tokens = late(opened.snapshot.tokens, read, said.rows, found(said))
            asked.append((one, said, tokens))
    qrels = [ir_measures.Qrel(q.id, a, g) for q, *_ in asked for a, g in q.grades.items()]
    parsed = [ir_measures.parse_measure(name) for name in measures]
    table = {}
    for name, blend in blends.items():
        run = []
        for one, said, tokens in asked:
            scores = blend(said, tokens)
            groups = group(said.rows, scores, opened.snapshot.article_of_passage)
            for place, article in enumerate(groups[:100]):
                identity = opened.snapshot.store.article(article.article).id
                run.append(ir_measures.ScoredDoc(one.id, identity, -float(place)))
        result = ir_measures.calc_aggregate(parsed, qrels, run)
        table[name] = [float(result[measure]) for measure in parsed]
    return table


def main(data: Path, work: Path) -> None:
    """Print the table."""
    work.mkdir(parents=True, exist_ok=True)
    medquad = searcher(sections(data, work), work / "medquad-sections")
    covid = searcher(data / "covid-faq" / "corpus.jsonl", work / "covid-faq")
    print(file=sys.stderr)
    live = data / "liveqa-dev"
    columns = {
        f"liveqa {wording}": figures(
            medquad,
            beir(live / f"queries-{wording}.jsonl", live / "qrels.tsv"),
            BLENDS,
            ["nDCG(judged_only=True)@10", "R@100"],
        )
        for wording in WORDINGS
    }
    faq = data / "covid-faq"
    judged = beir(faq / "queries.jsonl", faq / "qrels.tsv")
    columns["covid-faq"] = figures(covid, judged, BLENDS, ["nDCG@10", "RR@10"])
    print("liveqa: nDCG(judged_only=True)@10, R@100; covid-faq: nDCG@10, RR@10")
    print(f"{'':20}", *(f"{name:>18}" for name in columns))
    for blend in BLENDS:
        cells = (" ".join(f"{value:.3f}" for value in columns[name][blend]) for name in columns)
        print(f"{blend:20}", *(f"{cell:>18}" for cell in cells))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) > 2 else ".bench"))
