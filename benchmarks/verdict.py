"""How the verdict's two constants were fitted, and how often it is right on questions held out.

Usage: python benchmarks/verdict.py [INDEX]

INDEX (default ./index) is an index of corpus/. The judged questions of corpus/questions.jsonl are
asked; a logistic curve over cosine and cover is fitted on four fifths of them and judged on the
last fifth, five times over. Beside it: always answering, and a threshold on the cosine alone.
"""

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.snapshot.analysis import terms
from search_api import judged
from search_api.question import Question
from search_api.searcher import Searcher
from search_api.verdict import confidence, verdict

Floats = npt.NDArray[np.float64]
FOLDS = 5


def measures(searcher: Searcher, text: str) -> tuple[float, float]:
    """Cosine and cover of the first result's best passage; zeros where there is none."""
    answer = searcher.ask(Question(text, limit=1, min_verdict="none"))
    if not answer.results:
        return 0.0, 0.0
    article, best = answer.results[0].article, answer.results[0].passages[0]
    weights = {term.stem: searcher.snapshot.lexical.idf(term.stem) for term in terms(text)}
    shown = " ".join([article.title, *best.heading_path, best.text])
    held = {term.stem for term in terms(shown)} & weights.keys()
    return best.parts.dense, sum(weights[stem] for stem in held) / sum(weights.values())


def fit(features: Floats, labels: Floats) -> Floats:
    """Logistic regression by Newton's method, lightly regularised; both kinds weigh the same."""
    design = np.column_stack([features, np.ones(len(features))])
    balance = np.where(labels > 0, 0.5 / labels.mean(), 0.5 / (1 - labels.mean()))
    weights = np.zeros(design.shape[1])
    ridge = np.diag([0.1, 0.1, 0.0])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (balance * (labels - chance)) - ridge @ weights
        curvature = (design * (balance * chance * (1 - chance))[:, None]).T @ design + ridge
        weights += np.linalg.solve(curvature, gradient)
    return weights


def held_out(features: Floats, labels: Floats) -> float:
    """Share of questions judged rightly by a curve fitted without them."""
    fold = np.arange(len(labels)) % FOLDS
    right = 0
    for one in range(FOLDS):
        weights = fit(features[fold != one], labels[fold != one])
        chosen = np.column_stack([features, np.ones(len(features))])[fold == one] @ weights > 0
        right += int((chosen == (labels[fold == one] > 0)).sum())
    return right / len(labels)


def main(index: Path) -> None:
    """Print the fitted constants and the shares of right verdicts."""
    searcher = Searcher.open(index)
    questions = judged.questions(Path("corpus") / "questions.jsonl")
    features = np.array([measures(searcher, one.question) for one in questions])
    labels = np.array([float(one.answerable) for one in questions])
    cosine, cover, offset = fit(features, labels)
    print(f"fitted on all: {cosine:.2f} cosine + {cover:.2f} cover {offset:+.2f}")
    alone = np.column_stack([features[:, 0], np.zeros(len(features))])
    shipped = [verdict(confidence(*row)) != "none" for row in features.tolist()]
    print(f"{'share of right verdicts':28} {len(labels)} questions")
    print(f"{'always answering':28} {labels.mean():.3f}")
    print(f"{'cosine alone, held out':28} {held_out(alone, labels):.3f}")
    print(f"{'cosine and cover, held out':28} {held_out(features, labels):.3f}")
    print(f"{'as shipped':28} {(np.array(shipped) == (labels > 0)).mean():.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "index"))
