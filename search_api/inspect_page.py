"""An inspection as a web page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from search_api.inspect_text import value_text
from search_api.web.document import document

if TYPE_CHECKING:  # the indexing side is loaded only by the commands that index
    from indexer.inspection import Inspection, Piece


@dataclass(frozen=True, slots=True)
class Shown:
    """Neighbouring pieces that are shown as one: a list, what one rule dropped, a paragraph."""

    kind: str
    """heading, title, text, list or dropped."""
    pieces: "Sequence[Piece]"
    level: int = 0
    """Of a heading in the page, 3 to 6, none left out on the way down; what screen readers say."""

    @property
    def words(self) -> int:
        """How many words it has."""
        return sum(len(piece.text.split()) for piece in self.pieces)


def inspection_page(seen: "Inspection") -> str:
    """The whole page."""
    passages = {one.number: one for one in seen.passages}
    runs = [
        (passages.get(number or 0), list(pieces))
        for number, pieces in groupby(_shown(seen.pieces), lambda one: one.pieces[0].passage)
    ]
    return document(
        "inspect",
        seen=seen,
        runs=runs,
        link=seen.url if urlsplit(seen.url or "").scheme in ("http", "https") else None,
        value=value_text,
        lost=sum(seen.dropped_words.values()),
        percent=_percent,
    )


def _percent(part: int, whole: int) -> int:
    return min(100, round(100 * part / max(1, whole)))


def _shown(pieces: "Sequence[Piece]") -> Iterator[Shown]:
    path: list[int] = []
    for (_, kind, rule), run in groupby(pieces, _like):
        together = list(run)
        if kind in ("list", "dropped") and rule is not None:
            yield Shown(kind, together)
            continue
        for piece in together:
            if kind == "heading":
                path = [level for level in path if level < piece.block.level]
                path.append(piece.block.level)
            yield Shown(kind, [piece], min(6, 2 + len(path)))


def _like(piece: "Piece") -> tuple[int | None, str, str | None]:
    """What neighbours must have in common to be shown as one; no rule where they never are."""
    if piece.state != "kept":
        dropped = piece.state == "dropped"
        return piece.passage, piece.state, piece.block.dropped if dropped else None
    if piece.block.kind == "item":
        return piece.passage, "list", ""
    return piece.passage, piece.block.kind, None
