"""Does the best passage answer, or is the honest answer 'nothing here'?"""

from math import exp
from typing import Literal

Verdict = Literal["answered", "weak", "none"]
VERDICTS: tuple[Verdict, ...] = ("none", "weak", "answered")

# Fitted by benchmarks/verdict.py on corpus/questions.jsonl; it prints how well that does on
# questions held out. 'weak' begins low: it says that nothing answers exactly, and hides nothing.
_COSINE, _COVER, _OFFSET = 11.1, 5.4, -6.6
_ANSWERED, _WEAK = 0.6, 0.3


MEANINGS = {
    "cosine": "how near in meaning the question and the best passage are",
    "cover": "share of the question's words that this passage holds, telling ones counting more",
}
"""What `confidence` is made from, for people."""


def confidence(cosine: float, cover: float) -> float:
    """The chance that the best passage answers: a logistic curve over two measures.

    Args:
        cosine: of question and passage.
        cover: share of the question's words that the passage holds, each counted by its idf.
    """
    return 1 / (1 + exp(-(_COSINE * cosine + _COVER * cover + _OFFSET)))


def verdict(confidence: float) -> Verdict:
    """What a confidence means for the reader."""
    if confidence >= _ANSWERED:
        return "answered"
    return "weak" if confidence >= _WEAK else "none"


def at_least(found: Verdict, wanted: Verdict) -> bool:
    """Whether a verdict is as good as the one wanted."""
    return VERDICTS.index(found) >= VERDICTS.index(wanted)
