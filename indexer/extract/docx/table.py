"""The tables of a Word file → rows that carry their column names, merged cells resolved."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from indexer.extract.docx.paragraph import is_all_bold, paragraph_text, paragraphs
from indexer.extract.docx.style import Styles, child, is_on, number, tag, value
from indexer.extract.extracted import clean
from indexer.extract.table import row_text

_WIDEST = 100
"""Columns; Word has 63 at the most. To the right of them no cell spans any."""
_MOST_HEADS = 4
"""Rows that name the columns."""


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    text: str


_Row = Mapping[int, _Cell]
"""The cell that stands in each column; a merged one stands in several, and in rows below."""


def is_layout(table: etree._Element, styles: Styles) -> bool:
    """Whether a table only lays out the page: one column, or cells with headings or lists."""
    if any(tag(one) == "tbl" for one in table.iterdescendants()):
        return True
    if max((len(list(_elements(row))) for row in _rows(table)), default=0) < 2:
        return True
    found = (one for one in table.iterdescendants() if tag(one) == "p")
    return any(styles.level(one) or styles.is_item(one) for one in found)


def rows(table: etree._Element, styles: Styles) -> Iterator[str]:
    """The rows under the column names, as ``Name: cell | Name: cell``."""
    elements = [row for row in _rows(table) if child(row, "trPr", "del") is None]
    grid = list(_grid(elements))
    first = next((at for at, row in enumerate(grid) if not _is_across(row)), len(grid))
    count = _heads(table, elements[first:], grid[first:], styles)
    names = _names(grid[first : first + count])
    for row in grid[:first] + grid[first + count :]:
        spanned: dict[_Cell, list[str]] = {}
        for column, cell in row.items():
            spanned.setdefault(cell, []).append(names.get(column, ""))
        above = [" / ".join(filter(None, dict.fromkeys(held))) for held in spanned.values()]
        if text := row_text([] if _is_across(row) else above, [cell.text for cell in spanned]):
            yield text


def _rows(table: etree._Element) -> list[etree._Element]:
    return [one for one in table.iterdescendants() if tag(one) == "tr"]


def _elements(row: etree._Element) -> Iterator[tuple[range, etree._Element]]:
    """The cells of a row, each with the columns that it spans."""
    column = number(value(child(row, "trPr", "gridBefore")))
    for cell in row.iterdescendants():
        if tag(cell) == "tc":
            width = number(value(child(cell, "tcPr", "gridSpan")))
            end = max(column + 1, min(column + width, _WIDEST))
            yield range(column, end), cell
            column = end


def _grid(elements: Sequence[etree._Element]) -> Iterator[_Row]:
    above: _Row = {}
    for element in elements:
        row: dict[int, _Cell] = {}
        for columns, cell in _elements(element):
            down = child(cell, "tcPr", "vMerge")
            goes_on = down is not None and value(down) != "restart"
            held = above.get(columns[0]) if goes_on else None
            said = "" if goes_on else _text(cell, down is not None or len(columns) > 1)
            row |= dict.fromkeys(columns, held or _Cell(said))
        yield row
        above = row


def _text(cell: etree._Element, merged: bool) -> str:
    """What it says; programs leave in a merged one the same paragraph of each that was there."""
    texts = [clean(paragraph_text(one)) for one in paragraphs(cell)]
    return clean(" ".join(dict.fromkeys(texts) if merged else texts))


def _is_across(row: _Row) -> bool:
    """Whether one cell spans all columns: a title above the rows, or amid them."""
    return len(row) > 1 and len(set(row.values())) == 1


def _names(heads: Sequence[_Row]) -> dict[int, str]:
    """The names of columns, under one or several rows of names."""
    found: dict[int, list[str]] = {}
    for row in heads:
        for column, cell in row.items():
            found.setdefault(column, []).append(cell.text)
    return {column: " ".join(filter(None, dict.fromkeys(said))) for column, said in found.items()}


def _heads(
    table: etree._Element, elements: Sequence[etree._Element], grid: Sequence[_Row], styles: Styles
) -> int:
    """How many rows name the columns: as many as are marked, or as a first one spans."""
    if len(grid) < 2 or not (_is_header(elements[0], styles) or _has_header_style(table, styles)):
        return 0
    count = 1
    while count < min(len(grid) - 1, _MOST_HEADS):
        before, row = grid[count - 1], grid[count]
        marked = is_on(child(elements[count], "trPr", "tblHeader"))
        reached = any(row.get(at) is cell and cell.text for at, cell in before.items())
        parted = len(set(before.values())) < len(before) and _is_header(elements[count], styles)
        if not (marked or reached or parted):
            break
        count += 1
    return count


def _is_header(row: etree._Element, styles: Styles) -> bool:
    """Marked as one to repeat on each page, or all bold."""
    if is_on(child(row, "trPr", "tblHeader")):
        return True
    filled = [one for one in row.iter() if tag(one) == "p" and clean(paragraph_text(one))]
    return bool(filled) and all(is_all_bold(one, styles) for one in filled)


def _has_header_style(table: etree._Element, styles: Styles) -> bool:
    """Whether the table's style sets its first row apart."""
    look = child(table, "tblPr", "tblLook")
    return value(look, "firstRow") in ("1", "true") and any(
        tag(part) == "tblStylePr" and value(part, "type") == "firstRow" and len(part)
        for style in styles.chain(value(child(table, "tblPr", "tblStyle")))
        for part in style
    )
