"""Misspelt words of a question, mended by the articles' own."""

from collections.abc import Callable, Iterator

from indexer.snapshot.analysis import Term, terms
from indexer.snapshot.words import Words

_SHORTEST, _LONGEST = 5, 30
"""Letters. Of shorter words, too many are one letter from another; longer ones are none."""
_MOST = 8
"""Words of a question that are mended, from its end."""


def mend(text: str, words: Words, known: Callable[[Term, str], bool]) -> str:
    """Put a word of the articles for each word of a question that is none, where one is near.

    Near is: a letter more, less or another, or two swapped (Damerau, 1964), but for the first,
    which is seldom wrong. Of several, the one that the articles have most often.

    Args:
        text: what is asked.
        words: of the articles.
        known: whether a word (as a term, and as it is written) is right as it is.
    """
    looked_up = 0
    for term in reversed(terms(text)):
        word = text[term.start : term.end]
        fits = _SHORTEST <= len(word) <= _LONGEST and word.isalpha()
        if fits and looked_up < _MOST and not known(term, word):
            looked_up += 1
            mended = words.most_frequent(_near(word.casefold(), words.letters))
            if mended:
                text = text[: term.start] + mended + text[term.end :]
    return text


def _near(word: str, letters: str) -> Iterator[str]:
    for at in range(1, len(word) + 1):
        start, end = word[:at], word[at:]
        yield from (start + letter + end for letter in letters)
        if end:
            yield start + end[1:]
            yield from (start + letter + end[1:] for letter in letters)
        if len(end) > 1:
            yield start + end[1] + end[0] + end[2:]
