"""What a line is by its own form, wherever it was found: 'Share this:', 'Home > Advice', '© 2024'.

Words and patterns only. What becomes of a line depends on what is around it (`furniture`).
"""

import re
from functools import lru_cache

from indexer.extract.form_words import PHRASES, Form
from indexer.extract.safety import is_advice

_FORMS = {
    phrase.strip(): Form(rule, reach)
    for (rule, reach), phrases in PHRASES.items()
    for phrase in phrases.split(",")
}
NAVIGATION_WORDS = frozenset(
    phrase for phrase, form in _FORMS.items() if form == Form("navigation", "beside")
)

_PLATFORM = (
    r"(?:facebook|twitter|x|linkedin|whatsapp|pinterest|reddit|e-?mail|print|telegram|instagram"
    r"|youtube|tiktok|messenger|tumblr|sms|copy|link|tweet|bluesky|mastodon|threads|and|or)"
)
# Each is tried only on lines that open with one of its words: lines are many, patterns slow.
_PATTERNS: list[tuple[str, Form, str]] = [
    (
        "share",
        Form("share links", "line"),
        r"share(?: this)?(?: page| article| post| story)?(?: on| via| with)?\s*:.*"
        rf"|share(?: this)?(?: page| article| post| story)?(?: on| via)?(?:[ ,|/]+{_PLATFORM})+",
    ),
    (
        "read continue find learn see view show click",
        Form("teaser link", "line"),
        r"(?:read|learn|find out|see|show|view) more\b[^.]*"
        r"|(?:read|see|show|view) (?:the )?full (?:article|story|post|text|list|profile|bio)\b[^.]*"
        r"|(?:read|see) also\b[^.]*"
        r"|continue reading\b[^.]*|click here\b[^.]*|read (?:on|article|post|this next)",
    ),
    (
        "back",
        Form("navigation", "line"),
        r"back to (?:the )?(?:home.*|health a-z|a-z|all .*|search.*|results|list|index|news|blog"
        r"|articles?)",
    ),
    ("previous prev", Form("previous and next", "below"), r"prev(?:ious)?[ |/>»<«]+next"),
    (
        "previous prev next",
        Form("previous and next", "paired"),
        r"(?:previous|prev|next)(?: (?:post|article|page|story))?\s*[:|>»›→].+",
    ),
    ("page", Form("page number", "line"), r"page \d+ of \d+"),
    (
        "recent related latest popular more other",
        Form("related articles", "below"),
        r"(?:recent|related|latest|popular|more|other) (?:posts?|articles?|news|stories)\s*[:|].*"
        r"|(?:more|latest|other) (?:posts?|articles?|news|stories) (?:from|by|in|on|about)\b.*"
        r"|more from (?:the|our|this)\b.*",
    ),
    (
        "comments comment replies responses 0 1 2 3 4 5 6 7 8 9",
        Form("comments", "below"),
        r"[\d,]+ (?:thoughts?|comments?|repl(?:y|ies)|responses?)(?: (?:on|to) [“\"‘'].*)?"
        r"|comments? ?\(\d+\)|comments are closed.*",
    ),
    ("no", Form("comments", "below"), r"no (?:comments|responses|replies)(?: yet)?"),
    (
        "sign signup subscribe join receive get",
        Form("newsletter or login", "line"),
        r"(?:sign ?up|subscribe|join|register)\b(?: \S+){0,3} (?:our|the|a) "
        r"(?:\S+ ){0,3}(?:newsletter|mailing list|email list|e-?mails|updates|bulletin)\b.*"
        r"|(?:get|receive)\b.*\b(?:in|to) your inbox\b.*|(?:sign up|subscribe) by e-?mail.*",
    ),
    (
        "© (c) copyright",
        Form("copyright", "line"),
        r"(?:©|\(c\)|copyright(?:\s*©|\s+\d{4})).*",
    ),
    (
        "tags tag tagged filed categories category posted topics",
        Form("tags", "line"),
        r"(?:tags?|tagged(?: with)?|filed under|posted in|categor(?:y|ies)|topics)\s*:.*"
        r"|filed under .*",
    ),
    (
        "tel telephone phone fax call email e-mail bookings enquiries reception ring",
        Form("contact details", "beside"),
        r"(?:tel|telephone|phone|fax|call(?: us)?(?: on)?|e-?mail(?: us)?|bookings|enquiries"
        r"|reception|ring us)\b[\s:.]*(?:[+\d(][\d\s().+-]{8,}|\S+@\S+\.\S+)",
    ),
    (
        "monday mon tuesday tue wednesday wed thursday thu friday fri saturday sat sunday sun open",
        Form("contact details", "beside"),
        r"(?:(?:mon|tues?|wed(?:nes)?|thurs?|fri|sat(?:ur)?|sun)(?:day)?s?|open)\b"
        r"[\s,:&–-]*(?:(?:to|and|mon|tues?|wed(?:nes)?|thurs?|fri|sat(?:ur)?|sun)(?:day)?[\s,:&–-]*)*"
        r"(?:closed|\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm)?\s*(?:–|-|to)\s*\d{1,2}(?:[:.]\d\d)?\s*"
        r"(?:am|pm)?)(?:[\s,;]+.{0,60})?",
    ),
    (
        "this we our by",
        Form("cookie note", "line"),
        r"(?:this|our|the) (?:web)?site (?:uses?|sets?) .{0,40}\bcookies?\b.*"
        r"|we(?:'d| would)? (?:use|like to (?:use|set)|set|store) .{0,40}\bcookies?\b.*"
        r"|we use cookies\b.*|by (?:continuing|using|clicking)\b.{0,80}\bcookies?\b.*",
    ),
]
_BY_FIRST_WORD: dict[str, list[tuple[re.Pattern[str], Form]]] = {}
for _words, _form, _pattern in _PATTERNS:
    for _word in _words.split():
        _BY_FIRST_WORD.setdefault(_word, []).append((re.compile(_pattern), _form))

_LONGEST = 300
_LONGEST_LABEL = 80
_FIRST_WORD = re.compile(r"©|\(c\)|[a-z]+(?:-mail)?|\d")
_EDGES = " :.…<>«»‹›←→|*?!+-–—▲▼↑↓"
_ANYWHERE = re.compile(r"\ball rights reserved\b|\byour email address will not be published\b")
_CONTACT = re.compile(
    r"\+?[\d(][\d\s().-]{8,18}\d|\S+@\S+\.[a-z]{2,}|.{0,60}\b[a-z]{1,2}\d[a-z\d]? \d[a-z]{2}"
)
_FIGURES = re.compile(r"\d|@")
_MARKS = re.compile(r"[<>«»‹›←→/|]|::")
_PAGER = re.compile(r"(?:<<|«|←|‹)\s?\S.*|\S.*\s?(?:>>|»|→|›)")
_NO_PAGER = re.compile(r" [>→] \S|^«[^«»|]*»$")
"""Steps, and words in French quotation marks."""
_CRUMB = re.compile(r"\s*(?:>|»|›|→|/|\||::)\s*")
_HERE = re.compile(r"^you are here\s*:?\s*|^home$")


def form(line: str) -> Form | None:
    """What furniture a line is by its form; None for what may be text."""
    found = _known(line) if len(line) <= _LONGEST else None
    return None if found and is_advice(line) else found


@lru_cache(maxsize=4096)  # furniture comes again on every page of a site
def _known(line: str) -> Form | None:
    low = line.casefold().replace("’", "'")
    key = low.strip(_EDGES)
    if not key:
        return None
    label = len(line) <= _LONGEST_LABEL and line[-1] not in ".;!"
    if label and (found := _FORMS.get(key)):
        return found
    word = _FIRST_WORD.match(low)
    for pattern, found in _BY_FIRST_WORD.get(word.group(), ()) if word else ():
        # A sentence may open like furniture: 'Share this with your doctor.'
        if (label or found.rule in _SENTENCES) and pattern.fullmatch(low):
            return None if found.reach == "paired" and _STEP.search(line) else found
    if _ANYWHERE.search(low):
        return Form("copyright" if "rights" in low else "comments", "line")
    return _drawn(low, key) if label else None


_STEP = re.compile(r":\s*[a-z\d]")
"""'Next: bend the other knee' is none of a pager's titles."""
_SENTENCES = frozenset(("cookie note", "newsletter or login", "copyright"))


def _drawn(low: str, key: str) -> Form | None:
    """Furniture told by its marks and figures rather than by its words."""
    if _MARKS.search(low):
        parts = _CRUMB.split(low)
        starts_home = len(parts) > 1 and _HERE.match(parts[0]) is not None
        if starts_home and parts[-1] not in NAVIGATION_WORDS:
            return Form("breadcrumbs", "line")
        if starts_home or _is_menu(parts):
            return Form("navigation", "line")
        if _PAGER.fullmatch(low) and not _NO_PAGER.search(low):
            return Form("previous and next", "below")
    if _FIGURES.search(key) and _CONTACT.fullmatch(key):
        return Form("contact details", "beside")
    return Form("navigation", "line") if _all_navigation(key) else None


def _is_menu(parts: list[str]) -> bool:
    """Whether most parts of a line, or lines of a run, are words of a site's navigation."""
    known = sum(part.strip(_EDGES) in NAVIGATION_WORDS for part in parts)
    return known >= 2 and 2 * known >= len(parts)


def _all_navigation(key: str) -> bool:
    """Whether a line is three or more entries of a menu: 'Home About us Contact'."""
    words, at, entries = key.split(), 0, 0
    while at < len(words):
        for size in (3, 2, 1):
            if " ".join(words[at : at + size]) in NAVIGATION_WORDS:
                at, entries = at + size, entries + 1
                break
        else:
            return False
    return entries >= 3


_MORE = re.compile(r"(?:continue reading|read more|read on|more)[\s.…»>→\]]*$|(?:…|\.\.\.|\])$")
_QUOTED = ("“", '"', "‘", "«")
_SIGNATURE = re.compile(r"[–—-]?\s*[^\W\d_a-z]\S*(?:(?: [^\W\d_a-z]\S*){1,3}(?:, .*)?|, .*)")
_LONGEST_SIGNATURE = 50
_I = re.compile(r"\b(?:I|my|me|we|our)\b")


def is_cut_off(text: str) -> bool:
    """Whether a paragraph ends as teasers do: 'He Continue Reading', 'and then…'."""
    return _MORE.search(text[-40:].casefold()) is not None


def is_quoted(text: str) -> bool:
    """Whether a paragraph is what someone said."""
    return text.startswith(_QUOTED)


def is_signature(text: str) -> bool:
    """Whether a line is somebody's name: 'Monika M.', '– Anna, Leeds'."""
    return len(text) <= _LONGEST_SIGNATURE and _SIGNATURE.fullmatch(text) is not None


def is_praise(text: str) -> bool:
    """Whether a paragraph is quoted, or speaks of oneself, as testimonials do."""
    return is_quoted(text) or len(_I.findall(text[:600])) >= 2
