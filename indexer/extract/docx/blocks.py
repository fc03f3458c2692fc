"""The body of a Word file → headings, paragraphs, list items and table rows, in its order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from indexer.extract.docx.paragraph import GONE, is_all_bold, paragraph_text, paragraphs
from indexer.extract.docx.style import Styles, child, tag
from indexer.extract.docx.table import is_layout, rows
from indexer.extract.extracted import Block, clean

_LONGEST_HEADING = 100
_BULLET = re.compile(r"[-*•–·▪◦‣●]\s+")


@dataclass(frozen=True, slots=True)
class Found:
    """A block and what made it, as far as the neighbours matter."""

    block: Block
    is_title: bool = False
    is_bold: bool = False
    """All of a short paragraph: perhaps a heading."""


def blocks(root: etree._Element, styles: Styles) -> list[Found]:
    """The blocks below an element; wholly bold short paragraphs with text below are headings."""
    found = list(_walk(root, styles))
    level = 1
    whole: list[Found] = []
    for at, one in enumerate(found):
        following = found[at + 1] if at + 1 < len(found) else None
        if one.block.kind == "heading":
            level = one.block.level
        # The first of two bold lines is a heading only above all else, as a title.
        elif (
            one.is_bold
            and following
            and following.block.kind != "heading"
            and (at == 0 or not following.is_bold)
        ):
            one = Found(Block("heading", one.block.text, min(level + 1, 6) if at else 1))
        whole.append(one)
    return whole


def _walk(root: etree._Element, styles: Styles) -> Iterator[Found]:
    walk = etree.iterwalk(root, events=("start",))
    carried = ""
    for _, element in walk:
        name = tag(element)
        if name in GONE:
            walk.skip_subtree()
        elif name == "tbl" and not is_layout(element, styles):
            walk.skip_subtree()
            yield from (Found(Block("item", row)) for row in rows(element, styles))
        elif name == "p":
            text = carried + paragraph_text(element)
            carried = ""
            if child(element, "pPr", "rPr", "del") is not None:  # its end was deleted
                carried = text
            elif text := clean(text):
                yield _paragraph(element, text, styles)


def _paragraph(paragraph: etree._Element, text: str, styles: Styles) -> Found:
    names = styles.names(paragraph)
    if any(re.match(r"toc (?:heading|\d)|table of figures", name) for name in names):
        return Found(Block("text", text, dropped="table of contents"))
    if "title" in names and "subtitle" not in names:
        return Found(Block("heading", text, 1), is_title=True)
    if level := styles.level(paragraph):
        return Found(Block("heading", text, level))
    bullet = _BULLET.match(text)
    if bullet or styles.is_item(paragraph):
        return Found(Block("item", text[bullet.end() :] if bullet else text))
    short = len(text) <= _LONGEST_HEADING and text[-1] not in ".,;!…"
    return Found(Block("text", text), is_bold=short and is_all_bold(paragraph, styles))


def plain_blocks(root: etree._Element | None, dropped: str = "") -> Iterator[Block]:
    """The paragraphs of another part: notes, heads and feet of pages."""
    for paragraph in () if root is None else paragraphs(root):
        if text := clean(paragraph_text(paragraph)):
            yield Block("text", text, dropped=dropped)
