"""Which articles may answer: what is asked of their metadata, as people write it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from indexer.errors import QuestionError

_BOUND = re.compile(r"([<>]=?)\s*(.*)", re.DOTALL)
_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_FIRST_DAY = re.compile(r"(?:-01)+$")
_PAST_ALL = "~"
"""Sorts after whatever may follow in an ISO date: '2024~' is past all of 2024."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a metadata field must hold: one of `values`, or a date in `period`."""

    values: tuple[str, ...] = ()
    period: tuple[str, str] | None = None
    """Two texts between which the dates sort, the second exclusive: ISO dates sort as text."""


def filter_of(key: str, wanted: Iterable[str]) -> Filter:
    """Read what is wanted of a field: values, any of which will do, and bounds of one period.

    A bound is a sign and a date: ``>=2024-01-01``, ``<2025``. A month or a year is meant whole:
    ``>2024`` begins with 2025.

    Raises:
        QuestionError: a bound's date is none.
    """
    values: list[str] = []
    since, before, bounded = "", _PAST_ALL, False
    for one in wanted:
        bound = _BOUND.fullmatch(one.strip())
        if bound is None:
            values.append(one)
            continue
        bounded = True
        sign, day = bound[1], _checked(key, bound[2])
        # A month or year in the metadata counts as its first day, and sorts before it.
        edge = day + _PAST_ALL if sign in (">", "<=") else _FIRST_DAY.sub("", day)
        since, before = (max(since, edge), before) if sign[0] == ">" else (since, min(before, edge))
    return Filter(tuple(values), (since, before) if bounded else None)


def parse_filters(pairs: Sequence[str], separator: str) -> dict[str, list[str]]:
    """Filters as written in an address (``tags:knee``) or on a command line (``tags=knee``).

    Bounds need no separator: ``modified>=2024``.

    Raises:
        QuestionError: one has no separator, key or value, or a bound without a date.
    """
    filters: dict[str, list[str]] = {}
    form = re.compile(rf"([^<>{separator}]+)(?:{separator}|(?=[<>]))(.+)", re.DOTALL)
    for pair in pairs:
        parts = form.fullmatch(pair)
        key, value = (part.strip() for part in parts.groups()) if parts else ("", "")
        if not (key and value):
            raise QuestionError(
                "filter",
                f"Filter '{pair}' is not of the form KEY{separator}VALUE, nor KEY>=DATE.",
            )
        filters.setdefault(key, []).append(value)
    for key, wanted in filters.items():
        filter_of(key, wanted)
    return filters


def _checked(key: str, day: str) -> str:
    if _DATE.fullmatch(day):
        try:
            date.fromisoformat((day + "-01-01")[:10])
            return day
        except ValueError:
            pass
    raise QuestionError(
        "filter",
        f"Filter '{key}': '{day}' is no date. Write a day, a month or a year after >=, >, <= or "
        "<, as 2024-05-31, 2024-05 or 2024.",
    )
