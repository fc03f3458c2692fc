"""Plain text → lines: what an editor wrapped is joined again, bullets and underlines are read."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from indexer.extract.extracted import clean
from indexer.extract.table import row_text


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, a heading or an item, on one line."""

    text: str
    mark: str = ""
    """The bullet or number before it, as typed."""
    first: bool = True
    """Whether it opens its paragraph; with `last`, whether it is all of it."""
    last: bool = True
    level: int = 0
    """1 to 6 where the text itself marks it as a heading."""
    apart: bool = False
    """Whether the gap above it is wider than the text's gaps are: a heading was lost there."""

    @property
    def alone(self) -> bool:
        """Whether it is a paragraph of its own."""
        return self.first and self.last


_BULLET = re.compile(r"(?:[-*–—]|\(?\d{1,3}[.)]|\(?[a-z]\))\s+|[•·▪◦‣●○■]\s*")
_HASHES = re.compile(r"(#{1,6})\s+(\S.*?)[\s#]*")
_BOLD = re.compile(r"(\*\*|__)(?=\S)([^*_]+)(?<=\S)\1:?")
_UNDERLINE = re.compile(r"=+|-+")
_GAP = re.compile(r"\n(?:[ \t]*\n)+")
_NO_WORDS = re.compile(r"[-=_*~•·.#+|\s–—]+")
_ROW = re.compile(r"\|.*\|")
_COLUMNS = re.compile(r"\|(?: ?:?-+:? ?\|)+")
"""Dashes between the names of columns and the rows: '|---|---|'."""
_LONGEST_HEADING = 80
_LONGEST_WRAPPED = 100
_LONG_ENOUGH_TO_WRAP = 50


def lines(text: str) -> Iterator[Line]:
    """Read a text's lines, paragraph by paragraph; lines of dashes or dots part paragraphs."""
    text = "\n".join(text.strip("\r\n").splitlines())
    gaps = [gap.group().count("\n") for gap in _GAP.finditer(text)]
    usual = _usual(gaps)
    chunks = [chunk.split("\n") for chunk in _GAP.split(text)]
    raw = [line for chunk in chunks for line in chunk]
    long = sum(len(line) for line in raw if len(line) > _LONGEST_WRAPPED)
    # In a text with such lines nobody broke the others for want of room, nor where each is whole.
    wrapped = 10 * long < len(text) and not _are_sentences(raw)
    # And if it has hardly a blank line, each line is a paragraph.
    dense = not wrapped and 10 * len(gaps) < len(raw) + len(gaps)
    for chunk, gap in zip(chunks, [0, *gaps], strict=True):
        apart = gap > usual
        for paragraph in _paragraphs(chunk):
            paragraph[0] = replace(paragraph[0], apart=apart)
            apart = False
            yield from paragraph if dense else _read(paragraph, wrapped)


def _are_sentences(raw: list[str]) -> bool:
    """Whether a text's longer lines end where sentences do."""
    longer = [line.rstrip() for line in raw if len(line) >= _LONG_ENOUGH_TO_WRAP]
    ends = sum(line.endswith((".", "!", "?", ":")) for line in longer)
    return len(longer) > 2 and ends >= 0.9 * len(longer)


def _usual(gaps: list[int]) -> int:
    """How wide most gaps between paragraphs are, in lines; the widest if they differ too much."""
    widths = Counter(gaps)
    usual = min(widths, key=lambda width: (-widths[width], width), default=0)
    wider = sum(count for width, count in widths.items() if width > usual)
    return usual if 3 * wider < len(gaps) else max(widths, default=0)


def _paragraphs(raw: list[str]) -> Iterator[list[Line]]:
    """Lines between blank lines, as they stand; a marked heading is a paragraph of its own."""
    held: list[Line] = []
    names: list[str] = []
    for line in raw:
        text = clean(line) if line else ""
        level = 0
        if text and _COLUMNS.fullmatch(text) and held and _ROW.fullmatch(held[-1].text):
            names = _cells(held.pop().text)
            continue
        if names and _ROW.fullmatch(text):
            held.append(Line(row_text(names, _cells(text)), "\t"))
            continue
        if text and _NO_WORDS.fullmatch(text):
            if len(held) == 1 and len(text) > 2 and _UNDERLINE.fullmatch(text):
                level = 1 if text[0] == "=" else 2
                if len(held[0].text) <= _LONGEST_HEADING and not held[0].mark:
                    held = [replace(held[0], level=level)]
            text = ""
        if not text or (held and held[0].level):
            if held:
                yield held
            held = []
        if not text:
            continue
        marked = _marked(text)
        if marked.level and held:
            yield held
            held = []
        cells = line.strip().split("\t") if "\t" in line else []
        if len(cells) > 1 and not marked.mark and not marked.level:
            marked = Line(" | ".join(filter(None, map(clean, cells))), "\t")
        held.append(marked)
    if held:
        yield held


def _cells(row: str) -> list[str]:
    return [clean(cell) for cell in row.strip().strip("|").split("|")]


def _marked(text: str) -> Line:
    short = len(text) <= 2 * _LONGEST_HEADING
    if text[0] == "#" and short and (hashes := _HASHES.fullmatch(text)):
        return Line(hashes[2], level=len(hashes[1]))
    if text[0] in "*_" and short and (bold := _BOLD.fullmatch(text)):
        return Line(bold[2], level=2)
    if bullet := _BULLET.match(text):
        return Line(text[bullet.end() :], bullet.group().strip())
    return Line(text)


def _read(paragraph: list[Line], wrapped: bool) -> Iterator[Line]:
    units = _joined(paragraph) if wrapped and len(paragraph) > 1 else paragraph
    for at, line in enumerate(units):
        yield replace(line, first=at == 0, last=at == len(units) - 1) if len(units) > 1 else line


def _joined(paragraph: list[Line]) -> list[Line]:
    """Join the lines that follow a bullet, and others if each but the last is full."""
    units: list[list[Line]] = []
    for line in paragraph:
        if line.mark or not units:
            units.append([line])
        else:
            units[-1].append(line)
    longest = max(len(line.text) for line in paragraph)
    joined: list[Line] = []
    for unit in units:
        full = longest > 33 and all(
            len(line.text) + len(line.mark) >= 0.6 * longest for line in unit[:-1]
        )
        if full and unit[0].mark != "\t":
            joined.append(replace(unit[0], text=" ".join(line.text for line in unit)))
        else:
            joined += unit
    return joined
