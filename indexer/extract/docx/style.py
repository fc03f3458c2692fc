"""What a Word file's styles say of a paragraph: heading, list, bold."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from lxml import etree

_LONGEST_CHAIN = 20
_OFF = {"0", "false", "off", "none"}


def tag(element: etree._Element) -> str:
    """An element's name without its namespace: that differs between Word's two dialects."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """The first child of that name; of several names, down the path."""
    for name in names:
        if element is None:
            return None
        element = next((one for one in element if tag(one) == name), None)
    return element


def value(element: etree._Element | None, name: str = "val") -> str | None:
    """An attribute, whatever its namespace."""
    if element is None:
        return None
    return next((text for key, text in element.items() if key.rpartition("}")[2] == name), None)


def number(text: str | None, otherwise: int = 0) -> int:
    """What an attribute counts; damaged files have anything there."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else otherwise


def is_on(element: etree._Element | None) -> bool | None:
    """What a switch such as ``<w:b/>`` says; None where it isn't there."""
    return None if element is None else value(element) not in _OFF


@dataclass(frozen=True, slots=True)
class Styles:
    """The styles by their ids."""

    by_id: Mapping[str, etree._Element]
    language: str = ""

    @staticmethod
    def of(root: etree._Element | None) -> "Styles":
        """Read the styles' part, where there is one."""
        if root is None:
            return Styles({})
        by_id = {value(one, "styleId") or "": one for one in root if tag(one) == "style"}
        language = value(child(root, "docDefaults", "rPrDefault", "rPr", "lang"))
        return Styles(by_id, language or "")

    def chain(self, name: str | None) -> Iterator[etree._Element]:
        """A style and those that it is based on."""
        seen: set[str] = set()
        while (
            name
            and name not in seen
            and len(seen) < _LONGEST_CHAIN
            and (style := self.by_id.get(name)) is not None
        ):
            seen.add(name)
            yield style
            name = value(child(style, "basedOn"))

    def names(self, paragraph: etree._Element) -> list[str]:
        """The names of a paragraph's style and its bases, lower case."""
        used = value(child(paragraph, "pPr", "pStyle"))
        names = [(value(child(one, "name")) or "").lower() for one in self.chain(used)]
        return names or [(used or "").lower()]  # a file may use the built-in ones undefined

    def level(self, paragraph: etree._Element) -> int:
        """1 to 6 for a heading, 0 for none.

        A heading is what has an outline level, or is based on a style called 'Heading 1' to
        'Heading 9': files name the built-in styles so in every language.
        """
        used = value(child(paragraph, "pPr", "pStyle"))
        outlines = [value(child(paragraph, "pPr", "outlineLvl"))]
        outlines += [value(child(style, "pPr", "outlineLvl")) for style in self.chain(used)]
        names = ["", *self.names(paragraph)]
        for outline, name in zip_longest(outlines, names, fillvalue=None):
            if named := re.fullmatch(r"heading ?([1-9])", name or ""):
                return min(int(named.group(1)), 6)
            if outline is not None:  # these count from 0, and 9 is the body's text
                level = number(outline, 9) + 1
                return min(level, 6) if level < 10 else 0
        return 0

    def is_item(self, paragraph: etree._Element) -> bool:
        """Whether a paragraph is one of a list."""
        own = child(paragraph, "pPr", "numPr")
        if own is not None:
            return value(child(own, "numId")) != "0"
        styles = list(self.chain(value(child(paragraph, "pPr", "pStyle"))))
        if any(child(style, "pPr", "numPr") is not None for style in styles):
            return True
        return any(re.match(r"list ?(?:bullet|number)", name) for name in self.names(paragraph))

    def is_bold(self, run: etree._Element, paragraph: etree._Element) -> bool:
        """Whether a run of letters is bold, by itself or its styles."""
        own = is_on(child(run, "rPr", "b"))
        if own is not None:
            return own
        for used in (child(run, "rPr", "rStyle"), child(paragraph, "pPr", "pStyle")):
            for style in self.chain(value(used)):
                said = is_on(child(style, "rPr", "b"))
                if said is not None:
                    return said
        return False
