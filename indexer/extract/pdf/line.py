"""One line of text on a PDF's page, or a piece of one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line of one column; lengths in points, the baseline `y` grows upwards."""

    page: int
    left: float
    right: float
    y: float
    size: float
    bold: bool
    """Whether all of it is."""
    text: str
    column: str = ""
    """Which column of the page; empty where there is one only."""
    row: bool = False
    """Whether it is a table's row: several cells."""
