"""The runs of text of a PDF's page → lines in the order in which they are read."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from typing import Any

from indexer.extract.pdf.line import Line
from indexer.extract.pdf.table import with_tables

MARK = re.compile(
    r"(?:[-*•–—·▪◦‣●○■□➢➤✓✔\uf0a7\uf0b7\uf0d8\uf0fc]|o(?=\s)|(\d{1,2})[.)]|\((\d{1,2})\))(?:\s+|$)"
)
"""What opens a list item: a bullet, or a number (a group of its own)."""

_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
# PDFium's own mark for a hyphen that ends a line.
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-", "\u2010": "-", "\u2011": "-"})

_WIDE_GAP = 1.2
"""In font sizes: what parts cells and columns; justified words stand closer."""
_MOST_EDGES = 8
"""How many left edges of a page are tried as that of a column."""
_MOST_COLUMNS = 6
_MOST_LINES = 2_000
"""On a page with columns: of more, no page has any."""
_LONGEST_ROW = 2_000


def body_size(lines: Iterable[Line]) -> float:
    """The size that most letters have."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], -size), default=1.0)


def page_lines(page: int, runs: Sequence[Sequence[Any]]) -> tuple[list[Line], list[str]]:
    """The lines of a page, and the texts on it that run in another direction than most.

    Args:
        page: its index.
        runs: left, right, baseline, size, bold, angle, text; as PDFium meets them.
    """
    angles: Counter[int] = Counter()
    for run in runs:
        angles[run[5]] += len(run[6])
    upright = max(angles, key=lambda angle: angles[angle], default=0)
    lines = [_line(page, run) for run in runs if run[5] == upright]
    others = groupby(
        (run for run in runs if run[5] != upright), lambda run: (run[5], round(run[2]))
    )
    rotated = ["".join(run[6] for run in group) for _, group in others]
    return _rows(_by_columns(list(with_tables(_in_order(_segments(lines)))))), rotated


def _line(page: int, run: Sequence[Any]) -> Line:
    left, right, y, size, bold, _, text = run
    return Line(page, left, right, y, size, bold, text.translate(_LIGATURES).translate(_HYPHENS))


def _segments(runs: Iterable[Line]) -> list[Line]:
    """Runs that stand close together on one line, joined."""
    segments: list[Line] = []
    parts: list[Line] = []
    for run in runs:
        if parts and not _continues(parts[-1], run, parts):
            segments.append(_joined(parts))
            parts = []
        parts.append(run)
    if parts:
        segments.append(_joined(parts))
    return [segment for segment in segments if segment.text.strip()]


def _continues(before: Line, run: Line, parts: Sequence[Line]) -> bool:
    size = max(before.size, run.size)
    gap = run.left - before.right
    if abs(run.y - before.y) > 0.5 * size or gap < -0.5 * size:
        return False
    # The text of a list item stands well apart from its bullet.
    alone = len(parts) < 3 and MARK.fullmatch("".join(part.text for part in parts).strip())
    return gap <= _WIDE_GAP * size or (alone is not None and gap <= 4 * size)


def _joined(parts: Sequence[Line], between: str = "") -> Line:
    sizes: Counter[float] = Counter()
    for part in parts:
        sizes[part.size] += len(part.text.strip())
    size = max(sizes, key=lambda one: sizes[one])
    base = next(part for part in parts if part.size == size)
    return replace(
        base,
        left=parts[0].left,
        right=max(part.right for part in parts),
        bold=all(part.bold for part in parts if re.search(r"\w", part.text)),
        text=between.join(part.text for part in parts),
    )


def _in_order(segments: list[Line]) -> list[Line]:
    """As the file has them: nearly always the order of reading, tables' cells included.

    Where it jumps about, from top to bottom instead.
    """
    jumps = sum(
        line.y > before.y + 0.8 * line.size and line.left <= before.left + 1
        for before, line in pairwise(segments)
    )
    if jumps <= max(3, len(segments) / 10):
        return segments
    ordered: list[Line] = []
    row: list[Line] = []
    for line in sorted(segments, key=lambda one: -one.y):
        if row and row[0].y - line.y > 0.4 * line.size:
            ordered += sorted(row, key=lambda one: one.left)
            row = []
        row.append(line)
    return ordered + sorted(row, key=lambda one: one.left)


def _by_columns(lines: list[Line], name: str = "") -> list[Line]:
    """Column by column where columns of prose stand side by side.

    A line across both (a heading, a wide figure's caption) parts what is above from what is below.
    """
    absurd = len(lines) > _MOST_LINES or len(name) == _MOST_COLUMNS
    edge = None if absurd else _gutter(lines)
    if edge is None:
        return [replace(line, column=name) for line in lines]
    across = [line for line in lines if line.left < edge < line.right]
    sides = (
        [line for line in lines if line.right <= edge],
        [line for line in lines if line.left >= edge],
    )
    ordered: list[Line] = []
    top = float("inf")
    for wide in [*sorted(across, key=lambda line: -line.y), None]:
        bottom = wide.y if wide else float("-inf")
        for number, side in enumerate(sides):
            band = [line for line in side if bottom <= line.y < top]
            ordered += (
                _by_columns(band, f"{name}{number}")
                if number
                else [replace(line, column=f"{name}{number}") for line in band]
            )
        if wide:
            ordered.append(replace(wide, column=name))
        top = bottom
    return ordered


def _gutter(lines: list[Line]) -> float | None:
    """Where a column's left edge is that has another to its left."""
    edges = Counter(round(line.left) for line in lines)
    for edge in sorted(edge for edge, count in edges.most_common(_MOST_EDGES) if count > 3):
        at = edge - 2.0
        left = [line for line in lines if line.right <= at]
        right = [line for line in lines if line.left >= at]
        if _is_prose(left) and _is_prose(right) and _overlap(left, right):
            return at
    return None


def _is_prose(lines: list[Line]) -> bool:
    """Whether lines fill their column, as wrapped text does and a table's cells don't."""
    if len(lines) < 4:
        return False
    widths = [line.right - line.left for line in lines]
    mean_length = sum(len(line.text) for line in lines) / len(lines)
    return mean_length >= 20 and sum(widths) / len(lines) >= 0.6 * max(widths)


def _overlap(left: list[Line], right: list[Line]) -> bool:
    top = min(max(line.y for line in side) for side in (left, right))
    bottom = max(min(line.y for line in side) for side in (left, right))
    shorter = min(max(y) - min(y) for y in ([line.y for line in side] for side in (left, right)))
    return top - bottom >= 0.5 * shorter > 0


def _rows(lines: list[Line]) -> list[Line]:
    """Cells side by side become one line."""
    rows: list[Line] = []
    for line in lines:
        line = replace(line, text=" ".join(line.text.split()))
        before = rows[-1] if rows else None
        if (
            before
            and before.column == line.column
            and abs(before.y - line.y) <= 0.3 * line.size
            and line.left > before.right
            and len(before.text) < _LONGEST_ROW
        ):
            rows[-1] = replace(_joined([before, line], " | "), row=True)
        else:
            rows.append(line)
    return rows
