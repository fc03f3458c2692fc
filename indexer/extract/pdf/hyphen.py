"""Words that a line's end broke in two."""

import re
from collections.abc import Iterable, Sequence, Set
from itertools import pairwise

_STANDING = frozenset({"ex", "half", "high", "long", "low", "mid", "non", "self", "short", "well"})
"""First parts that British spelling mostly joins with a hyphen."""
_SHORTEST_REST = 4
_LONGEST_WORD = 60


def vocabulary(lines: Iterable[str]) -> frozenset[str]:
    """The words of a text's lines, hyphened ones whole, but for those that a line's end broke."""
    whole = (line[: line.rfind(" ") + 1] if line.endswith("-") else line for line in lines)
    words = (word for line in whole for word in re.findall(r"\w+(?:-\w+)*", line))
    return frozenset(word.casefold() for word in words)


def join_lines(lines: Sequence[str], known: Set[str]) -> str:
    """Join lines; a hyphen at the end of one goes where only the line's end had put it.

    It stays where a number, a capital or another hyphen says that it belongs there (COVID-19,
    X-ray, over-the-counter). Else the form that occurs elsewhere in the document (`known`)
    decides; else it stays between two equal vowels (anti-inflammatory) and after parts such as
    'non' and 'self'; else it goes.
    """
    parts = [_ended(before, after, known) for before, after in pairwise(lines)]
    return "".join([*parts, *lines[-1:]])


def _ended(before: str, after: str, known: Set[str]) -> str:
    """A line with what stands between it and the next."""
    tail, start = before[-_LONGEST_WORD:], after[:_LONGEST_WORD]
    if not re.search(r"\w-$", tail):
        return f"{before} "
    first = re.search(r"(?:^|[\W\d_])([^\W\d_]+)-$", tail)
    second = re.match(r"[^\W\d_]+(?:-\w+)*", start)
    if not first or not second or not start[0].islower():
        return before
    belongs = first.group(1).isupper() or re.search(r"\w-\w+-$", tail)
    if belongs or _keeps(first.group(1).casefold(), second.group().casefold(), known):
        return before
    return before[:-1]


def _keeps(first: str, second: str, known: Set[str]) -> bool:
    if f"{first}-{second}" in known:
        return True
    if f"{first}{second}" in known:
        return False
    if first[-1] == second[0] and first[-1] in "aeiou":
        return True
    return first in _STANDING and len(second) >= _SHORTEST_REST
