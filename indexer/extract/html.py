"""A web page → the article in it, with headings and lists, site furniture removed."""

from collections.abc import Iterator
from typing import Any

import trafilatura
from lxml import etree

from indexer.extract.extracted import Block, Extracted, Kind, clean

_BLOCKS = {"body", "cell", "div", "head", "item", "list", "p", "quote", "row", "table"}


def from_html(data: bytes) -> Extracted:
    """Read an HTML page; trafilatura (Barbaresi, ACL 2021) tells the article from the rest.

    Raises:
        ValueError: no article was found in the page.
    """
    tree = trafilatura.load_html(data)
    page = None
    if tree is not None:
        for line_break in tree.iter("br"):  # else the words on both sides become one
            line_break.tail = f" {line_break.tail or ''}"
        page = trafilatura.bare_extraction(
            tree, with_metadata=True, include_comments=False, favor_recall=True
        )
    if page is None or page.body is None:
        raise ValueError("no article text was found in the page")
    title = _title(tree, clean(page.title or ""))
    said = {
        "author": page.author,
        "published": page.date,
        "site": page.sitename,
        "tags": list(page.tags or []),
    }
    metadata: dict[str, Any] = {name: value for name, value in said.items() if value}
    return Extracted(title, tuple(_blocks(page.body)), url=page.url, metadata=metadata)


def _title(tree: etree._Element, said: str) -> str:
    """The page's main heading where it is sure, else what its metadata says."""
    headings = {clean(" ".join(heading.itertext())) for heading in tree.iter("h1")} - {""}
    inside = [heading for heading in headings if heading.casefold() in said.casefold()]
    if len(headings) == 1:
        return headings.pop()
    return max(inside, key=len, default=said)


def _blocks(element: etree._Element, kind: Kind = "text") -> Iterator[Block]:
    """Walk trafilatura's tree (TEI names); text that stands in no paragraph makes blocks too."""
    loose = element.text or ""
    for child in element:
        if child.tag in _BLOCKS:
            yield Block(kind, clean(loose))
            yield from _block(child, kind)
            loose = ""
        elif isinstance(child.tag, str):
            loose += " " if child.tag == "lb" else _joined(child)
        loose += child.tail or ""
    yield Block(kind, clean(loose))


def _block(element: etree._Element, kind: Kind) -> Iterator[Block]:
    if element.tag == "head":
        level = element.get("rend", "h2")
        digits = level[1:]
        yield Block("heading", clean(_joined(element)), int(digits) if digits.isdigit() else 2)
    elif element.tag == "item":
        yield from _blocks(element, "item")
    elif element.tag == "row" and next(element.iter("head", "list", "table"), None) is None:
        cells = (clean(_joined(cell)) for cell in element)
        yield Block("item", " | ".join(cell for cell in cells if cell))
    else:  # a row with headings or lists lays out a page: it is no row of a table
        yield from _blocks(element, kind)


def _joined(element: etree._Element) -> str:
    """Text of an element; line breaks and paragraphs part words, inline markup doesn't."""
    pieces = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            gap = " " if child.tag == "lb" or child.tag in _BLOCKS else ""
            pieces.append(f"{gap}{_joined(child)}{gap}")
        pieces.append(child.tail or "")
    return "".join(pieces)
