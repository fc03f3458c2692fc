"""An inspection as one HTML file: no script, nothing loaded, to be sent round and printed."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from search_api.inspect_text import value_text

if TYPE_CHECKING:  # the indexing side is loaded only by the commands that index
    from indexer.inspection import Inspection, Piece

_WEB = Path(__file__).parent / "web"
_TEMPLATES = _WEB / "templates"
_STYLES = (_WEB / "static" / "base.css", _TEMPLATES / "inspect.css")


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
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    style = "".join(path.read_text(encoding="utf-8") for path in _STYLES)
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    passages = {one.number: one for one in seen.passages}
    runs = [
        (passages.get(number or 0), list(pieces))
        for number, pieces in groupby(_shown(seen.pieces), lambda one: one.pieces[0].passage)
    ]
    return environment.get_template("inspect.html").render(
        seen=seen,
        runs=runs,
        style=Markup(style),
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'",
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
