"""Article → Passages: headings kept, the model's own token budget, exact offsets."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from indexer.article import Article, Passage, Section, Span, context
from indexer.sentence import sentences
from indexer.structure import Break, Piece, pieces

SPLITTER = "blocks-1"
"""Changes whenever the same article would be split otherwise: part of a snapshot's identity."""

LONGEST_WORD = 400
"""Code points. What has no space for longer is no word (base64, a broken page) and may be cut."""

LONGEST_PASSAGE = 4_000
"""Code points. Text that tokens don't measure (the tokenizer takes any word of over a hundred
letters for one unknown token) is parted by this."""

_AT_A_TIME = 4_096
"""Texts that the tokenizer is given at a time: what it knows of each is far larger than it."""

CountTokens = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class TokenBudget:
    """How long a passage may be, in the embedding model's own tokens.

    Attributes:
        count: tokens of each text, without the special ones that frame it.
        limit: the most a passage may have with its title and headings; beyond it the model
            would cut the text off.
        target: how many tokens of text a passage is filled up to.
    """

    count: CountTokens
    limit: int
    target: int = 128


@dataclass(frozen=True, slots=True)
class _Counted:
    """A piece with its tokens."""

    piece: Piece
    tokens: int


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is never parted: a list, a question with its answer, a sentence, a run of words."""

    start: int
    end: int
    tokens: int
    opens_paragraph: bool


def split(article: Article, budget: TokenBudget) -> list[Passage]:
    """Split an article into passages.

    Passages follow each other, never cross a heading and never overlap. A list with the sentence
    that introduces it, and a question with its answer, stay whole where the model can hold them;
    else they are parted between items, never right after the introduction or the question. Other
    text is parted at a paragraph's end where one is near, else at a sentence's; only a sentence
    longer than the budget is cut, between words. All else is white space or headings. No passage's
    ``embedded_text`` has more than ``budget.limit`` tokens.
    """
    return [one for section in article.sections for one in _section(article, section, budget)]


def _section(article: Article, section: Section, budget: TokenBudget) -> list[Passage]:
    title, path, room = _fit_context(article.title, section.heading_path, budget)
    found = pieces(article.text, section)
    counts = _count(article.text, [(piece.start, piece.end) for piece in found], budget)
    counted = [_Counted(piece, tokens) for piece, tokens in zip(found, counts, strict=True)]
    while True:
        units = list(_units(counted, Break.QUESTION, article.text, room, budget))
        spans = _pack(units, min(budget.target, room))
        passages = [_passage(article, title, path, span) for span in spans]
        # Some tokenizers give a text more tokens than its parts.
        longest = max(_tokens([one.embedded_text for one in passages], budget), default=0)
        if longest <= budget.limit or room == 1:
            return passages
        room = max(1, min(room - 1, room * budget.limit // longest))


def _passage(article: Article, title: str, path: tuple[str, ...], span: Span) -> Passage:
    (start, end), text = span, article.text[slice(*span)]
    inside = tuple((start + a, start + b) for a, b in sentences(text))
    return Passage(article.id, title, path, start, end, text, inside)


def _fit_context(
    title: str, path: tuple[str, ...], budget: TokenBudget
) -> tuple[str, tuple[str, ...], int]:
    """Shorten title and headings so that they leave at least half of the limit to the text.

    Returns:
        title, heading path, and the tokens left for text.
    """
    path = tuple(_clip(heading) for heading in path)
    title = _clip(title)
    tokens = budget.count([context(title, path)])[0]
    while tokens > budget.limit // 2:
        if len(path) > 1:
            path = path[1:]
        elif len(title) > 20 or path:
            title, path = title[: len(title) // 2].rstrip(), tuple(h[: len(h) // 2] for h in path)
            path = tuple(h.rstrip() for h in path if h.strip())
        else:
            break
        tokens = budget.count([context(title, path)])[0]
    return title, path, max(1, budget.limit - tokens)


def _clip(line: str, longest: int = 300) -> str:
    return line if len(line) <= longest else line[:longest].rstrip()


def _count(text: str, spans: Sequence[Span], budget: TokenBudget) -> list[int]:
    """Tokens of each span; of one that must be cut anyway, its length."""
    texts = [text[a:b] if b - a <= LONGEST_PASSAGE else "" for a, b in spans]
    counts = zip(spans, _tokens(texts, budget), strict=True)
    return [n if b - a <= LONGEST_PASSAGE else b - a for (a, b), n in counts]


def _tokens(texts: Sequence[str], budget: TokenBudget) -> list[int]:
    some = (texts[at : at + _AT_A_TIME] for at in range(0, len(texts), _AT_A_TIME))
    return [count for part in some for count in budget.count(part)]


def _units(
    counted: Sequence[_Counted], level: Break, text: str, room: int, budget: TokenBudget
) -> Iterator[_Unit]:
    """The largest groups of pieces that belong together and fit."""
    for group in _parted(counted, level):
        start, end = group[0].piece.start, group[-1].piece.end
        tokens = sum(one.tokens for one in group)
        fits = tokens <= room and end - start <= LONGEST_PASSAGE
        if fits and _belongs_together(group, level):
            yield _Unit(start, end, tokens, group[0].piece.before >= Break.PARAGRAPH)
        elif level > Break.SENTENCE:
            yield from _units(group, Break(level - 1), text, room, budget)
        else:
            yield from _cut(group, text, room, budget)


def _parted(counted: Sequence[_Counted], level: Break) -> Iterator[Sequence[_Counted]]:
    """Groups of pieces, parted at breaks of at least a level."""
    start = 0
    for at in range(1, len(counted) + 1):
        if at == len(counted) or counted[at].piece.before >= level:
            yield counted[start:at]
            start = at


def _belongs_together(group: Sequence[_Counted], level: Break) -> bool:
    match level:
        case Break.QUESTION:
            return group[0].piece.before == Break.QUESTION
        case Break.PARAGRAPH | Break.LIST:
            return any(one.piece.opens_line for one in group[1:])
        case Break.LINE:
            return any(one.piece.listed for one in group)
        case _:
            return True


def _cut(group: Sequence[_Counted], text: str, room: int, budget: TokenBudget) -> Iterator[_Unit]:
    """Cut what is too long into runs of words of at most `room` tokens, none of which ends right
    after a piece that introduces the next."""
    spans = _words(text, group[0].piece.start, group[-1].piece.end, room, budget)
    counts = _count(text, spans, budget)
    introduced = {one.piece.start for one in group[1:]}
    opens, at = group[0].piece.before >= Break.PARAGRAPH, 0
    while at < len(spans):
        end, tokens = at + 1, counts[at]
        while end < len(spans) and _goes_on(spans, at, end) and tokens + counts[end] <= room:
            tokens += counts[end]
            end += 1
        end = _not_after_introduction(spans, at, end, introduced)
        yield _Unit(spans[at][0], spans[end - 1][1], sum(counts[at:end]), opens)
        opens, at = False, end


def _not_after_introduction(
    words: Sequence[Span], first: int, end: int, introduced: Collection[int]
) -> int:
    """The end of a run of words, or an earlier one in its second half."""
    for earlier in range(end, first + (end - first) // 2, -1):
        if earlier == len(words) or words[earlier][0] not in introduced:
            return earlier
    return end


def _goes_on(words: Sequence[Span], first: int, at: int) -> bool:
    """Whether the run of words from `first` on may hold the one `at`, too."""
    length = words[at][1] - words[first][0]
    return length <= (LONGEST_WORD if words[at][0] == words[at - 1][1] else LONGEST_PASSAGE)


def _words(text: str, start: int, end: int, room: int, budget: TokenBudget) -> list[Span]:
    """The words of a text, in parts where one is too long for a passage."""
    found = [
        (at, min(at + LONGEST_WORD, word.end()))
        for word in re.compile(r"\S+").finditer(text, start, end)
        for at in range(word.start(), word.end(), LONGEST_WORD)
    ]
    while True:
        halved: list[Span] = []
        for (a, b), tokens in zip(found, _count(text, found, budget), strict=True):
            middle = (a + b) // 2
            halved += [(a, middle), (middle, b)] if tokens > room and b - a > 1 else [(a, b)]
        if len(halved) == len(found):
            return found
        found = halved


def _pack(units: Sequence[_Unit], target: int) -> Iterator[Span]:
    """Fill passages up to `target` tokens, ending them at a paragraph's end where one is near."""
    at = 0
    while at < len(units):
        end, tokens = at + 1, units[at].tokens
        while (
            end < len(units)
            and tokens + units[end].tokens <= target
            and units[end].end - units[at].start <= LONGEST_PASSAGE
        ):
            tokens += units[end].tokens
            end += 1
        if end < len(units):
            end = _better_end(units, at, end, target)
        yield units[at].start, units[end - 1].end
        at = end


def _better_end(units: Sequence[_Unit], start: int, end: int, target: int) -> int:
    """The last paragraph break in the passage's second half, else `end`."""
    tokens = sum(unit.tokens for unit in units[start:end])
    for candidate in range(end, start, -1):
        if candidate < end:
            tokens -= units[candidate].tokens
        if tokens < target // 2:
            break
        if units[candidate].opens_paragraph:
            return candidate
    return end
