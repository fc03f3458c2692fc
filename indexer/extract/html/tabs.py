"""Tabs: which text of a page waits behind a click, and under what label."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from indexer.extract.extracted import clean
from indexer.extract.html.hints import Attributes

_CONTROLS = "[aria-controls], [data-bs-target], [data-target], a[href^='#']"
_TABS = (
    "[role=tab], [data-toggle=tab], [data-toggle=pill], [data-bs-toggle=tab],"
    " [data-bs-toggle=pill], .nav-tabs a, .nav-pills a, .tabs a[href^='#']"
)
_PANELS = frozenset(("article", "div", "li", "section"))
_HEADINGS = "h1, h2, h3, h4, h5, h6"
_LONGEST_LABEL = 120


@dataclass(frozen=True, slots=True)
class Tabs:
    """What a page's tabs and buttons open.

    Attributes:
        opened: ids of what one of them opens.
        labels: the tab's words, by the id of its panel.
        tabs: the tabs whose words stand in `labels`, by their node's number.
    """

    opened: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)
    tabs: frozenset[int] = frozenset()


def tabs(body: LexborNode) -> Tabs:
    """Find a page's tabs."""
    opened = frozenset(target for node in body.css(_CONTROLS) if (target := _target(node)))
    found = body.css(_TABS)
    if not found:
        return Tabs(opened)
    panels = {one.attributes["id"] or "": one for one in body.css("[id]") if one.tag in _PANELS}
    named: dict[str | None, str] = {
        one.attributes.get("aria-labelledby"): name
        for name, one in panels.items()
        if one.attributes.get("role") == "tabpanel"
    }
    labels: dict[str, str] = {}
    told: set[int] = set()
    for tab in found:
        inner = tab.css_first("a")
        target = _target(tab) or (_target(inner) if inner else "")
        target = target or (named.get(tab.attributes.get("id")) or "")
        text = clean(tab.text(separator=" "))
        if not target or target not in panels or not 0 < len(text) <= _LONGEST_LABEL:
            continue
        told.add(tab.mem_id)
        heading = panels[target].css_first(_HEADINGS)
        if heading is None or clean(heading.text()).casefold() != text.casefold():
            labels[target] = text
    return Tabs(opened, labels, frozenset(told))


def _target(node: LexborNode) -> str:
    attributes: Attributes = node.attributes
    link = attributes.get("href") or ""
    said = attributes.get("aria-controls") or attributes.get("data-bs-target")
    said = said or attributes.get("data-target") or (link if link[:1] == "#" else "")
    return said.removeprefix("#")
