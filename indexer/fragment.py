"""Where links to sentences can point: words that a browser finds there first (text fragments).

A browser opens a page at the first place where the words of the link stand: whole words, whatever
their case and accents, in one block (WICG, URL Fragment Text Directives). So the words may stand
nowhere before: neither in the article nor in the menus, boxes and teasers around it.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from indexer.article import BETWEEN_CELLS, Article, Passage, Span, Target

_LENGTHS = (4, 8, 16, 32)
"""How many words are tried: few at first, since a page may break its lines anywhere, and a broken
line holds other words to a browser."""
_CONTEXTS = (4, 8, 16)
"""How many words ahead of the sentence are tried where its own stand elsewhere, too."""
_LETTERS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
"""Of scripts that put no spaces between words."""
_WORD = re.compile(rf"(?=\w)[{_LETTERS}]|[^\W_{_LETTERS}][^\W{_LETTERS}]*")
"""Begins with a letter or digit: a line to write on is no word, nor is a mark above a letter."""
_SPACE_OR_END = re.compile(r"\s|$")


class _Word(NamedTuple):
    """A word of a page."""

    plain: str
    """Without case and accents."""
    line: int
    start: int
    """In the article's text; -1 where the word is not the article's."""


def with_targets(article: Article, passages: Sequence[Passage]) -> list[Passage]:
    """Passages, each with where a link to each of its sentences can point.

    That is the sentence itself, else the nearest one before it in its passage, else the heading
    above them, else nothing.
    """
    if not article.url:
        return list(passages)
    headings = [_heading(article, passage) for passage in passages]
    spans = {span for passage in passages for span in passage.sentences}
    found = _targets(article, spans | {span for span in headings if span})
    pointing = []
    for passage, heading in zip(passages, headings, strict=True):
        nearest = found.get(heading) if heading else None
        targets = []
        for span in passage.sentences:
            nearest = found.get(span, nearest)
            targets.append(nearest)
        pointing.append(replace(passage, targets=tuple(targets)))
    return pointing


def _heading(article: Article, passage: Passage) -> Span | None:
    """Where the heading right above a passage's section stands."""
    after = bisect_right(article.sections, passage.start, key=lambda section: section.start)
    if not after or not passage.heading_path:
        return None
    end = article.sections[after - 1].start
    start = max(0, end - len(passage.heading_path[-1]))
    return (start, end) if article.text[start:end] == passage.heading_path[-1] else None


def _targets(article: Article, spans: Iterable[Span]) -> dict[Span, Target]:
    """For each span, if there are any, the words at its start that stand there first."""
    text = article.text
    words = list(_page_words(article))
    plain = [word.plain for word in words]
    number = {word.start: at for at, word in enumerate(words) if word.start >= 0}
    found: dict[Span, Target] = {}
    left: dict[Span, range] = {}
    for span in spans:
        inside = range(0)
        first = _WORD.search(text, *span)
        if first and first.start() in number:  # else the span begins inside a long word
            at = end = number[first.start()]
            while end < len(words) and words[end].line == words[at].line:
                if words[end].start >= span[1]:
                    break
                end += 1
            inside = range(at, end)
        if inside and BETWEEN_CELLS not in _line(text, span[0]):
            left[span] = inside
    for length in _LENGTHS:
        tried = {span: inside[:length] for span, inside in left.items()}
        for span in _first_there(plain, tried):
            found[span] = Target(span[0], span[0], _end(words[tried[span][-1]], text, span[1]))
            del left[span]
    for length in _CONTEXTS:
        tried = {}
        for span, inside in left.items():
            before = _before(words, inside[0], length)
            if before < inside[0] and BETWEEN_CELLS not in _line(text, words[before].start):
                tried[span] = range(before, inside[: _LENGTHS[1]][-1] + 1)
        for span in _first_there(plain, tried):
            ahead, last = words[tried[span][0]], words[tried[span][-1]]
            found[span] = Target(_start(ahead, text), span[0], _end(last, text, span[1]))
            del left[span]
    return found


def _first_there(plain: Sequence[str], tried: dict[Span, range]) -> list[Span]:
    """Of the words tried for each span, those that stand nowhere before."""
    by_length: defaultdict[int, dict[tuple[str, ...], int]] = defaultdict(dict)
    for place in tried.values():
        by_length[len(place)][tuple(plain[place.start : place.stop])] = -1
    for length, firsts in by_length.items():
        for at in range(len(plain) - length + 1):
            run = tuple(plain[at : at + length])
            if firsts.get(run) == -1:
                firsts[run] = at
    return [
        span
        for span, place in tried.items()
        if by_length[len(place)][tuple(plain[place.start : place.stop])] == place.start
    ]


def _before(words: Sequence[_Word], at: int, length: int) -> int:
    """The first of up to `length` words right before a word, all of one line of the article."""
    first = at
    while first and at - first < length:
        word = words[first - 1]
        if word.start < 0 or word.line != words[at - 1].line:
            break
        first -= 1
    return first


def _page_words(article: Article) -> Iterator[_Word]:
    """The words of a page in its order."""
    at = line = 0
    for place, unread in (*article.unread, (len(article.text), "")):
        for piece in article.text[at:place].split("\n"):
            for word in _WORD.finditer(piece):
                yield _Word(_plain(word[0]), line, at + word.start())
            at += len(piece) + 1
            line += 1
        at = place
        for word in _WORD.finditer(unread):
            yield _Word(_plain(word[0]), line, -1)
        line += 1


@lru_cache(maxsize=100_000)
def _plain(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)) or word


def _line(text: str, at: int) -> str:
    end = text.find("\n", at)
    return text[text.rfind("\n", 0, at) + 1 : len(text) if end < 0 else end]


def _start(word: _Word, text: str) -> int:
    """Where what stands between spaces begins around a word."""
    return max(text.rfind(space, 0, word.start) for space in " \n") + 1


def _end(word: _Word, text: str, limit: int) -> int:
    """Where what stands between spaces ends around a word, less the signs behind it."""
    space = _SPACE_OR_END.search(text, word.start)
    end = min(space.start() if space else len(text), limit)
    while not text[end - 1].isalnum():
        end -= 1
    return end
