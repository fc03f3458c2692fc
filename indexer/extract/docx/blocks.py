"""The body of a Word file → headings, paragraphs, list items and table rows, in its order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from indexer.extract.docx.style import Styles, child, is_on, number, tag, value
from indexer.extract.extracted import Block, clean

_LONGEST_HEADING = 100
_BULLET = re.compile(r"[-*•–·▪◦‣●]\s+")
_GONE = {"del", "moveFrom", "Fallback"}
"""Deleted, moved away, or said a second time for older programs."""
_NOT_IN_LINE = _GONE | {"txbxContent", "rt", "pPr", "rPr"}
"""Boxes (paragraphs of their own), readings above words, and what tabs and breaks look like."""
_SPACES = {"tab", "br", "cr", "ptab"}


@dataclass(frozen=True, slots=True)
class Found:
    """A block and what made it, as far as the neighbours matter."""

    block: Block
    is_title: bool = False
    is_bold: bool = False
    """All of a short paragraph: perhaps a heading."""


def blocks(root: etree._Element, styles: Styles) -> list[Found]:
    """The blocks below an element; wholly bold short paragraphs with text below are headings."""
    found = list(_walk(root, styles))
    level = 1
    whole: list[Found] = []
    for at, one in enumerate(found):
        following = found[at + 1] if at + 1 < len(found) else None
        if one.block.kind == "heading":
            level = one.block.level
        # The first of two bold lines is a heading only above all else, as a title.
        elif (
            one.is_bold
            and following
            and following.block.kind != "heading"
            and (at == 0 or not following.is_bold)
        ):
            one = Found(Block("heading", one.block.text, min(level + 1, 6) if at else 1))
        whole.append(one)
    return whole


def _walk(root: etree._Element, styles: Styles) -> Iterator[Found]:
    walk = etree.iterwalk(root, events=("start",))
    carried = ""
    for _, element in walk:
        name = tag(element)
        if name in _GONE:
            walk.skip_subtree()
        elif name == "tbl" and not _is_layout(element, styles):
            walk.skip_subtree()
            yield from (Found(Block("item", row)) for row in _rows(element, styles))
        elif name == "p":
            text = carried + paragraph_text(element)
            carried = ""
            if child(element, "pPr", "rPr", "del") is not None:  # its end was deleted
                carried = text
            elif text := clean(text):
                yield _paragraph(element, text, styles)


def _paragraph(paragraph: etree._Element, text: str, styles: Styles) -> Found:
    names = styles.names(paragraph)
    if any(re.match(r"toc (?:heading|\d)|table of figures", name) for name in names):
        return Found(Block("text", text, dropped="table of contents"))
    if "title" in names and "subtitle" not in names:
        return Found(Block("heading", text, 1), is_title=True)
    if level := styles.level(paragraph):
        return Found(Block("heading", text, level))
    bullet = _BULLET.match(text)
    if bullet or styles.is_item(paragraph):
        return Found(Block("item", text[bullet.end() :] if bullet else text))
    short = len(text) <= _LONGEST_HEADING and text[-1] not in ".,;!…"
    return Found(Block("text", text), is_bold=short and _all_bold(paragraph, styles))


def paragraph_text(paragraph: etree._Element) -> str:
    """The letters of a paragraph as it stands after all changes, without its text boxes'."""
    pieces: list[str] = []
    for element in _inline(paragraph):
        name = tag(element)
        if name == "t":
            pieces.append(element.text or "")
        elif name in _SPACES:
            pieces.append(" ")
        elif name == "noBreakHyphen":
            pieces.append("-")
    return "".join(pieces)


def _inline(paragraph: etree._Element) -> Iterator[etree._Element]:
    """What stands in its lines."""
    walk = etree.iterwalk(paragraph, events=("start",))
    for _, element in walk:
        name = tag(element)
        hidden = name == "r" and is_on(child(element, "rPr", "vanish"))
        if hidden or name in _NOT_IN_LINE or (name == "p" and element is not paragraph):
            walk.skip_subtree()
        else:
            yield element


def _all_bold(paragraph: etree._Element, styles: Styles) -> bool:
    runs = [
        run
        for run in _inline(paragraph)
        if tag(run) == "r" and clean("".join(one.text or "" for one in run if tag(one) == "t"))
    ]
    return bool(runs) and all(styles.is_bold(run, paragraph) for run in runs)


def _is_layout(table: etree._Element, styles: Styles) -> bool:
    """Whether a table only lays out the page: one column, or cells with headings or lists."""
    if any(tag(one) == "tbl" for one in table.iterdescendants()):
        return True
    rows = (one for one in table.iterdescendants() if tag(one) == "tr")
    if max((len(_cells(row)) for row in rows), default=0) < 2:
        return True
    paragraphs = (one for one in table.iterdescendants() if tag(one) == "p")
    return any(styles.level(one) or styles.is_item(one) for one in paragraphs)


def _cells(row: etree._Element) -> list[tuple[int, etree._Element]]:
    """The cells of a row, each with the number of its first column."""
    column = number(value(child(row, "trPr", "gridBefore")))
    cells = []
    for cell in row.iterdescendants():
        if tag(cell) == "tc":
            cells.append((column, cell))
            column += max(number(value(child(cell, "tcPr", "gridSpan"))), 1)
    return cells


def _rows(table: etree._Element, styles: Styles) -> Iterator[str]:
    rows = [one for one in table.iterdescendants() if tag(one) == "tr"]
    rows = [row for row in rows if child(row, "trPr", "del") is None]
    names: dict[int, str] = {}
    for at, row in enumerate(rows):
        cells = {column: _cell_text(cell) for column, cell in _cells(row)}
        if at == 0 and len(rows) > 1 and _is_header(table, row, styles):
            names = cells
            continue
        said = (
            f"{names[column]}: {text}" if names.get(column) else text
            for column, text in cells.items()
            if text
        )
        if joined := " | ".join(said):
            yield joined


def _cell_text(cell: etree._Element) -> str:
    """Nothing where the cell above goes on: its text is said there."""
    merged = child(cell, "tcPr", "vMerge")
    if merged is not None and value(merged) != "restart":
        return ""
    return clean(" ".join(paragraph_text(one) for one in _paragraphs(cell)))


def _is_header(table: etree._Element, row: etree._Element, styles: Styles) -> bool:
    """Marked as one to repeat, all bold, or set apart by the table's style."""
    if is_on(child(row, "trPr", "tblHeader")):
        return True
    filled = [one for one in row.iter() if tag(one) == "p" and clean(paragraph_text(one))]
    if filled and all(_all_bold(one, styles) for one in filled):
        return True
    look = child(table, "tblPr", "tblLook")
    return value(look, "firstRow") in ("1", "true") and any(
        tag(part) == "tblStylePr" and value(part, "type") == "firstRow" and len(part)
        for style in styles.chain(value(child(table, "tblPr", "tblStyle")))
        for part in style
    )


def plain_blocks(root: etree._Element | None, dropped: str = "") -> Iterator[Block]:
    """The paragraphs of another part: notes, heads and feet of pages."""
    for paragraph in () if root is None else _paragraphs(root):
        if text := clean(paragraph_text(paragraph)):
            yield Block("text", text, dropped=dropped)


def _paragraphs(root: etree._Element) -> Iterator[etree._Element]:
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if tag(element) in _GONE:
            walk.skip_subtree()
        elif tag(element) == "p":
            yield element
