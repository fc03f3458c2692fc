"""What a web page says of itself: schema.org, Open Graph, Dublin Core and plain meta tags.

Any of it may be missing or wrong; what can't be made sense of is left out.
"""

import datetime
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from indexer.extract.extracted import clean

# schema.org's properties, by the name that they have here.
_SCHEMA = {
    "author": ("author", "creator"),
    "published": ("datePublished", "dateCreated"),
    "modified": ("dateModified",),
    "last_reviewed": ("lastReviewed",),
    "reviewed_by": ("reviewedBy",),
    "audience": ("medicalAudience", "audience"),
    "about": ("about",),
    "language": ("inLanguage",),
    "tags": ("keywords",),
}
# Names of meta tags, best first.
_META = {
    "author": ("author", "article:author", "dcterms.creator", "dc.creator", "citation_author"),
    "published": (
        "article:published_time", "datepublished", "pubdate", "publishdate", "dcterms.created",
        "dcterms.issued", "dcterms.date", "dc.date", "dc.date.issued", "citation_date", "date",
    ),
    "modified": (
        "article:modified_time", "og:updated_time", "datemodified", "last-modified", "lastmod",
        "dcterms.modified", "dc.date.modified",
    ),
    "last_reviewed": ("lastreviewed", "last-reviewed", "reviewdate", "review-date"),
    "language": ("content-language", "dcterms.language", "dc.language", "og:locale"),
    "site": ("og:site_name", "application-name"),
    "tags": ("keywords", "article:tag", "dcterms.subject", "dc.subject"),
}  # fmt: skip
_DATES = ("published", "modified", "last_reviewed")
_ARTICLES = re.compile(r"Article$|MedicalWebPage|BlogPosting|Report|FAQPage|WebPage")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_NO_AUTHOR = re.compile(r"(?:https?:|www\.|@).*|admin\w*|\W*", re.IGNORECASE)
_DATE_FORMATS = ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%B %d %Y", "%Y/%m/%d")
SEPARATORS = re.compile(r"\s+[|–—·»:-]+\s+|\s*\|\s*")
"""What parts a page's own name from its site's."""
_SEPARATING = " |–—·»:-"
_LONGEST = 500
"""Characters of a value; what is longer is no name."""


def metadata(page: LexborHTMLParser) -> dict[str, Any]:
    """Author, dates, language, tags, site and what schema.org has for medical pages."""
    said = _from_meta(page)
    language = page.root.attributes.get("lang") if page.root else None
    if language and _LANGUAGE.fullmatch(language):
        said["language"] = language
    for name, value in _from_schema(page).items():
        said[name] = value
    return {name: said[name] for name in sorted(said)}


def canonical(page: LexborHTMLParser) -> str | None:
    """The address that a page gives as its own; None where it gives no whole http address."""
    base = page.css_first("base[href]")
    found = [link.attributes.get("href") for link in page.css('link[rel~="canonical" i]')]
    found += [meta.attributes.get("content") for meta in page.css('meta[property="og:url"]')]
    for address in filter(None, found):
        whole = urljoin((base.attributes.get("href") or "") if base else "", address.strip())
        try:
            parts = urlsplit(whole)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.hostname:
            return whole
    return None


def title(page: LexborHTMLParser, site: str = "") -> str:
    """The main heading where it is sure, else what the page calls itself, its site's name off."""
    said = [meta for name, meta in _metas(page) if name in ("og:title", "dcterms.title") and meta]
    said.append(called(page))
    said = [_without_site(one, site) for one in said]
    own = [one for one in said if one and one.casefold() != site.casefold()]
    said = own or said  # the site's name alone names no page, unless there is no other
    sites = {part.casefold() for one in said for part in SEPARATORS.split(one)[1:]} | {
        site.casefold()
    }
    main = {
        clean(heading.text(separator=" "))
        for heading in page.css("h1")
        if not _is_sites_name(heading, sites)
    } - {""}
    if len(main) == 1:
        return main.pop()
    lesser = (clean(heading.text(separator=" ")) for heading in page.css("h2, h3"))
    inside = [one for one in main if any(one.casefold() in each.casefold() for each in said)]
    inside += [one for one in lesser if any(_opens(each, one) for each in said)]
    return max(inside, key=len, default="") or next(iter(said), "")


def called(page: LexborHTMLParser) -> str:
    """What a page's <title> says, whole."""
    named = page.css_first("head > title") or page.css_first("title")
    return clean(named.text()) if named else ""


def _is_sites_name(heading: LexborNode, sites: Set[str]) -> bool:
    """Whether a heading is marked as the site's, or says its name in a header of the page."""
    marked = "site-title" in (heading.attributes.get("class") or "")
    around, logo = heading.parent, "logo" in (heading.attributes.get("class") or "")
    within = ""
    while around is not None and not within:
        attributes = around.attributes
        logo = logo or "logo" in f"{attributes.get('class')} {attributes.get('id')}".split()
        within = around.tag if around.tag in ("header", "article", "main") else ""
        around = around.parent
    named = clean(heading.text(separator=" ")).casefold() in sites
    return marked or (within not in ("article", "main") and (logo or named))


def _opens(said: str, heading: str) -> bool:
    """Whether what a page calls itself is a heading of it, and perhaps its site's name."""
    rest = said.removeprefix(heading)
    return bool(heading) and rest != said and (not rest or SEPARATORS.match(rest) is not None)


def _without_site(title: str, site: str) -> str:
    """A title without its site's name, be it last ('Ice | Harbour') or first."""
    parts = SEPARATORS.split(title)
    if len(parts) > 1 and site and parts[-1].casefold() == site.casefold():
        return title[: title.rindex(parts[-1])].rstrip(_SEPARATING)
    if len(parts) > 1 and site and parts[0].casefold() == site.casefold():
        return title[len(parts[0]) :].lstrip(_SEPARATING)
    return title


def _metas(page: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    for meta in page.css("meta[content]"):
        attributes = meta.attributes
        name = (
            attributes.get("property")
            or attributes.get("name")
            or attributes.get("itemprop")
            or attributes.get("http-equiv")
            or ""
        )
        yield name.casefold(), clean((attributes.get("content") or "")[:_LONGEST])


def _from_meta(page: LexborHTMLParser) -> dict[str, Any]:
    metas: dict[str, list[str]] = {}
    for name, content in _metas(page):
        if content:
            metas.setdefault(name, []).append(content)
    said: dict[str, Any] = {}
    for name, sources in _META.items():
        for source in sources:
            if source in metas and (value := _value(name, metas[source])):
                said[name] = value
                break
    return said


def _from_schema(page: LexborHTMLParser) -> dict[str, Any]:
    """What the page's JSON-LD says of an article or web page; articles come first."""
    things = [thing for thing in _things(page) if _ARTICLES.search(_types(thing))]
    things.sort(key=lambda thing: _types(thing) == "WebPage")
    said: dict[str, Any] = {}
    for thing in things:
        for name, properties in _SCHEMA.items():
            values = [text for one in properties for text in _texts(thing.get(one))]
            if name not in said and (value := _value(name, values)):
                said[name] = value
    return said


def _things(page: LexborHTMLParser) -> Iterator[Mapping[str, Any]]:
    for script in page.css('script[type="application/ld+json"]'):
        try:
            found = json.loads(script.text(), strict=False)
        except (ValueError, RecursionError):
            continue
        for one in found if isinstance(found, list) else [found]:
            if isinstance(one, dict):
                graph = one.get("@graph")
                yield one
                yield from (
                    thing
                    for thing in (graph if isinstance(graph, list) else ())
                    if isinstance(thing, dict)
                )


def _types(thing: Mapping[str, Any]) -> str:
    said = thing.get("@type")
    return " ".join(map(str, said)) if isinstance(said, list) else str(said or "")


def _texts(value: object) -> Iterator[str]:
    """A property's value as names: of persons, organisations and concepts their name."""
    if isinstance(value, str):
        yield clean(value[:_LONGEST])
    elif isinstance(value, list):
        for one in value[:50]:
            if not isinstance(one, list):
                yield from _texts(one)
    elif isinstance(value, dict):
        for name in ("name", "audienceType", "alternateName"):
            if isinstance(value.get(name), str):
                yield clean(value[name][:_LONGEST])
                return


def _value(name: str, said: Iterable[str]) -> str | list[str] | None:
    """The values of one name as they are kept; None if none makes sense."""
    values = [one for one in said if one]
    if name in _DATES:
        return next((date for one in values if (date := iso_date(one))), None)
    if name == "language":
        return next((one.replace("_", "-") for one in values if _LANGUAGE.fullmatch(one)), None)
    if name == "author":
        values = [one for one in values if not _NO_AUTHOR.fullmatch(one)]
    if name in ("tags", "about", "audience"):
        parted = (part.strip() for one in values for part in re.split("[,;]", one))
        return list(dict.fromkeys(part for part in parted if part)) or None
    return ", ".join(dict.fromkeys(values)) or None


def iso_date(said: str) -> str | None:
    """The day in ISO form; None where there is none, or it could be read two ways."""
    try:
        return str(datetime.date.fromisoformat(said[:10]))
    except ValueError:
        pass
    for form in _DATE_FORMATS:
        try:
            return str(datetime.datetime.strptime(said, form).date())
        except ValueError:
            continue
    try:
        return str(parsedate_to_datetime(said).date())
    except (ValueError, TypeError, IndexError):
        return None
