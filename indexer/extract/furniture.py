"""Which lines of a scraped page are no part of its article, and by which rule.

Pages are taken apart by what their lines are (`form`) and where they stand: above the article,
below it, or within, after which it goes on.
"""

import re
from collections.abc import Sequence
from itertools import accumulate

from indexer.extract.byline import byline
from indexer.extract.form import form, is_cut_off, is_praise, is_quoted, is_signature
from indexer.extract.form_words import Form
from indexer.extract.heading import is_heading_like
from indexer.extract.lines import Line
from indexer.extract.safety import is_advice

SAID_TWICE = "said twice"
"""The rule's name: the line only repeats the one before it."""

_PROSE = 12
_RESUMES = 30
_RESUMES_AT_ONCE = 80
_SHORTEST_SENTENCE = 2
"""In spaces."""
_MOST_PRAISE = 4
"""Paragraphs above a signature."""
# 'Published on 12 May 2024, the guideline advises against bed rest.'
_SAYS_MORE = re.compile(r"\d{4}[:,]?\s+(?!by\b)\w+(?:\s+\w+){3,}|\d{4}\s\w.*\.$")
_SPEAKER = re.compile(
    r"\S+(?: \S+){0,3} (?:says|said|wrote|writes|replied|replies|commented)\b.{0,60}:"
)
"""'Jane says:'"""
_WARNS = re.compile(r"\b(?:warnings?|worry|danger|emergency|red flags?|symptoms?|signs)\b", re.I)
_LINES = ("line", "beside")
_TABLE_OF_CONTENTS = frozenset(
    ("contents", "table of contents", "on this page", "in this article", "jump to", "page contents")
)


def rules(lines: Sequence[Line]) -> list[str]:
    """The rule by which each line is site furniture; empty for the article's own."""
    page = _Page(lines)
    page.mark_doubles()
    page.mark_lone_lines()
    page.mark_menu()
    page.mark_blocks()
    page.mark_edges()
    page.mark_contents()
    page.mark_above()
    return page.rules


class _Page:
    """The lines of one page while they are judged, each step in time linear in their number."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.forms: list[Form | None] = [form(line.text) for line in lines]
        self.sizes = [self._prose_size(at) for at in range(len(lines))]
        self.rules = [""] * len(lines)
        sentences = (at for at, line in enumerate(lines) if self._is_sentence(at, line))
        long = (at for at, size in enumerate(self.sizes) if size >= _PROSE)
        self.start = next(long, next(sentences, len(lines)))
        """Where the article's prose begins."""

    def _is_sentence(self, at: int, line: Line) -> bool:
        return self.forms[at] is None and line.text[-1] in ".!…"

    def _prose_size(self, at: int) -> int:
        """Words of a paragraph of prose; 0 for anything else."""
        text = self.lines[at].text
        if self.forms[at] is not None or is_heading_like(text) or not any(map(text.count, ".!?:")):
            return 0
        words = text.count(" ") + 1
        return words if words >= _PROSE else 0

    def mark_doubles(self) -> None:
        """Of a line that stands twice in a row, the second."""
        for at in range(1, len(self.lines)):
            if self._is_double(at):
                self.rules[at] = SAID_TWICE

    def _is_double(self, at: int) -> bool:
        """Within a paragraph short ones may be the cells of a table."""
        line, before = self.lines[at], self.lines[at - 1]
        above = self.forms[at - 2] if at > 1 else None
        below_menu = line.last and above is not None and above.rule == "navigation"
        return line.text == before.text and (line.first or below_menu or line.text.count(" ") > 2)

    def mark_lone_lines(self) -> None:
        """Furniture wherever it stands, and lines on the author and dates."""
        for at, (line, found) in enumerate(zip(self.lines, self.forms, strict=True)):
            if self.rules[at]:
                continue
            if found is not None and found.reach == "line":
                self.rules[at] = found.rule
            elif found is None and not line.mark and self._is_byline(at):
                self.rules[at] = "byline"

    def _is_byline(self, at: int) -> bool:
        text = self.lines[at].text
        return byline(text, above=at < self.start) is not None and not _SAYS_MORE.search(text)

    def mark_menu(self) -> None:
        """Above the article's title, all from 'Home' to the last of a menu's usual words."""
        words = [at for at in range(self.start) if self.forms[at] == _MENU_WORD]
        if len(words) < 2 or self.lines[words[0]].text.casefold() != "home":
            return
        menu = range(words[0], words[-1] + 1)
        below = [at for at in range(menu.stop, self.start) if self.forms[at] is None]
        texts = [self.lines[at].text for at in menu]
        if below and all(is_heading_like(text) and not is_advice(text) for text in texts):
            for at in menu:
                self.rules[at] = self.rules[at] or _MENU_WORD.rule

    def mark_blocks(self) -> None:
        """What stands below 'Our partners', 'Recent posts', till the article goes on."""
        prose = [0, *accumulate(self.sizes)]
        nowhere = personal = False
        at = self.start
        while at < len(self.lines):
            found = self.forms[at]
            personal = personal or (self.sizes[at] > 0 and is_praise(self.lines[at].text))
            if found is None or not self._opens(at) or self._is_heading(at, personal):
                at += 1
                continue
            # Where most of the page is still to come, this is no end of the article.
            early = prose[-1] - prose[at] > 2 * prose[at]
            end = len(self.lines) if early and nowhere else self._resumes(at, early, personal)
            if end == len(self.lines) and early and found.reach == "maybe below":
                nowhere = True
                at += 1
                continue
            self._drop(at, end, all_of_it=not early and self._are_comments(at))
            at = end

    def _opens(self, at: int) -> bool:
        """Whether a line may head a block of furniture."""
        found = self.forms[at]
        if found is None or found.reach in _LINES:
            return False
        beside = (self.forms[one] for one in (at - 1, at + 1) if 0 <= one < len(self.lines))
        return found.reach != "paired" or any(one and one.rule == found.rule for one in beside)

    def _is_heading(self, at: int, personal: bool) -> bool:
        """Whether a line that may head furniture is a heading of the article: prose follows."""
        found = self.forms[at]
        if found is None or found.reach != "maybe below" or at + 1 == len(self.lines):
            return False
        if found.rule in ("testimonials", "reviews"):
            # Of reviews an article may tell, and say 'I'.
            personal = personal or found.rule == "reviews"
            return self._goes_on(at + 1) and not self._is_praise(at + 1, personal)
        one_word = " " not in self.lines[at].text
        said = self._is_statement(at + 1) or is_advice(self.lines[at + 1].text)
        return self._goes_on(at + 1) or (one_word and said)

    def _is_praise(self, at: int, personal: bool) -> bool:
        """Whether a paragraph is a testimonial; in a story told by an 'I', what is quoted or
        signed."""
        text = self.lines[at].text
        return is_praise(text) and (not personal or is_quoted(text) or self._is_signed(at))

    def _is_signed(self, at: int) -> bool:
        following = (line.text for line in self.lines[at + 1 : at + 1 + _MOST_PRAISE])
        return is_signature(next((text for text in following if text[-1] not in "!?…”"), ""))

    def _goes_on(self, at: int) -> bool:
        """Whether a line is a paragraph such as articles have, and teasers don't."""
        text = self.lines[at].text
        return self.sizes[at] > 0 and text[-1] in ".!?:”\"')" and not is_cut_off(text)

    def _resumes(self, opening: int, early: bool, personal: bool) -> int:
        """Where, below `opening`, the article evidently goes on; the page's end if nowhere.

        Args:
            opening: the line that heads the furniture.
            early: whether most of the page is below, so that a little is evidence enough.
            personal: whether the article, too, speaks of 'I' and 'we'.
        """
        run = words = 0
        head = start = opening + 1
        found = self.forms[opening]
        if not early and self._are_comments(opening):
            return len(self.lines)
        links = found is not None and found.rule == "links"
        for at in range(start, len(self.lines)):
            if self._ends_list(at, opening):
                if self._is_headed_list(at - 1, opening):
                    return at - 1
                # A line alone may be the last of the links, or the heading.
                alone = links and not self._is_listed(start)
                return at if alone else self._with_heading(at, start)
            if self.lines[at].mark and run:
                words += self.lines[at].text.count(" ") + 1
            elif self._goes_on(at) and not self._is_praise(at, personal):
                if not run:
                    head = at
                run, words = run + 1, words + self.sizes[at]
            else:
                run = words = 0
            teaser = head - 2 >= start and self._is_double(head - 1)
            enough = (
                (run > 1 and words >= _RESUMES) or words >= _RESUMES_AT_ONCE or (early and run > 0)
            )
            if enough and (not teaser or run > 3):
                return self._with_heading(head, start)
        return len(self.lines)

    def _ends_list(self, at: int, opening: int) -> bool:
        """Whether a paragraph is below a list of links and none of them: lists have no sentences.

        Headlines that each stand alone may have teasers below them, but of one paragraph.
        """
        found, line = self.forms[opening], self.lines[at]
        if self._is_headed_list(at - 1, opening):
            return True
        if found is None or not line.first or line.mark or is_cut_off(line.text):
            return False
        if found.rule == "previous and next" and self.forms[opening + 1] != found:  # a lone 'Next'
            return is_advice(line.text) or self._goes_on(at)
        if found.rule == "links":
            return self._is_statement(at) or is_advice(line.text)
        if found.rule != "related articles" or is_praise(line.text):
            return False
        if self._is_listed(opening + 1):
            return is_advice(line.text) or self._goes_on(at)
        return self._is_statement(at) and self._is_statement(at + 1)

    def _is_headed_list(self, at: int, opening: int) -> bool:
        """Whether below links a heading of the article stands above bullets: 'Warning signs'."""
        found = self.forms[opening]
        if found is None or found.rule not in ("links", "related articles") or at < opening + 2:
            return False
        head, item = self.lines[at], self.lines[at + 1]
        heads = head.alone and not head.mark and self.forms[at] is None
        told = item.text[0].islower() or item.text[-1] == "." or _WARNS.search(head.text)
        return bool(heads and is_heading_like(head.text) and item.mark and item.first and told)

    def _are_comments(self, opening: int) -> bool:
        """Whether readers speak below: what they say of doses is no advice."""
        found = self.forms[opening]
        following = self.lines[opening + 1 : opening + 3]
        return (
            found is not None
            and found.rule == "comments"
            and any(_SPEAKER.fullmatch(line.text) for line in following)
        )

    def _is_statement(self, at: int) -> bool:
        """Whether a paragraph is a whole sentence, be it short."""
        if at >= len(self.lines):
            return False
        line = self.lines[at]
        told = line.alone and self.forms[at] is None and line.text[-1] == "."
        return told and line.text.count(" ") >= _SHORTEST_SENTENCE

    def _is_listed(self, at: int) -> bool:
        return bool(self.lines[at].mark) or not self.lines[at].alone

    def _with_heading(self, head: int, start: int) -> int:
        above = self.lines[head - 1]
        is_heading = above.level or (above.first and is_heading_like(above.text))
        free = self.forms[head - 1] is None and not self.rules[head - 1]
        return head - 1 if head > start and is_heading and free else head

    def _drop(self, start: int, end: int, all_of_it: bool) -> None:
        rule = ""
        stays = introduced = False
        for at in range(start, end):
            line, found = self.lines[at], self.forms[at]
            # Below advice stay the list that it introduces, and the sentences that follow.
            listed = introduced and (bool(line.mark) or not line.first)
            goes_on = stays and (listed or self._is_sentence(at, line))
            stays = found is None and not all_of_it and (goes_on or is_advice(line.text))
            introduced = stays and (introduced or line.text.endswith(":"))
            if stays:
                continue
            if found is not None and found.reach not in _LINES:
                rule = found.rule
            elif rule == "partners" and self.sizes[at] and is_praise(line.text):
                rule = "testimonials"
            self.rules[at] = self.rules[at] or (found.rule if found else rule)

    def mark_edges(self) -> None:
        """Words of menus and forms, and telephone numbers, next to other furniture."""
        prose = (at for at in range(len(self.lines) - 1, -1, -1) if self.sizes[at])
        last = next((at for at in prose if not self.rules[at]), len(self.lines))
        at = 0
        while at < len(self.lines):
            end = at
            while end < len(self.lines) and (self.rules[end] or self._is_beside(end)):
                end += 1
            run = [one for one in range(at, end) if self._is_beside(one) and not self.rules[one]]
            # The last word of a few, with prose below, is a heading: 'Treatments'.
            told = end < len(self.lines) and self._is_sentence(end, self.lines[end])
            heading = told and len(run) < 3
            if run and run[-1] == end - 1 and heading:
                run.pop()
            enough = 2 if at < self.start else 3
            number = len(run) == 1 and self.forms[run[0]] == _CONTACT  # whom to call, perhaps
            if len(run) >= enough or len(run) < end - at or (at > last and not number):
                for one in run:
                    found = self.forms[one]
                    self.rules[one] = found.rule if found else ""
            at = max(end, at + 1)

    def _is_beside(self, at: int) -> bool:
        found = self.forms[at]
        return found is not None and found.reach == "beside"

    def mark_contents(self) -> None:
        """A table of contents: lines that come again as headings."""
        counts: dict[str, int] = {}
        for line in self.lines:
            counts[line.text] = counts.get(line.text, 0) + 1
        at = 0
        while at < len(self.lines):
            if self.lines[at].text.strip(" :").casefold() in _TABLE_OF_CONTENTS:
                end = at + 1
                while end < len(self.lines) and counts[self.lines[end].text] > 1:
                    counts[self.lines[end].text] -= 1
                    end += 1
                if end > at + 2:
                    self.rules[at:end] = ["table of contents"] * (end - at)
                at = end
            else:
                at += 1

    def mark_above(self) -> None:
        """The rest of a menu above the article, and of the lines above that."""
        if self.start == len(self.lines):
            return
        ends = [at for at in range(self.start) if self.rules[at] in _ENDS_HEADER]
        own = [at for at in range(ends[-1] + 1, self.start) if not self.rules[at]] if ends else []
        if own:  # the title is below the menu
            for at in range(ends[-1]):
                text = self.lines[at].text
                if not self.rules[at] and is_heading_like(text) and not is_advice(text):
                    self.rules[at] = "above the article"


_MENU_WORD = Form("navigation", "beside")
_CONTACT = Form("contact details", "beside")
_ENDS_HEADER = frozenset(("navigation", "breadcrumbs", "cookie note"))
