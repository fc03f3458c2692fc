"""Text → sentences: spans that readers would take for one sentence or list item."""

import re

from indexer.article import Span

# What follows one of these (in lower case, without the last stop) belongs to it.
_NEVER_LAST = frozenset(
    "dr drs mr mrs ms mx prof rev hon st mt messrs mme mlle sra dra dott sig hr fr vs e.g i.e eg "
    "ie cf viz a.k.a approx aprox ca fig figs vol tel pp pág nr núm z.b d.h u.a bzw ggf inkl evtl "
    "bijv env p.ex".split()
)
# These may end one, but not before a number or a bracket ('No. 5', 'et al. (2019)').
_SELDOM_LAST = frozenset(
    "no etc al max min mg mcg ml dl kg cm mm km oz lb lbs ft tsp tbsp tab tabs cap caps hr hrs "
    "mins sec secs wk wks yr yrs mo jan feb mar apr jun jul aug sep sept oct nov dec usw "
    "ph.d".split()
)
# Parts of names: only a word that opens sentences shows that one ended ('the U.K. The').
_IN_NAMES = frozenset("jr sr inc ltd co corp dept univ".split())
_OPENERS = frozenset(
    """a after all an and are as ask at because before but by can do does each even every for from
    he her here his how however i if in is it its many may most my no not on once one or other our
    people she since so some take that the their then there these they this those though to we what
    when where which while who why with you your""".split()
)
# A letter after one of these is no initial: 'vitamin D. Walk daily.'
_LETTERED = frozenset(
    """antigen appendix blood class complex factor figure grade group hepatitis immunoglobulin
    influenza option part phase plan protein section stage strep table type vitamin
    vitamins""".split()
)
_MONTHS = frozenset(
    """januar jänner februar märz april mai juni juli august september oktober november
    dezember""".split()
)

# Hindi, Urdu, Arabic, Armenian, Ethiopic, Burmese and Khmer have their own.
_STOP = r"[.!?…‼⁇⁈⁉\u0964\u0965\u06d4\u061f\u0589\u1362\u1367\u104b\u17d4\u17d5]"
_CLOSER = r"""["'”’»«›‹*)\]）」』】〕]"""
# Tried once a run of stops, and never given back: else a long row of dots takes forever.
_TERMINATOR = re.compile(
    rf"""(?<!{_STOP})(?<![(\[])
    (?:{_STOP}++ | (?<=[\u0370-\u03ff\u1f00-\u1fff])[;\u037e])  # Greek asks by ';'
    {_CLOSER}*+ (?:\[\w{{1,3}}\]|[¹²³⁰-⁹])*+  # a note's number
    (?:[ \u00a0\u202f]»(?=\s|$))?+ (?=\s|$)
    | [。！？｡]++{_CLOSER}*+
    | (?<=\s)(?=[•◦▪●‣■]\s)  # a bullet in mid-line
    """,
    re.VERBOSE,
)
_VISIBLE = re.compile(r"\S")
_LAST_WORD = re.compile(rf"([\w.]+)\.+{_CLOSER}*$")
_INNER_CAPITAL = re.compile(r"[a-z]{1,2}[A-Z]")  # pH, mRNA
_DOTTED = re.compile(r"\w(?:\.\w)+")
_COUNT_BEFORE = re.compile(r"(?:: 1|; \d{1,2}|^\w+ \d{1,2})\.$")
"""'Do this: 1. Rest', 'Step 1. Rest'."""
_AMOUNT = re.compile(r"\d ?[ghlms]\.$")
_WORD = re.compile(r"\w+")


def sentences(text: str) -> list[Span]:
    """Split `text` into sentences.

    Lines are never joined (a list item or table row is a sentence of its own). Abbreviations
    ('Dr. Smith', 'e.g.'), initials and decimals ('2.5 mg') end nothing. In doubt two sentences
    stay one: an excerpt that is a sentence too long still reads well.

    Returns:
        Spans in `text`, in order, without surrounding white space; what lies between them is
        white space only.
    """
    spans: list[Span] = []
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        for stop in _TERMINATOR.finditer(text, line.start(), line.end()):
            # Some characters after and before are enough: it keeps long lines linear.
            following = _VISIBLE.search(text, stop.end(), line.end())
            if following is None or _is_end(text, start, stop, following.start()):
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


def _is_end(text: str, start: int, stop: re.Match[str], following: int) -> bool:
    """Whether the sentence that begins at `start` ends with `stop`."""
    if not stop[0]:
        return True
    if following == stop.end():  # CJK: what was said is followed by who said it
        return stop[0][-1] in "。！？｡" or text[following] in "「『（【“"
    before = text[max(start, stop.end() - 80) : stop.end()].strip()
    return _ends_sentence(before, text[following : following + 20])


def _ends_sentence(before: str, after: str) -> bool:
    """Whether a sentence ends between `before` and the next characters, white space left out."""
    if after[0] in ",;:)].!?…" or (after[0].islower() and not _INNER_CAPITAL.match(after)):
        return False
    last = _LAST_WORD.search(before[-40:])
    if last is None:
        return True
    word, lower = last[1], last[1].lower()
    opens = _WORD.match(after)
    opener = opens is not None and opens[0].lower() in _OPENERS
    number = word.replace(".", "").isdigit()
    if (number or len(word) == 1) and last[0] == before.lstrip("•◦▪●‣■-–— "):
        return False  # '1.', '2.3.', 'A.' open an item
    if number:
        month = opens is not None and opens[0].lower() in _MONTHS
        return not (month or last[0].endswith(".)") or _COUNT_BEFORE.search(before))
    if lower in _NEVER_LAST:
        return False
    if len(word) == 1 and word.isalpha():
        return opener or _is_no_initial(before)
    if lower in _IN_NAMES or (_DOTTED.fullmatch(word) and word.isupper()):
        return opener
    if lower in _SELDOM_LAST or _DOTTED.fullmatch(word):
        return not (after[0].isdigit() or after[0] in "([")
    return True


def _is_no_initial(before: str) -> bool:
    """Whether the letter that ends `before` is no part of a name: 'vitamin D.', 'so do I.'."""
    words = _WORD.findall(before[-40:])
    if len(words) > 1 and (
        words[-2].lower() in _LETTERED or (words[-1] == "I" and words[-2].islower())
    ):
        return True
    return _AMOUNT.search(before) is not None
