"""Any sentence-transformers model is exported with its pooling, layers, prompts and limits."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_model import TEXTS, build

from indexer.encoder.encoder import Encoder
from indexer.encoder.export import Precision, exported, identity, made_once
from indexer.encoder.model import find
from indexer.errors import ModelError

E5 = {"query": "query: ", "passage": "passage: "}
INSTRUCTED = {"query": "Represent the question for retrieval: ", "document": "passage: "}

Exported = Callable[..., tuple[Path, Encoder]]


@pytest.fixture
def export(tmp_path: Path) -> Exported:
    """Build a model and export it: its folder, and the encoder."""

    def made(precision: Precision = "fp32", **parts: object) -> tuple[Path, Encoder]:
        folder = build(tmp_path / "made", **parts)  # type: ignore[arg-type]
        return folder, Encoder.open(exported(find(str(folder)), precision, tmp_path / "cache"))

    return made


@pytest.mark.parametrize("precision", ["fp32", "int8"])
@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"pooling": "cls"},
        {"pooling": "max"},
        {"pooling": "lasttoken"},
        {"pooling": "weightedmean"},
        {"pooling": ["cls", "mean"]},
        {"dense": 16},
        {"normalise": False},
        {"multilingual": True},
        {"prompts": E5},
        {"prompts": INSTRUCTED, "include_prompt": False, "multilingual": True, "longest": 64},
    ],
    ids=str,
)
def test_questions_and_documents_are_encoded_as_the_original_does(
    export: Exported, precision: Precision, parts: dict[str, Any]
) -> None:
    from sentence_transformers import SentenceTransformer

    folder, encoder = export(precision, **parts)
    original = SentenceTransformer(str(folder), device="cpu")
    prompts = parts.get("prompts", {})
    for kind, name in (("query", "query"), ("document", "passage"), ("document", "document")):
        if prompts and name not in prompts:
            continue
        texts = [*TEXTS, "", "knee"] if kind == "document" else ["knee", "", "tea?"]
        ours = (
            encoder.encode(texts)
            if kind == "document"
            else np.stack([encoder.encode_question(text) for text in texts])
        )
        theirs = original.encode(texts, prompt=prompts.get(name, ""), normalize_embeddings=True)
        assert ours.shape == theirs.shape == (len(texts), encoder.dimensions)
        assert (ours * theirs).sum(axis=1).min() > (0.9999 if precision == "fp32" else 0.99)


def test_prompts_make_questions_and_documents_differ(export: Exported) -> None:
    _, encoder = export(prompts=E5)
    text = "What helps a stiff neck?"
    assert encoder.encode([text])[0] @ encoder.encode_question(text) < 0.999


def test_a_prompt_takes_room_from_the_text(tmp_path: Path) -> None:
    rooms = []
    for name, prompts in (("plain", {}), ("prompted", {"document": "passage: "})):
        folder = build(tmp_path / name, prompts=prompts)
        rooms.append(Encoder.open(exported(find(str(folder)), "fp32", tmp_path / "cache")).room)
    assert rooms[0] == 30  # of 32 tokens, without [CLS] and [SEP]
    assert rooms[1] < rooms[0]


def test_spans_are_found_behind_the_prompt(export: Exported) -> None:
    _, encoder = export(prompts={"document": "passage: "}, pooling="mean")
    text = "Rest the knee. Cool it."
    whole, parts = (
        next(encoder.embed([(text, spans)])).spans
        for spans in ([(0, len(text))], [(0, 14), (15, len(text))])
    )
    assert not np.allclose(parts[0], parts[1], atol=1e-2)
    assert (parts @ whole[0]).min() > 0


def test_length_and_width_are_the_models_own(export: Exported) -> None:
    _, encoder = export(longest=20, dense=8)
    assert (encoder.settings.max_tokens, encoder.dimensions) == (20, 8)


def test_an_export_is_made_once(encoder: Encoder, model_cache: Path) -> None:
    folder = exported(find(), "int8", model_cache)
    made = (folder / "model.onnx").stat().st_mtime_ns
    assert exported(find(), "int8", model_cache) == folder
    assert (folder / "model.onnx").stat().st_mtime_ns == made
    assert not [path for path in model_cache.iterdir() if path.name.startswith(".")]


def test_model_and_precision_are_part_of_the_identity(tmp_path: Path) -> None:
    models = [find(str(build(tmp_path / str(seed), seed=seed))) for seed in (1, 2)]
    names = {identity(model, precision) for model in models for precision in ("fp32", "int8")}
    assert len(names) == 4


def test_what_a_killed_export_left_is_deleted_by_the_next(tmp_path: Path) -> None:
    script = """
import sys, time
from pathlib import Path
from indexer.encoder.export import made_once
def make(folder):
    (folder / "model.onnx").write_text("half")
    print("half", flush=True)
    time.sleep(600)
made_once(Path(sys.argv[1]) / "one", make)
"""
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half\n"
        assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [".building-one"]
        process.kill()
    folder = made_once(tmp_path / "other", lambda making: (making / "model.onnx").touch())
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == [folder]
    assert [path.name for path in folder.iterdir()] == ["model.onnx"]


def test_an_export_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def make(folder: Path) -> None:
        (folder / "model.onnx").touch()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(ModelError, match=f"{tmp_path}: can't be written: No space left"):
        made_once(tmp_path / "one", make)
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []
