"""The sources that are given, each once, whatever they are called."""

import os
from collections.abc import Sequence
from pathlib import Path

from indexer.errors import SourceError
from indexer.sources.endings import refusal
from indexer.sources.web.address import normal
from indexer.sources.web.unread import Unread

Root = Path | str
"""A folder or file; or an address of the web."""


def roots(sources: Sequence[str]) -> list[Root]:
    """The sources in their order, but those that lie within a folder among them come last: what
    that folder leaves out is all that they add.

    Files and folders are the same if their resolved paths are, addresses if their one spelling is.
    """
    by_place: dict[str, Root] = {}
    for source in sources:
        by_place.setdefault(place(source), source if "://" in source else Path(source))
    found = list(by_place.values())
    above = folders(found)
    return sorted(found, key=lambda root: within(root, above))


def place(source: str) -> str:
    """Where a source is: the same for all its spellings."""
    if "://" not in source:
        return os.path.realpath(source)
    try:
        return normal(source)
    except Unread:  # reading it will say so
        return source


def folders(found: Sequence[Root]) -> frozenset[Path]:
    """The resolved paths of the folders among sources."""
    return frozenset(
        Path(place(str(root))) for root in found if isinstance(root, Path) and root.is_dir()
    )


def within(root: Root, above: frozenset[Path]) -> bool:
    """Whether a file or folder lies in one of these folders."""
    return isinstance(root, Path) and not above.isdisjoint(Path(place(str(root))).parents)


def check(source: str) -> None:
    """Raise SourceError for a file or folder that isn't there, or a file that can't be read."""
    if not source.strip():
        raise SourceError("A source has an empty name: name a folder, file or address.")
    if "://" in source:
        return
    root = Path(source)
    if root.is_symlink() and not root.exists():
        raise SourceError(f"{source}: it is a link to {root.readlink()}, which is not there.")
    if not root.exists():
        raise SourceError(f"{source}: no such file or folder{_meant(root)}.")
    reason = None if root.is_dir() else refusal(root)
    if reason:
        raise SourceError(f"{source}: {reason}.")


def _meant(root: Path) -> str:
    first = root.parts[0]
    if first.startswith("www.") or first in ("http:", "https:"):
        return ". An address begins with https://"
    return ". '~' is not your home folder here; write its path" if "~" in root.parts else ""
