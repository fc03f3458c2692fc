"""What the names of a page's boxes (tags, roles, classes: `hints`) say of the lines in them, and
where they are not to be believed."""

import re
from collections import Counter
from collections.abc import Sequence, Set

from indexer.extract.html.dom import Line, Page
from indexer.extract.html.steering import EXCLUDED
from indexer.extract.html.weight import is_told, long_words, sums, tells
from indexer.extract.safety import is_advice

LINKED = frozenset(
    "date or tags, gallery, navigation, related articles, share links, teaser".split(", ")
)
"""Names of links, which mean nothing where sentences stand and few links."""
_LEADS = frozenset(("navigation", "teaser"))
"""Those that are given to leads and headings, too, which are no sentences."""
_LINKS = 0.1
"""Share of links in a box of such a name."""
_BESIDE = frozenset(("aside", "footer", "sidebar"))
"""Names of boxes beside the article, which within it are boxes of facts if no line is a link."""
_YIELDING = frozenset(("aside", "gallery", "sidebar"))
"""Names of boxes in which doses and calls for help stay."""
_TURNS = re.compile(
    r"(?:(?:previous|prev|next|back)(?: (?:slide|step))?[ ‹›«»<>|]*)+", re.IGNORECASE
)
"""Links that turn to the next slide, and lead nowhere."""
_MOST_PROSE = 0.5
"""Share of a page's prose that no name may take."""
_LONG, _MOST_OF_SHORT = frozenset(("comments", "cookie note")), 0.9
"""Names of what may be longer than a short article, and the share that they may take."""
_ASIDES = frozenset("aside, byline, form, gallery, header".split(", "))
VAGUE = _ASIDES | frozenset(
    "advertisement, footer, kicker, newsletter or login, pop-up, sidebar, testimonial".split(", ")
)
_LONGEST_ASIDE = 400
"""Characters of prose that a name may take that is also given to parts of articles: 'info',
'header', 'aside' (a box of key facts)."""
_FEW = 4
"""Lines of a page's head in which its title is looked for."""


def named(page: Page, weights: Sequence[float], unheard: Set[str]) -> list[str]:
    """What the boxes' names say of each line; names in `unheard` say nothing."""
    prose = sums(page, weights)
    wrong = unheard | _wrong_hints(page, prose)
    advises = _advises(page)
    borne_out = _borne_out(page)
    said = [""] * len(page.boxes)
    for number, box in enumerate(page.boxes):
        said[number] = "" if box.included or not number else said[box.parent]
        if advises[number] and (said[number] or box.hint) in _YIELDING:
            said[number] = ""
            continue
        if said[number] or not box.hint or box.included:
            continue
        most = (_MOST_OF_SHORT if box.hint in _LONG else _MOST_PROSE) * prose[0]
        most = min(most, _LONGEST_ASIDE) if box.hint in _ASIDES else most
        trusted = prose[number] <= most and box.hint not in wrong
        if box.hint == EXCLUDED or (trusted and borne_out[number]):
            said[number] = box.hint
    return [said[line.box] for line in page.lines]


def _advises(page: Page) -> list[bool]:
    """Which boxes whose names would yield to it say a dose or to get help, and little else, with no
    link."""
    yielding = [False] * len(page.boxes)
    for number, box in enumerate(page.boxes):
        yielding[number] = box.hint in _YIELDING or (number > 0 and yielding[box.parent])
    sizes = sums(page, [len(line.text) for line in page.lines])
    linked = sums(page, [line.linked > 0 for line in page.lines])
    advice = sums(
        page,
        [
            len(line.text) * (yielding[line.box] and not line.linked and is_advice(line.text))
            for line in page.lines
        ],
    )
    return [
        0 < size <= 3 * said and not links
        for size, said, links in zip(sizes, advice, linked, strict=True)
    ]


def _borne_out(page: Page) -> list[bool]:
    """Whether what stands in each box is such as its name says."""
    lines = page.lines
    title = long_words(next((line.text for line in lines if line.level == 1), ""))
    leads = [line.linked * (not _TURNS.fullmatch(line.text)) for line in lines]
    links = sums(page, [linked > 0.9 for linked in leads])
    linked = sums(page, [len(line.text) * lead for line, lead in zip(lines, leads, strict=True)])
    sizes = sums(page, [len(line.text) for line in lines])
    told = sums(page, [is_told(line) for line in lines])
    in_article = [False] * len(page.boxes)
    found = [True] * len(page.boxes)
    for number, box in enumerate(page.boxes):
        in_article[number] = in_article[box.parent] or box.tag in ("article", "main")
        if box.hint in LINKED:
            are_links = linked[number] >= _LINKS * sizes[number] or box.tag in ("nav", "menu")
            no_text = links[number] or not told[number]
            found[number] = bool(are_links or (no_text and box.hint not in _LEADS))
        elif box.hint == "kicker":
            lead = lines[box.first : min(box.end, box.first + _FEW)]
            found[number] = not any(tells(one) and title & long_words(one.text) for one in lead)
        elif box.hint == "unseen":
            found[number] = not (box.first and _asks(lines[box.first - 1]))
        elif box.hint == "header":
            top = lines[box.first : min(box.end, box.first + _FEW)]
            titled = any(line.level == 1 for line in top)
            sparse = linked[number] < 0.2 * sizes[number]
            found[number] = not (in_article[number] or (titled and sparse))
        elif box.hint in _BESIDE and in_article[number]:
            found[number] = bool(links[number] or not (box.hint == "aside" or told[number]))
    return found


def _asks(line: Line) -> bool:
    """Whether a line is a question whose answer unfolds below it."""
    return line.text.endswith("?")


def _wrong_hints(page: Page, prose: Sequence[float]) -> set[str]:
    """Names given to boxes that together hold most of the prose: there they mean nothing."""
    held: Counter[str] = Counter()
    within = [""] * len(page.boxes)
    for number, box in enumerate(page.boxes):
        within[number] = within[box.parent] if number else ""
        if box.hint in VAGUE and not within[number]:
            within[number] = box.hint
            held[box.hint] += int(prose[number]) if prose[number] <= _MOST_PROSE * prose[0] else 0
    return {one for one, weight in held.items() if weight > _MOST_PROSE * prose[0]}
