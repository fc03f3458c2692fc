"""The address that opens a page at an excerpt (URL fragment text directives, WICG)."""

import re
from urllib.parse import quote

from indexer.article import BETWEEN_CELLS, Article, Passage, Span

_WHOLE = 10
"""Words of an excerpt that are all part of the address; of a longer one both ends are."""
_FEWEST = 3
"""Words that an excerpt's end is told by."""
_WEB = re.compile(r"https?:|[^:]*(?:[/?#]|$)", re.IGNORECASE)
"""An address that may be opened: of the web, or relative to its page; not `javascript:`."""
_SIGNS = re.compile(r"^[^\w\s]+")
"""What is left of a word that a link begins with."""


def link(article: Article, passage: Passage, excerpt: Span) -> str | None:
    """Where to read an excerpt of a passage in its article's page; None without an address.

    It points where the indexer saw that a browser finds the first sentence before anything else
    that reads alike, else to what stands ahead of it (`indexer.fragment`), else to the page.
    """
    if not article.url or not _WEB.match(article.url):
        return None
    targets = {
        start: target for (start, _), target in zip(passage.sentences, passage.targets, strict=True)
    }
    target = targets[excerpt[0]]
    if target is None:
        return article.url
    text = article.text
    directive = _encode(text[target.start : target.end])
    if target.start == excerpt[0]:
        whole = text[excerpt[0] : excerpt[1]]
        if "\n" not in whole and len(whole.split()) <= _WHOLE:
            directive = _encode(whole)
        elif end := _ending(text[target.end : excerpt[1]]):
            directive += f",{_encode(end)}"
    if target.before < target.start:
        directive = f"{_encode(text[target.before : target.start])}-,{directive}"
    return f"{article.url}{'' if '#' in article.url else '#'}:~:text={directive}"


def _ending(rest: str) -> str:
    """The fewest words at the end of what follows an excerpt's first words that stand nowhere
    before in it; empty where there are none."""
    rest = _SIGNS.sub("", rest).rstrip()
    last = rest.split("\n")[-1]
    words = last.split()
    if BETWEEN_CELLS in last:
        return ""
    whole = " ".join(rest.split()).casefold()
    for count in range(min(_FEWEST, len(words)), len(words) + 1):
        end = " ".join(words[len(words) - count :])
        if end and whole.index(end.casefold()) == len(whole) - len(end.casefold()):
            return end
    return ""


def _encode(text: str) -> str:
    # '-' marks what stands before or after.
    return quote(" ".join(text.split()), safe="").replace("-", "%2D")
