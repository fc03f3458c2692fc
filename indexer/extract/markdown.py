"""Markdown with YAML front matter → text with headings, markup removed."""

from collections.abc import Iterator
from typing import Any

import frontmatter
import yaml
from lxml import html as lxml_html
from markdown_it import MarkdownIt
from markdown_it.token import Token

from indexer.extract.decode import decode
from indexer.extract.extracted import Block, Extracted, clean, plain_value

_PARSER = MarkdownIt("commonmark").enable("table")


def from_markdown(data: bytes) -> Extracted:
    """Read a Markdown document; front matter's ``id``, ``title`` and ``url`` stand for these.

    Raises:
        ValueError: no text, or front matter that is no YAML mapping.
    """
    whole = decode(data).strip()
    try:
        fields, body = frontmatter.parse(whole)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or error
        raise ValueError(f"its front matter is not valid YAML{where}: {problem}") from None
    # Front matter that is no mapping is left out by the parser without a word.
    if not fields and whole.removesuffix(body).strip("- \t\r\n"):
        raise ValueError("its front matter is not a list of 'name: value' lines")
    metadata: dict[str, Any] = plain_value(fields)
    blocks = list(_blocks(_PARSER.parse(body)))
    title = clean(str(metadata.pop("title", "") or ""))
    if not title:
        headings = (block for block in blocks if block.kind == "heading")
        title = min(headings, key=lambda block: block.level, default=Block("text", "")).text
    identity, url = metadata.pop("id", None), metadata.pop("url", None)
    return Extracted(
        title,
        tuple(blocks),
        id=str(identity) if identity is not None else None,
        url=str(url) if url else None,
        metadata=metadata,
    )


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    items = 0
    row: list[str] | None = None
    heading = 0
    for token in tokens:
        if token.type in ("list_item_open", "list_item_close"):
            items += token.nesting
        elif token.type == "heading_open":
            heading = int(token.tag[1])
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            yield Block("item", " | ".join(cell for cell in row if cell))
            row = None
        elif token.type == "inline":
            text = clean(_inline(token))
            if row is not None:
                row.append(text)
            elif heading:
                yield Block("heading", text, heading)
                heading = 0
            else:
                yield Block("item" if items else "text", text)
        elif token.type in ("fence", "code_block"):
            yield Block("text", clean(token.content))
        elif token.type == "html_block" and token.content.strip():
            yield Block("text", clean(_without_tags(token.content)))


def _inline(token: Token) -> str:
    pieces = []
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            pieces.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            pieces.append(" ")
    return "".join(pieces)


def _without_tags(markup: str) -> str:
    try:
        tree = lxml_html.fromstring(f"<div>{markup}</div>")
    except (ValueError, lxml_html.etree.ParserError):
        return ""
    return " ".join(text for text in tree.xpath("//text()[not(ancestor::script|ancestor::style)]"))
