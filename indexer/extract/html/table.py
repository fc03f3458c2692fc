"""Tables of data → rows that carry their column names, spans of rows and columns resolved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from selectolax.lexbor import LexborNode

from indexer.extract.extracted import clean
from indexer.extract.table import row_text

_LAYS_OUT = "h1, h2, h3, h4, form, nav, article, section, ul ul"
_PARAGRAPHS = "td p + p, td br + br"
_WIDEST, _LONGEST_SPAN = 100, 1_000
"""Columns and rows that a cell may span; more is a mistake."""

_LONGEST_ALT = 40
"""Characters of what a picture alone in a cell says."""

_WIDEST_BOLD = 6
"""Columns of a table that a row in bold may name: wider ones are statistics, whose every number
would be named."""


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    text: str
    linked: int
    """Characters of it that stand in links."""
    names: bool
    """Whether it names a column or row."""
    bold: bool
    """Whether all of its text is bold."""


def is_data(table: LexborNode) -> bool:
    """Whether a table holds data, rather than lays out a page."""
    return (
        len(table.css("table")) == 1  # itself
        and table.css_first(_LAYS_OUT) is None
        # Only a table with names for its columns may have paragraphs in a cell.
        and (table.css_first("th") is not None or table.css_first(_PARAGRAPHS) is None)
        and table.css_first("td + td, th + td, th + th") is not None
    )


def title(table: LexborNode) -> str:
    """What stands above a table as its caption; may be empty."""
    caption = table.css_first("caption")
    return "" if caption is None else _text(caption)


def rows(table: LexborNode) -> Iterator[tuple[str, float]]:
    """The rows under the column names, as ``Name: cell | Name: cell``.

    Returns:
        Each row, and which share of its cells' text stands in links.
    """
    grid = list(_grid(table))
    if _names_rows(grid):
        grid = [list(column) for column in zip(*grid, strict=True)]
    heads = _heads(grid)
    names = [_together(column) for column in zip(*grid[:heads], strict=False)]
    for row in grid[heads:]:
        same = [id(cell) for cell in row]
        spanned = [list(columns) for _, columns in groupby(range(len(row)), same.__getitem__)]
        cells = [row[columns[0]] for columns in spanned]
        above = [
            " / ".join(dict.fromkeys(names[at] for at in columns if at < len(names)))
            for columns in spanned
        ]
        if text := row_text(above if names else [], [cell.text for cell in cells]):
            length = sum(len(cell.text) for cell in cells)
            yield text, min(1.0, sum(cell.linked for cell in cells) / max(1, length))


def _names_rows(grid: Sequence[Sequence[_Cell]]) -> bool:
    """Whether all rows, and no column, have a name: 'Age' and 'Dose' at the left of several."""
    widths = {len(row) for row in grid}
    return (
        len(grid) > 1
        and len(widths) == 1
        and widths.pop() > 2
        and all(row[0].names and not any(cell.names for cell in row[1:]) for row in grid)
    )


def _heads(grid: Sequence[Sequence[_Cell]]) -> int:
    """How many rows at the top name the columns; none if there is nothing below them."""
    heads = 0
    for row in grid:
        if len(row) < 2 or not all(cell.names or not cell.text for cell in row):
            break
        heads += 1
    if not heads and len(grid) > 1:  # old pages set the names in bold
        top = [cell for cell in grid[0] if cell.text]
        apart = len(set(map(id, top))) > 1 and len(grid[0]) <= _WIDEST_BOLD
        alike = all(cell.bold for row in grid[1:] for cell in row)
        heads = int(apart and not alike and all(cell.bold for cell in top))
    return heads if heads < len(grid) else 0


def _grid(table: LexborNode) -> Iterator[list[_Cell]]:
    """The rows with a cell for every column; one that spans several stands in each of them."""
    open_cells: dict[int, tuple[_Cell, int]] = {}
    for row in table.css("tr"):
        made: list[_Cell] = []
        named = row.parent is not None and row.parent.tag == "thead"
        for node in row.iter():
            if node.tag not in ("td", "th"):
                continue
            _take_open(open_cells, made)
            text = _text(node)
            linked = sum(len(_text(a)) for a in node.css("a"))
            bold = node.css_first("b, strong")
            is_bold = bold is not None and _text(bold) == text
            cell = _Cell(text, linked, named or node.tag == "th", is_bold)
            down = min(_span(node, "rowspan"), _LONGEST_SPAN)
            for _ in range(min(_span(node, "colspan"), _WIDEST)):
                if down > 1:
                    open_cells[len(made)] = cell, down - 1
                made.append(cell)
        _take_open(open_cells, made)
        yield made


def _take_open(open_cells: dict[int, tuple[_Cell, int]], made: list[_Cell]) -> None:
    """Add the cells of rows above that reach down to where the next cell would stand."""
    while found := open_cells.pop(len(made), None):
        cell, left = found
        if left > 1:
            open_cells[len(made)] = cell, left - 1
        made.append(cell)


def _together(column: Sequence[_Cell]) -> str:
    """The name of a column under one or several rows of names."""
    return " ".join(dict.fromkeys(cell.text for cell in column if cell.text))


def _span(node: LexborNode, name: str) -> int:
    said = node.attributes.get(name) or ""
    return max(1, int(said)) if said.isascii() and said.isdigit() and len(said) < 9 else 1


def _text(node: LexborNode) -> str:
    parted = node.css_first("br, p, li, div") is not None
    text = clean(node.text(separator=" " if parted else ""))
    if text or node.tag == "a":
        return text
    shown = node.css_first("img[alt], [title]")  # a tick or cross
    said = shown.attributes if shown is not None else {}
    return clean((said.get("alt") or said.get("title") or "")[:_LONGEST_ALT])
