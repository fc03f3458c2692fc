"""Plain text, typed or scraped from a page → text with headings."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from indexer.extract.byline import byline
from indexer.extract.decode import decode
from indexer.extract.extracted import Block, Extracted, Kind, clean
from indexer.extract.fields import known_name, own
from indexer.extract.furniture import rules
from indexer.extract.heading import is_heading_like, levels, without_empty
from indexer.extract.lines import Line, lines
from indexer.extract.safety import is_advice

_FIELD = re.compile(r"([A-Za-z][A-Za-z _-]{1,30}?)\s*:\s+(\S.*)")
_LONG_ENOUGH_FOR_TEXT = 100
_SHORT_SENTENCE = 6
"""In spaces."""


def from_plain(data: bytes) -> Extracted:
    """Read plain text.

    The first short line is the title, unless a line 'Title: …' above all says it; lines of that
    kind ('Author: …', 'Date: …') become metadata. In text scraped from a page, the site's
    furniture is dropped, and short lines above prose become headings.

    Raises:
        ValueError: the bytes are no text.
    """
    return extracted(decode(data))


def extracted(text: str) -> Extracted:
    """As `from_plain`, from text."""
    fields, body = _fields(text.lstrip("\ufeff \t\r\n"))
    said = own(fields)
    found = list(lines(body))
    dropped = rules(found)
    found = _parted(found, dropped)
    title = clean(said.title)
    at = _title_at(found, dropped, title)
    if at is not None:
        title = title or found[at].text.rstrip(": ")
        if not found[at].last:
            found[at + 1] = replace(found[at + 1], first=True)
        del found[at], dropped[at]
    metadata = {**_bylines(found, dropped), **said.metadata}
    blocks = without_empty(list(_blocks(found, dropped, at or 0)))
    return Extracted(title, tuple(blocks), id=said.id, url=said.url, metadata=metadata)


def _fields(text: str) -> tuple[dict[str, str], str]:
    """Lines 'Name: value' at the very top, of names that we know, and what is below them."""
    fields: dict[str, str] = {}
    at = 0
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        line = clean(text[at : min(end, at + 1000)])
        match = _FIELD.fullmatch(line)
        known = known_name(match[1]) if match else None
        if match and known and known not in fields:
            fields[known] = match[2]
        elif line not in ("", "---"):
            break
        at = end
    return (fields, text[at:]) if fields else ({}, text)


def _parted(found: Sequence[Line], dropped: Sequence[str]) -> list[Line]:
    """The lines, those of a menu no more part of a kept one's paragraph."""
    gone = [False, *map(bool, dropped), False]
    return [
        replace(
            line,
            first=line.first or (gone[at] and not gone[at + 1]),
            last=line.last or (gone[at + 2] and not gone[at + 1]),
        )
        for at, line in enumerate(found)
    ]


def _title_at(found: Sequence[Line], dropped: Sequence[str], said: str) -> int | None:
    """Which line is the title: the first that is kept, if it looks like one."""
    kept = (at for at, rule in enumerate(dropped) if not rule)
    first, second = next(kept, None), next(kept, None)
    if first is not None and second and second > first + 1 and is_advice(found[first].text):
        first, second = second, next(kept, None)  # a banner above the menu: 'Call 999 if …'
    if first is None or second is None:
        return None
    line = found[first]
    if said:
        return first if line.text.rstrip(": ").casefold() == said.casefold() else None
    stands_out = line.alone or (line.first and _is_prose(found[second].text))
    return first if stands_out and not line.mark and is_heading_like(line.text) else None


def _is_prose(text: str) -> bool:
    """Whether a line right below another shows that this is its title, not the first of a list."""
    sentence = text[-1] in ".!?" and not text[0].islower() and text.count(" ") > _SHORT_SENTENCE
    return sentence or len(text) > _LONG_ENOUGH_FOR_TEXT


def _bylines(found: Sequence[Line], dropped: Sequence[str]) -> dict[str, str]:
    said: dict[str, str] = {}
    for line, rule in zip(found, dropped, strict=True):
        if rule == "byline":
            said = {**(byline(line.text, above=True) or {}), **said}
    return said


def _blocks(found: Sequence[Line], dropped: Sequence[str], title: int) -> Iterator[Block]:
    """The blocks of lines of which the title was at `title`: what stood above it heads nothing."""
    kept = [line for line, rule in zip(found, dropped, strict=True) if not rule]
    headings = levels(kept)
    listed = heads = False
    for at, (line, rule) in enumerate(zip(found, dropped, strict=True)):
        level = 0 if rule else next(headings)
        level = level if at >= title else 0
        # 'Home > Advice' has no bullet, and of a heading '1. Causes' the number is a part.
        numbered = line.mark[:1].isdigit() and (level or rule)
        text = f"{line.mark} {line.text}" if numbered else line.text
        listed = listed and _is_list_like(line.text)
        opens = line.first and text.endswith(":")
        in_list = bool(line.mark) or listed or not (line.alone or opens)
        kind: Kind = "item" if in_list else "text"
        if level:
            yield Block("heading", text.rstrip(": ") or text, level)
        else:
            if line.apart and kind == "text" and not rule and not heads:
                yield Block("heading", "", 2)  # what stands here is not under the heading above
            yield Block(kind, text, dropped=rule)
        heads = bool(level)
        listed = not level and (text.endswith(":") or listed)


def _is_list_like(text: str) -> bool:
    """Whether a paragraph below 'Look for:' is an item of the list."""
    return text[0].islower() and text[-1] not in ":!?"
