"""Article → Passages: headings kept, the model's own token budget, exact offsets."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from indexer.article import Article, Passage, Section, Span, context
from indexer.sentence import sentences

SPLITTER = "sentences-1"
"""Changes whenever the same article would be split otherwise: part of a snapshot's identity."""

LONGEST_WORD = 400
"""Code points. What has no space for longer is no word (base64, a broken page) and may be cut."""

LONGEST_PASSAGE = 4_000
"""Code points. Text that tokens don't measure (the tokenizer takes any word of over a hundred
letters for one unknown token) is parted by this."""

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
class _Piece:
    start: int
    end: int
    tokens: int
    starts_paragraph: bool


def split(article: Article, budget: TokenBudget) -> list[Passage]:
    """Split an article into passages.

    Passages follow each other, never cross a heading, never overlap and end at a sentence's
    end, best at a paragraph's; only a sentence longer than the budget is cut, between words.
    Every code point outside of all passages is white space or part of a heading. No passage's
    ``embedded_text`` has more than ``budget.limit`` tokens.
    """
    passages = []
    for section in article.sections:
        title, path, room = _fit_context(article.title, section.heading_path, budget)
        for span in _pack(_pieces(article.text, section, room, budget), min(budget.target, room)):
            passages.append(_passage(article, title, path, span))
    return passages


def _passage(article: Article, title: str, path: tuple[str, ...], span: Span) -> Passage:
    start, end = span
    text = article.text[start:end]
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


def _pieces(text: str, section: Section, room: int, budget: TokenBudget) -> list[_Piece]:
    """Sentences with their token counts, those over `room` tokens cut between words."""
    body = text[section.start : section.end]
    spans = sentences(body)
    counts = budget.count([body[a:b] for a, b in spans]) if spans else []
    pieces: list[_Piece] = []
    previous_end = 0
    for (start, end), tokens in zip(spans, counts, strict=True):
        opens = "\n\n" in body[previous_end:start] or not pieces
        previous_end = end
        if tokens <= room and not re.search(rf"\S{{{LONGEST_WORD + 1}}}", body[start:end]):
            pieces.append(_Piece(section.start + start, section.start + end, tokens, opens))
            continue
        for a, b, n in _cut(body, (start, end), room, budget):
            pieces.append(_Piece(section.start + a, section.start + b, n, opens))
            opens = False
    return pieces


def _cut(body: str, span: Span, room: int, budget: TokenBudget) -> Iterator[tuple[int, int, int]]:
    """Cut one long sentence into runs of words of at most `room` tokens."""
    words: list[Span] = []
    for word in re.finditer(r"\S+", body[span[0] : span[1]]):
        for start in range(word.start(), word.end(), LONGEST_WORD):
            end = min(start + LONGEST_WORD, word.end())
            words += _halve((span[0] + start, span[0] + end), body, room, budget)
    counts = budget.count([body[a:b] for a, b in words])
    start, end, tokens = words[0][0], words[0][1], counts[0]
    for (a, b), n in zip(words[1:], counts[1:], strict=True):
        if tokens + n > room or (a == end and b - start > LONGEST_WORD):
            yield start, end, tokens
            start, tokens = a, 0
        end, tokens = b, tokens + n
    yield start, end, tokens


def _halve(span: Span, body: str, room: int, budget: TokenBudget) -> list[Span]:
    """Halve a word until each part fits: only words of more tokens than a passage has."""
    start, end = span
    if end - start == 1 or budget.count([body[start:end]])[0] <= room:
        return [span]
    middle = (start + end) // 2
    return [
        *_halve((start, middle), body, room, budget),
        *_halve((middle, end), body, room, budget),
    ]


def _pack(pieces: list[_Piece], target: int) -> Iterator[Span]:
    """Fill passages up to `target` tokens, ending them at a paragraph's end where one is near."""
    at = 0
    while at < len(pieces):
        end, tokens = at, 0
        while end < len(pieces) and (
            end == at
            or (
                tokens + pieces[end].tokens <= target
                and pieces[end].end - pieces[at].start <= LONGEST_PASSAGE
            )
        ):
            tokens += pieces[end].tokens
            end += 1
        if end < len(pieces):
            end = _better_end(pieces, at, end, target)
        yield pieces[at].start, pieces[end - 1].end
        at = end


def _better_end(pieces: list[_Piece], start: int, end: int, target: int) -> int:
    """The last paragraph break in the passage's second half, else `end`."""
    tokens = sum(piece.tokens for piece in pieces[start:end])
    for candidate in range(end, start, -1):
        if candidate < end:
            tokens -= pieces[candidate].tokens
        if tokens < target // 2:
            break
        if pieces[candidate].starts_paragraph:
            return candidate
    return end
