"""Lines that say who wrote an article, and when: 'Posted on 12 June 2023 by Dr A. Sole'."""

import datetime
import re
from collections.abc import Mapping

_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if name[3:] else name for name in _MONTHS)
_DATE = re.compile(
    rf"(?P<iso>\d{{4}}-\d\d-\d\d)\b|(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{_MONTH})\.?,? "
    rf"(?P<year>\d{{4}})\b|(?P<month2>{_MONTH})\.? (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,? "
    r"(?P<year2>\d{4})\b|\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d\d)\b",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"(?:page |article |content )?(?:last |first |next )?(?:medically |clinically )?"
    r"(?:(?P<modified>updated|reviewed|modified|checked|edited|review due|revised)"
    r"|posted|published|written|created|added|printed|date)\b(?: on| by|:)*",
    re.IGNORECASE,
)
_BY = re.compile(r"(?:written |posted |reviewed |published )?by:?\s+(?P<name>.+)", re.IGNORECASE)
_NAME = re.compile(
    r"(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Miss|Sir|Dame)\.? )?"
    r"(?:[^\W\d_a-z][\w'’.-]*|de|van|von|der|la|le|bin|al)"
    r"(?: (?:[^\W\d_a-z][\w'’.-]*|de|van|von|der|la|le|bin|al)){0,4}"
)
_ROLE = re.compile(r"[,|·–—(-].*")
_READING_TIME = re.compile(
    r"(?:reading time:? ?)?(?:about )?\d{1,3}[ -]?(?:min(?:ute)?s?)(?: read)?|reading time.{0,20}",
    re.IGNORECASE,
)
# 'Updated boosters are given from 1 October 2024' tells of more than a date.
_TOLD = re.compile(r"\b(?!(?:on|at|by|and|of|am|pm|date|time|online|first)\b)[a-z]+\b")
_MORE_OF_IT = re.compile(r"(?:next|and|at|by|to be|this page|review)\b", re.IGNORECASE)
_FIGURE = re.compile(r"\d")
_LONGEST = 160


def byline(line: str, above: bool) -> Mapping[str, str] | None:
    """Read what a line says of the article's author and dates; None if it is no such line.

    Args:
        line: a line of text.
        above: whether it stands above the article, where a bare date or 'By …' is a byline, too.

    Returns:
        What was understood of it: ``author``, ``published``, ``modified``; maybe nothing.
    """
    if len(line) > _LONGEST or line[-1] in "!?;":
        return None
    date = _DATE.search(line) if _FIGURE.search(line) else None
    if not date and not above:
        return None
    said = _SAID.match(line)
    if said and date and date.start() - said.end() < 30:
        by = said.group().casefold().rstrip(" :").endswith("by")
        if not by and _TOLD.search(line[said.end() : date.start()]):
            return None
        if _goes_on(line[date.end() :]):
            return None
        key = "modified" if said["modified"] else "published"
        if "next" in said.group().casefold() or "due" in said.group().casefold():
            return {}
        return _found(key, date) | _author(line[: date.start()]) | _author(line[date.end() :])
    if not above:
        return None
    if date and not line[: date.start()].strip(" |·–—-,") and len(line) - date.end() < 90:
        rest = line[date.end() :].strip(" |·–—-,")
        return None if rest.endswith(".") else _found("published", date) | _author(rest)
    if _READING_TIME.fullmatch(line.strip(" |·")):
        return {}
    author = _author(line) if _BY.match(line) else {}
    return author or None


def _goes_on(text: str) -> bool:
    """Whether a sentence that is no byline follows: '. Do not use it under 16.'"""
    rest = text.strip(" |·–—-,.:)")
    more = _SAID.match(rest) or _BY.match(rest) or _MORE_OF_IT.match(rest)
    return " " in rest and text.endswith(".") and not more


def _author(text: str) -> dict[str, str]:
    by = _BY.match(text.strip(" |·–—-,"))
    name = _ROLE.sub("", _DATE.sub("", by["name"])).strip() if by else ""
    # One word alone is as likely a verb: 'By walking'.
    return {"author": name} if " " in name and _NAME.fullmatch(name) else {}


def _found(key: str, date: re.Match[str]) -> dict[str, str]:
    try:
        return {key: _iso(date)}
    except ValueError:  # no such day, or day and month in an unknown order
        return {}


def _iso(date: re.Match[str]) -> str:
    if date["iso"]:
        return datetime.date.fromisoformat(date["iso"]).isoformat()
    month = date["month"] or date["month2"] or ""
    number = next((n for n, name in enumerate(_MONTHS, 1) if month.casefold()[:3] == name[:3]), 0)
    year, day = date["year"] or date["year2"], date["day"] or date["day2"]
    return datetime.date(int(year or 0), number, int(day or 0)).isoformat()
