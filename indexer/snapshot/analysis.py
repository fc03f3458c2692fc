"""Text → the stems that BM25 counts and highlights mark; the same for articles and questions."""

import re
import unicodedata
from collections.abc import Set
from functools import lru_cache
from typing import NamedTuple

import Stemmer

ANALYSIS = "english-1"
"""Changes whenever the same text would give other stems: part of a snapshot's identity."""

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_CONTRACTION = re.compile(r"['’](?:s|t|d|m|re|ve|ll)$")

_LONGEST = 60
"""Letters of a word that count."""

# Words that carry a sentence but not its subject.
STOP_WORDS = frozenset(
    """a about after again all also am an and any are aren as at be because been before being
    between both but by can can't cannot could couldn did didn do does doesn doing don down during
    each few for from further get had hadn has hasn have haven having he her here hers herself him
    himself his how i if in into is isn it its itself just let me more most much my myself no nor
    not of off on once only or other our ours ourselves out over own please same shall she should
    shouldn so some such tell than thank thanks that the their theirs them themselves then there
    these they this those through to too under until up us very was wasn we were weren what when
    where which while who whom why will with won would wouldn you your yours yourself
    yourselves""".split()
)

_stemmer = Stemmer.Stemmer("english")


class Term(NamedTuple):
    """A word that counts: its stem, and where it stands in the text (code points)."""

    stem: str
    start: int
    end: int


def terms(text: str) -> list[Term]:
    """The words of a text but for stop words, stemmed (Snowball English, Porter 2001)."""
    found = []
    for word in _WORD.finditer(text):
        stem = _stem(word.group()[:_LONGEST])
        if stem:
            found.append(Term(stem, word.start(), word.end()))
    return found


def matching(text: str, stems: Set[str]) -> list[Term]:
    """Those of `terms(text)` whose stem is one of `stems`, for half of the time."""
    words = _beginning("".join(sorted({stem[0] for stem in stems})))
    return [
        Term(stem, word.start(), word.end())
        for word in words.finditer(text)
        if (stem := _stem(word.group()[:_LONGEST])) in stems
    ]


@lru_cache(maxsize=1_000)
def _beginning(letters: str) -> re.Pattern[str]:
    """Words that a stem with one of these first letters could be of: no stem begins with another
    letter than its word, but for case and accents."""
    first = "".join(re.escape(case) for letter in letters for case in (letter, letter.upper()))
    return re.compile(rf"(?<!\w)(?<!\w['’])(?=[{first}]|[^\x00-\x7f]){_WORD.pattern}")


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    """The stem of a word, without case and accents; empty for stop words."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    plain = _CONTRACTION.sub("", plain)
    if not plain or plain in STOP_WORDS:
        return ""
    return str(_stemmer.stemWord(plain[:_LONGEST]))
