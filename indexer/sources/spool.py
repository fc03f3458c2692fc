"""What was read, kept on disk until all of it is: so that memory does not grow with the corpus."""

import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from types import TracebackType
from typing import Any

from indexer.article import Ignored, Skipped
from indexer.errors import SourceError
from indexer.extract.extracted import Block, Extracted
from indexer.sources.page import Page
from indexer.writing import writing

Kept = Page | Skipped | Ignored | Path
"""A path stands for the records of a JSONL file: they can be read again where they are."""

_LENGTH = struct.Struct("<I")


class Spool:
    """A temporary file of what was read, in that order; gone when closed or killed."""

    def __init__(self) -> None:
        self._file = TemporaryFile(prefix="plainsearch-")  # noqa: SIM115 (see __exit__)

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, item: Kept) -> None:
        """Put an item at the end.

        Raises:
            SourceError: the folder for temporary files is full.
        """
        # As ASCII, since names of files may hold what is no UTF-8.
        data = zlib.compress(json.dumps(_plain(item), default=str).encode("ascii"), 1)
        with writing(Path(gettempdir()), SourceError):
            self._file.write(_LENGTH.pack(len(data)) + data)

    def __iter__(self) -> Iterator[Kept]:
        """All items; only when no more is added."""
        with writing(Path(gettempdir()), SourceError):
            self._file.seek(0)  # what was still in memory is written
        while length := self._file.read(_LENGTH.size):
            data = self._file.read(*_LENGTH.unpack(length))
            yield _item(json.loads(zlib.decompress(data)))


def _plain(item: Kept) -> list[Any]:
    if isinstance(item, Page):
        found = item.found
        blocks = [[one.kind, one.text, one.level, one.dropped] for one in found.blocks]
        return [
            "page", item.origin, item.site, item.default_id, item.default_title, item.address,
            found.title, blocks, found.id, found.url, found.metadata,
        ]  # fmt: skip
    if isinstance(item, Skipped):
        return ["skipped", item.origin, item.reason]
    if isinstance(item, Ignored):
        return ["ignored", item.origin]
    return ["records", str(item)]


def _item(plain: list[Any]) -> Kept:
    kind, *values = plain
    if kind == "page":
        origin, site, default_id, default_title, address, title, blocks, *rest = values
        found = Extracted(title, tuple(Block(*block) for block in blocks), *rest)
        return Page(found, origin, site, default_id, default_title, address)
    if kind == "skipped":
        return Skipped(*values)
    return Ignored(*values) if kind == "ignored" else Path(*values)
