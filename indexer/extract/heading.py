"""Headings that only look like it: which lines of plain text, or bold paragraphs, are headings."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from indexer.extract.extracted import Block
from indexer.extract.lines import Line
from indexer.extract.safety import is_advice

NOTHING_BELOW = "heading with nothing below"
"""The rule's name."""

_LONGEST = 80
_DEPTH = re.compile(r"\d{1,2}(?:\.\d{1,2})+(?=\.?\s+[^\W\d_a-z])")
_NUMBER = re.compile(r"\d{1,2}[.)]")
_INTRODUCES = frozenset(
    "a and are as at by for from has have if in include includes including is like may of on or "
    "such the this to try use when with you".split()
)


def is_heading_like(text: str) -> bool:
    """Whether a line is short and no sentence: it may be a title or heading."""
    return (
        len(text) <= _LONGEST
        and text[-1] not in ".,;!…"
        and not text[0].islower()
        and any(map(str.isalpha, text))
    )


def levels(lines: Sequence[Line]) -> Iterator[int]:
    """The level of the heading that each line is, 0 for text.

    A heading has text below it. Of two lines in a row that look like headings, the second is
    below the first; of more, only the last is one.
    """
    # One line in capitals is a warning as likely as a heading.
    deeper = 3 if sum(_is_capitals(line) for line in lines) > 1 else 2
    before = 0
    for at in range(len(lines)):
        before = _level(lines, at, deeper, before)
        yield before


def _level(lines: Sequence[Line], at: int, deeper: int, before: int) -> int:
    line = lines[at]
    if line.level:
        return line.level
    if at + 1 == len(lines) or not line.first or not _stands_out(line):
        return 0
    following = lines[at + 1]
    heads_text = not _may_head(following)
    if line.mark:
        counted = _NUMBER.fullmatch(line.mark) and not following.mark
        return 2 if counted and heads_text and not (at and lines[at - 1].mark) else 0
    if depth := _DEPTH.match(line.text):
        return min(6, 2 + depth.group().count(".")) if heads_text else 0
    pair = line.alone and not (at and before == 0 and _may_head(lines[at - 1]))
    if not heads_text and not (pair and _heads_text(lines, at + 1)):
        return 0
    if _is_capitals(line):
        return 2
    # In a paragraph only a question ('What helps?') is surely the heading of what follows, and a
    # line above one long sentence or more.
    prose = following.last and len(following.text) > _LONGEST and following.text[-1] == "."
    if not line.alone and not prose and not line.text.endswith("?"):
        return 0
    if line.text.endswith(":") and _introduces(line, following):
        return 0
    return min(6, before + 1) if before else deeper


def _may_head(line: Line) -> bool:
    return line.level > 0 or (line.alone and not _is_item(line) and _stands_out(line))


def _stands_out(line: Line) -> bool:
    """Whether it is like a heading, and not 'Adults: 400 mg every six hours'."""
    return is_heading_like(line.text) and not (": " in line.text and is_advice(line.text))


def _is_item(line: Line) -> bool:
    return bool(line.mark) and not _NUMBER.fullmatch(line.mark)


def _heads_text(lines: Sequence[Line], at: int) -> bool:
    return lines[at].level > 0 or (at + 1 < len(lines) and not _may_head(lines[at + 1]))


def _is_capitals(line: Line) -> bool:
    text = line.text
    return text.isupper() and sum(map(str.isalpha, text[:20])) > 3 and is_heading_like(text)


def _introduces(line: Line, following: Line) -> bool:
    """Whether 'Other things that help:' opens a list, where 'Recovery:' is a heading."""
    if following.alone and not following.mark:
        return False
    words = line.text.rstrip(": ").casefold().split()
    return len(words) > 2 or not words or words[-1] in _INTRODUCES


def without_empty(blocks: Sequence[Block]) -> list[Block]:
    """Drop the headings that have nothing below them; '**Call 999**' is text then."""
    settled: list[Block] = []
    below: Block | None = None
    for block in reversed(blocks):
        if block.text and not block.dropped:
            empty = below is None or (below.kind == "heading" and below.level <= block.level)
            if block.kind == "heading" and empty and is_advice(block.text):
                block = below = Block("text", block.text)
            elif block.kind == "heading" and empty:
                block = replace(block, dropped=NOTHING_BELOW)
            else:
                below = block
        settled.append(block)
    return settled[::-1]
