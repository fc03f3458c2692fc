"""Tables of a PDF's page → rows that carry their column names, where it is clear which they are.

A PDF knows no tables, only text at places. Clear is: a row of bold cells, and below it two rows or
more that are not bold, whose cells have in each column the same left edge, right edge or middle.
In doubt all is left as it stands, cell beside cell: a dose under a wrong name harms.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from indexer.extract.pdf.hyphen import join_lines
from indexer.extract.pdf.line import Line
from indexer.extract.table import row_text

_Cell = Sequence[Line]
_Row = Sequence[_Cell]

_FEWEST_ROWS = 2
_MOST_PIECES, _MOST_LINES_OF_HEAD = 40, 4
"""Of a row; of the first cell of one of names."""
_SAME_PLACE = 2.0
"""In points."""
_TIGHT, _LOOSE, _FAR = 1.45, 2.9, 5.0
"""In font sizes, from one baseline to the next: within a paragraph; within a cell with widely set
lines; between rows."""
_LONG = 20
"""Letters of a line that was broken for want of room."""


def with_tables(pieces: Sequence[Line]) -> Iterator[Line]:
    """A page's pieces of text, in their order; those of clear tables made into rows."""
    at = 0
    while at < len(pieces):
        rows, end = _table(pieces, at) if pieces[at].bold else ([], at)
        yield from rows or pieces[at : at + 1]
        at = end if rows else at + 1


def _table(pieces: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """The rows of the table whose head starts there, and where it ends; none where none is."""
    soon = pieces[start + 1 : start + 1 + _MOST_LINES_OF_HEAD]
    if not any(piece.left > pieces[start].right for piece in soon):
        return [], start
    head, at = _row(pieces, start)
    if len(head) < 2 or not all(line.bold for cell in head for line in cell):
        return [], start
    rows: list[_Row] = []
    above = head
    while at < len(pieces):
        row, end = _row(pieces, at)
        if not 0 < _bottom(above) - row[0][0].y <= _FAR * row[0][0].size or _is_head(row):
            break
        if len(row) == 1:
            # Below the table text goes on; but amid it, it is unclear what one cell belongs to.
            after, _ = _row(pieces, end) if end < len(pieces) else (row, end)
            amid = len(after) > 1 and not _is_head(after)
            if amid or row[0][0].left > _right(head[0]):
                return [], start
            break
        rows.append(row)
        above, at = row, end
        if len(rows) == _FEWEST_ROWS and not _is_clear(head, rows):
            return [], start
    if not _is_clear(head, rows):
        return [], start
    names = [_text(cell) for cell in head]
    return [_named(names, _aligned(row, rows)) for row in rows], at


def _row(pieces: Sequence[Line], start: int) -> tuple[_Row, int]:
    """The cells from one piece on, up to where the text turns back to the left."""
    cells = [[pieces[start]]]
    for at in range(start + 1, min(len(pieces), start + _MOST_PIECES)):
        piece, cell = pieces[at], cells[-1]
        if piece.left > _right(cell):
            if abs(piece.y - cell[0].y) > _FAR * piece.size:
                return cells, at
            cells.append([piece])
        elif _goes_on(cell[-1], piece, in_head=len(cells) > 1 and piece.bold):
            cell.append(piece)
        else:
            return cells, at
    return cells, min(len(pieces), start + _MOST_PIECES)


def _goes_on(before: Line, piece: Line, in_head: bool) -> bool:
    """Whether a piece is the next line of a cell."""
    step = (before.y - piece.y) / piece.size if piece.size else 0.0
    over = piece.left < before.right and before.left < piece.right
    lower, long = piece.text.lstrip()[:1].islower(), len(before.text) >= _LONG
    close = (step <= _TIGHT and (lower or long or in_head)) or (step <= _LOOSE and lower and long)
    return over and before.bold == piece.bold and step > 0.5 and close


def _is_head(row: _Row) -> bool:
    return len(row) > 1 and row[0][0].bold and row[1][0].bold


def _bottom(row: _Row) -> float:
    return min(line.y for cell in row for line in cell)


def _is_clear(head: _Row, rows: Sequence[_Row]) -> bool:
    """Whether rows stand under a head, the first two whole, and no line of prose goes on below."""
    first = rows[:_FEWEST_ROWS]
    if len(first) < _FEWEST_ROWS or any(len(row) != len(head) for row in first):
        return False
    columns = [[line for cell in held for line in cell] for held in zip(head, *first, strict=True)]
    apart = all(_right(one) < _left(other) for one, other in pairwise(columns))
    aligned = [_aligned(row, rows) for row in rows]
    return apart and all(aligned) and not any(map(_is_broken, aligned, aligned[1:]))


def _aligned(row: _Row, rows: Sequence[_Row]) -> _Row:
    """A row's cells, with an empty one for each column that it lacks; nothing if it is no row."""
    cells: list[_Cell] = []
    left = list(row)
    for column in zip(*rows[:_FEWEST_ROWS], strict=True):
        cells.append(left.pop(0) if left and _same_place([*column, left[0]]) else [])
    return cells if cells[0] and not left else []


def _same_place(cells: Sequence[_Cell]) -> bool:
    """Whether cells have the same left edge, right edge or middle."""
    lefts, rights = list(map(_left, cells)), list(map(_right, cells))
    middles = [(left + right) / 2 for left, right in zip(lefts, rights, strict=True)]
    return any(max(one) - min(one) <= _SAME_PLACE for one in (lefts, rights, middles))


def _left(cell: _Cell) -> float:
    return min(line.left for line in cell)


def _right(cell: _Cell) -> float:
    return max(line.right for line in cell)


def _is_broken(row: _Row, below: _Row) -> bool:
    """Whether the row below seems to be but the next lines of this one's cells."""
    for at, (cell, after) in enumerate(zip(row, below, strict=True)):
        if not cell or not after:
            continue
        before, start = cell[-1], after[0]
        on = start.text.lstrip()[:1].islower() and before.text.rstrip()[-1:] not in ".!?:;"
        tight = at == 0 and before.y - start.y <= _TIGHT * start.size
        if on and (tight or len(before.text) >= _LONG):
            return True
    return False


def _text(cell: _Cell) -> str:
    return join_lines([" ".join(line.text.split()) for line in cell], frozenset())


def _named(names: Sequence[str], cells: Sequence[_Cell]) -> Line:
    lines = [line for cell in cells for line in cell]
    text = row_text(names, [_text(cell) if cell else "" for cell in cells])
    return replace(lines[0], right=_right(lines), bold=False, text=text, row=True)
