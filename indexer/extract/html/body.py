"""Which lines of a page are its article, and by which rule the others are none.

The approach is that of readability and trafilatura (Barbaresi, ACL 2021): names and link density
tell site furniture, the weight of prose tells where the article is. A rule never takes most of
a page's prose: then the rule is wrong.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set

from indexer.extract.byline import byline
from indexer.extract.form import form, is_cut_off, is_praise
from indexer.extract.html.cards import cards, drop_teasers, drop_teasers_below
from indexer.extract.html.dom import Line, Page
from indexer.extract.html.names import LINKED, VAGUE, named
from indexer.extract.html.place import article_lines
from indexer.extract.html.weight import ends, is_told, sums, tells, weigh
from indexer.extract.html.words import furniture, without_credit
from indexer.extract.safety import is_advice

_SERVICE = [
    re.compile(words, re.IGNORECASE)
    for words in (
        r"[£€$]\s?\d|per cent off|% off|\bfree (?:of charge|trial|delivery)",
        r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|weekday|weekend)",
        r"\b(?:appointment|drop-in|book(?:ing)? (?:now|online|your)|in stock|special offer)",
        r"\b(?:\d ?[ap]\.?m|noon|o.clock)\b",
    )
]
_LONGEST_NOTICE = 300
_QUOTES = '“"‘«„'
_LEAST_KEPT = 0.05
"""Share of a page's prose that has to be left."""
_CONTENTS = re.compile(
    r"(?:table of )?contents|(?:on|in) this|jump to|quick|related|see also|more|topics|links|tags"
    r"|read|you (?:may|might)|browse|explore|find out",
    re.IGNORECASE,
)
_HEADED = frozenset("comments, partners, related articles, testimonials".split(", "))
"""Furniture that stands under a heading of its own."""
_SURE = frozenset(("ornament", "picture with its credit"))
_LISTS = frozenset(("dl", "ol", "ul"))
_LONGEST_LABEL = 40
_LONGEST_TERM, _MOST_TERMS = 4, 12
"""Words of a term, and terms of a list of them."""
_LONGEST_TITLE, _LONGEST_SECTION = 80, 200
"""Characters of the heading of a section of furniture, and lines of the section."""
_LONGEST_NAME = 5
"""Words of the longest name of a partner, or title of another article that is no link."""


def judge(page: Page) -> list[str]:
    """The rule that drops each line; empty for those that are the article's."""
    weights = [weigh(line) for line in page.lines]
    rules: list[str] = []
    # Where the names leave next to nothing they are wrong, the vaguer ones first.
    for unheard in (frozenset(), VAGUE, VAGUE | LINKED)[: 3 if any(weights) else 2]:
        rules = _judge(page, weights, unheard)
        kept = sum(weight for weight, rule in zip(weights, rules, strict=True) if not rule)
        if kept >= _LEAST_KEPT * sum(weights) and not all(rules):
            break
    return rules


def _judge(page: Page, weights: Sequence[float], unheard: Set[str]) -> list[str]:
    """`judge`, in which names of some rules are not heard."""
    boxes, lines = page.boxes, page.lines
    rules = named(page, weights, unheard)
    groups = cards(page)
    drop_teasers(page, groups, rules)
    _notices(page, rules)
    _forms(page, rules)
    included = [at for box in boxes if box.included for at in range(box.first, box.end)]
    if included:
        _outside(rules, included, "outside of what the site includes")
    else:
        kept = [0.0 if rule else weight for rule, weight in zip(rules, weights, strict=True)]
        _outside(rules, article_lines(page, kept, rules), "outside of the article")
    drop_teasers_below(page, groups, rules)
    listed = _in_lists_of_others(page, [line.linked > 0.6 for line in lines])
    terms = _terms(page, rules)
    introduces = False  # whether a list is being read that a sentence of the article introduces
    for at, line in enumerate(lines):
        if line.kind == "heading" or rules[at] or line.linked <= 0.6 or _sentence(line):
            introduces = line.text.endswith(":") and not rules[at]
        elif not (
            listed[at]
            or (line.kind == "item" and introduces)
            or at in terms
            or is_advice(line.text)
        ):
            rules[at] = "links"
    _sections(page, rules)
    _labels(lines, rules)
    _empty_headings(lines, rules)
    return rules


def _notices(page: Page, rules: list[str]) -> None:
    """Boxes with a title of their own: of quotes alone, or small, unlike any other, and about
    visits, hours and prices."""
    titled = [
        box
        for box in page.boxes[1:]
        if box.end - box.first > 1 and _is_title(page.lines[box.first])
    ]
    looks = Counter(box.look for box in titled)
    for box in titled:
        quotes = page.lines[box.first + 1 : box.end][:6]
        named = page.lines[box.first].text[0] not in _QUOTES
        if named and len(quotes) < 6 and all(line.text[0] in _QUOTES for line in quotes):
            for at in range(box.first, box.end):
                rules[at] = rules[at] or "testimonial"
        if box.end - box.first <= 4 and looks[box.look] == 1:
            words = " ".join(line.text for line in page.lines[box.first : box.end])
            if (
                len(words) <= _LONGEST_NOTICE
                and sum(bool(re.search(s, words)) for s in _SERVICE) > 2
            ):
                for at in range(box.first, box.end):
                    rules[at] = rules[at] or "notice of a service"


def _is_title(line: Line) -> bool:
    return line.kind == "heading" or line.bold


def _forms(page: Page, rules: list[str]) -> None:
    """What a line's own words say, but for a few items of a list of other things, and headings
    right above text of their own."""
    said = [
        rule or furniture(line, page.boxes[line.box].look)
        for line, rule in zip(page.lines, rules, strict=True)
    ]
    listed = _in_lists_of_others(page, [bool(rule) for rule in said])
    for line in page.lines:
        if "caption" in page.boxes[line.box].look and is_advice(line.text):
            line.text = without_credit(line.text)
    for at, rule in enumerate(said):
        if rule in _SURE or (rule and not listed[at] and not _heads_text(page, at, said)):
            rules[at] = rules[at] or rule


def _terms(page: Page, rules: Sequence[str]) -> set[int]:
    """Lines of short lists of linked terms that a heading or paragraph of the article stands right
    above, and text below: 'Do not take it with', 'warfarin', 'lithium'."""
    lines = page.lines
    told = [at for at, line in enumerate(lines) if not rules[at] and is_told(line)]
    headings = {line.text.casefold() for line in lines if line.kind == "heading"}
    found: set[int] = set()
    for box in page.boxes:
        if box.tag not in ("ul", "ol") or not 1 < box.end - box.first <= _MOST_TERMS:
            continue
        items = lines[box.first : box.end]
        if not told or not told[0] < box.first < box.end <= told[-1] or rules[box.first - 1]:
            continue
        above = lines[box.first - 1]
        contents = _CONTENTS.match(above.text) or any(
            item.text.casefold() in headings for item in items
        )
        heads = above.kind != "item" and above.linked < 0.5 and not contents
        if heads and form(above.text.rstrip(":.")) is None and all(map(_is_term, items)):
            found.update(range(box.first, box.end))
    return found


def _is_term(line: Line) -> bool:
    short = len(line.text) <= _LONGEST_LABEL and line.text.count(" ") < _LONGEST_TERM
    return line.kind == "item" and short and form(line.text) is None


def _in_lists_of_others(page: Page, marked: Sequence[bool]) -> list[bool]:
    """Which lines are items of a list in which most others are not marked."""
    held = sums(page, marked)
    few = [False] * len(page.boxes)
    for number, box in enumerate(page.boxes):
        is_list = box.tag in _LISTS
        few[number] = 2 * held[number] <= box.end - box.first if is_list else few[box.parent]
    return [line.kind == "item" and few[line.box] for line in page.lines]


def _heads_text(page: Page, at: int, said: Sequence[str]) -> bool:
    """Whether a line is a heading and right below it, in the box around it, stands text that
    stays."""
    line, below = page.lines[at], at + 1
    around = page.boxes[page.boxes[line.box].parent]
    if line.kind != "heading" or line.linked >= 0.5 or below >= around.end or said[below]:
        return False
    return page.lines[below].kind != "heading" and page.lines[below].linked < 0.5


def _sections(page: Page, rules: list[str]) -> None:
    """What stands under 'Our partners' or 'You may also like', unless an article would say it; a
    word alone may well head a part of the article, and needs links below it."""
    for at, line in enumerate(page.lines):
        if rules[at] or line.kind == "item" or len(line.text) > _LONGEST_TITLE:
            continue
        found = form(line.text.rstrip(".… "))
        if found is None or found.rule not in _HEADED or "below" not in found.reach:
            continue
        below = range(at + 1, _section_end(page, at))
        kept = [page.lines[other] for other in below if not rules[other]]
        links = sum(other.linked > 0.5 for other in kept)
        sure = links or " " in line.text or not kept
        if sure and sum(map(_is_text, kept)) <= links:
            for other in (at, *below):
                rules[other] = rules[other] or found.rule


def _is_text(line: Line) -> bool:
    """Whether a line is such as articles have: no link, no name, no patient's word of praise and
    no start of another article."""
    if line.kind == "heading" or line.linked >= 0.5 or is_praise(line.text):
        return False
    long = tells(line) or line.text.count(" ") >= _LONGEST_NAME or line.text[0].islower()
    return long and not is_cut_off(line.text)


def _section_end(page: Page, at: int) -> int:
    """Where what a heading, or a line that stands for one, stands above ends: with the box that it
    opens, or at the next heading that is no lower."""
    line = page.lines[at]
    around = page.boxes[line.box].parent if line.kind == "heading" else line.box
    while page.boxes[around].end == at + 1 and around:
        around = page.boxes[around].parent
    end = page.boxes[around].end
    if page.boxes[around].first == at:
        return min(end, at + 1 + _LONGEST_SECTION)
    level = line.level or 7
    below = range(at + 1, min(end, at + 1 + _LONGEST_SECTION))
    return next((n for n in below if 0 < page.lines[n].level <= level), below.stop)


def _labels(lines: Sequence[Line], rules: list[str]) -> None:
    """Lines above the first paragraph or heading: authors and dates; above the title sections and
    audiences, too. Below it a short line may be a fact: 'Dose', '400 mg'."""
    titled = not any(line.level == 1 and not rule for line, rule in zip(lines, rules, strict=True))
    for at, line in enumerate(lines):
        if rules[at]:
            continue
        if line.kind == "heading" and line.level == 1:
            titled = True
        elif line.kind == "text" and byline(line.text, above=True) is not None:
            rules[at] = "byline"
        elif line.kind == "text" and not (titled or line.bold) and _is_label(line.text):
            rules[at] = "label above the article"
        else:
            return


def _is_label(text: str) -> bool:
    return len(text) <= _LONGEST_LABEL and ":" not in text and not ends(text)


def _outside(rules: list[str], inside: Iterable[int], rule: str) -> None:
    held = set(inside)
    for at in range(len(rules)):
        rules[at] = rules[at] or ("" if at in held else rule)


def _sentence(line: Line) -> bool:
    """Whether a line is a sentence though most of it is a link: a long one, or one that goes on
    around the link to its full stop."""
    around = (1 - line.linked) * len(line.text)
    return (len(line.text) > 60 and line.text[-1] in '.!?…"”') or (
        line.text[-1] == "." and around >= 5
    )


def _empty_headings(lines: Sequence[Line], rules: list[str]) -> None:
    """Headings of which all that stood below was dropped."""
    below, dropped, next_level = False, True, 0  # of what follows: text, what was dropped, heading
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        if line.kind != "heading" or rules[at]:
            below |= not rules[at]
            dropped |= bool(rules[at])
        elif dropped and not below and next_level <= line.level:
            rules[at] = "heading with nothing below"
        else:
            below, dropped, next_level = False, False, line.level
