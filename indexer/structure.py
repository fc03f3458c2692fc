"""A section's text → pieces: its sentences, each with how it is parted from the one before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from indexer.article import Section, Span
from indexer.sentence import sentences

_LONGEST_QUESTION = 200
"""Code points. A longer line that ends in a question mark is a paragraph, not a question."""

_CLOSERS = "\"'”’»)]*_"
_ASKING = ("?", "？", "؟", "⁇", "⁈", "⁉")
# A question as FAQ pages mark it, whatever it ends in: 'Q: My knee clicks.'
_LABELLED = re.compile(r"(?:Q|Question)(?: ?\d+)?[:.)]\s")


class Break(IntEnum):
    """What lies between a piece and the one before it, from what holds them to what parts them."""

    GLUE = 0
    """The one before introduces this one: 'Look for:', 'Can I drive?'."""
    SENTENCE = 1
    LINE = 2
    """Between two items of a list, or rows of a table."""
    LIST = 3
    """Before the sentence that introduces a list."""
    PARAGRAPH = 4
    QUESTION = 5
    """Before a question that the text goes on to answer, or what answers a heading."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, or an item without one."""

    start: int
    end: int
    before: Break
    opens_line: bool
    listed: bool
    """Its line is an item or a row: one of several lines without a blank one between them."""


@dataclass(frozen=True, slots=True)
class _Line:
    sentences: Sequence[Span]
    opens_paragraph: bool
    introduces: bool
    asks: bool
    labelled: bool


def pieces(text: str, section: Section) -> list[Piece]:
    """The sentences of a section of `text`, in order."""
    lines = _lines(text[section.start : section.end], section.start)
    found: list[Piece] = []
    previous: _Line | None = None
    previous_asks = lead_asks = False
    for at, line in enumerate(lines):
        lead_asks = line.asks if line.opens_paragraph else lead_asks
        # A question among other items is one of a list, and has no answer.
        asks = line.labelled or (line.asks and lead_asks)
        glued = previous is not None and (
            previous.introduces or (previous_asks and (line.opens_paragraph or not asks))
        )
        alone = line.opens_paragraph and (at + 1 == len(lines) or lines[at + 1].opens_paragraph)
        listed = not alone and not line.introduces
        answers = previous is None and _is_question(section.heading_path)
        first = _before(line, glued, answers or (asks and not previous_asks))
        for number, span in enumerate(line.sentences):
            introduces = line.introduces and number == len(line.sentences) - 1
            inner = Break.LIST if introduces else Break.SENTENCE
            found.append(Piece(*span, first if number == 0 else inner, number == 0, listed))
        previous, previous_asks = line, asks
    return found


def _is_question(headings: Sequence[str]) -> bool:
    return bool(headings) and headings[-1].rstrip(_CLOSERS).endswith(_ASKING)


def _before(line: _Line, glued: bool, asks: bool) -> Break:
    if glued:
        return Break.GLUE
    if asks:
        return Break.QUESTION
    if line.opens_paragraph:
        return Break.PARAGRAPH
    return Break.LIST if line.introduces else Break.LINE


def _lines(body: str, shift: int) -> list[_Line]:
    grouped: list[list[Span]] = []
    opens: list[bool] = []
    end = 0
    for span in sentences(body):
        breaks = body.count("\n", end, span[0])
        if breaks or not grouped:
            grouped.append([])
            opens.append(breaks > 1 or len(grouped) == 1)
        grouped[-1].append(span)
        end = span[1]
    return [
        _line(body, spans, opening, shift) for spans, opening in zip(grouped, opens, strict=True)
    ]


def _line(body: str, spans: Sequence[Span], opens_paragraph: bool, shift: int) -> _Line:
    start, end = spans[0][0], spans[-1][1]
    ending = body[max(start, end - 10) : end].rstrip(_CLOSERS)[-1:]
    return _Line(
        [(a + shift, b + shift) for a, b in spans],
        opens_paragraph,
        introduces=ending in (":", "："),
        asks=end - start <= _LONGEST_QUESTION and ending in _ASKING,
        labelled=_LABELLED.match(body, start, end) is not None,
    )
