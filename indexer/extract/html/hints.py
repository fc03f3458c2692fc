"""What an element's tag, role and names say that it is, when it is no part of an article."""

import re
from collections.abc import Mapping
from functools import lru_cache

Attributes = Mapping[str, str | None]

_TAGS = {
    "aside": "aside",
    "dialog": "dialog",
    "footer": "footer",
    "form": "form",
    "header": "header",
    "menu": "navigation",
    "nav": "navigation",
}
_ROLES = {
    "alertdialog": "dialog",
    "banner": "header",
    "complementary": "aside",
    "contentinfo": "footer",
    "dialog": "dialog",
    "menu": "navigation",
    "menubar": "navigation",
    "navigation": "navigation",
    "search": "search",
    "toolbar": "navigation",
}
_PANELS = frozenset(("region", "tabpanel"))
# Never judged by their names: these speak of the page ('has-sidebar'), or of what is quoted.
_NAMED_FOR_OTHERS = frozenset(("body", "main", "article"))
_NAMES = {
    "comments": "comments? disqus replies respond livefyre",
    "share links": r"shar(?:e|ing) social(?=$|\s) "
    r"social-?(?:links?|media|shar\w+|icons?|bar|buttons?|nav\w*|networks?) "
    r"follow addtoany sharedaddy",
    "related articles": r"related\w* recirc\w* recommend\w* trending popular outbrain taboola "
    r"more-?(?:from|stories|news|on) read-?(?:more|next|also) also latest see-?also suggest\w* "
    "similar up-?next",
    "teaser": "teasers?",
    "advertisement": r"ads? advert\w* sponsor\w* dfp commercial affiliate promos?",
    "navigation": r"nav\w* menu\w* breadcrumbs? pagination pager paging skip\w* toc toolbar",
    "newsletter or login": r"newsletter[\w-]* subscri\w* sign-?(?:up|in) log-?in paywall",
    "cookie note": r"cookies? cookies?-\w+ gdpr cli cky cmplz onetrust moove "
    r"(?<![_-])consent(?=$|\s) (?:consent|privacy)-?(?:banner|bar|dialog|manager|modal|notice"
    r"|overlay|pop-?up|root|tool)",
    "pop-up": "pop-?up modal overlay lightbox toast tooltip",
    "chat": r"(?:live-?)?chat (?:live-?)?chat-?(?:bot|bubble|launcher|greeting)\w* intercom[\w-]* "
    r"(?:tawk|tidio|drift|zopim|olark|crisp)-[\w-]+",
    "testimonial": r"testimonials? pull-?quotes? pulled pull(?=$|\s)",
    "kicker": r"standfirst kicker eyebrow section-label strap-?line",
    "gallery": r"galler\w* slide-?show\w* carousel",
    "sidebar": r"side-?bar\w* widget-area widget_\w+ rail aside",
    "footer": "footer",
    "header": "masthead header",
    "author": r"author-?(?:box|bio|card|info|description|profile|details)\w*",
    "byline": r"by-?line\w* dateline posted-(?:on|by) (?:post|entry|article)-?(?:meta|info)\w* "
    r"copyright votes? rating",
    "unseen": r"sr-only visually-?hidden screen-?reader\w*",
}
# These open the names of whole posts, too ('tag-knee'): they count where they end one.
_LAST = (
    "(authors?|bio|credits?)|(date|time|timestamp|published|meta|tags|tag|tagged"
    "|categories|category|topics?|keywords|audiences?)"
)
# The last word of a name says what a box is, but for those that say only that it is one:
# 'comments-list' and 'ad-slot', not 'foot-pain' and 'sponsored-study'.
_BOX_WORDS = (
    "area articles bar block body border bottom box btn buttons? cards? col columns? "
    "container content coverage description entry form footer group header heading holder icons? "
    "inline inner items? labels? large left links? lists? main medium mobile modules? news "
    "outer panel posts? region right root row section slide slot small stories text title "
    "toggle top unit widgets? window wrap wrapper wrp zone"
)
_BOX = rf"(?:[_-]+(?:{'|'.join(_BOX_WORDS.split())}|\w*\d\w*))*(?:(?:__|--)[\w-]*)?"
_NAME = re.compile(
    "(?:^|[ _-])(?:(?:"
    + "|".join(f"({'|'.join(words.split())})" for words in _NAMES.values())
    + rf"){_BOX}|(?:{_LAST}))(?=$| )",
    re.IGNORECASE,
)
_RULES = [*_NAMES, "byline", "date or tags"]
_ALSO_NAMING = ("data-component", "data-testid")
# An id is as likely made of a section's own heading ('foot-pain'): only these are names.
_IDS = re.compile(
    r"(?:site-?|page-?|main-?|global-?|top-?)?(?:comments?|disqus\w*|respond|footer|header|masthead"
    r"|sidebar\w*|nav\w*|menu\w*|breadcrumbs?|toc\w*|social-?\w*|share-?\w*|related-?\w*|cookie\w*"
    r"|newsletter\w*|onetrust\w*|gdpr\w*|pop-?up\w*|modal\w*|outbrain\w*|taboola\w*|jp-\w+"
    r"|(?:live-?)?chat(?:-?(?:bot|bubble|launcher))?|intercom|tawk-\w+)"
    r"(?:-(?:area|bar|block|box|container|links|list|posts|section|widget|wrap(?:per)?|\d+))*",
    re.IGNORECASE,
)
# The head and foot of a card are parts of it, not of the page.
_PARTS = re.compile(
    r"(?<![a-z])(?:accordion|block|box|card|item|module|panel|section|step|tab|table)(?:-|__?)"
    r"(?:header|footer)\b",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# What opens at a click is hidden till then, and as much of the article as the rest.
_OPENS = re.compile(
    r"accordion|collaps|expand|panel|tab|answer|faq|toggle|more|reveal|spoiler|drop-?down|detail",
    re.IGNORECASE,
)
# A post of another site, quoted.
_EMBEDS = re.compile(r"embed|tweet", re.IGNORECASE)


def hint(tag: str, attributes: Attributes, opened: bool = False) -> str:
    """The rule by which an element is site furniture; empty if nothing says so.

    Args:
        tag, attributes: the element's.
        opened: whether something on the page opens it.
    """
    by_tag = _TAGS.get(tag, "")
    if not attributes or (by_tag and tag != "aside"):
        return by_tag
    named = tag not in _NAMED_FOR_OTHERS
    names = (attributes.get("class") or "")[:200]
    if names and len(attributes) == 1:  # as most boxes have it
        return (named and _by_name(names)) or by_tag
    role = attributes.get("role")
    if role and (found := _ROLES.get(role)):
        return found
    for other in _ALSO_NAMING:
        if value := attributes.get(other):
            names += f" {value[:200]}"
    identity = attributes.get("id")
    if identity and tag[0] != "h" and _IDS.fullmatch(identity[:80]):
        names += f" {identity[:80]}"
    opened = opened or role in _PANELS
    if not opened and _is_unseen(attributes) and not _OPENS.search(f"{names} {identity or ''}"):
        return "unseen"
    return (named and names and _by_name(names)) or by_tag


@lru_cache(maxsize=8192)  # a page's boxes have few different names
def _by_name(names: str) -> str:
    names = _CAMEL.sub("-", names)
    match = _NAME.search(names)
    if match is not None and _PARTS.search(names):
        match = _NAME.search(_PARTS.sub("", names))
    if match is None or _EMBEDS.search(names):
        return ""
    return _RULES[(match.lastindex or 1) - 1]


def _is_unseen(attributes: Attributes) -> bool:
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or ((style := attributes.get("style")) is not None and _UNSEEN.search(style) is not None)
    )
