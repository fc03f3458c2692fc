"""How the verdict's curve is fitted, and how it does on a corpus that it was not fitted on.

Usage: python benchmarks/verdict.py DATA [WORK]

DATA holds medquad/, liveqa-dev/ and covid-faq/ as benchmarks/README.md describes them; the sample
corpus of this repository is the third. Each corpus is asked questions that it answers and ones that
it doesn't: of everyday life, those of the other corpora, and, for MedQuAD, about diseases whose
articles were left out. WORK (default .bench) keeps the indexes between runs.
"""

import gzip
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.config import load
from indexer.reindex import Job, reindex
from indexer.snapshot.analysis import terms
from indexer.snapshot.calibration import TYPICAL, Calibration
from indexer.snapshot.index import Index
from search_api import judged
from search_api.calibrate import calibrate
from search_api.evaluate import auroc
from search_api.rank import rank
from search_api.searcher import Searcher
from search_api.verdict import Signs, confidence, verdict

Floats = npt.NDArray[np.float64]
SAMPLE = Path(__file__).parent.parent / "corpus"
CORPORA = ("sample", "covid", "medquad")
MEDQUAD_ARTICLES = 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A question put to a corpus."""

    corpus: str
    kind: str
    """What sort of question it is to this corpus."""
    answered: bool
    """Whether the corpus answers it."""
    signs: Signs
    calibration: Calibration


def articles(data: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """MedQuAD in two: articles to index, those that LiveQA's judgements name among them, and
    articles on subjects that none of these is about."""
    with gzip.open(data / "medquad" / "articles.jsonl.gz", "rt", encoding="utf-8") as file:
        every = [json.loads(line) for line in file]
    rows = (data / "liveqa-dev" / "qrels.tsv").read_text("utf-8").splitlines()[1:]
    named = {row.split("\t")[1].rpartition(":")[0] for row in rows}
    random.Random(1).shuffle(every)
    every.sort(key=lambda one: one["id"] not in named)
    kept, rest = every[:MEDQUAD_ARTICLES], every[MEDQUAD_ARTICLES:]
    subjects = {subject for one in kept for subject in _subjects(one)}
    return kept, [one for one in rest if not subjects.intersection(_subjects(one))]


def _subjects(article: dict[str, Any]) -> list[frozenset[str]]:
    names = [article["title"], *article["synonyms"]]
    return [frozenset(term.stem for term in terms(name)) for name in names]


def corpora(data: Path, work: Path) -> dict[str, Searcher]:
    """A searcher on each corpus."""
    medquad = work / f"medquad-{MEDQUAD_ARTICLES}.jsonl"
    if not medquad.exists():
        lines = []
        for one in articles(data)[0]:
            sections = [{k: part[k] for k in ("heading", "text")} for part in one["sections"]]
            document = {"_id": one["id"], "title": one["title"], "sections": sections}
            lines.append(json.dumps(document))
        medquad.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sources = {
        "sample": SAMPLE,
        "covid": data / "covid-faq" / "corpus.jsonl",
        "medquad": medquad,
    }
    found = {}
    for name, source in sources.items():
        folder = work / f"verdict-{name}"
        job = Job([str(source)], load().model_cache)
        reindex(Index(folder), job, now=lambda: datetime.now(UTC), calibrate=calibrate)
        found[name] = Searcher.open(folder)
    return found


def questions(data: Path) -> Iterator[tuple[str, str, bool, str]]:
    """Corpus, kind, whether it is answered there, and the question."""
    sample = judged.questions(SAMPLE / "questions.jsonl")
    answerable = [one.question for one in sample if one.answerable]
    others = [one.question for one in sample if not one.answerable]
    health, far = others[: len(others) // 2], others[len(others) // 2 :]  # as corpus/README says
    covid = [one.question for one in judged.beir(*_beir(data / "covid-faq"))]
    live = data / "liveqa-dev"
    letters = [
        one
        for wording in ("summary", "paraphrase")
        for one in judged.beir(live / f"queries-{wording}.jsonl", live / "qrels.tsv")
        if max(one.grades.values()) >= 2
    ]
    kept, left_out = articles(data)
    headings = [one["sections"][0]["heading"] for one in kept[-300:]]
    unheard = [one["sections"][0]["heading"] for one in left_out[:300]]
    table: list[tuple[str, str, bool, Sequence[str]]] = [
        ("sample", "answered", True, answerable),
        ("sample", "near: other health", False, health),
        ("sample", "near: of covid", False, covid[::4]),
        ("sample", "far", False, far),
        ("covid", "answered", True, covid),
        ("covid", "near: other health", False, health),
        ("covid", "near: of sample", False, answerable[::2]),
        ("covid", "far", False, far),
        ("medquad", "answered: readers'", True, [one.question for one in letters]),
        ("medquad", "answered: headings", True, headings),
        ("medquad", "near: diseases left out", False, unheard),
        ("medquad", "far", False, far),
    ]
    for corpus, kind, answered, texts in table:
        yield from ((corpus, kind, answered, text) for text in texts)


def _beir(folder: Path) -> tuple[Path, Path]:
    return folder / "queries.jsonl", folder / "qrels.tsv"


def design(asked: Sequence[Asked], own_scale: bool = True) -> Floats:
    """What the curve sees: cosines placed on their corpus's scale, cover, and one."""
    rows = []
    for one in asked:
        scale = one.calibration if own_scale else TYPICAL
        placed = [
            (cosine - by.unrelated) / (by.answered - by.unrelated)
            for cosine, by in (
                (one.signs.passage, scale.passage),
                (one.signs.sentence, scale.sentence),
            )
        ]
        rows.append([*placed, one.signs.cover, 1.0])
    return np.array(rows)


def fit(asked: Sequence[Asked], own_scale: bool = True) -> Floats:
    """Logistic regression by Newton's method, lightly regularised: every corpus, in it answered
    and not, and in those every kind of question weighs the same."""
    x, y = design(asked, own_scale), np.array([float(one.answered) for one in asked])
    kinds: dict[tuple[str, bool], set[str]] = {}
    for one in asked:
        kinds.setdefault((one.corpus, one.answered), set()).add(one.kind)
    sizes: dict[tuple[str, str], int] = {}
    for one in asked:
        sizes[one.corpus, one.kind] = sizes.get((one.corpus, one.kind), 0) + 1
    weights = np.array(
        [
            1 / len(kinds[one.corpus, one.answered]) / sizes[one.corpus, one.kind] / len(kinds)
            for one in asked
        ]
    )
    curve, ridge = np.zeros(x.shape[1]), np.diag([1e-3, 1e-3, 1e-3, 0])
    for _ in range(100):
        chance = 1 / (1 + np.exp(-x @ curve))
        gradient = x.T @ (weights * (y - chance)) - ridge @ curve
        curve += np.linalg.solve(
            (x * (weights * chance * (1 - chance))[:, None]).T @ x + ridge, gradient
        )
    return curve


def main(data: Path, work: Path) -> None:
    """Print the curve, shares of verdicts and reliability."""
    work.mkdir(parents=True, exist_ok=True)
    opened = corpora(data, work)
    asked = []
    for corpus, kind, known, text in questions(data):
        snapshot = opened[corpus].snapshot
        ranked = rank(snapshot, opened[corpus].encoder, text)
        if ranked:
            asked.append(Asked(corpus, kind, known, ranked.signs, snapshot.calibration))
    for name in CORPORA:
        print(f"{name}: {opened[name].snapshot.calibration}")
    print(
        "fitted on all:",
        *(f"{weight:+.2f}" for weight in fit(asked)),
        "(passage, sentence, cover, 1)",
    )

    def left_out(own_scale: bool) -> Floats:
        """Chances by a curve fitted on the other corpora."""
        chances = np.zeros(len(asked))
        for name in CORPORA:
            here = np.array([one.corpus == name for one in asked])
            curve = fit([one for one in asked if one.corpus != name], own_scale)
            chances[here] = 1 / (1 + np.exp(-design(asked, own_scale)[here] @ curve))
        return chances

    held_out, typical = left_out(True), left_out(False)
    shipped = np.array([confidence(one.signs, one.calibration) for one in asked])
    cosine = np.array([one.signs.passage for one in asked])
    answered = np.array([one.answered for one in asked])
    print(f"\n{'AUROC':34}" + "".join(f"{name:>10}" for name in CORPORA))
    for label, chances in (
        ("cosine alone", cosine),
        ("fitted on the other corpora", held_out),
        ("the same, one scale for all", typical),
        ("as shipped", shipped),
    ):
        of = (np.array([one.corpus == name for one in asked]) for name in CORPORA)
        areas = [auroc(chances[at & answered], chances[at & ~answered]) for at in of]
        print(f"{label:34}" + "".join(f"{area:10.3f}" for area in areas))

    print(f"\n{'':34}{'fitted on the others':>30}{'as shipped':>30}")
    print(f"{'share of verdicts':34}" + f"{'none':>10}{'weak':>10}{'answered':>10}" * 2)
    for corpus, kind in dict.fromkeys((one.corpus, one.kind) for one in asked):
        at = np.array([(one.corpus, one.kind) == (corpus, kind) for one in asked])
        cells = ""
        for chances in (held_out, shipped):
            found = [verdict(float(chance)) for chance in chances[at]]
            cells += "".join(
                f"{found.count(one) / len(found):10.2f}" for one in ("none", "weak", "answered")
            )
        print(f"{corpus + ', ' + kind:34}{cells}")

    print("\nreliability (answered and not weighing the same in each corpus)")
    print(f"{'confidence':>12}{'questions':>12}{'mean':>8}{'answered':>10}")
    sizes = {
        (name, yes): sum(one.corpus == name and one.answered == yes for one in asked)
        for name in CORPORA
        for yes in (True, False)
    }
    weights = np.array([1 / sizes[one.corpus, one.answered] for one in asked])
    for low in np.arange(0, 1, 0.1):
        at = (held_out >= low) & (held_out < low + 0.1)
        if at.any():
            mean = np.average(held_out[at], weights=weights[at])
            share = np.average(answered[at], weights=weights[at])
            print(f"{low:5.1f} to {low + 0.1:.1f}{at.sum():12}{mean:8.2f}{share:10.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) > 2 else ".bench"))
