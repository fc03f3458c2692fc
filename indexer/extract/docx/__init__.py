"""A Word file → text with headings, lists and tables.

Read with zipfile and lxml, not with python-docx: that unpacks every part, pictures too, whatever
their size, and knows no text boxes, notes, tracked changes or the strict dialect of the format.
"""

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from indexer.extract.about import said, said_author, said_date, said_tags, said_title
from indexer.extract.docx.blocks import Found, blocks, plain_blocks
from indexer.extract.docx.package import Package
from indexer.extract.docx.style import Styles, child, tag, value
from indexer.extract.extracted import Block, Extracted, clean
from indexer.extract.safety import is_advice


def from_docx(data: bytes) -> Extracted:
    """Read a Word file as it stands with all tracked changes made; notes come at the end.

    Heads and feet of pages and the table of contents come as dropped blocks.

    Raises:
        ValueError: it is no Word file, damaged, protected, or too long.
    """
    package = Package(data)
    try:
        return _read(package)
    except RecursionError:
        raise ValueError("it is nested too deeply: it is damaged or made to do harm") from None


def _read(package: Package) -> Extracted:
    main = package.main[0]
    root = package.xml(main)
    body = child(root, "body")
    if body is None:
        raise ValueError("it is damaged: it has no body")
    styles = Styles.of(package.first(main, "styles"))
    found = blocks(body, styles)
    core = package.first("", "core-properties")
    return Extracted(
        _title(found, said_title(_property(core, "title"))),
        (
            *_margins(package, "header"),
            *(one.block for one in found),
            *_notes(package, "footnote"),
            *_notes(package, "endnote"),
            *_margins(package, "footer"),
        ),
        metadata=said(
            author=said_author(_property(core, "creator")),
            published=said_date(_property(core, "created")),
            modified=said_date(_property(core, "modified")),
            language=_property(core, "language") or styles.language,
            tags=said_tags(_property(core, "keywords"), _property(core, "subject")),
        ),
    )


def _title(found: list[Found], in_properties: str) -> str:
    """What wears the style 'Title', else what the properties say, else a heading above all."""
    styled = next((one.block.text for one in found if one.is_title), "")
    if styled or in_properties:
        return styled or in_properties
    levels = [one.block.level for one in found if one.block.kind == "heading"]
    first = next((one.block for one in found if not one.block.dropped), Block("text", ""))
    highest = first.kind == "heading" and levels.count(min(levels)) == 1
    return first.text if highest and first.level == min(levels) else ""


def _property(core: etree._Element | None, name: str) -> str:
    found = child(core, name)
    return clean(found.text or "") if found is not None else ""


def _margins(package: Package, kind: str) -> Iterator[Block]:
    """What stands on every page's head or foot, each text once; a dose or a call for help stays."""
    seen: set[str] = set()
    for name in package.related(package.main[0], kind):
        for block in plain_blocks(package.xml(name), f"page {kind}"):
            if block.text not in seen:
                seen.add(block.text)
                yield replace(block, dropped="") if is_advice(block.text) else block


def _notes(package: Package, kind: str) -> Iterator[Block]:
    root = package.first(package.main[0], f"{kind}s")
    for note in () if root is None else root:
        # Separators are lines between text and notes.
        if tag(note) == kind and value(note, "type") in (None, "normal"):
            yield from plain_blocks(note)
