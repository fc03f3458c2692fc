"""Cross-encoder → the files that the torch-free reranker runs, checked against the original."""

import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from tokenizers import Tokenizer

from indexer.encoder.export import EXPORTER, Precision, made_once
from indexer.encoder.model import Model
from indexer.encoder.original import OriginalReranker
from indexer.encoder.quantise import TEXTS, pair_samples, quantise
from indexer.encoder.reranker import NETWORK, Reranker, RerankerSettings
from indexer.encoder.tokens import TOKENIZER
from indexer.errors import ModelError

_CHECK = (*pairwise(TEXTS), ("Heat eases a stiff neck. " * 200, ""), ("", "Rest it. " * 400))
_LARGEST_DIFFERENCE: dict[Precision, float] = {"fp32": 0.01, "int8": 0.5}
"""Of logits; half a logit moves a score by an eighth at most."""


def identity(model: Model, precision: Precision) -> str:
    """What an index's re-ranking depends on: how the model is exported, and the model."""
    return f"{EXPORTER}-{precision}-{model.fingerprint}"


def exported_reranker(model: Model, precision: Precision, cache: Path) -> Path:
    """The folder of the exported cross-encoder, made at the first call on this machine.

    Raises:
        ModelError: the model is no cross-encoder, can't be exported, or its export scored pairs
            otherwise than the original.
    """
    name = f"reranker-{EXPORTER}-{precision}-{model.fingerprint[:16]}"
    return made_once(cache / name, lambda folder: _export(model, precision, folder))


def _export(model: Model, precision: Precision, folder: Path) -> None:
    original = OriginalReranker(model)
    original.trace(folder / NETWORK)
    shutil.copyfile(model.transformer / TOKENIZER, folder / TOKENIZER)
    if precision == "int8":
        samples = pair_samples(Tokenizer.from_file(str(folder / TOKENIZER)))
        quantise(folder / NETWORK, samples, folder / NETWORK)
    settings = RerankerSettings(
        model=model.name,
        fingerprint=identity(model, precision),
        precision=precision,
        difference=0.0,
        max_tokens=original.max_tokens,
        pair_ms=0.0,
    )
    settings.write(folder)
    reranker = Reranker.open(folder)
    logits = zip((reranker.logit(*pair) for pair in _CHECK), original.logits(_CHECK), strict=True)
    difference = max(abs(ours - theirs) for ours, theirs in logits)
    if not difference <= _LARGEST_DIFFERENCE[precision]:  # nor is it NaN
        instead = (
            'Set precision = "fp32" in plainsearch.toml.'
            if precision == "int8"
            else "Please report this with the versions that 'plainsearch doctor' prints."
        )
        raise ModelError(
            f"Reranker '{model.name}': exported in {precision}, its scores differ from the "
            f"original's (logits by {difference:.4f}), so the export was not used. {instead}"
        )
    pair_ms = max(0.001, round(reranker.milliseconds(), 3))
    replace(settings, difference=round(difference, 4), pair_ms=pair_ms).write(folder)
