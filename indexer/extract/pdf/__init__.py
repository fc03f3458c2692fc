"""A PDF's text layer → text with headings.

PDFium (by pypdfium2) reads it: of the libraries with a free licence it is the fastest by far
(the bare text of a manual of 36 pages: 0.04 s; pypdf 0.5 s; pdfminer.six, which pdfplumber is
built on, 0.9 s), tells size, weight and place of each letter, repairs what Chrome repairs, is
fuzzed with it, and has no dependency. It is native code, so it runs in a process of its own.
"""

import json
import subprocess
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from indexer.extract.about import said, said_author, said_date, said_tags, said_title
from indexer.extract.extracted import Block, Extracted, clean
from indexer.extract.pdf.blocks import blocks
from indexer.extract.pdf.furniture import furniture
from indexer.extract.pdf.line import Line
from indexer.extract.pdf.lines import page_lines

SECONDS = 120
"""Longest wait; the process's own limit, of computing time, comes first."""
_MOST_UNREADABLE = 0.3
_UNREADABLE = {"Cc", "Cn", "Co"}
"""Controls, unassigned, private use: what a font that names no letters leaves."""
_HEAD, _MIDDLE, _FOOT = range(3)

_PROCESS = Path(__file__).with_name("process.py")
_NO_TEXT = {"image": "no text layer", "damaged": "damaged page"}


def from_pdf(data: bytes) -> Extracted:
    """Read a PDF's text layer, in the order of reading; headings are told by their type.

    What recurs at the head and foot of pages, text that runs sideways and pages that are but an
    image come as dropped blocks.

    Raises:
        ValueError: it is damaged, protected, too long, or a scan without text.
    """
    found = _in_process(data)
    pages: list[dict[str, Any]] = found["pages"]
    lines: list[Line] = []
    placed: list[tuple[tuple[int, int], Block]] = []
    for number, page in enumerate(pages):
        upright, rotated = page_lines(number, page["runs"])
        lines += upright
        placed += [((number, _FOOT), _dropped(text, "rotated text")) for text in rotated]
        if rule := _NO_TEXT.get(page["state"]):
            placed.append(((number, _MIDDLE), _dropped(f"Page {number + 1}", rule)))
    _check(lines, pages)
    rules = furniture(lines, [page["height"] for page in pages])
    for at, rule in rules.items():
        end = _HEAD if lines[at].y > pages[lines[at].page]["height"] / 2 else _FOOT
        placed.append(((lines[at].page, end), _dropped(lines[at].text, rule)))
    kept = blocks([line for at, line in enumerate(lines) if at not in rules])
    placed += [((page, _MIDDLE), block) for page, block in kept]
    placed.sort(key=lambda one: one[0])
    info, first = found["info"], lines[0].page
    headings = [one for (page, _), one in placed if page == first and one.kind == "heading"]
    return Extracted(
        _title(said_title(info["Title"]), headings),
        tuple(block for _, block in placed),
        metadata=said(
            author=said_author(info["Author"]),
            published=said_date(info["CreationDate"]),
            modified=said_date(info["ModDate"]),
            language=clean(info["Lang"]),
            tags=said_tags(info["Keywords"]),
        ),
    )


def _dropped(text: str, rule: str) -> Block:
    return Block("text", clean(text), dropped=rule)


def _check(lines: Sequence[Line], pages: Sequence[Mapping[str, Any]]) -> None:
    text = "".join(line.text for line in lines)
    if not any(character.isalnum() for character in text):
        if not pages or any(page["state"] == "damaged" for page in pages):
            raise ValueError("it is damaged: no page of it can be read")
        raise ValueError("it has no text layer (a scan): run it through OCR first")
    unreadable = sum(unicodedata.category(character) in _UNREADABLE for character in text)
    if unreadable > _MOST_UNREADABLE * len(text):
        raise ValueError(
            "its fonts don't say which letters they show: export it again, or run it through OCR"
        )


def _title(said: str, headings: Sequence[Block]) -> str:
    """What the metadata say, else the largest of the first page's headings.

    Many programs add the site's name to the heading: then the heading is the title.
    """
    inside = [one.text for one in headings if one.text.casefold() in said.casefold()]
    heading = max(inside, key=len, default="")
    if said:
        return heading if len(heading) > len(said) / 3 else said
    return min(headings, key=lambda one: one.level, default=Block("text", "")).text


def _in_process(data: bytes) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(_PROCESS)], input=data, capture_output=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        raise ValueError(f"reading it takes more than {SECONDS} seconds") from None
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise ValueError(
            "reading it takes too much time or memory, or fails: it is damaged or made to do harm"
        ) from None
    if "error" in found:
        raise ValueError(found["error"])
    return found
