"""Furniture that the words of a single line of a web page give away."""

import re

from indexer.extract.byline import byline
from indexer.extract.form import form
from indexer.extract.html.dom import Line
from indexer.extract.safety import is_advice

_LINKS = frozenset(("tags", "teaser link"))
"""Forms of links: 'Topics: stretching and load' may be said, too."""
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
_LAST_CREDIT = re.compile(
    r"(?<=[.!?])\s+(?:(?:photo(?:graph)?|picture|image|illustration|credit)s?"
    r"(?: credits?| by)?\s*[:/]|©|courtesy of).{0,60}$",
    re.IGNORECASE,
)
# An article says 'Follow these steps' and 'Watch for a fever', too.
_CALL = re.compile(
    r"(?:follow|subscribe|sign up|get|listen|watch|download|join|have a (?:news )?tip|contact)\b"
    r".{0,80}\b(?:twitter|facebook|instagram|youtube|linkedin|tiktok|whatsapp|newsletters?"
    r"|in(?:to)? your inbox|podcast|our (?:app|channel)|mailing list"
    r"|(?:e-?mail|text|news|breaking|push|our|free) alerts)\b",
    re.IGNORECASE,
)
# And what to do if or when, or after a colon: 'Contact us by our app if the bleeding goes on'.
_CONDITION = re.compile(r"\b(?:if|when|while|unless|until|do not)\b|: [a-z]")
_POINTER = re.compile(
    r"(?:read (?:also|more|next)|also read|see also|(?:related|more)(?= ?[:|>]"
    r"| (?:articles|coverage|from|news|on|posts|reading|stories|topics)))\b",
    re.IGNORECASE,
)
# What says more than who and when: 'Reviewed 12 May 2024: do not take it under 16'.
_GOES_ON = re.compile(r"\d{4}:?\s+(?!by\b)\w+(?:\s+\w+){3,}|\byour\b", re.IGNORECASE)


def furniture(line: Line, look: str) -> str:
    """The rule by which a line is no part of an article, wherever it stands; mostly empty.

    Args:
        line: the line.
        look: tag and class of the box that it stands in.
    """
    if not any(character.isalnum() for character in line.text):
        return "ornament"
    found = form(line.text)
    if found and (line.linked > 0.5 or (found.reach == "line" and found.rule not in _LINKS)):
        return found.rule
    rule = _rule(line, look)
    return "" if rule and is_advice(line.text) else rule


def _rule(line: Line, look: str) -> str:
    if line.kind == "text" and _FORM.fullmatch(line.text):
        return "form"
    if _is_call(line):
        return "call to follow or subscribe"
    if byline(line.text, above=False) is not None and not _GOES_ON.search(line.text):
        return "byline"
    return "picture with its credit" if "caption" in look and _CREDIT.search(line.text) else ""


def _is_call(line: Line) -> bool:
    """Whether a line asks to follow, subscribe or read on elsewhere."""
    if line.kind != "text":
        return False
    points = line.linked > 0.5 and line.text[-1] != "." and _POINTER.match(line.text)
    return bool(points or _asks_to_follow(line.text))


def _asks_to_follow(text: str) -> bool:
    return len(text) < 200 and bool(_CALL.match(text)) and not _CONDITION.search(text)


def without_credit(text: str) -> str:
    """A caption without the credit after its last sentence."""
    return _LAST_CREDIT.sub("", text)
