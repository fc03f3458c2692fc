"""The lines of a PDF → headings, paragraphs and list items."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.extract.extracted import Block, clean
from indexer.extract.pdf.hyphen import join_lines, vocabulary
from indexer.extract.pdf.line import Line
from indexer.extract.pdf.lines import MARK, body_size

_LONGEST_HEADING = 150
_LONGEST_BOLD_HEADING = 100
_LARGER = 1.08
"""Times the body's size, from where on text is a heading."""
_SAME_SIZE = 0.6
_MUCH_ROOM = 0.25
"""The share of a column's width."""
_SENTENCE_END = (".", "!", "?", ":", "…")
_WORDS_TOO = ("o", "-", "–", "—")
"""Marks that a line within a sentence may begin with."""
_CLOSING = "\"'”’)]»"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together."""

    lines: tuple[Line, ...]
    margin: float
    """Where its column's lines end at the most."""

    @property
    def mark(self) -> str:
        """The bullet or number that opens it, or nothing."""
        found = MARK.match(self.lines[0].text)
        return found.group() if found and not self.lines[0].row else ""

    @property
    def size(self) -> float:
        """Of its letters."""
        return self.lines[0].size


def blocks(lines: Sequence[Line]) -> Iterator[tuple[int, Block]]:
    """The blocks of lines given in the order of reading, each with its page."""
    if not lines:
        return
    known = vocabulary(line.text for line in lines)
    body = body_size(lines)
    in_body = [line for line in lines if line.size == body]
    bold_body = 2 * sum(len(x.text) for x in in_body if x.bold) > sum(len(x.text) for x in in_body)
    paragraphs = _rejoined(list(_paragraphs(lines, body)), body)
    is_heading = [_is_heading(one, body, bold_body) for one in paragraphs]
    # A heading has something below it: bold text at the very end is none.
    for at in range(len(paragraphs) - 1, -1, -1):
        if not is_heading[at]:
            break
        is_heading[at] = paragraphs[at].size >= _LARGER * body
    levels = _levels([one for one, yes in zip(paragraphs, is_heading, strict=True) if yes], body)
    for paragraph, heading in zip(paragraphs, is_heading, strict=True):
        text = join_lines([line.text for line in paragraph.lines], known)
        text = text[len(paragraph.mark) :] if not heading else text
        first = paragraph.lines[0]
        if not clean(text):
            continue
        if heading:
            yield first.page, Block("heading", clean(text), levels[_style(paragraph, body)])
        elif paragraph.mark or first.row:
            yield first.page, Block("item", clean(text))
        else:
            yield first.page, Block("text", clean(text))


def _paragraphs(lines: Sequence[Line], body: float) -> Iterator[Paragraph]:
    leading = _leading(lines, body)
    chunk: list[Line] = []
    for line in lines:
        if chunk and not _touch(chunk[-1], line, leading):
            yield from _split(chunk)
            chunk = []
        chunk.append(line)
    yield from _split(chunk)


def _leading(lines: Sequence[Line], body: float) -> float:
    """How far apart the body's lines stand, in font sizes."""
    steps = Counter(
        round((before.y - line.y) / body, 1)
        for before, line in pairwise(lines)
        if before.size == line.size == body
        and (before.page, before.column) == (line.page, line.column)
        and 0.8 * body < before.y - line.y < 2.5 * body
    )
    # Where paragraphs have one line each, the commonest step is the gap between these.
    return min(steps, key=lambda step: (-steps[step], step), default=1.2)


def _touch(before: Line, line: Line, leading: float) -> bool:
    """Whether a line stands right below another, in the same type."""
    size = max(before.size, line.size)
    closest = max(1.25 * leading, 1.3)
    return (
        (before.page, before.column) == (line.page, line.column)
        and not before.row
        and not line.row
        and abs(before.size - line.size) <= _SAME_SIZE
        and 0 < before.y - line.y <= closest * size
        and line.left < before.right
        and before.left < line.right
        and (before.bold == line.bold or (line.text[0].islower() and not line.bold))
    )


def _split(chunk: Sequence[Line]) -> Iterator[Paragraph]:
    """Part lines that stand together at list marks, indents, and lines that end early."""
    if not chunk:
        return
    left = min(line.left for line in chunk)
    margin = max(line.right for line in chunk)
    number = 0
    held: list[Line] = []
    for line in chunk:
        mark = MARK.match(line.text)
        found = int(mark.group(1) or mark.group(2) or 0) if mark else 0
        early = bool(held) and _ends_early(held[-1], line, margin)
        counts = bool(mark) and (not found or found == number + 1 or not held)
        if mark and held and mark.group().strip() in _WORDS_TOO and not early:
            counts = held[0].text.startswith(mark.group())
        if held and (counts or early or _indents(held, line, left)):
            yield Paragraph(tuple(held), margin)
            held = []
        if not held and mark:
            number = found
        held.append(line)
    yield Paragraph(tuple(held), margin)


def _indents(held: Sequence[Line], line: Line, left: float) -> bool:
    step = 0.8 * line.size
    if MARK.match(held[0].text):  # its own lines hang; one back at the mark is none of them
        hanging = len(held) > 1 and held[-1].left > held[0].left + step
        return hanging and line.left <= held[0].left + 1
    return line.left > left + step and held[-1].left <= left + 1


def _ends_early(before: Line, line: Line, margin: float) -> bool:
    """Whether the next line's first word had found room: then the writer ended the line."""
    width = (line.right - line.left) / len(line.text)
    room = width * (len(line.text.split()[0]) + 1) + 0.3 * line.size
    if line.text[0].islower() and not before.text.endswith(_SENTENCE_END):
        room += _MUCH_ROOM * (margin - before.left)  # the sentence seems to go on
    return before.right + room < margin


def _rejoined(paragraphs: Sequence[Paragraph], body: float) -> list[Paragraph]:
    """Paragraphs that run over the end of a page or column, whole again."""
    whole: list[Paragraph] = []
    for paragraph in paragraphs:
        at = len(whole) - 1
        # Footnotes at the end of a page stand between the halves.
        while at > 0 and whole[at].size < body - _SAME_SIZE <= paragraph.size:
            at -= 1
        if at >= 0 and _runs_on(whole[at], paragraph):
            lines = whole[at].lines + paragraph.lines
            whole[at] = Paragraph(lines, paragraph.margin)
        else:
            whole.append(paragraph)
    return whole


def _runs_on(before: Paragraph, after: Paragraph) -> bool:
    end, start = before.lines[-1], after.lines[0]
    if (
        (end.page, end.column) == (start.page, start.column)
        or start.page > end.page + 1
        or end.row
        or start.row
        or after.mark
        or abs(end.size - start.size) > _SAME_SIZE
        or end.bold != start.bold
        or end.text.rstrip(_CLOSING).endswith(_SENTENCE_END)
    ):
        return False
    return start.text[0].islower() or not _ends_early(end, start, before.margin)


def _is_heading(paragraph: Paragraph, body: float, bold_body: bool) -> bool:
    text = " ".join(line.text for line in paragraph.lines)
    length = len(text)
    if (
        paragraph.lines[0].row
        or length > _LONGEST_HEADING
        or sum(character.isalpha() for character in text) < 2  # a number, an ornamental initial
        or (paragraph.mark and not paragraph.mark[0].isdigit())
        or text.endswith((",", ";"))
    ):
        return False
    if paragraph.size >= _LARGER * body:
        return not (text.endswith(".") and length > _LONGEST_BOLD_HEADING)
    return (
        all(line.bold for line in paragraph.lines)
        and not bold_body
        and paragraph.size >= body - _SAME_SIZE
        and length <= _LONGEST_BOLD_HEADING
        and not text.endswith(".")
    )


def _style(heading: Paragraph, body: float) -> float:
    """What its level depends on: its size; bold at the body's size comes last."""
    return heading.size if heading.size >= _LARGER * body else body


def _levels(headings: Sequence[Paragraph], body: float) -> dict[float, int]:
    levels: dict[float, int] = {}
    level = 0
    largest = float("inf")
    for size in sorted({_style(one, body) for one in headings}, reverse=True):
        if size < largest - _SAME_SIZE:
            level, largest = min(level + 1, 6), size
        levels[size] = level
    return levels
