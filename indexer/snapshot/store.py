"""articles.sqlite: articles, passages and sentences, and the metadata that filters ask for."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.article import Article, Passage, Section, Target

FILE = "articles.sqlite"

# A passage's row is its number in the vectors and in the lexical index; a sentence's row is its
# number among the sentence vectors. Offsets are code points of the article's text.
_SCHEMA = """
CREATE TABLE articles (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, url TEXT,
    text TEXT NOT NULL, sections TEXT NOT NULL, metadata TEXT NOT NULL, fingerprint TEXT NOT NULL
);
CREATE TABLE metadata (
    key TEXT NOT NULL, value TEXT NOT NULL COLLATE NOCASE, article INTEGER NOT NULL,
    PRIMARY KEY (key, value, article)
) WITHOUT ROWID;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, article INTEGER NOT NULL, title TEXT NOT NULL,
    heading_path TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL
);
CREATE TABLE sentences (
    row INTEGER PRIMARY KEY, passage INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    target_before INTEGER, target_start INTEGER, target_end INTEGER
);
"""
_INDEXES = """
CREATE INDEX passages_of_article ON passages (article);
CREATE INDEX passages_by_id ON passages (id);
CREATE INDEX sentences_of_passage ON sentences (passage);
"""

_DATES = [
    form.replace("0", "[0-9]") for form in ("0000", "0000-00", "0000-00-00", "0000-00-00[T ]*")
]


class StoreWriter:
    """Fills a new articles.sqlite; rows are numbered in the order of adding, from 0."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)
        # The file counts for nothing until its snapshot is published: synced once, as a whole.
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.executescript(_SCHEMA)
        self.articles = self.passages = self.sentences = 0

    def add(self, article: Article, passages: Sequence[Passage]) -> None:
        """Add an article with its passages and their sentences."""
        row = self.articles
        metadata = json.dumps(article.metadata, ensure_ascii=False)
        sections = json.dumps([[s.start, s.end, s.heading_path] for s in article.sections])
        self._db.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (row, article.id, article.title, article.url, article.text, sections, metadata,
             article.fingerprint),
        )  # fmt: skip
        self._db.executemany(
            "INSERT OR IGNORE INTO metadata VALUES (?, ?, ?)",
            ((key, _folded(value), row) for key, value in _filterable(article.metadata)),
        )
        for passage in passages:
            path = json.dumps(passage.heading_path, ensure_ascii=False)
            self._db.execute(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self.passages, passage.id, row, passage.title, path, passage.start, passage.end),
            )
            first = self.sentences
            self._db.executemany(
                "INSERT INTO sentences VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (first + at, self.passages, *span, *(target or (None, None, None)))
                    for at, (span, target) in enumerate(
                        zip_longest(passage.sentences, passage.targets)
                    )
                ),
            )
            self.passages += 1
            self.sentences += len(passage.sentences)
        self.articles += 1

    def close(self) -> None:
        """Write everything out."""
        self._db.executescript(_INDEXES)
        self._db.commit()
        self._db.close()


def _filterable(metadata: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Metadata as key and value: a list counts as several values."""
    for key, value in metadata.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, bool):
                yield key, "true" if item else "false"
            elif isinstance(item, str | int | float):
                yield key, str(item)


def _folded(value: str) -> str:
    """A value without case, as far as SQLite doesn't see to that: its NOCASE knows ASCII alone."""
    return value if value.isascii() else value.casefold()


class Store:
    """Reads an articles.sqlite that nobody writes any more; usable from several threads."""

    def __init__(self, path: Path) -> None:
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._db = sqlite3.connect(address, uri=True, check_same_thread=False)

    def article(self, row: int) -> Article:
        """The article in a row."""
        found = self._db.execute(
            "SELECT id, title, text, sections, url, metadata FROM articles WHERE row = ?", (row,)
        ).fetchone()
        identity, title, text, sections, url, metadata = found
        spans = tuple(Section(start, end, tuple(path)) for start, end, path in json.loads(sections))
        return Article(identity, title, text, spans, url, json.loads(metadata))

    def find_article(self, identity: str) -> tuple[int, str] | None:
        """Row and fingerprint of the article with an id; None where there is none."""
        found: tuple[int, str] | None = self._db.execute(
            "SELECT row, fingerprint FROM articles WHERE id = ?", (identity,)
        ).fetchone()
        return found

    def find_passage(self, identity: str) -> int | None:
        """Row of the passage with an id; None where there is none."""
        found = self._db.execute("SELECT row FROM passages WHERE id = ?", (identity,)).fetchone()
        return None if found is None else int(found[0])

    def fingerprint(self, row: int) -> tuple[str, str] | None:
        """Id and fingerprint of the article in a row; None past the last."""
        found: tuple[str, str] | None = self._db.execute(
            "SELECT id, fingerprint FROM articles WHERE row = ?", (row,)
        ).fetchone()
        return found

    def passage_rows(self, article: int) -> range:
        """Rows of an article's passages, which follow each other."""
        first, last = self._db.execute(
            "SELECT min(row), max(row) FROM passages WHERE article = ?", (article,)
        ).fetchone()
        return range(0) if first is None else range(first, last + 1)

    def sentence_rows(self, passages: range) -> range:
        """Rows of the sentences of passages that follow each other."""
        if not passages:
            return range(0)
        first, last = self._db.execute(
            "SELECT min(row), max(row) FROM sentences WHERE passage BETWEEN ? AND ?",
            (passages.start, passages.stop - 1),
        ).fetchone()
        return range(0) if first is None else range(first, last + 1)

    def passage(self, row: int, article: Article) -> Passage:
        """The passage in a row, cut from its article."""
        title, path, start, end = self._db.execute(
            "SELECT title, heading_path, start, end FROM passages WHERE row = ?", (row,)
        ).fetchone()
        sentences = self._db.execute(
            "SELECT start, end, target_before, target_start, target_end FROM sentences "
            "WHERE passage = ? ORDER BY row",
            (row,),
        ).fetchall()
        return Passage(
            article.id,
            title,
            tuple(json.loads(path)),
            start,
            end,
            article.text[start:end],
            tuple(one[:2] for one in sentences),
            tuple(None if one[2] is None else Target(*one[2:]) for one in sentences),
        )

    def passages(self, article_row: int) -> list[Passage]:
        """All passages of an article, in order."""
        article = self.article(article_row)
        return [self.passage(row, article) for row in self.passage_rows(article_row)]

    def passages_by_id(self) -> Iterator[int]:
        """Rows of all passages in the order of their ids: as good as drawn by lot."""
        for (row,) in self._db.execute("SELECT row FROM passages ORDER BY id"):
            yield int(row)

    def article_of_passage(self) -> npt.NDArray[np.int32]:
        """For every passage the row of its article. Shape (passages,)."""
        rows = self._db.execute("SELECT article FROM passages ORDER BY row").fetchall()
        return np.fromiter((row[0] for row in rows), np.int32, len(rows))

    def metadata_keys(self) -> list[str]:
        """The metadata fields that articles can be filtered by, sorted."""
        return [row[0] for row in self._db.execute("SELECT DISTINCT key FROM metadata ORDER BY 1")]

    def articles_with(self, key: str, values: Sequence[str]) -> npt.NDArray[np.int32]:
        """Rows of the articles whose field `key` is one of `values`, whatever their case."""
        marks = ", ".join("?" * len(values))
        rows = self._db.execute(
            f"SELECT DISTINCT article FROM metadata WHERE key = ? AND value IN ({marks})",
            (key, *map(_folded, values)),
        ).fetchall()
        return np.fromiter((row[0] for row in rows), np.int32, len(rows))

    def articles_dated(self, key: str, since: str, before: str) -> npt.NDArray[np.int32]:
        """Rows of the articles whose field `key` is an ISO date, or a date and time, that sorts
        from `since` up to, but without, `before`."""
        rows = self._db.execute(
            "SELECT DISTINCT article FROM metadata WHERE key = ? AND value >= ? AND value < ? AND "
            f"({' OR '.join('value GLOB ?' for _ in _DATES)})",
            (key, since, before, *_DATES),
        ).fetchall()
        return np.fromiter((row[0] for row in rows), np.int32, len(rows))

    def counts(self) -> dict[str, int]:
        """How many articles, passages and sentences there are."""
        return {
            table: int(self._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
            for table in ("articles", "passages", "sentences")
        }

    def close(self) -> None:
        """Close the file."""
        self._db.close()
