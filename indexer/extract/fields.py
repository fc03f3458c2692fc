"""What a document says of itself, under the names that plainsearch knows."""

from collections.abc import Mapping
from typing import Any, NamedTuple

_NAMES = {
    "author": "author authors byline by",
    "published": "published date pubdate publish_date date_published publication_date",
    "modified": "modified updated lastmod last_modified last_updated date_modified date_updated",
    "language": "language lang locale",
    "url": "url canonical canonical_url canonicalurl",
    "title": "title",
    "id": "id",
    "tags": "tags",
}
_KNOWN = {name: known for known, names in _NAMES.items() for name in names.split()}


class Own(NamedTuple):
    """A document's own title, identity and address, and the rest as metadata."""

    title: str
    id: str | None
    url: str | None
    metadata: dict[str, Any]


def known_name(name: str) -> str | None:
    """Under which name plainsearch knows a field: 'Last updated' is ``modified``."""
    return _KNOWN.get(name.strip().casefold().replace(" ", "_").replace("-", "_"))


def own(fields: Mapping[str, Any]) -> Own:
    """Sort out a document's fields.

    A field with another name for what plainsearch knows gets the known name, unless that is taken;
    all others stay as they are.
    """
    taken = {name for name in fields if name in _NAMES}
    named: dict[str, Any] = {}
    for name, value in fields.items():
        known = known_name(name)
        if name not in taken and known and known not in taken:
            taken.add(known)
            name = known
        named[name] = value
    title, identity, url = named.pop("title", None), named.pop("id", None), named.pop("url", None)
    return Own(
        str(title or ""),
        str(identity) if identity not in (None, "") else None,
        str(url) if url else None,
        named,
    )
