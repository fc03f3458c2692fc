"""What every extractor gives: blocks composed into one text with its sections."""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from indexer.article import Section

Kind = Literal["heading", "text", "item"]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, or a list item or table row of a document."""

    kind: Kind
    text: str
    level: int = 0
    """1 to 6 for headings."""
    dropped: str = ""
    """Which rule took the block for no part of the article; empty for what is kept."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """A document's blocks, kept and dropped, in its own order; and what it says of itself."""

    title: str
    blocks: tuple[Block, ...]
    id: str | None = None
    url: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    selected: frozenset[str] | None = None
    """Selectors of the config that found something in it; None for what is no web page."""

    @property
    def text(self) -> str:
        """What is kept, as readers see it quoted."""
        return compose(self.blocks, self.title)[0]

    @property
    def sections(self) -> tuple[Section, ...]:
        """Where the headings part it."""
        return compose(self.blocks, self.title)[1]


# Control and format characters (soft hyphens, zero-width marks, byte-order marks, direction
# overrides) and lone surrogates: never seen by a reader, always in the way of a match. The
# joiners U+200C and U+200D stay: they change what is read in Persian, Hindi and emoji.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def clean(text: str) -> str:
    """One line of readable text: invisible characters removed, white space collapsed."""
    return " ".join(_INVISIBLE.sub("", text).split())


def clean_lines(text: str) -> str:
    """As `clean`, a line at a time; blank lines part paragraphs."""
    lines = (" ".join(line.split()) for line in _INVISIBLE.sub("", text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def compose(blocks: Iterable[Block], title: str) -> tuple[str, tuple[Section, ...]]:
    """Join blocks into the text that readers see quoted, and find its sections.

    Paragraphs are parted by a blank line, list items and rows by a line break. Dropped blocks
    are left out, and a heading that only repeats the title. A heading without text ends what is
    under headings of its level and lower ones.

    Returns:
        The text, and the sections in order: together they hold all of it but the headings.
    """
    parts: list[str] = []
    sections: list[Section] = []
    path: list[tuple[int, str]] = []
    length = section_start = 0
    previous: Block | None = None
    for block in blocks:
        if block.kind == "heading" and not block.text and not block.dropped:
            _close(sections, section_start, length, path)
            path = [(level, text) for level, text in path if level < block.level]
            section_start = length
        if not stands_in_text(block, title):
            continue
        gap = _gap(previous, block)
        if block.kind == "heading":
            _close(sections, section_start, length, path)
            path = [(level, text) for level, text in path if level < block.level]
            path.append((block.level, block.text))
        parts += [gap, block.text]
        length += len(gap) + len(block.text)
        if block.kind == "heading":
            section_start = length
        previous = block
    _close(sections, section_start, length, path)
    return "".join(parts), tuple(sections)


def unread(blocks: Iterable[Block], title: str, text: str) -> Iterator[tuple[int, str]]:
    """What a page shows besides the text composed of it: where in `text`, and what it says."""
    at = 0
    for block in blocks:
        if stands_in_text(block, title):
            at = text.index(block.text, at) + len(block.text)
        elif block.text:
            yield at, block.text


def stands_in_text(block: Block, title: str) -> bool:
    """Whether a block is in the composed text; neither is what was dropped nor the title again."""
    if block.dropped or not block.text:
        return False
    return block.kind != "heading" or not _same(block.text, title)


def _gap(previous: Block | None, block: Block) -> str:
    if previous is None:
        return ""
    # A list stays with the sentence that introduces it.
    joined = previous.kind == "item" or previous.text.endswith(":")
    return "\n" if block.kind == "item" and joined and previous.kind != "heading" else "\n\n"


def _close(sections: list[Section], start: int, end: int, path: list[tuple[int, str]]) -> None:
    if end > start:
        sections.append(Section(start, end, tuple(text for _, text in path)))


def _same(heading: str, title: str) -> bool:
    return heading.casefold().strip(" :.") == title.casefold().strip(" :.")


def plain_value(value: object) -> Any:  # noqa: ANN401 (what JSON can hold)
    """A metadata value as JSON can hold it: dates in ISO form, anything odd as its string."""
    if value is None or isinstance(value, bool | int | float | str):
        return clean(value) if isinstance(value, str) else value
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain_value(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain_value(item) for key, item in value.items()}
    return str(value)
