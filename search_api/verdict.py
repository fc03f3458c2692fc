"""Does the best passage answer, or is the honest answer 'nothing here'? (docs/verdict.md)"""

from dataclasses import dataclass
from math import exp
from typing import Literal

from indexer.snapshot.calibration import Calibration, Scale

Verdict = Literal["answered", "weak", "none"]
VERDICTS: tuple[Verdict, ...] = ("none", "weak", "answered")

# Fitted by benchmarks/verdict.py on several corpora; it prints how well that does on a corpus that
# was left out. 'weak' begins low: it says that nothing answers exactly, and hides nothing.
_PASSAGE, _SENTENCE, _COVER, _OFFSET = 2.1, 2.8, 1.2, -4.1
_ANSWERED, _WEAK = 0.6, 0.3


MEANINGS = {
    "passage": "how near in meaning the question and the best passage are",
    "sentence": "how near the question and the best sentence of this passage are",
    "cover": "share of the question's words that this passage holds, telling ones counting more",
}
"""What `confidence` is made from, for people."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of the best passage."""

    passage: float
    """Its cosine with the question."""
    sentence: float
    """That of its best sentence."""
    cover: float
    """Share of the question's words that it or what stands above it holds, each counted by how
    telling it is here."""


def confidence(signs: Signs, calibration: Calibration) -> float:
    """The chance that the best passage answers: a logistic curve over its signs.

    Cosines count by where they lie between what is usual for questions that have nothing to do
    with the corpus (0) and for ones that it answers (1): so one curve fits every corpus and
    encoder.
    """
    logit = (
        _PASSAGE * _placed(signs.passage, calibration.passage)
        + _SENTENCE * _placed(signs.sentence, calibration.sentence)
        + _COVER * signs.cover
        + _OFFSET
    )
    return 1 / (1 + exp(-logit))


def verdict(confidence: float) -> Verdict:
    """What a confidence means for the reader."""
    if confidence >= _ANSWERED:
        return "answered"
    return "weak" if confidence >= _WEAK else "none"


def doubted(confidence: float) -> float:
    """A confidence that is not enough for 'answered'."""
    return min(confidence, _ANSWERED - 0.01)


def at_least(found: Verdict, wanted: Verdict) -> bool:
    """Whether a verdict is as good as the one wanted."""
    return VERDICTS.index(found) >= VERDICTS.index(wanted)


def _placed(cosine: float, scale: Scale) -> float:
    return (cosine - scale.unrelated) / (scale.answered - scale.unrelated)
