"""What stands at the head and foot of a PDF's pages and is no part of its text."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from itertools import takewhile

from indexer.extract.pdf.line import Line
from indexer.extract.pdf.lines import body_size
from indexer.extract.safety import is_advice

_MARGIN = 1 / 6
"""The share of a page's height, at its top and bottom, where furniture may stand."""
_LONGEST = 200
_MOST_NUMBERS = 4
_MOST_LINES = 4
"""At one end of a page."""
_GAP = 2.4
"""In font sizes, between baselines: more than between paragraphs."""
_GAP_OF_SIZES = 1.2
"""The same where the type differs."""
_SAME_SIZE = 0.3
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|p\.|seite|página|pagina)?\W*(?:\{[+-]\d+\}|\d+|[ivxl]+)"
    r"(?:\W*(?:of|/|von|de|sur)?\W*\d+)?\W*",
    re.IGNORECASE,
)
_SAID_OUTRIGHT = re.compile(r"page\s+\d+(?:\s*(?:of|/)\s*\d+)?", re.IGNORECASE)

_Form = tuple[str, int]
"""What a line says, and about where."""


def furniture(lines: Sequence[Line], heights: Sequence[float]) -> Mapping[int, str]:
    """Which lines (by index) are furniture, and the rule that says so.

    What stands apart at the same place of several pages is: word for word, or with a number that
    counts the pages. A single page's 'Page 1 of 1' is too. A dose or a call for help stays once.
    """

    def may_be(line: Line) -> bool:
        return len(line.text) <= _LONGEST and _end(line, heights[line.page]) != ""

    forms = {at: _forms(line) for at, line in enumerate(lines) if may_be(line)}
    pages_of: dict[_Form, set[int]] = defaultdict(set)
    for at, said in forms.items():
        for form in said:
            pages_of[form].add(lines[at].page)
    enough = 2 if len(heights) < 5 else 3
    recurring = {
        at: [form for form in said if len(pages_of[form]) >= enough] for at, said in forms.items()
    }
    candidates = {at for at in forms if recurring[at] or _is_outright(lines[at])}
    apart = {form for at in _apart(lines, heights, candidates) for form in recurring[at]}
    found = {
        at: _rule(recurring[at], _end(lines[at], heights[lines[at].page]))
        for at in sorted(candidates)
        if _is_outright(lines[at]) or apart.intersection(recurring[at])
    }
    # Once, where it parts no paragraph: above the first page's text, or below the last one's.
    feet = {lines[at].text: at for at, rule in found.items() if rule == "running footer"}
    heads = {lines[at].text: at for at in reversed(found) if found[at] == "running header"}
    stay = {at for text, at in [*feet.items(), *heads.items()] if is_advice(text)}
    return {at: rule for at, rule in found.items() if at not in stay}


def _is_outright(line: Line) -> bool:
    return _SAID_OUTRIGHT.fullmatch(line.text) is not None


def _rule(recurring: Sequence[_Form], end: str) -> str:
    if recurring and not any(_PAGE_NUMBER.fullmatch(text) for text, _ in recurring):
        return f"running {end}"
    return "page number"


def _end(line: Line, height: float) -> str:
    if line.y > height * (1 - _MARGIN):
        return "header"
    return "footer" if line.y < height * _MARGIN else ""


def _apart(lines: Sequence[Line], heights: Sequence[float], recurring: Set[int]) -> set[int]:
    """Of the recurring lines those that stand outside their page's text: few, and set apart.

    Else a text that says the same at the same place of two pages would lose it.
    """
    body = body_size(lines)
    pages: dict[int, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        pages[line.page].append(at)
    apart: set[int] = set()
    for of_page in pages.values():
        height = heights[lines[of_page[0]].page]
        downwards = sorted(of_page, key=lambda at: -lines[at].y)
        for end, inwards in (("header", downwards), ("footer", downwards[::-1])):
            placed = [(lines[at], _end(lines[at], height)) for at in inwards]
            fits = [at in recurring and placed[n][1] == end for n, at in enumerate(inwards)]
            count = _outside(placed, sum(1 for _ in takewhile(bool, fits)), end, body)
            apart.update(inwards[:count] if count <= _MOST_LINES else ())
    return apart


def _outside(placed: Sequence[tuple[Line, str]], most: int, end: str, body: float) -> int:
    """How many of a page's lines, from one end inwards, are set apart from the next one."""
    for count in range(min(most, len(placed) - 1), 0, -1):
        (line, _), (inner, where) = placed[count - 1], placed[count]
        # Text above a far foot is no head: that is known by its type, or from other pages.
        known = where in ("", end) or abs(line.size - body) >= _SAME_SIZE
        if known and _is_set_apart(line, inner):
            return count
    return 0


def _is_set_apart(line: Line, inner: Line) -> bool:
    gap = abs(line.y - inner.y) / max(line.size, inner.size)
    return gap > (_GAP if abs(line.size - inner.size) < _SAME_SIZE else _GAP_OF_SIZES)


def _forms(line: Line) -> list[_Form]:
    """The text itself; and with each number in it, told from the page's index; and where it is."""
    text = line.text.casefold()
    forms = [text]
    for number in list(re.finditer(r"\d{1,5}", text))[:_MOST_NUMBERS]:
        offset = int(number.group()) - line.page
        forms.append(f"{text[: number.start()]}{{{offset:+d}}}{text[number.end() :]}")
    if re.fullmatch(r"[ivxl]+", text):
        forms.append("i")  # Roman numbers count pages wherever they stand alone
    return [(form, round(line.y / 4)) for form in forms]
