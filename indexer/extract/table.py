"""Tables as text: each row carries its column names."""

from collections.abc import Sequence

from indexer.article import BETWEEN_CELLS


def row_text(names: Sequence[str], cells: Sequence[str]) -> str:
    """One row as a line, ``Name: cell | Name: cell``.

    Cells are named only where there is a name for each; empty ones are left out.
    """
    if len(names) != len(cells):
        names = [""] * len(cells)
    named = zip(names, cells, strict=True)
    return BETWEEN_CELLS.join(f"{name}: {cell}" if name else cell for name, cell in named if cell)
