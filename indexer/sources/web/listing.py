"""What lists pages: sitemaps (sitemaps.org), RSS and Atom feeds, files with an address a line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from indexer.article import Skipped
from indexer.errors import SourceError
from indexer.extract.decode import decode
from indexer.sources.web.address import normal
from indexer.sources.web.unread import Unread

LARGEST_LISTING = 50 * 2**20
"""Bytes, unpacked: the limit that sitemaps.org sets."""

_PLACE = re.compile(r"(?: line \d+)?, line \d+, column \d+$")
_ROOTS = {"urlset", "sitemapindex", "rss", "RDF", "feed"}
_BEGINS = re.compile(rb"<(?:[\w.-]+:)?(?:urlset|sitemapindex|rss|RDF|feed)[\s>]")


@dataclass(frozen=True, slots=True)
class Listing:
    """A sitemap, a sitemap index or a feed."""

    address: str
    of_sitemaps: bool
    """Whether it lists sitemaps instead of pages."""
    entries: tuple[str, ...]
    """The addresses as written; '' for an entry that names none."""


def listing(address: str, content_type: str, data: bytes) -> Listing | None:
    """Read what lists pages; None when that is not what it is.

    Raises:
        Unread: it is XML, but wrong or none of these kinds.
    """
    xml = content_type.endswith(("/xml", "+xml")) and "xhtml" not in content_type
    page = data[:1024].lstrip().lower().startswith((b"<!doctype html", b"<html>"))
    if page and xml:
        raise Unread(f"it is said to be {content_type}, but it is an HTML page: no document")
    if page or not (xml or _BEGINS.search(data[:4096])):
        return None
    root = _parsed(data)
    name = etree.QName(root).localname
    if name == "html":
        return None
    if name not in _ROOTS:
        raise Unread(f"it is XML of the kind <{name}>: no sitemap, feed or document")
    entries = _sitemap(root) if name in ("urlset", "sitemapindex") else _feed(root)
    return Listing(address, name == "sitemapindex", tuple(entries))


def _parsed(data: bytes) -> etree._Element:
    # Nothing is loaded, expanded or larger than libxml2's own limits.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data.lstrip(), parser)  # blank lines ahead are a common slip
    except etree.XMLSyntaxError as error:
        said = _PLACE.sub("", error.msg or "")
        raise Unread(f"its XML is wrong in line {error.lineno or 1}: {said}") from None
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and next(declared.iterentities(), None) is not None:
        raise Unread("its XML declares entities of its own, which are not read")
    return root


def _sitemap(root: etree._Element) -> Iterator[str]:
    for entry in root.iterfind("{*}*"):
        if etree.QName(entry).localname in ("url", "sitemap"):
            yield (entry.findtext("{*}loc") or "").strip()


def _feed(root: etree._Element) -> Iterator[str]:
    """The links of RSS items and Atom entries."""
    for entry in root.iter("{*}item", "{*}entry"):
        found = permanent = ""
        for child in entry.iterchildren("{*}link", "{*}guid"):
            text = (child.text or "").strip()
            if etree.QName(child).localname == "guid":
                permanent = text if child.get("isPermaLink", "true") == "true" else ""
            elif child.get("rel", "alternate") == "alternate":
                found = found or child.get("href") or text
        yield found or (permanent if "://" in permanent else "")


def from_file(path: Path) -> Iterator[str | Skipped]:
    """Read addresses, one a line; ``#`` begins a comment. Wrong lines are skipped, by number.

    Raises:
        SourceError: the file can't be read.
    """
    try:
        lines = decode(path.read_bytes()).splitlines()
    except OSError as error:
        raise SourceError(f"{path}: it can't be read: {error.strerror}.") from None
    except ValueError as error:
        raise SourceError(f"{path}: {error}.") from None
    for number, line in enumerate(lines, 1):
        address = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()
        if address:
            try:
                yield normal(address)
            except Unread as why:
                yield Skipped(f"{path}:{number}", f"'{address}': {why}")
