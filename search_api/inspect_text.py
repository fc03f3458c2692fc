"""How an inspection looks in a terminal; told apart without colours too."""

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # the indexing side is loaded only by the commands that index
    from indexer.inspection import Inspection, Piece, Sized

_WIDTH = 88


def inspection_text(seen: "Inspection") -> str:
    """All that a document says, in its order, with what was made of it."""
    lines = [click.style(seen.title or "(no title)", bold=True), seen.url or seen.origin]
    width = max(map(len, seen.metadata), default=0)
    lines += (
        click.style(f"{name:<{width}}  {value_text(value)}", dim=True)
        for name, value in seen.metadata.items()
    )
    passages = {one.number: one for one in seen.passages}
    for number, pieces in groupby(seen.pieces, lambda piece: piece.passage):
        if number is None:
            lines += ["", *_between(list(pieces))]
        else:
            lines += ["", *_boxed(passages[number], list(pieces))]
    return "\n".join([*lines, "", *summary_lines(seen)])


def summary_lines(seen: "Inspection") -> Iterator[str]:
    """How much was kept and dropped, and whether the passages fit the model."""
    if seen.skipped:
        yield f"Not indexed: {seen.skipped}."
    dropped = sum(seen.dropped_words.values())
    yield f"{_count(seen.kept_words, 'word')} kept, {dropped:,} dropped" + (
        f": {', '.join(f'{name} {words:,}' for name, words in seen.dropped_words.items())}."
        if dropped
        else "."
    )
    if seen.largest:
        yield (
            f"{_count(len(seen.passages), 'passage')}; the largest, passage "
            f"{seen.largest.number}, has {seen.largest.tokens} of the {seen.limit} tokens that the "
            "model sees."
        )


def value_text(value: object) -> str:
    """A metadata value as people write it."""
    if isinstance(value, list):
        return ", ".join(map(value_text, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {value_text(one)}" for key, one in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _boxed(one: "Sized", pieces: "Sequence[Piece]") -> Iterator[str]:
    parts = [f"passage {one.number}", _count(one.tokens, "token")]
    parts += [" > ".join(one.passage.heading_path)] if one.passage.heading_path else []
    yield click.style(f"┌ {' · '.join(parts)}", fg="cyan")
    bar = click.style("│ ", fg="cyan")
    previous: Piece | None = None
    for piece in pieces:
        if previous and not piece.block.kind == previous.block.kind == "item":
            yield bar.rstrip()
        yield from (bar + line for line in _piece(piece, _WIDTH - 2))
        previous = piece
    yield click.style("└", fg="cyan")


def _between(pieces: "Sequence[Piece]") -> Iterator[str]:
    previous: Piece | None = None
    for piece in pieces:
        if previous and not piece.state == previous.state == "dropped":
            yield ""
        yield from _piece(piece, _WIDTH)
        previous = piece


def _piece(piece: "Piece", width: int) -> Iterator[str]:
    text = piece.text
    if piece.state == "dropped":
        for line in _wrapped(f"{text} [{piece.block.dropped}]", width, "- "):
            yield click.style(line, fg="red", dim=True)
    elif piece.block.kind == "heading":
        note = " [the title again]" if piece.state == "title" else ""
        for line in _wrapped(text + note, width, "#" * max(1, piece.block.level) + " "):
            yield click.style(line, bold=not note, dim=bool(note))
    else:
        mark = "… " if piece.continues else "• " if piece.block.kind == "item" else ""
        yield from _wrapped(text, width, mark)


def _wrapped(text: str, width: int, mark: str) -> Iterator[str]:
    indent = " " * len(mark)
    for number, line in enumerate(text.split("\n")):
        yield from textwrap.wrap(
            line, width, initial_indent=indent if number else mark, subsequent_indent=indent
        ) or [""]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
