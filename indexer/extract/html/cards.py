"""Cards, boxes beside each other of a linked heading and little else: teasers of other articles,
or facts of this one that lead to more.

A teaser breaks off, points on, says nothing or stands below all text. In doubt a card is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.extract.form import form, is_cut_off
from indexer.extract.html.dom import Line, Page
from indexer.extract.html.weight import sums, tells, weigh
from indexer.extract.safety import names_dose_or_help

_LONGEST = 600
"""Characters of the longest card, with its heading."""
_MANY = 3
"""Cards that need no more than their form to be teasers: two may be sections of an article."""


@dataclass(frozen=True, slots=True)
class Cards:
    """Two cards or more beside each other.

    Attributes:
        cards: the lines of each.
        linked: whether all of them are links, as where a card is one.
    """

    cards: Sequence[range]
    linked: bool

    @property
    def lines(self) -> list[int]:
        """The lines of all."""
        return [at for card in self.cards for at in card]


def cards(page: Page) -> list[Cards]:
    """The cards of a page, in groups: boxes with one linked heading each, or such headings with
    the links below them."""
    lines, boxes = page.lines, page.boxes
    is_title = [line.kind == "heading" and line.linked > 0.9 for line in lines]
    if sum(is_title) < 2:
        return []
    sizes, titles = sums(page, [len(line.text) for line in lines]), sums(page, is_title)
    groups: dict[int, list[range]] = {}
    for at in (at for at, title in enumerate(is_title) if title):
        box, around = lines[at].box, boxes[lines[at].box].parent
        while box and sizes[around] < _LONGEST and titles[around] == 1:
            box, around = around, boxes[around].parent
        card = range(boxes[box].first, boxes[box].end)
        if box == lines[at].box:
            end = boxes[around].end
            card = range(at, _links_end(page, at + 1, end))
            if card.stop == at + 1 < end and lines[at + 1].kind != "heading":
                continue  # the heading of a section
        groups.setdefault(around, []).append(card)
    return [
        Cards(group, all(lines[at].linked > 0.5 for card in group for at in card))
        for group in groups.values()
        if len(group) > 1
    ]


def _links_end(page: Page, first: int, end: int) -> int:
    """Where the links below a heading end."""
    below = enumerate(page.lines[first:end], first)
    return next((at for at, line in below if line.kind == "heading" or line.linked < 0.5), end)


def drop_teasers(page: Page, groups: Sequence[Cards], rules: list[str]) -> None:
    """Drop cards most of which break off or point on, and many that say nothing. The others' lines
    are from here on no links, though all of a card be one."""
    lines = page.lines
    for group in groups:
        size = len(group.cards)
        telling = sum(any(tells(lines[at]) for at in card) for card in group.cards)
        pointing = sum(any(_points_on(lines[at]) for at in card) for card in group.cards)
        elsewhere = 2 * pointing > size or (size >= _MANY and 2 * telling < size)
        elsewhere = elsewhere and not _is_safety(page, group)
        for at in group.lines:
            if elsewhere:
                rules[at] = rules[at] or "teaser"
            elif telling:
                lines[at].linked = 0.0


def drop_teasers_below(page: Page, groups: Sequence[Cards], rules: list[str]) -> None:
    """Drop cards below all other text of the article, too, but for doses and calls for help, and
    where they are most of the page."""
    lines = page.lines
    sizes = [0 if rule else len(line.text) for line, rule in zip(lines, rules, strict=True)]
    on_cards = {at for group in groups for at in group.lines}
    text = (at for at, size in enumerate(sizes) if size and weigh(lines[at]))
    last = max((at for at in text if at not in on_cards), default=0)
    for group in groups:
        most = 2 * sum(sizes[at] for at in group.lines) > sum(sizes)
        many = group.linked or len(group.cards) >= _MANY
        if many and last <= group.lines[-1] and not (most or _is_safety(page, group)):
            for at in group.lines:
                rules[at] = rules[at] or "teaser"


def _is_safety(page: Page, group: Cards) -> bool:
    """Whether cards tell of doses and calls for help."""
    lines = [page.lines[at] for at in group.lines]
    return any(tells(line) and names_dose_or_help(line.text) for line in lines)


def _points_on(line: Line) -> bool:
    """Whether a line of a card is the start of another article, or points to it."""
    found = form(line.text)
    points = found is not None and found.rule == "teaser link"
    return line.kind != "heading" and (points or is_cut_off(line.text))
