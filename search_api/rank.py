"""Question → ranked articles: the steps in their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from indexer.encoder.encoder import Encoder
from indexer.snapshot.analysis import Term, matching, terms
from indexer.snapshot.reader import Snapshot
from search_api.fuse import found, fuse
from search_api.group import Group, group
from search_api.late import late
from search_api.retrieve import Candidates, Floats, cosines, retrieve
from search_api.spelling import mend
from search_api.steps import Steps
from search_api.verdict import Signs, confidence, doubted, verdict


@dataclass(frozen=True, slots=True)
class Ranked:
    """What was found for a question, and what is known of it."""

    read_as: str
    """The question as it was read: misspelt words mended."""
    weights: Mapping[str, float]
    """Its stems, each with how telling it is here."""
    vector: Floats
    """Shape (dimensions,), of unit length."""
    candidates: Candidates
    tokens: Floats
    """What late interaction says of each candidate."""
    scores: Floats
    """Theirs, shape (candidates,)."""
    groups: Sequence[Group]
    """Articles, best first; at least one."""
    signs: Signs
    confidence: float
    """That the first article answers."""


def rank(
    snapshot: Snapshot,
    encoder: Encoder,
    question: str,
    allowed: npt.NDArray[np.bool_] | None = None,
    steps: Steps | None = None,
) -> Ranked | None:
    """Find articles for a question and put them in order.

    Args:
        snapshot: where to look.
        encoder: that of the snapshot.
        question: as it was asked.
        allowed: shape (passages,): which passages may be found; None for all.
        steps: told how long each step takes.

    Returns:
        None where there is nothing to find.
    """
    steps = steps or Steps()
    with steps.timed("spelling"):
        text = mend(
            question, snapshot.words, lambda term, word: _known(snapshot, encoder, term, word)
        )
    ranked = _rank(snapshot, encoder, text, allowed, steps)
    if ranked is None or text == question:
        return ranked
    # A word that no article has may be right, and another thing than the one it was mended to:
    # 'arteritis' is no 'arthritis'.
    with steps.timed("doubt"):
        as_asked = _rank(snapshot, encoder, question, allowed, Steps())
    if as_asked and verdict(as_asked.confidence) == "answered":
        return ranked
    return replace(ranked, confidence=doubted(ranked.confidence))


def _rank(
    snapshot: Snapshot,
    encoder: Encoder,
    text: str,
    allowed: npt.NDArray[np.bool_] | None,
    steps: Steps,
) -> Ranked | None:
    weights = {term.stem: snapshot.lexical.idf(term.stem) for term in terms(text)}
    if not weights:  # a question of nothing but signs, or 'what is it', has no subject
        return None
    with steps.timed("encode"):
        asked = encoder.read_question(text)
    with steps.timed("retrieve"):
        candidates = retrieve(snapshot, asked.vector, list(weights), allowed)
    with steps.timed("late"):
        tokens = late(snapshot.tokens, asked, candidates.rows, found(candidates))
    with steps.timed("fuse"):
        scores = fuse(candidates, tokens)
    with steps.timed("group"):
        groups = group(candidates.rows, scores, snapshot.article_of_passage)
    if not groups:
        return None
    with steps.timed("verdict"):
        signs = _signs(snapshot, asked.vector, weights, candidates, groups[0])
        sure = confidence(signs, snapshot.calibration)
    return Ranked(text, weights, asked.vector, candidates, tokens, scores, groups, signs, sure)


def _known(snapshot: Snapshot, encoder: Encoder, term: Term, word: str) -> bool:
    """Whether a question's word needs no mending: articles have it, or the model does."""
    # A model's tokenizer has common words whole and takes others apart.
    return term.stem in snapshot.lexical or encoder.count_tokens([word]) == [1]


def _signs(
    snapshot: Snapshot,
    vector: Floats,
    weights: Mapping[str, float],
    candidates: Candidates,
    best: Group,
) -> Signs:
    store, place = snapshot.store, best.places[0]
    row = int(candidates.rows[place])
    passage = store.passage(row, store.article(best.article))
    held = {term.stem for term in matching(passage.embedded_text, weights.keys())}
    cover = sum(weights[stem] for stem in sorted(held))
    sentences = snapshot.vectors.sentences(store.sentence_rows(range(row, row + 1)))
    return Signs(
        passage=float(candidates.dense[place]),
        sentence=float(cosines(sentences, vector).max(initial=-1)),
        cover=cover / sum(weights.values()),
    )
