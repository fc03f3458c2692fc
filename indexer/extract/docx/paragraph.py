"""A paragraph of a Word file: its letters as they stand, and whether they are bold."""

from collections.abc import Iterator

from lxml import etree

from indexer.extract.docx.style import Styles, child, is_on, tag
from indexer.extract.docx.symbol import run_text, symbol
from indexer.extract.extracted import clean

GONE = frozenset(("del", "moveFrom", "Fallback"))
"""Deleted, moved away, or said a second time for older programs."""
_NOT_IN_LINE = GONE | {"txbxContent", "rt", "pPr", "rPr"}
"""Boxes (paragraphs of their own), readings above words, and what tabs and breaks look like."""
_SPACES = {"tab", "br", "cr", "ptab"}


def paragraphs(root: etree._Element) -> Iterator[etree._Element]:
    """All the paragraphs below an element that are still there."""
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if tag(element) in GONE:
            walk.skip_subtree()
        elif tag(element) == "p":
            yield element


def paragraph_text(paragraph: etree._Element) -> str:
    """The letters of a paragraph as it stands after all changes, without its text boxes'."""
    pieces: list[str] = []
    for element in _inline(paragraph):
        name = tag(element)
        if name == "t":
            pieces.append(run_text(element.getparent(), element.text or ""))
        elif name == "sym":
            pieces.append(symbol(element))
        elif name in _SPACES:
            pieces.append(" ")
        elif name == "noBreakHyphen":
            pieces.append("-")
    return "".join(pieces)


def is_all_bold(paragraph: etree._Element, styles: Styles) -> bool:
    """Whether all letters of a paragraph are bold, and there are some."""
    runs = [
        run
        for run in _inline(paragraph)
        if tag(run) == "r" and clean("".join(one.text or "" for one in run if tag(one) == "t"))
    ]
    return bool(runs) and all(styles.is_bold(run, paragraph) for run in runs)


def _inline(paragraph: etree._Element) -> Iterator[etree._Element]:
    """What stands in its lines."""
    walk = etree.iterwalk(paragraph, events=("start",))
    for _, element in walk:
        name = tag(element)
        hidden = name == "r" and is_on(child(element, "rPr", "vanish"))
        if hidden or name in _NOT_IN_LINE or (name == "p" and element is not paragraph):
            walk.skip_subtree()
        else:
            yield element
