"""A sentence-transformers model → ONNX, checked against the original. The only user of torch."""

import json
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from indexer.encoder.model import Model, settings
from indexer.encoder.onnx import SETTINGS_FILE, Encoder
from indexer.errors import ModelError

EXPORTER = "onnx-1"
"""Changes whenever the same model would be exported otherwise: part of what made a vector."""

_CHECK = (
    "Heat eases a stiff neck.",
    "My lower back hurts when I sit for long at work, and the pain runs down my left leg at "
    "night. What can I take that does not make me sleepy?",
    "",
    "Ибупрофен 400 mg — 3×/day 💊",
)


def exported(model: Model, cache: Path) -> Path:
    """The folder of the exported model, made at the first call on this machine.

    Args:
        model: what to export.
        cache: a folder for exports of all models; this one's is made in it, atomically.

    Raises:
        ModelError: the model is of a kind that can't be exported, or its export gave other
            vectors than the original.
    """
    folder = cache / f"{EXPORTER}-{model.fingerprint[:16]}"
    if not (folder / SETTINGS_FILE).is_file():
        cache.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=".building-", dir=cache))
        try:
            _export(model, building)
            try:
                building.rename(folder)
            except OSError:
                if not folder.is_dir():  # else another process was faster: take its
                    raise
        finally:
            shutil.rmtree(building, ignore_errors=True)
    return folder


def _export(model: Model, folder: Path) -> None:
    pooling = _pooling(model)
    try:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError as error:
        raise ModelError(
            f"Exporting model '{model.name}' needs {error.name}: install plainsearch[index]."
        ) from error

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    # Eager attention: traced from the fused kernel, padding was silently not masked.
    original = SentenceTransformer(
        str(model.folder),
        device="cpu",
        trust_remote_code=False,
        model_kwargs={"attn_implementation": "eager", "use_safetensors": True},
    )
    inputs = original.tokenizer(list(_CHECK[:2]), padding=True, return_tensors="pt")
    names = [name for name in original.tokenizer.model_input_names if name in inputs]

    class TokenEmbeddings(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.network = original[0].auto_model

        def forward(self, *values: Any) -> Any:  # noqa: ANN401 (tensors; torch is not typed here)
            return self.network(**dict(zip(names, values, strict=True))).last_hidden_state

    axes = {0: "batch", 1: "tokens"}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            TokenEmbeddings().eval(),
            tuple(inputs[name] for name in names),
            str(folder / "model.onnx"),
            input_names=names,
            output_names=["token_embeddings"],
            dynamic_axes=dict.fromkeys([*names, "token_embeddings"], axes),
            opset_version=17,
            dynamo=False,
        )
    shutil.copyfile(model.folder / "tokenizer.json", folder / "tokenizer.json")
    described = {
        "model": model.name,
        "fingerprint": f"{EXPORTER}-{model.fingerprint}",
        "dimensions": original[0].auto_model.config.hidden_size,
        "max_tokens": original.max_seq_length,
        "pooling": pooling,
        "inputs": names,
    }
    (folder / SETTINGS_FILE).write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")
    expected = original.encode(list(_CHECK), normalize_embeddings=True)
    worst = float(np.abs(Encoder.open(folder).encode(_CHECK) - expected).max())
    if worst > 1e-4:
        raise ModelError(
            f"Model '{model.name}': the exported model's vectors differ from the original's by "
            f"{worst:.1e}; it was not used. Please report this with the versions from "
            "'plainsearch doctor'."
        )


def _pooling(model: Model) -> str:
    """How the model makes one vector of its tokens', from its modules.json."""
    path = model.folder / "modules.json"
    modules = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    kinds = {str(module["type"]).rsplit(".", 1)[-1]: module["path"] for module in modules}
    unknown = sorted(kinds.keys() - {"Transformer", "Pooling", "Normalize"})
    if unknown:
        raise ModelError(f"Model '{model.name}' has a module {unknown[0]}, which is not supported.")
    found = settings(model, f"{kinds.get('Pooling', '1_Pooling')}/config.json")
    for name in ("mean", "cls"):
        if found.get("pooling_mode") == name or found.get(
            "pooling_mode_cls_token" if name == "cls" else "pooling_mode_mean_tokens"
        ):
            return name
    raise ModelError(f"Model '{model.name}': only mean and cls pooling are supported.")
