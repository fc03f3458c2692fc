"""A web page → its boxes and lines: the tree laid flat, once, for rules to judge.

A *box* is a block-level element, a *line* the text of one paragraph, heading, list item or table
row. Boxes come in document order, parents before children, and each knows which lines it holds.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from indexer.extract.extracted import Kind, clean
from indexer.extract.html.hints import Attributes, hint
from indexer.extract.html.steering import EXCLUDED, Steered
from indexer.extract.html.table import is_data, rows, title
from indexer.extract.html.tabs import Tabs, tabs

_UNREAD = frozenset(
    "script style noscript template svg math iframe object embed canvas audio video map select "
    "datalist input textarea progress meter head title meta link del rt rp".split()
)
_BOXES = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup label legend li main menu nav "
    "ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ITEMS = frozenset(("li", "dt", "dd"))
_BOLD = frozenset(("b", "strong"))
_STYLED = frozenset(("b", "strong", "span", "font"))
_PARAGRAPHS = frozenset(("p", "div"))
_BOLD_STYLE = re.compile(
    r"font-weight\s*:\s*(?:(bold|[6-9]00)|(?:normal|[1-5]00))\b", re.IGNORECASE
)
_LARGE = frozenset(("4", "5", "6", "7", "+1", "+2", "+3", "+4"))
_BULLET = re.compile(r"\s*[-*•–·▪◦‣●○■]\s+(?=\S)")
_NUMBERED = re.compile(r"\s*\d{1,2}[.)]\s")
_FIELD = "input:not([type=hidden i]), textarea, select"
_UNFOLDS = re.compile(r"accordion|collaps|faq", re.IGNORECASE)
_LONGEST_HEADING = 80
_OWN_LINE = re.compile(r"display\s*:\s*(?:block|flex|grid|table)\b", re.IGNORECASE)
_OWN_LINE_NAMES = re.compile(
    r"(?<!\S)(?:d-)?block(?!\S)|sub-?(?:title|head)|tag-?line|caption|kicker|eyebrow", re.IGNORECASE
)


@dataclass(slots=True)
class Box:
    """A block-level element.

    Attributes:
        parent: the number of the box around it; 0 for the body, which is box 0.
        tag: its name.
        hint: the rule by which its tag, role or names make it site furniture; may be empty.
        included: whether the site's owner names it as the article.
        look: its tag and class: boxes that look alike serve alike.
        first, end: its lines are those from `first` up to, but without, `end`.
    """

    parent: int
    tag: str
    hint: str
    first: int
    end: int = 0
    included: bool = False
    look: str = ""


@dataclass(slots=True)
class Line:
    """A paragraph, heading, item or row.

    Attributes:
        kind, text, level: as in a Block.
        box: the number of the box it stands in.
        linked: the share of its characters that stand in links.
        bold: whether all of it is bold.
    """

    kind: Kind
    text: str
    level: int
    box: int
    linked: float = 0.0
    bold: bool = False


@dataclass(slots=True)
class Page:
    """All boxes and lines of a page, in its order."""

    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


class _Place(NamedTuple):  # made for every element, so it must be made fast
    """Where the next text belongs, and how it looks."""

    box: int
    kind: Kind = "text"
    level: int = 0
    linked: bool = False
    bold: bool = False
    apart: bool = False
    """Whether it stands on a line of its own within a heading."""


def flatten(body: LexborNode, steered: Steered) -> Page:
    """Lay a page flat; scripts, forms' fields and the like are not read."""
    walk = _Walk(steered, tabs(body))
    open_elements: list[tuple[LexborNode, _Place]] = []
    node = body.child
    while node is not None or open_elements:
        if node is None:
            node, place = open_elements.pop()
            walk.leave(place)
            node = node.next
            continue
        place = walk.place
        if walk.enter(node):
            open_elements.append((node, place))
            node = node.child
        else:
            node = node.next
    walk.end_line()
    walk.page.boxes[0].end = len(walk.page.lines)
    _itemize(walk.page.lines)
    return walk.page


def _itemize(lines: Sequence[Line]) -> None:
    """Make items of lines beside each other that open with the same bullet."""
    found = [_BULLET.match(line.text) if line.kind == "text" else None for line in lines]
    bullets = ["", *(bullet[0].strip() if bullet else "" for bullet in found), ""]
    for at, (line, bullet) in enumerate(zip(lines, found, strict=True)):
        # A line alone may be an aside, and dashes open what people say.
        if (
            bullet
            and bullets[at + 1] in (bullets[at], bullets[at + 2], "•")
            and bullets[at + 1] != "–"
        ):
            line.kind, line.text = "item", line.text[bullet.end() :]


class _Walk:
    """Gathers text into lines, element by element."""

    def __init__(self, steered: Steered, tabs: Tabs) -> None:
        self.page = Page([Box(0, "body", "", 0)])
        self.place = _Place(0)
        self._steered = steered
        self._tabs = tabs
        self._told_below = tabs.tabs  # their words stand above their panels
        self._pieces: list[str] = []
        self._length = self._linked = self._bold = self._breaks = 0

    def enter(self, node: LexborNode) -> bool:
        """Take in a node; true if its children are to be walked, and it is to be left."""
        tag = node.tag or "-"
        if tag == "-text":
            self._text(node.text_content or "")
            return False
        if self._told_below and node.mem_id in self._told_below:
            return False
        if tag in _BOXES:
            return self._enter_box(node, tag)
        if tag in _UNREAD or not tag[0].isalpha():
            return False
        if tag == "br":
            self._breaks += 1
            return False
        if tag == "hr":
            self.end_line()
            return False
        place = self.place
        attributes = node.attributes  # made anew at each asking
        if _is_tab(attributes):
            self.end_line()
        if tag == "button" and place.kind != "heading" and not _opens(attributes):
            return False
        if tag == "a" and not place.linked and not _stays(attributes, place.kind):
            self.place = _Place(place.box, place.kind, place.level, True, place.bold)
        elif tag in _STYLED:
            return self._enter_styled(node, tag, attributes)
        return True

    def leave(self, place: _Place) -> None:
        """Go back to where an element was entered from."""
        if place.box != self.place.box:
            self.end_line()
            self.page.boxes[self.place.box].end = len(self.page.lines)
        elif self.place.apart and not place.apart:
            self._pieces.append(" ")
        self.place = place

    def end_line(self) -> None:
        """Make a line of the text gathered so far."""
        self._breaks = 0
        if not self._pieces:
            return
        text = clean("".join(self._pieces))
        if text:
            linked = min(1.0, self._linked / max(1, self._length))
            place = self.place
            bold = self._bold >= self._length
            self.page.lines.append(Line(place.kind, text, place.level, place.box, linked, bold))
        self._pieces.clear()
        self._length = self._linked = self._bold = 0

    def _enter_box(self, node: LexborNode, tag: str) -> bool:
        self.end_line()
        attributes = node.attributes
        place, box = self.place, len(self.page.boxes)
        included = self._steered.includes(node)
        identity = attributes.get("id") or ""
        opened = identity in self._tabs.opened
        said = EXCLUDED if self._steered.excludes(node) else hint(tag, attributes, opened)
        if said == "form" and node.css_first(_FIELD) is None:  # old sites wrap pages in forms
            said = ""
        look = f"{tag} {(attributes.get('class') or '')[:200]}" if attributes else tag
        self.page.boxes.append(Box(place.box, tag, said, len(self.page.lines), 0, included, look))
        if label := self._tabs.labels.get(identity):
            self.page.lines.append(Line("text", label, 0, box))
        if tag == "table" and is_data(node):
            if caption := title(node):
                self.page.lines.append(Line("text", caption, 0, box))
            for text, linked in rows(node):
                self.page.lines.append(Line("item", text, 0, box, linked))
            self.page.boxes[box].end = len(self.page.lines)
            return False
        kind, level = place.kind, place.level
        if tag in _HEADINGS or attributes.get("role") == "heading":
            kind, level = "heading", _HEADINGS.get(tag) or _level(attributes)
        elif tag in _ITEMS and kind == "text":
            kind = "item"
        bold = place.bold
        if tag in _PARAGRAPHS and attributes.get("style"):
            styled = _is_bold(tag, attributes, bold)
            # A box of paragraphs is set in bold to stand out, not to head anything.
            bold = styled and (bold or not any(child.tag in _BOXES for child in node.iter()))
        self.place = _Place(box, kind, level, place.linked, bold)
        return True

    def _enter_styled(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        place = self.place
        if tag == "span" and attributes and hint(tag, attributes) in ("unseen", "pop-up"):
            return False
        bold = _is_bold(tag, attributes, place.bold)
        if bold != place.bold:
            place = self.place = _Place(place.box, place.kind, place.level, place.linked, bold)
        if tag == "span" and place.kind == "heading" and not place.apart:
            if _has_own_line(attributes):
                self._pieces.append(" ")
                self.place = place._replace(apart=True)
            elif _run_together("".join(self._pieces[-4:]), node.text()):
                self._pieces.append(" ")
        return True

    def _text(self, text: str) -> None:
        length = len(text.strip())
        if not length:
            if self._pieces:
                self._pieces.append(" ")
            return
        if self._breaks:
            heading_like = 0 < self._bold >= self._length <= _LONGEST_HEADING
            if self._breaks > 1 or heading_like or _BULLET.match(text) or _NUMBERED.match(text):
                self.end_line()
            else:
                self._pieces.append(" ")
            self._breaks = 0
        self._pieces.append(text)
        self._length += length
        self._linked += length if self.place.linked else 0
        self._bold += length if self.place.bold else 0


def _opens(attributes: Attributes) -> bool:
    """Whether a button is the visible line of something that unfolds: a question, a heading."""
    named = _UNFOLDS.search(attributes.get("class") or "") is not None
    return (
        named
        or _is_tab(attributes)
        or "aria-expanded" in attributes
        or "aria-controls" in attributes
    )


def _is_tab(attributes: Attributes) -> bool:
    return attributes.get("role") == "tab"


def _is_bold(tag: str, attributes: Attributes, around: bool) -> bool:
    """Whether an element's text stands out as headings do: bold, or in large letters.

    Args:
        tag, attributes: the element's.
        around: whether the text around it does.
    """
    style = attributes.get("style")
    if style and (said := _BOLD_STYLE.search(style)):
        return said[1] is not None
    return around or tag in _BOLD or (tag == "font" and attributes.get("size") in _LARGE)


def _has_own_line(attributes: Attributes) -> bool:
    """Whether a span of a heading is laid out below or above the rest of it."""
    return (
        _OWN_LINE.search(attributes.get("style") or "") is not None
        or _OWN_LINE_NAMES.search(attributes.get("class") or "") is not None
    )


def _run_together(before: str, after: str) -> bool:
    """Whether a heading's two parts, of which one has several words, would share a word."""
    if not before or before[-1].isspace() or not after[:1].isupper():
        return False
    if before[-1] in "?!:;,)":
        return True
    word = before.split()[-1]  # 'iPhone' and 'McNeil' are one word each
    several = len(before.split()) > 1 or len(after.split()) > 1
    return several and len(word) > 3 and word[-1].islower()


def _stays(attributes: Attributes, kind: Kind) -> bool:
    """Whether a link is no way to another page: a number to call, a toggle, a heading's anchor."""
    target = attributes.get("href") or ""
    toggles = (target == "" and "href" in attributes) or attributes.get("data-toggle") == "collapse"
    return toggles or target.startswith("tel:") or (kind == "heading" and target.startswith("#"))


def _level(attributes: Attributes) -> int:
    said = attributes.get("aria-level") or ""
    return min(6, int(said)) if said.isdigit() and int(said) else 2
