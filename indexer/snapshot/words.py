"""lexical/words.txt: the words of the articles as they are spelt, to mend questions by."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

FILE = "words.txt"
_LETTERS = 64
"""An alphabet or two; a script of thousands of signs has no slips of one letter."""
_SEEN = 2
"""A word written once may be a slip itself."""


class WordWriter:
    """Counts words; writes those that can be trusted."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, words: Iterable[str]) -> None:
        """Count the words of the next passage."""
        self._counts.update(word.casefold() for word in words if word.isalpha())

    def write(self, folder: Path) -> None:
        """Write the file: a word a line, the most frequent first."""
        trusted = [(-count, word) for word, count in self._counts.items() if count >= _SEEN]
        text = "".join(word + "\n" for _, word in sorted(trusted))
        (folder / FILE).write_text(text, encoding="utf-8")


class Words:
    """The words of a snapshot."""

    def __init__(self, folder: Path) -> None:
        words = (folder / FILE).read_text(encoding="utf-8").split("\n")[:-1]
        self._ranks = {word: rank for rank, word in enumerate(words)}
        letters = Counter(letter for word in words for letter in word)
        self.letters = "".join(letter for letter, _ in letters.most_common(_LETTERS))
        """The letters that they are mostly written with."""

    def most_frequent(self, spellings: Iterable[str]) -> str | None:
        """That of several spellings which the articles have most often; None for none."""
        known = (word for word in spellings if word in self._ranks)
        return min(known, key=self._ranks.__getitem__, default=None)
