"""Markdown with front matter → text with headings, markup removed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import html as lxml_html
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from indexer.extract.decode import decode
from indexer.extract.extracted import Block, Extracted, Kind, clean, clean_lines, plain_value
from indexer.extract.fields import own
from indexer.extract.front_matter import split
from indexer.extract.heading import is_heading_like, without_empty
from indexer.extract.plain import extracted
from indexer.extract.table import row_text

_PARSER = (
    MarkdownIt("commonmark").enable("table").use(deflist_plugin).use(footnote_plugin, inline=False)
)
# A hundred thousand words. Longer than that is no article; as plain text it is read in a moment,
# where the worst that a Markdown parser can be given costs ten seconds for this much.
_LONGEST = 500_000
_TASK = re.compile(r"\[[ xX]\]\s+")
_PARTS = frozenset("p li tr div dt dd blockquote figcaption h1 h2 h3 h4 h5 h6".split())


def from_markdown(data: bytes) -> Extracted:
    """Read a Markdown document; its front matter says title, id, address and metadata.

    A paragraph that is all bold is a heading if text follows. Of images the caption, or else the
    description, is kept.

    Raises:
        ValueError: no text, or front matter too long or not valid TOML.
    """
    fields, body = split(decode(data).lstrip("\ufeff \t\r\n"))
    said = own(plain_value(fields))
    if len(body) > _LONGEST:
        plain = extracted(body)
        title, blocks = plain.title, list(plain.blocks)
    else:
        blocks = list(_with_headings([one for one in _read(body) if one.block.text]))
        title = _title(blocks)
        blocks = without_empty(blocks)
    return Extracted(clean(said.title) or title, tuple(blocks), said.id, said.url, said.metadata)


def _title(blocks: Sequence[Block]) -> str:
    """The main heading, or the one that opens the document if no other is of its level."""
    headings = [block for block in blocks if block.kind == "heading"]
    main = min(headings, key=lambda block: block.level, default=None)
    if main is None:
        return ""
    alone = sum(block.level == main.level for block in headings) == 1
    return main.text if main.level == 1 or (alone and main is blocks[0]) else ""


@dataclass(frozen=True, slots=True)
class _Read:
    block: Block
    bold: bool = False
    """Whether it is a paragraph all in bold."""


@dataclass(slots=True)
class _Table:
    names: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)


def _read(body: str) -> Iterator[_Read]:
    items = 0
    table: _Table | None = None
    heading = 0
    for token in _PARSER.parse(body):
        if token.type in _IN_LISTS:
            items += token.nesting
        elif token.type == "heading_open":
            heading = int(token.tag[1])
        elif token.type == "table_open":
            table = _Table()
        elif token.type == "table_close":
            table = None
        elif token.type == "tr_close" and table is not None:
            if table.names:
                yield _Read(Block("item", row_text(table.names, table.cells)))
            else:
                table.names = table.cells
            table.cells = []
        elif token.type == "inline":
            text = clean(_inline(token))
            if table is not None:
                table.cells.append(text)
            elif heading:
                yield _Read(Block("heading", text, heading))
                heading = 0
            else:
                kind: Kind = "item" if items else "text"
                text = _TASK.sub("", text, count=1) if items and text[:1] == "[" else text
                yield _Read(Block(kind, text), bold=not items and _is_bold(token))
        elif token.type in ("fence", "code_block"):
            yield _Read(Block("text", clean_lines(token.content)))
        elif token.type == "html_block":
            yield from map(_Read, _from_html(token.content))


_IN_LISTS = frozenset(
    f"{name}_{end}" for name in ("list_item", "dt", "dd", "footnote") for end in ("open", "close")
)


def _inline(token: Token) -> str:
    pieces = []
    for child in token.children or ():
        if child.type in ("text", "code_inline", "text_special"):
            pieces.append(child.content)
        elif child.type.endswith("break") or child.content[:3].casefold() == "<br":
            pieces.append(" ")
        elif child.type == "image":
            pieces.append(_of_image(child))
    return "".join(pieces)


def _of_image(image: Token) -> str:
    """The caption, else the description; one word, or a file's name, tells a reader nothing."""
    caption = str(image.attrs.get("title", ""))
    text = caption or _inline(image)
    return text if len(text.split()) > 1 else ""


def _is_bold(token: Token) -> bool:
    inside = [child for child in token.children or () if child.content.strip() or child.nesting]
    strong = [child.nesting for child in inside if child.type.startswith("strong_")]
    return (
        strong == [1, -1]
        and inside[0].type == "strong_open"
        and (inside[-1].type == "strong_close" or inside[-1].content.strip() == ":")
    )


def _with_headings(read: Sequence[_Read]) -> Iterator[Block]:
    """Make headings of paragraphs that are all bold, and of what is below them no more."""
    level = 1
    for at, one in enumerate(read):
        block = one.block
        if block.kind == "heading":
            level = block.level
        following = read[at + 1] if at + 1 < len(read) else None
        heads = following is not None and following.block.kind != "heading" and not following.bold
        if one.bold and heads and is_heading_like(block.text):
            block = Block("heading", block.text.rstrip(": "), min(6, level + 1))
        yield block


def _from_html(markup: str) -> Iterator[Block]:
    """The text of embedded HTML: a block for each paragraph, item, row and heading."""
    try:
        tree = lxml_html.fromstring(f"<div>{markup}</div>")
    except (ValueError, lxml_html.etree.ParserError):
        return
    loose: list[str] = []
    for event, element in lxml_html.etree.iterwalk(tree, ("start", "end", "comment")):
        tag = element.tag if isinstance(element.tag, str) else "comment"
        if tag in _PARTS:
            if text := clean("".join(loose)):
                level = int(tag[1]) if event == "end" and tag[1:].isdigit() else 0
                yield Block("heading", text, level) if level else Block("text", text)
            loose = []
        elif event == "end" and tag in ("td", "th"):
            loose.append(" ")
        if event == "start":
            loose.append("" if tag in ("script", "style") else element.text or "")
        elif element is not tree:
            loose.append(element.tail or "")
    if text := clean("".join(loose)):
        yield Block("text", text)
