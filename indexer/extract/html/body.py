"""Which lines of a page are its article, and by which rule the others are none.

The approach is that of readability and trafilatura (Barbaresi, ACL 2021): names and link density
tell site furniture, the weight of prose tells where the article is. A rule never takes most of
a page's prose: then the rule is wrong.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set

from indexer.extract.byline import byline
from indexer.extract.form import form
from indexer.extract.html.dom import Line, Page
from indexer.extract.html.steering import EXCLUDED

_ENDS = re.compile(r"[.!?…:。！？][\"'”’»)\]]*$")
_FORM = re.compile(
    r"https?://\S+|source: .{0,40}|caption|close|comments?|don.t miss|image copyright .*"
    r"|story continues below.*"
    r"|article continues .*|this slideshow requires javascript\.?|recommended"
    r"|\W*(?:(?:titel|beitrags)?bild|photo|foto|image|picture|cr[ée]dit)s?"
    r"(?: credit| by| photos?)? ?: .{0,60}",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"\b(?:photo(?:graph)?|picture|image|illustration|credit)s?(?: credits?| by)?\s*[:/]"
    r"|\b(?:photo\w*|picture\w*|image|illustrat\w+|drawn|taken)\b(?: \w+){0,3} by\b"
    r"|courtesy of|©|getty|shutterstock|istock|\(AP\b|reuters",
    re.IGNORECASE,
)
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
# An article says 'Follow these steps' and 'Watch for a fever', too.
_CALL = re.compile(
    r"(?:follow|subscribe|sign up|get|listen|watch|download|join|have a (?:news )?tip|contact)\b"
    r".{0,80}\b(?:twitter|facebook|instagram|youtube|linkedin|tiktok|whatsapp|newsletters?"
    r"|in(?:to)? your inbox|podcast|our (?:app|channel)|mailing list|alerts)\b",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"(?:read (?:also|more|next)|also read|see also|related|more)\b", re.IGNORECASE
)
# What says more than who and when: 'Reviewed 12 May 2024: do not take it under 16'.
_GOES_ON = re.compile(r"\d{4}:?\s+(?!by\b)\w+(?:\s+\w+){3,}|\byour\b", re.IGNORECASE)
_LEAST_KEPT = 0.05
"""Share of a page's prose that has to be left."""
_LINKED = frozenset(("navigation", "teaser"))
"""Names that count where there are links: a lead is named teaser, too."""
_MOST_PROSE = 0.5
"""Share of a page's prose that no name may take."""
_ASIDES = frozenset("aside, byline, form, gallery, header".split(", "))
_VAGUE = _ASIDES | frozenset(
    "advertisement, footer, kicker, newsletter or login, pop-up, sidebar, testimonial".split(", ")
)
_LONGEST_ASIDE = 400
"""Characters of prose that a name may take that is also given to parts of articles: 'info',
'header', 'aside' (a box of key facts)."""
_ARTICLE = 0.6
"""Share of the prose by which a box inside another is taken for the article."""
_ALL_PROSE = 0.8
"""Share of a box that must read as text, if it is taken for the article for its neighbour."""
_LEAST_SECTION = 300
"""Characters of text in such a box that does not look like its neighbour."""
_HOLDS_ARTICLE = frozenset(("article", "body", "center", "div", "form", "main", "section", "td"))
_SECTIONS = frozenset(("article", "div", "section"))
_LONGEST_LABEL = 40
_MUCH_MORE = 0.6
"""Share of the text found, up to which text without a link around it is the article's, too."""
_FEW = 3
"""Lines below which a box is a part of an article rather than one."""
_LEAD = 8
"""Lines above the article in which its heading and lead are looked for."""
_LEAST_LEAD = 100
_TEASER = 600
"""Characters of the longest teaser, with its heading."""


def judge(page: Page) -> list[str]:
    """The rule that drops each line; empty for those that are the article's."""
    weights = [_weight(line) for line in page.lines]
    rules: list[str] = []
    # Where the names leave next to nothing they are wrong, the vaguer ones first.
    for unheard in (frozenset(), _VAGUE, _VAGUE | _LINKED):
        rules = _judge(page, weights, unheard)
        kept = sum(weight for weight, rule in zip(weights, rules, strict=True) if not rule)
        if kept >= _LEAST_KEPT * sum(weights):
            break
    return rules


def _judge(page: Page, weights: Sequence[float], unheard: Set[str]) -> list[str]:
    """`judge`, in which names of some rules are not heard."""
    boxes, lines = page.boxes, page.lines
    rules = _named(page, weights, unheard)
    _teasers(page, rules)
    _notices(page, rules)
    _forms(page, rules)
    included = [at for box in boxes if box.included for at in range(box.first, box.end)]
    if included:
        _outside(rules, included, "outside of what the site includes")
    else:
        kept = [0.0 if rule else weight for rule, weight in zip(rules, weights, strict=True)]
        _outside(rules, _article(page, kept, rules), "outside of the article")
    introduces = False  # whether a list is being read that a sentence of the article introduces
    for at, line in enumerate(lines):
        if line.kind == "heading" or rules[at] or line.linked <= 0.6 or _sentence(line):
            introduces = line.text.endswith(":") and not rules[at]
        elif not (line.kind == "item" and introduces):
            rules[at] = "links"
    _labels(lines, rules)
    _empty_headings(lines, rules)
    return rules


def _weight(line: Line) -> float:
    """How much a line speaks for an article: its characters, if it is prose."""
    length, free = len(line.text), 1 - line.linked
    if line.kind == "heading" or free < 0.5 or (length < 40 and line.kind == "text"):
        return 0
    prose = line.kind == "text" and length >= 60 and _ENDS.search(line.text)
    return length * free * (1 if prose else 0.3)


def _sums(page: Page, values: Sequence[float]) -> list[float]:
    """The sum of the lines' values in each box, its inner boxes' included."""
    sums = [0.0] * len(page.boxes)
    for line, value in zip(page.lines, values, strict=True):
        sums[line.box] += value
    for number in range(len(sums) - 1, 0, -1):
        sums[page.boxes[number].parent] += sums[number]
    return sums


def _named(page: Page, weights: Sequence[float], unheard: Set[str]) -> list[str]:
    """What the boxes' names say of the lines in them."""
    prose = _sums(page, weights)
    sizes = _sums(page, [len(line.text) for line in page.lines])
    links = _sums(page, [len(line.text) * line.linked for line in page.lines])
    wrong = unheard | _wrong_hints(page, prose)
    said = [""] * len(page.boxes)
    in_article = [False] * len(page.boxes)
    for number, box in enumerate(page.boxes):
        in_article[number] = in_article[box.parent] or box.tag in ("article", "main")
        said[number] = "" if box.included or not number else said[box.parent]
        if said[number] or not box.hint or box.included:
            continue
        most = _LONGEST_ASIDE if box.hint in _ASIDES else _MOST_PROSE * prose[0]
        trusted = prose[number] <= min(most, _MOST_PROSE * prose[0])
        if box.hint in _LINKED:
            trusted &= links[number] >= 0.1 * sizes[number] or box.tag in ("nav", "menu")
        elif box.hint == "unseen":
            trusted &= not (box.first and _asks(page.lines[box.first - 1]))
        elif box.hint == "header":
            titled = any(line.level == 1 for line in page.lines[box.first : box.end][:4])
            trusted &= not (in_article[number] or (titled and links[number] < 0.2 * sizes[number]))
        elif box.hint == "aside":
            trusted &= not in_article[number] or links[number] >= 0.05 * sizes[number]
        if box.hint == EXCLUDED or (trusted and box.hint not in wrong):
            said[number] = box.hint
    return [said[line.box] for line in page.lines]


def _asks(line: Line) -> bool:
    """Whether a line is a question whose answer unfolds below it."""
    return line.text.endswith("?") and (line.kind == "heading" or line.bold)


def _wrong_hints(page: Page, prose: Sequence[float]) -> set[str]:
    """Names given to boxes that together hold most of the prose: there they mean nothing."""
    held: Counter[str] = Counter()
    within = [""] * len(page.boxes)
    for number, box in enumerate(page.boxes):
        within[number] = within[box.parent] if number else ""
        if box.hint in _VAGUE and not within[number]:
            within[number] = box.hint
            held[box.hint] += int(prose[number]) if prose[number] <= _MOST_PROSE * prose[0] else 0
    return {one for one, weight in held.items() if weight > _MOST_PROSE * prose[0]}


def _teasers(page: Page, rules: list[str]) -> None:
    """Three or more boxes side by side, each a linked heading and little else."""
    sizes = _sums(page, [len(line.text) for line in page.lines])
    is_linked = [line.kind == "heading" and line.linked > 0.9 for line in page.lines]
    linked_headings = _sums(page, is_linked)
    found: dict[int, int] = {}
    for line, linked in zip(page.lines, is_linked, strict=True):
        if linked:
            box, around = line.box, page.boxes[line.box].parent
            while box and sizes[around] < _TEASER and linked_headings[around] == 1:
                box, around = around, page.boxes[around].parent
            found[box] = around
    beside = Counter(found.values())
    for number, parent in found.items():
        if beside[parent] >= 3:
            for at in range(page.boxes[number].first, page.boxes[number].end):
                rules[at] = rules[at] or "teaser"


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
    """What a line's own words say."""
    for at, line in enumerate(page.lines):
        box = page.boxes[line.box]
        if rules[at]:
            continue
        if not any(character.isalnum() for character in line.text):
            rules[at] = "ornament"
        elif found := _form(line):
            rules[at] = found
        elif byline(line.text, above=False) is not None and not _GOES_ON.search(line.text):
            rules[at] = "byline"
        elif "caption" in box.look and _CREDIT.search(line.text):
            rules[at] = "picture with its credit"


def _labels(lines: Sequence[Line], rules: list[str]) -> None:
    """Short lines above the first paragraph or heading: sections, audiences, authors, dates."""
    for at, line in enumerate(lines):
        if rules[at] or (line.kind == "heading" and line.level == 1):
            continue
        if line.kind == "text" and byline(line.text, above=True) is not None:
            rules[at] = "byline"
        elif line.kind == "text" and _is_label(line.text):
            rules[at] = "label above the article"
        else:
            return


def _is_label(text: str) -> bool:
    return len(text) <= _LONGEST_LABEL and ":" not in text and not _ENDS.search(text)


def _form(line: Line) -> str:
    if (found := form(line.text)) and (found.reach == "line" or line.linked > 0.5):
        return found.rule
    if _FORM.fullmatch(line.text):
        return "form"
    return "call to follow or subscribe" if _is_call(line) else ""


def _is_call(line: Line) -> bool:
    """Whether a line asks to follow, subscribe or read on elsewhere."""
    if line.kind != "text":
        return False
    points = line.linked > 0.5 and line.text[-1] != "." and _POINTER.match(line.text)
    return bool(points or (len(line.text) < 200 and _CALL.match(line.text)))


def _article(page: Page, kept: Sequence[float], rules: Sequence[str]) -> list[int]:
    """The lines of the article: the innermost box that holds most of the prose, and those beside.

    A page built of sections may have one that is longer than all others: neighbours that look
    like it, or hold prose and little else, are the article too, and whatever stands in between.
    """
    boxes, prose = page.boxes, _sums(page, kept)
    sizes = _sums(page, [len(line.text) for line in page.lines])
    texts = _sums(page, [len(line.text) if reads else 0 for line, reads in _reading(page, kept)])
    lengths = [0 if rule else len(line.text) for line, rule in zip(page.lines, rules, strict=True)]
    left = _sums(page, lengths)
    plain = _sums(
        page, [n * (line.linked < 0.2) for n, line in zip(lengths, page.lines, strict=True)]
    )
    inside: list[list[int]] = [[] for _ in boxes]
    for number in range(1, len(boxes)):
        inside[boxes[number].parent].append(number)
    found = 0
    while heaviest := max(inside[found], key=prose.__getitem__, default=0):
        if prose[heaviest] < _ARTICLE * prose[0]:
            break
        found = heaviest
    lines = _sums(page, [not rule for rule in rules])
    while found and (boxes[found].tag not in _HOLDS_ARTICLE or lines[found] < _FEW):
        found = boxes[found].parent
    found = _whole(page, found, left, plain)
    article, path = [boxes[found]], found
    while path:
        for beside in inside[boxes[path].parent]:
            if beside == path or boxes[beside].tag not in _SECTIONS:
                continue
            looks_alike = boxes[beside].look == boxes[path].look
            alike = looks_alike and plain[beside] >= _ALL_PROSE * left[beside] > 0
            if alike or texts[beside] >= max(_LEAST_SECTION, _ALL_PROSE * sizes[beside]):
                article.append(boxes[beside])
        path = boxes[path].parent
    first, end = min(box.first for box in article), max(box.end for box in article)
    return [*_lead(page, kept, first), *range(first, end)]


def _whole(page: Page, found: int, left: Sequence[float], plain: Sequence[float]) -> int:
    """The page's main element, if what it has beyond a box in it is text without a link."""
    around = whole = found
    while around:
        around = page.boxes[around].parent
        links = left[around] - plain[around] > left[found] - plain[found]
        if links or left[around] > (1 + _MUCH_MORE) * left[found]:
            break
        if page.boxes[around].tag in ("article", "main"):
            whole = around
    return whole


def _lead(page: Page, kept: Sequence[float], first: int) -> Iterator[int]:
    """The headings and the lead of an article that has them in boxes of their own."""
    lines = page.lines
    above = range(max(0, first - _LEAD), first)
    title = max((at for at in above if lines[at].kind == "heading"), default=first)
    title = max((at for at in above if lines[at].level == 1), default=title)
    subject = _words(lines[title].text) if title < len(lines) else frozenset()
    for at in range(title, first):
        line = lines[at]
        captioned = "caption" in page.boxes[line.box].look
        telling = kept[at] >= _LEAST_LEAD or (kept[at] > 0 and subject & _words(line.text))
        if line.kind == "heading" or (telling and not captioned):
            yield at


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip(".,:;?!()").casefold() for word in text.split() if len(word) > 3)


def _reading(page: Page, kept: Sequence[float]) -> Iterator[tuple[Line, bool]]:
    """Lines, and whether each reads as an article's text or heading."""
    for line, weight in zip(page.lines, kept, strict=True):
        yield line, weight > 0 or (line.kind == "heading" and line.linked < 0.5)


def _outside(rules: list[str], inside: Iterable[int], rule: str) -> None:
    held = set(inside)
    for at in range(len(rules)):
        rules[at] = rules[at] or ("" if at in held else rule)


def _sentence(line: Line) -> bool:
    return len(line.text) > 60 and line.text[-1] in '.!?…"”'


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
