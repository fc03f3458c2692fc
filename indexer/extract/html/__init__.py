"""A web page → the article in it, with headings, lists and tables; site furniture dropped."""

import re
from collections.abc import Iterable, Iterator, Sequence

from selectolax.lexbor import LexborHTMLParser

from indexer.config import HtmlConfig
from indexer.extract.extracted import Block, Extracted
from indexer.extract.html.body import judge
from indexer.extract.html.dom import Line, flatten
from indexer.extract.html.encoding import decode_page
from indexer.extract.html.metadata import called, canonical, metadata, title
from indexer.extract.html.raised import raise_digits
from indexer.extract.html.stand_in import stands_in
from indexer.extract.html.steering import steer

_UNSTEERED = HtmlConfig()
_MOST_TAGS = 500_000
_DEEPEST = 5_000
# Elements that must be closed (others, as p and li, close each other).
_NESTING = re.compile(
    r"</?(?:div|span|section|article|table|ul|ol|dl|blockquote|form|fieldset|font|center)\b", re.I
)
# A tag of thousands of attributes, which takes the parser minutes.
_ENDLESS_TAG = re.compile(
    r"""<([a-z][\w:-]*)(?:\s++[^\s<>"'=]++(?:=(?:"[^"]*+"|'[^']*+'|[^\s<>"']++))?+){3000,}+""",
    re.IGNORECASE,
)


def from_html(data: bytes, steering: HtmlConfig = _UNSTEERED) -> Extracted:
    """Read an HTML page.

    Args:
        data: the page, in any encoding.
        steering: where its site's owner says that the article is.

    Raises:
        ValueError: no article was found in the page, or it is an error page or a check for robots.
    """
    markup = _ENDLESS_TAG.sub(r"<\1 ", decode_page(data))
    _check_size(markup)
    page = LexborHTMLParser(markup)
    if page.body is None:
        raise ValueError("no article text was found in the page")
    raise_digits(page)
    steered = steer(page.body, steering)
    flat = flatten(page.body, steered)
    rules = judge(flat)
    kept = [line for line, rule in zip(flat.lines, rules, strict=True) if not rule]
    if not kept:
        raise ValueError("no article text was found in the page")
    said = metadata(page)
    named = _as_read(title(page, said.get("site", "")), flat.lines)
    if why := stands_in((named, called(page)), kept):
        raise ValueError(why)
    return Extracted(
        named,
        tuple(_blocks(flat.lines, rules)),
        url=canonical(page),
        metadata=said,
        selected=steered.selected,
    )


def _check_size(markup: str) -> None:
    """Refuse what would take minutes: HTML's own rules make deep nesting quadratic."""
    tags = markup.count("<")
    if tags > _MOST_TAGS:
        raise ValueError(f"it has more than {_MOST_TAGS:,} tags: a dump or a mistake")
    if tags < 2 * _DEEPEST:
        return
    depth = 0
    for tag in _NESTING.finditer(markup):
        depth += -1 if tag[0][1] == "/" else 1
        if depth > _DEEPEST:
            raise ValueError(f"its elements are nested more than {_DEEPEST:,} deep")


def _as_read(title: str, lines: Iterable[Line]) -> str:
    """A title with the spaces that its heading has in the text: 'Vitamin B12', not 'B 12'."""
    bare = title.replace(" ", "")
    headings = (line.text for line in lines if line.kind == "heading")
    return next((text for text in headings if text.replace(" ", "") == bare), title)


def _blocks(lines: Sequence[Line], rules: Sequence[str]) -> Iterator[Block]:
    """Lines as blocks; short bold paragraphs become the headings that they stand for."""
    kept = [line for line, rule in zip(lines, rules, strict=True) if not rule]
    # Where most of the text is bold or large, it marks no headings.
    marks = 2 * sum(len(line.text) for line in kept if line.bold) < sum(
        len(line.text) for line in kept
    )
    real = 1
    for line, rule in zip(lines, rules, strict=True):
        if line.kind == "heading" and not rule:
            real = line.level
        if marks and line.bold and line.kind == "text" and _HEADS.fullmatch(line.text):
            yield Block("heading", line.text.rstrip(" :"), min(6, real + 1), rule)
        else:
            yield Block(line.kind, line.text, line.level, rule)


_HEADS = re.compile(r"(?=.{2,80}$).*[^\W_].*[^.,;!…]", re.DOTALL)
