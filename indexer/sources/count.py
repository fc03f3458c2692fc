"""How many documents a run will meet, for its progress bar."""

from collections.abc import Sequence
from pathlib import Path

from indexer.sources.endings import is_records
from indexer.sources.folder import documents
from indexer.sources.jsonl import count_lines
from indexer.sources.roots import roots


def count(sources: Sequence[str]) -> int:
    """Files and JSONL lines in the sources; an estimate, never an error.

    What is on the web is not asked for it.
    """
    total = 0
    for root in (root for root in roots(sources) if isinstance(root, Path)):
        for path in documents(root) if root.is_dir() else [root]:
            try:
                total += count_lines(path) if is_records(path) else 1
            except OSError:
                total += 1
    return total
