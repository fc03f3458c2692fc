"""A web page → the article in it, with headings and lists, site furniture removed."""

from collections.abc import Iterator
from typing import Any

import trafilatura
from lxml import etree

from indexer.extract.extracted import Block, Extracted, clean, compose


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
    text, sections = compose(_blocks(page.body), title)
    said = {
        "author": page.author,
        "published": page.date,
        "site": page.sitename,
        "tags": list(page.tags or []),
    }
    metadata: dict[str, Any] = {name: value for name, value in said.items() if value}
    return Extracted(title, text, sections, url=page.url, metadata=metadata)


def _title(tree: etree._Element, said: str) -> str:
    """The page's main heading where it is sure, else what its metadata says."""
    headings = {clean(" ".join(heading.itertext())) for heading in tree.iter("h1")} - {""}
    inside = [heading for heading in headings if heading.casefold() in said.casefold()]
    if len(headings) == 1:
        return headings.pop()
    return max(inside, key=len, default=said)


def _blocks(element: etree._Element) -> Iterator[Block]:
    """Walk trafilatura's tree (TEI names: head, p, list, item, table, row, cell, quote)."""
    for child in element:
        if not isinstance(child.tag, str):
            continue
        if child.tag == "head":
            level = child.get("rend", "h2")
            yield Block("heading", _text(child), int(level[1]) if level[1:].isdigit() else 2)
        elif child.tag == "item" or child.tag == "row":
            yield Block("item", _row(child) if child.tag == "row" else _text(child))
        elif child.tag in ("list", "table", "quote", "div", "body") and len(child):
            yield from _blocks(child)
        else:
            yield Block("text", _text(child))
        if child.tail and clean(child.tail):
            yield Block("text", clean(child.tail))


def _text(element: etree._Element) -> str:
    return clean(" ".join(element.itertext()) if element.tag == "item" else _joined(element))


def _joined(element: etree._Element) -> str:
    """Text of an element; line breaks part words, inline markup doesn't."""
    pieces = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            pieces.append(" " if child.tag == "lb" else _joined(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _row(element: etree._Element) -> str:
    return " | ".join(cell for cell in (_text(cell) for cell in element) if cell)
