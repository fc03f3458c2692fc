"""Plain text, typed or scraped from a page → text with headings."""

import re
from collections.abc import Iterator

from indexer.extract.decode import decode
from indexer.extract.extracted import Block, Extracted, clean

_BULLET = re.compile(r"^(?:[-*•–·▪◦‣]|\d{1,2}[.)])\s+")
_LONGEST_HEADING = 80
_LONGEST_WRAPPED_LINE = 100

# Where the article of a scraped page ends: what a site puts below, alone on its line.
_FURNITURE = re.compile(
    r"(?:appointments?\s*(?:&|and)\s*enquir\w+|(?:our|meet our|trusted) (?:partners|sponsors)"
    r"|(?:recent|related|latest|popular|more) (?:posts?|articles?|news|stories)\b.*"
    r"|you (?:may|might) also (?:like|be interested in).*|share (?:this|on)\b.*"
    r"|leave a (?:comment|reply)|(?:patient )?testimonials?|what our patients say"
    r"|(?:sign up|subscribe) (?:to|for) (?:our|the) newsletter"
    r"|continue reading|(?:<<|«|‹)?\s*prev(?:ious)?|next\s*(?:>>|»|›))\s*:?",
    re.IGNORECASE,
)


def from_plain(data: bytes) -> Extracted:
    """Read plain text. The first short line is the title; a repeated line stands once.

    In text scraped from a page, everything from the first line of site furniture on ('Our
    partners', 'Recent posts') is left out.

    Raises:
        ValueError: the bytes are no text.
    """
    paragraphs = list(_without_doubles(_article(_paragraphs(decode(data)))))
    title = ""
    if len(paragraphs) > 1 and _is_line(paragraphs[0]):
        title = paragraphs.pop(0)[0].rstrip(":")
    return Extracted(title, tuple(_blocks(paragraphs)))


def _paragraphs(text: str) -> Iterator[list[str]]:
    """Lines between blank lines."""
    for chunk in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = [line for line in map(clean, chunk.split("\n")) if line]
        if lines:
            yield lines


def _article(paragraphs: Iterator[list[str]]) -> Iterator[list[str]]:
    """Paragraphs up to the first line of site furniture that has an article above it."""
    seen = 0
    for lines in paragraphs:
        for at, line in enumerate(lines):
            if seen + at > 2 and _is_furniture(line):
                if lines[:at]:
                    yield lines[:at]
                return
        seen += len(lines)
        yield lines


def _is_furniture(line: str) -> bool:
    # A sentence may open like furniture: 'Share this with your doctor.'
    prose = len(line) > _LONGEST_HEADING or line[-1] in ".;!…"
    return not prose and _FURNITURE.fullmatch(line) is not None


def _without_doubles(paragraphs: Iterator[list[str]]) -> Iterator[list[str]]:
    previous = ""
    for lines in paragraphs:
        kept = []
        for line in lines:
            if line != previous:
                kept.append(line)
            previous = line
        if kept:
            yield kept


def _is_line(lines: list[str]) -> bool:
    """Whether a paragraph is one short line without a full stop: a title or heading."""
    return (
        len(lines) == 1
        and len(lines[0]) <= _LONGEST_HEADING
        and not _BULLET.match(lines[0])
        and lines[0][-1] not in ".,;!…"
        and not lines[0][0].islower()
    )


def _blocks(paragraphs: list[list[str]]) -> Iterator[Block]:
    for at, lines in enumerate(paragraphs):
        following = paragraphs[at + 1] if at + 1 < len(paragraphs) else None
        # A heading has text below it: the last of several short lines, each on its own, is one
        # only if what follows reads like prose.
        if _is_line(lines) and following is not None and not _is_line(following):
            yield Block("heading", lines[0].rstrip(": "), 2)
        else:
            yield from _unwrapped(lines)


def _unwrapped(lines: list[str]) -> Iterator[Block]:
    """Bullets one by one; lines that an editor wrapped joined again."""
    longest = max(len(line) for line in lines)
    wrapped = longest <= _LONGEST_WRAPPED_LINE
    held: Block | None = None
    last_line = ""
    for line in lines:
        bullet = _BULLET.match(line)
        if held and wrapped and not bullet and len(last_line) >= 0.6 * longest > 20:
            held = Block(held.kind, f"{held.text} {line}")
        else:
            if held:
                yield held
            several = len(lines) > 1
            held = Block(
                "item" if bullet or several else "text", line[bullet.end() :] if bullet else line
            )
        last_line = line
    if held:
        yield held
