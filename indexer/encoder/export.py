"""Model → the files that the torch-free encoder runs, checked against the original."""

import fcntl
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal

from tokenizers import Tokenizer

from indexer.encoder.encoder import BODY, Encoder, Settings
from indexer.encoder.model import Model
from indexer.encoder.original import Original
from indexer.encoder.quantise import quantise, samples
from indexer.encoder.tokens import TOKENIZER
from indexer.errors import ModelError
from indexer.writing import sync, writing

EXPORTER = "onnx-3"
"""Changes whenever the same model would be exported otherwise: part of what made a vector."""

Precision = Literal["fp32", "int8"]

_CHECK = (
    "Heat eases a stiff neck.",
    "My lower back hurts when I sit for long at work, and the pain runs down my left leg at "
    "night. What can I take that does not make me sleepy?",
    "",
    "Ибупрофен 400 mg — 3×/day 💊",
    "Rest it, cool it, raise it. " * 400,
)
_LEAST_AGREEMENT: dict[Precision, float] = {"fp32": 0.9999, "int8": 0.98}


def identity(model: Model, precision: Precision) -> str:
    """What the vectors of an index depend on: how the model is exported, and the model."""
    return f"{EXPORTER}-{precision}-{model.fingerprint}"


def exported(model: Model, precision: Precision, cache: Path) -> Path:
    """The folder of the exported model, made at the first call on this machine.

    Args:
        model: what to export.
        precision: what it shall compute in.
        cache: a folder for exports of all models; this one's is made in it, atomically.

    Raises:
        ModelError: the model is of a kind that can't be exported, or its export gave other
            vectors than the original.
    """
    name = f"{EXPORTER}-{precision}-{model.fingerprint[:16]}"
    return made_once(cache / name, lambda folder: _export(model, precision, folder))


def made_once(folder: Path, make: Callable[[Path], None]) -> Path:
    """A folder that is there whole or not at all: where it is not, it is made aside and renamed.

    One process at a time makes one, so what a killed one left is known for that, and deleted.
    """
    cache = folder.parent
    with writing(cache, ModelError):
        cache.mkdir(parents=True, exist_ok=True)
        if folder.is_dir():
            return folder
        with (cache / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for left in cache.glob(".building-*"):
                shutil.rmtree(left)
            if folder.is_dir():  # by another process, while this one waited
                return folder
            building = cache / f".building-{folder.name}"
            building.mkdir()
            try:
                make(building)
                for path in (*building.iterdir(), building):
                    sync(path)
                building.rename(folder)
            finally:
                shutil.rmtree(building, ignore_errors=True)
    return folder


def _export(model: Model, precision: Precision, folder: Path) -> None:
    original = Original(model)
    original.trace(folder)
    shutil.copyfile(model.transformer / TOKENIZER, folder / TOKENIZER)
    if precision == "int8":
        traced = folder / BODY
        quantise(traced, samples(Tokenizer.from_file(str(folder / TOKENIZER))), traced)
    settings = Settings(
        model=model.name,
        fingerprint=identity(model, precision),
        precision=precision,
        agreement=0.0,
        dimensions=original.dimensions,
        max_tokens=original.max_tokens,
        query=original.query,
        document=original.document,
    )
    settings.write(folder)
    agreement = _agreement(original, Encoder.open(folder))
    if agreement < _LEAST_AGREEMENT[precision]:
        instead = (
            'Set precision = "fp32" in plainsearch.toml.'
            if precision == "int8"
            else "Please report this with the versions that 'plainsearch doctor' prints."
        )
        raise ModelError(
            f"Model '{model.name}': exported in {precision}, its vectors differ from the "
            f"original's (cosine {agreement:.4f}), so the export was not used. {instead}"
        )
    replace(settings, agreement=round(agreement, 4)).write(folder)


def _agreement(original: Original, encoder: Encoder) -> float:
    """The smallest cosine between what both make of the texts to check with."""
    query = encoder.settings.query.text
    # Questions beyond the model's limit are seen in windows, by us alone.
    short = [text for text in _CHECK if encoder.count_tokens([query + text])[0] <= encoder.room]
    cosines = [*(encoder.encode(_CHECK) * original.encode(_CHECK, original.document)).sum(axis=1)]
    for text in short:
        cosines.append(encoder.encode_question(text) @ original.encode([text], original.query)[0])
    return float(min(cosines))
