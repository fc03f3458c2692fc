"""Site furniture that gives itself away by standing on many pages: menus, partners, disclaimers.

What a reader finds under headings such as 'Symptoms' recurs on a templated site, and so do parts
of leaflets that have several versions. Hence a block is dropped only for a good share of the
site's pages, those that differ from each other in the rest of what they say; and never the
heading or the sentence that introduces something which stays.
"""

import math
import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b

import numpy as np

from indexer.extract.extracted import Block, Extracted, stands_in_text
from indexer.extract.safety import names_dose_or_help

FEWEST = 3
"""Pages that a block must stand on: two versions of a leaflet share anything."""
SMALL = 5
"""Pages below which a site shows too little: then only lines on every page, at their edges."""
LOW = 0.2
"""Share of pages that is enough for a short line above or below all that the page says alone. A
site has several kinds of pages: 'Leave a comment' is on those of its blog only."""
HIGH = 0.6
"""Share of pages for prose and lists there: above half, since half may be versions of one text."""
AMID = 0.8
"""Share of pages for what stands amid the article: two of three articles of a cancer institute
say the same of clinical trials, and mean it."""
_WHOLE_LIST = 2 / 3
"""A list goes where most of it recurs: a menu does, symptoms in common with others don't."""
_OWN = 0.1
"""Share of a page's words that no other page has, below which it is a copy of others: copies
say nothing of what is furniture."""
_LONGEST_LINE = 80

# Advice, beside doses and calls for help: kept, however many pages say the same.
_ADVICE = re.compile(r"\b(?:call|ring|see|go|come)\b.*\bif\b|\bif you\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")


@dataclass(frozen=True, slots=True)
class Site:
    """What stands on many pages of a site."""

    pages: int = 0
    telling: int = 0
    """Pages that are no copies of others."""
    standing: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """Mark of a text → on how many pages it stands, and on how many telling ones; rare texts
    are left out."""

    def without_furniture(self, found: Extracted) -> Extracted:
        """A document of this site with the blocks that recur dropped, and with another title
        where its own is that of most pages.

        A document of which nothing would be left is kept as it is.
        """
        gone = _Page(self, found).furniture()
        left = [block for at, block in enumerate(found.blocks) if at not in gone]
        if not any(block.text and not block.dropped and block.kind != "heading" for block in left):
            return found
        blocks = tuple(
            replace(block, dropped=self._rule(block)) if at in gone else block
            for at, block in enumerate(found.blocks)
        )
        return replace(found, title=self._title(found.title, left), blocks=blocks)

    def share(self, mark: int) -> float:
        """Share of the telling pages that a text stands on; 0 for too few."""
        standing = self.standing.get(mark, (0, 0))[1]
        return standing / self.telling if standing >= FEWEST else 0.0

    def _rule(self, block: Block) -> str:
        return f"on {self.standing[_mark(block.text)][0]} of {self.pages} pages"

    def _title(self, title: str, left: Sequence[Block]) -> str:
        """The title; where it is the site's, the highest heading that is the page's own."""
        if self.share(_mark(title, of_title=True)) < (HIGH if self.telling >= SMALL else 1):
            return title
        own = (
            block
            for block in left
            if block.kind == "heading"
            and block.text
            and not block.dropped
            and not self.share(_mark(block.text))
        )
        return min(own, key=lambda block: block.level, default=Block("heading", title)).text


class Recurring:
    """Counts, site by site, on how many pages each text stands; a few bytes a block."""

    def __init__(self) -> None:
        self._sites: dict[str, _Counted] = {}

    def count(self, site: str, found: Extracted) -> None:
        """Count a page of a site."""
        words = {_mark(found.title, of_title=True): 0}
        for block in found.blocks:
            if block.text and not block.dropped:
                count = 0 if block.kind == "heading" else len(block.text.split())
                words[_mark(block.text)] = min(count, 65_535)
        counted = self._sites.setdefault(site, _Counted())
        counted.starts.append(len(counted.marks))
        counted.marks.extend(words.keys())
        counted.words.extend(words.values())

    def sites(self) -> dict[str, Site]:
        """What was found, by the names that the sites were counted under."""
        return {name: _settled(counted) for name, counted in self._sites.items()}


@dataclass(frozen=True, slots=True)
class _Counted:
    """The texts of a site's pages, page after page."""

    marks: "array[int]" = field(default_factory=lambda: array("Q"))
    words: "array[int]" = field(default_factory=lambda: array("H"))
    starts: "array[int]" = field(default_factory=lambda: array("Q"))


def _settled(counted: _Counted) -> Site:
    starts = np.frombuffer(counted.starts, np.uint64).astype(np.int64)
    words = np.frombuffer(counted.words, np.uint16)
    marks, text, standing = np.unique(
        np.frombuffer(counted.marks, np.uint64), return_inverse=True, return_counts=True
    )
    pages = len(starts)
    rare = standing < max(FEWEST, math.ceil(LOW * pages))
    own = np.add.reduceat(np.where(rare[text], words, 0), starts, dtype=np.int64)
    telling = (own > 0) & (own >= _OWN * np.add.reduceat(words, starts, dtype=np.int64))
    lengths = np.diff(np.append(starts, len(words)))
    on_telling = np.bincount(text[np.repeat(telling, lengths)], minlength=len(marks))
    kept = np.flatnonzero(on_telling >= max(FEWEST, math.ceil(LOW * int(telling.sum()))))
    numbers = (marks[kept].tolist(), standing[kept].tolist(), on_telling[kept].tolist())
    table = {mark: (all_, some) for mark, all_, some in zip(*numbers, strict=True)}
    return Site(pages, int(telling.sum()), table)


def _mark(text: str, of_title: bool = False) -> int:
    """The same number for texts that differ in case, white space or numbers only."""
    plain = _NUMBER.sub("0", " ".join(text.casefold().split()))
    key = ("\0" if of_title else "") + plain
    return int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "big")


class _Page:
    """The blocks that make a page's text, against what its site says of them."""

    def __init__(self, site: Site, found: Extracted) -> None:
        self._site = site
        numbered = enumerate(found.blocks)
        self._places = [at for at, one in numbered if stands_in_text(one, found.title)]
        self._blocks = [found.blocks[at] for at in self._places]
        self._shares = [site.share(_mark(block.text)) for block in self._blocks]
        own = [at for at, share in enumerate(self._shares) if not share]
        self._first, self._last = (own[0], own[-1]) if own else (0, len(self._blocks))
        self._listed = self._list_members()

    def furniture(self) -> set[int]:
        """Places, among all blocks, of those that are furniture."""
        gone = [self._recurs(at) for at in range(len(self._blocks))]
        self._keep_lists_whole(gone)
        # From the end, so that what stands below is known.
        for at in reversed(range(len(self._blocks))):
            block = self._blocks[at]
            if block.kind == "heading":
                gone[at] = self._heading_goes(at, gone)
            elif gone[at] and self._introduces(at):
                below = self._blocks[at + 1 : at + 2]
                gone[at] = not below or below[0].kind == "heading" or gone[at + 1]
        return {self._places[at] for at, one in enumerate(gone) if one}

    def _recurs(self, at: int) -> bool:
        block, share = self._blocks[at], self._shares[at]
        above, below = at < self._first, at > self._last
        if not share or block.kind == "heading" or _is_advice(block.text):
            return False
        if self._site.telling < SMALL:
            line = _is_line(block) and (above or (below and not self._listed[at]))
            return line and share == 1
        if not (above or below):
            return share >= AMID
        return share >= (LOW if _is_line(block) and not self._listed[at] else HIGH)

    def _introduces(self, at: int) -> bool:
        """Whether a block may announce what follows: 'Call if you have:', or a line that stands
        for a heading."""
        block, amid = self._blocks[at], self._first < at < self._last
        line = block.kind == "text" and not self._listed[at] and _is_line(block)
        return block.text.endswith(":") or (amid and line)

    def _list_members(self) -> list[bool]:
        """Which blocks are items, or lines that follow a line with a colon: 'Call if you have:'."""
        found: list[bool] = []
        for at, block in enumerate(self._blocks):
            above = self._blocks[at - 1] if at else None
            introduced = above is not None and (
                above.text.endswith(":") or (found[-1] and above.kind == "text")
            )
            found.append(
                block.kind == "item" or (block.kind == "text" and introduced and _is_line(block))
            )
        return found

    def _keep_lists_whole(self, gone: list[bool]) -> None:
        start = 0
        while start < len(gone):
            end = start + 1
            if self._listed[start]:
                while end < len(gone) and self._listed[end]:
                    end += 1
                opening = self._blocks[start - 1].text if start else ""
                helps = opening.endswith(":") and _is_advice(opening)
                goes = not helps and sum(gone[start:end]) >= _WHOLE_LIST * (end - start)
                own = not all(self._shares[start:end])
                gone[start:end] = [goes and not own] * (end - start)
            start = end

    def _heading_goes(self, at: int, gone: list[bool]) -> bool:
        """Whether a heading recurs and all that stands under it goes."""
        level, end = self._blocks[at].level, at + 1
        while end < len(gone) and not (
            self._blocks[end].kind == "heading" and self._blocks[end].level <= level
        ):
            end += 1
        # With nothing under it, it is but a line.
        needed = 1.0 if self._site.telling < SMALL else LOW if end > at + 1 else HIGH
        return self._shares[at] >= needed and all(gone[at + 1 : end])


def _is_advice(text: str) -> bool:
    return names_dose_or_help(text) or bool(_ADVICE.search(text))


def _is_line(block: Block) -> bool:
    """Whether a block is short and no sentence."""
    return len(block.text) <= _LONGEST_LINE and block.text[-1] not in ".!?…;:"
