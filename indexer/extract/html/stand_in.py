"""Pages that a server sends in an article's stead: 'Page not found', 'Checking your browser'."""

import re
from collections.abc import Iterable, Sequence

from indexer.extract.html.dom import Line
from indexer.extract.html.metadata import SEPARATORS
from indexer.extract.safety import is_advice

_LONGEST = 600
"""Characters: with more to say, it is an article about such pages."""
_NOT = "(?:can(?:'|’)?t|cannot|can not|could(?:n['’]t| not))"
_NOT_FOUND = re.compile(
    r"(?:(?:http )?error )?404(?: error)?(?:[: ]+(?:page |file )?not found)?"
    rf"|(?:(?:sorry|oops)\W+)?(?:(?:the|this|that) )?page (?:(?:was )?not|{_NOT} be) found"
    rf"|(?:(?:sorry|oops)\W+)?we {_NOT} find (?:the|this|that) page",
    re.IGNORECASE,
)
_CHECK = re.compile(
    r"just a moment(?:\.\.\.|…)|checking your browser(?: before accessing .*)?(?:\.\.\.|…)?"
    r"|(?:verify(?:ing)?|checking)(?: that| if)? you are (?:a )?human",
    re.IGNORECASE,
)


def stands_in(names: Iterable[str], kept: Sequence[Line]) -> str:
    """Why a page is no article but what a server sent in its stead; empty where it may be one.

    Args:
        names: what the page calls itself.
        kept: the lines of it that are no site furniture.
    """
    if sum(len(line.text) for line in kept) > _LONGEST or any(is_advice(one.text) for one in kept):
        return ""
    for part in (part.strip(" !") for name in names for part in SEPARATORS.split(name)):
        if _NOT_FOUND.fullmatch(part.rstrip(".…")):
            return f"it is an error page ('{part}'), no article"
        if _CHECK.fullmatch(part):
            return f"it is a check for robots ('{part}'), no article: save the page itself"
    return ""
