"""Text → sentences: spans that readers would take for one sentence or list item."""

import re

from indexer.article import Span

# A full stop after one of these ends no sentence (compared in lower case, without the stop).
_ABBREVIATIONS = frozenset(
    "dr mr mrs ms prof st sr jr vs e.g i.e eg ie etc approx fig no vol al cf ca inc ltd dept "
    "tel min max mg ml kg cm mm hr hrs a.m p.m u.s u.k ph.d m.d b.sc m.sc".split()
)
# These may also close a sentence: they hold it together only before a lower-case word or a digit.
_MAY_END = frozenset("etc mg ml kg cm mm hr hrs min max a.m p.m inc ltd u.s u.k al".split())

# Tried once a run of stops, and never given back: else a long row of dots takes forever.
_TERMINATOR = re.compile(r"""(?<![.!?…。！？])[.!?…。！？]++["'”’)\]]*+(?=\s|$)|[。！？]""")
_VISIBLE = re.compile(r"\S")
_LAST_WORD = re.compile(r"([\w.]+)\.+[\"'”’)\]]*$")


def sentences(text: str) -> list[Span]:
    """Split `text` into sentences.

    Lines are never joined (a list item or table row is a sentence of its own). Abbreviations
    ('Dr. Smith', 'e.g.'), initials and decimals ('2.5 mg') end nothing.

    Returns:
        Spans in `text`, in order, without surrounding white space; what lies between them is
        white space only.
    """
    spans: list[Span] = []
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        for stop in _TERMINATOR.finditer(text, line.start(), line.end()):
            # One character after and a few before are enough: it keeps long lines linear.
            following = _VISIBLE.search(text, stop.end(), line.end())
            before = text[max(start, stop.end() - 80) : stop.end()]
            if following is None or _ends_sentence(before, following[0]):
                _append(spans, text, start, stop.end())
                start = stop.end()
        _append(spans, text, start, line.end())
    return spans


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        start += len(piece) - len(piece.lstrip())
        spans.append((start, start + len(stripped)))


def _ends_sentence(before: str, following: str) -> bool:
    """Whether a sentence ends between `before` and the next character that is no white space."""
    last = _LAST_WORD.search(before[-40:])
    if last is None:
        return not following.islower()
    word = last.group(1).lower()
    if word.isdigit():
        # '1.' opens a numbered item: it ends a sentence only when something came before it.
        return len(before.strip()) > len(last.group(0)) and not following.islower()
    if word in _ABBREVIATIONS and word not in _MAY_END:
        return False
    if len(word) == 1 and word.isalpha() and last.group(1).isupper():
        return False
    return not (following.islower() or (word in _MAY_END and following.isdigit()))
