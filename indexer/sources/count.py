"""How many documents a run will meet, for its progress bar."""

from collections.abc import Sequence
from pathlib import Path

from indexer.sources.folder import documents
from indexer.sources.jsonl import JSONL, count_lines


def count(sources: Sequence[str]) -> int:
    """Files and JSONL lines in the sources; an estimate, never an error.

    What is on the web is not asked for it.
    """
    total = 0
    for root in (Path(source) for source in sources if "://" not in source):
        for path in documents(root) if root.is_dir() else [root]:
            try:
                total += count_lines(path) if path.name.lower().endswith(JSONL) else 1
            except OSError:
                total += 1
    return total
