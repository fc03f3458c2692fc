"""The values that everything passes along: Article, Section, Passage."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, NamedTuple

Span = tuple[int, int]
"""Start and end (exclusive), in code points of the article's stored text."""


BETWEEN_CELLS = " | "
"""Stands in a row of a table, which is put together from its cells: no page holds it like that."""


@dataclass(frozen=True, slots=True)
class Section:
    """The text under one heading, up to the next heading; the heading's own line is not in it."""

    start: int
    end: int
    heading_path: tuple[str, ...]
    """Headings from the outermost to the section's own; empty before the first heading."""


@dataclass(frozen=True, slots=True)
class Article:
    """One published article as text. Every excerpt shown to a reader is a slice of `text`."""

    id: str
    title: str
    text: str
    sections: tuple[Section, ...]
    url: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    origin: str = ""
    """Where it was read from (file, or file and line), for messages; not part of its identity."""
    unread: tuple[tuple[int, str], ...] = ()
    """What its page shows besides, in order: where in `text` each stands, and what it says. Known
    only while indexing; not part of its identity."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all that a reader or the ranking could see of the article."""
        seen = [
            self.title,
            self.url,
            self.text,
            [[s.start, s.end, s.heading_path] for s in self.sections],
            self.metadata,
        ]
        canonical = json.dumps(seen, ensure_ascii=True, sort_keys=True, default=str)
        return hashlib.sha256(canonical.encode()).hexdigest()


class Target(NamedTuple):
    """Where a link to a sentence points (`indexer.fragment`): places in the article's text."""

    before: int
    """The words from here up to `start` tell the place from others alike; `start` if none must."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one section, short enough for the model: what is embedded and retrieved."""

    article_id: str
    title: str
    heading_path: tuple[str, ...]
    start: int
    end: int
    text: str
    """``article.text[start:end]``."""
    sentences: tuple[Span, ...]
    """Spans in the article's text, in order; together they hold all but white space."""
    targets: tuple[Target | None, ...] = ()
    """For each sentence where a link to it points, itself or what stands ahead of it; None where
    nothing can be pointed at. Empty where the article has no address."""

    @property
    def id(self) -> str:
        """Stable while the article's id, the place and the words stay the same: 16 hex digits."""
        key = f"{self.article_id}\0{self.start}\0{self.text}"
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def context(self) -> str:
        """Title and headings as they are embedded ahead of the text, but never shown in it."""
        return context(self.title, self.heading_path)

    @property
    def embedded_text(self) -> str:
        """What the encoder sees."""
        return self.context + self.text


def context(title: str, heading_path: tuple[str, ...]) -> str:
    """Join title and headings into the lines embedded ahead of a passage's text."""
    lines = [line for line in (title, " > ".join(heading_path)) if line]
    return "".join(line + "\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A document that can't become an article, and why: told to the user, exit code 4."""

    origin: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """A file that is no document (an image, a style sheet) found beside documents."""

    origin: str

    @property
    def kind(self) -> str:
        """The ending of its name, as '.png'; 'without an ending' where it has none."""
        ending = PurePath(self.origin).suffix.lower()
        return ending if re.fullmatch(r"\.\w{1,12}", ending) else "without an ending"
