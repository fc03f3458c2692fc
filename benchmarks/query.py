"""A whole question beside txtai's hybrid search: the same passages, questions, machine and run.

Usage: python benchmarks/query.py DATA [WORK] [--txtai PYTHON]

DATA holds medquad/, liveqa-dev/ and covid-faq/ as benchmarks/README.md describes them; all of
MedQuAD is indexed, once, in WORK (default .bench). PYTHON is an interpreter of an environment that
has txtai and torch. txtai is given our vectors of the passages, since only questions are timed, and
embeds the questions itself. Both are warm and use one thread.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from indexer.config import load
from indexer.encoder.model import find
from indexer.reindex import Job, reindex
from indexer.snapshot.index import Index
from indexer.snapshot.reader import Snapshot
from search_api.calibrate import calibrate
from search_api.judged import beir
from search_api.question import Question
from search_api.searcher import Searcher

WORDINGS = ("summary", "paraphrase", "original")
TXTAI = """
import json, sys, time
import numpy, torch
torch.set_num_threads(1)
from sentence_transformers import SentenceTransformer
from txtai import Embeddings
model, folder = SentenceTransformer(sys.argv[1]), sys.argv[2]
texts = json.load(open(folder + "/texts.json"))
questions = json.load(open(folder + "/questions.json"))
known = dict(zip(texts, numpy.load(folder + "/vectors.npy")))
def transform(batch):
    if all(text in known for text in batch):
        return numpy.array([known[text] for text in batch])
    return model.encode(batch)
embeddings = Embeddings(method="external", transform=transform, content=True, hybrid=True)
embeddings.index((at, text, None) for at, text in enumerate(texts))
for text in questions[:10]:
    embeddings.search(text, 10)
took = []
for text in questions:
    started = time.perf_counter()
    embeddings.search(text, 10)
    took.append(time.perf_counter() - started)
print(json.dumps(took))
"""


def indexed(data: Path, work: Path) -> Searcher:
    """A searcher on all of MedQuAD."""
    source = data / "medquad" / "articles.jsonl.gz"
    reindex(
        Index(work / "medquad"),
        Job([str(source)], load().model_cache),
        now=lambda: datetime.now(UTC),
        calibrate=calibrate,
        progress=lambda doing, share: print(f"\r{doing} {share:4.0%}", end="", file=sys.stderr),
    )
    return Searcher.open(work / "medquad")


def questions(data: Path) -> list[str]:
    """Readers' questions, short and long."""
    live, faq = data / "liveqa-dev", data / "covid-faq"
    files = [(live / f"queries-{wording}.jsonl", live / "qrels.tsv") for wording in WORDINGS]
    files.append((faq / "queries.jsonl", faq / "qrels.tsv"))
    return [one.question for queries, qrels in files for one in beir(queries, qrels)]


def ours(searcher: Searcher, texts: list[str]) -> list[float]:
    """Seconds of every question, after a few that warm up."""
    took = []
    for at, text in enumerate([*texts[:10], *texts]):
        started = time.perf_counter()
        searcher.ask(Question(text))
        if at >= 10:
            took.append(time.perf_counter() - started)
    return took


def txtai(python: str, snapshot: Snapshot, texts: list[str], work: Path) -> list[float]:
    """Seconds of every question asked of txtai, in a process of its own."""
    passages = [
        passage.embedded_text
        for row in range(snapshot.manifest.counts["articles"])
        for passage in snapshot.store.passages(row)
    ]
    np.save(work / "vectors.npy", snapshot.vectors.passages(np.arange(len(passages))))
    (work / "texts.json").write_text(json.dumps(passages), encoding="utf-8")
    (work / "questions.json").write_text(json.dumps(texts), encoding="utf-8")
    done = subprocess.run(
        [python, "-c", TXTAI, find().folder, work],
        env={**os.environ, "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(data: Path, work: Path, python: str | None) -> None:
    """Print the table."""
    work.mkdir(parents=True, exist_ok=True)
    searcher, texts = indexed(data, work), questions(data)
    held = searcher.snapshot.manifest.counts
    print(f"\n{held['articles']:,} articles, {held['passages']:,} passages, {len(texts)} questions")
    rows = {"plainsearch": ours(searcher, texts)}
    if python:
        rows["txtai hybrid"] = txtai(python, searcher.snapshot, texts, work)
        rows["plainsearch again"] = ours(searcher, texts)
    print(f"{'milliseconds a question':24}{'median':>9}{'p95':>9}{'p99':>9}{'x median':>10}")
    least = np.median(rows["plainsearch"])
    for name, took in rows.items():
        cells = "".join(f"{np.percentile(took, at) * 1000:9.2f}" for at in (50, 95, 99))
        print(f"{name:24}{cells}{np.median(took) / least:10.1f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path, nargs="?", default=Path(".bench"))
    parser.add_argument("--txtai", metavar="PYTHON")
    given = parser.parse_args()
    main(given.data, given.work, given.txtai)
