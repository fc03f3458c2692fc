"""Where documents come from: folders, files, JSONL."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from indexer.article import Article, Ignored, Skipped
from indexer.errors import SourceError
from indexer.sources.count import count
from indexer.sources.file import article
from indexer.sources.folder import documents
from indexer.sources.jsonl import JSONL, records

Found = Article | Skipped | Ignored

__all__ = ["Found", "count", "read"]


def read(sources: Sequence[str]) -> Iterator[Found]:
    """Read every document of the sources, in a stable order, one at a time.

    An article's id is the one that the document names, else its path below the source. Of
    two articles with one id the first counts; the other is skipped with its reason.

    Raises:
        SourceError: a source is missing or holds no document, or there is no source at all.
    """
    roots = [_existing(source) for source in sources]
    if not roots:
        raise SourceError("No source given: name a folder or file, or set 'sources' in the config.")
    several = sum(root.is_dir() for root in roots) > 1
    seen: dict[str, str] = {}
    for root in roots:
        found = False
        for item in map(_sound, _read_one(root, f"{root.resolve().name}/" if several else "")):
            found = found or not isinstance(item, Ignored)
            if isinstance(item, Article):
                if item.id in seen:
                    reason = f"its id '{item.id}' is already that of {seen[item.id]}"
                    yield Skipped(item.origin, reason)
                    continue
                seen[item.id] = item.origin
            yield item
        if not found:
            raise SourceError(
                f"{root}: no document in it. Files ending in .html, .htm, .md, .txt, .jsonl or "
                ".jsonl.gz are read."
            )


def _sound(item: Found) -> Found:
    """An item without lone surrogates (file names that are not UTF-8 have them, or bad JSON)."""
    if isinstance(item, Article):
        return replace(
            item,
            id=_encodable(item.id),
            title=_encodable(item.title),
            url=_encodable(item.url),
            metadata=_encodable(item.metadata),
            origin=_encodable(item.origin),
        )
    if isinstance(item, Skipped):
        return Skipped(_encodable(item.origin), _encodable(item.reason))
    return item


def _encodable(value: Any) -> Any:  # noqa: ANN401 (what JSON can hold)
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_encodable(one) for one in value]
    if isinstance(value, dict):
        return {_encodable(key): _encodable(one) for key, one in value.items()}
    return value


def _existing(source: str) -> Path:
    if "://" in source:
        raise SourceError(f"{source}: web addresses can't be read yet; name a folder or file.")
    root = Path(source)
    if not root.exists():
        raise SourceError(f"{source}: no such file or folder.")
    return root


def _read_one(root: Path, prefix: str) -> Iterator[Found]:
    if not root.is_dir():
        yield from _read_file(root, root.name)
        return
    for path in documents(root):
        yield from _read_file(path, prefix + path.relative_to(root).as_posix())


def _read_file(path: Path, default_id: str) -> Iterator[Found]:
    if path.name.lower().endswith(JSONL):
        yield from records(path)
    else:
        yield article(path, default_id)
