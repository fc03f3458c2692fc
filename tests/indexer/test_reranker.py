"""Any cross-encoder of sentence-transformers is exported and scores pairs as it does."""

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from tiny_model import TEXTS, build, build_reranker

from indexer.encoder.export import Precision
from indexer.encoder.export_reranker import exported_reranker, identity
from indexer.encoder.model import find
from indexer.encoder.reranker import Reranker
from indexer.errors import ModelError, SnapshotError

QUESTIONS = ("what helps a sore knee?", "té", "", "How warm should the water be? " * 60)
PASSAGES = (*TEXTS, "", "Knee pain\nRest the knee. " * 90)


def export(model: Path, precision: Precision = "fp32") -> Reranker:
    return Reranker.open(exported_reranker(find(str(model)), precision, model.parent / "cache"))


@pytest.mark.parametrize("precision", ["fp32", "int8"])
@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"multilingual": True},
        {"longest": 24},
        {"activation": "torch.nn.modules.linear.Identity"},
        {"activation": "torch.nn.modules.activation.Sigmoid", "seed": 3},
    ],
    ids=str,
)
def test_pairs_are_scored_as_the_original_scores_them(
    tmp_path: Path, precision: Precision, parts: dict[str, Any]
) -> None:
    from sentence_transformers import CrossEncoder
    from torch.nn import Sigmoid

    folder = build_reranker(tmp_path / "made", **parts)
    ours = export(folder, precision)
    pairs = [*product(QUESTIONS, PASSAGES)]
    theirs = CrossEncoder(str(folder), device="cpu").predict(pairs, activation_fn=Sigmoid())
    scores = [ours.score(*pair) for pair in pairs]
    near = 1e-4 if precision == "fp32" else 0.06
    assert scores == pytest.approx(theirs.tolist(), abs=near)
    assert max(scores) - min(scores) > 2 * near  # they say something
    assert ours.settings.max_tokens == parts.get("longest", 256)


def test_which_text_is_the_question_matters(tmp_path: Path) -> None:
    reranker = export(build_reranker(tmp_path / "made"))
    one, other = TEXTS[0], TEXTS[3]
    assert reranker.score(one, other) != pytest.approx(reranker.score(other, one), abs=1e-4)


def test_what_is_no_cross_encoder_with_one_label_is_refused_by_its_name(tmp_path: Path) -> None:
    embedding = build(tmp_path / "embedding")
    for folder, what in (
        (embedding, "is BertModel"),
        (build_reranker(tmp_path / "three", labels=3), "gives 3 labels"),
        (
            build_reranker(tmp_path / "tanh", activation="torch.nn.modules.activation.Tanh"),
            "ends in Tanh",
        ),
    ):
        with pytest.raises(ModelError, match=f"{folder.name}.*{what}.*cross-encoder"):
            export(folder)


def test_a_pickle_or_code_of_its_own_is_refused(tmp_path: Path) -> None:
    folder = build_reranker(tmp_path / "made")
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config["auto_map"] = {"AutoModelForSequenceClassification": "own.Network"}
    config["model_type"] = "own"
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    (folder / "own.py").write_text("raise SystemExit('run')", "utf-8")
    with pytest.raises(ModelError, match="can't load it"):
        export(folder)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"pytorch_model\.bin is a pickle"):
        export(folder)


def test_model_and_precision_are_part_of_the_identity(tmp_path: Path) -> None:
    models = [find(str(build_reranker(tmp_path / str(seed), seed=seed))) for seed in (1, 2)]
    names = {identity(model, precision) for model in models for precision in ("fp32", "int8")}
    assert len(names) == 4


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "reranker.json"])
def test_a_damaged_export_is_named(tmp_path: Path, name: str) -> None:
    model = find(str(build_reranker(tmp_path / "made")))
    folder = exported_reranker(model, "fp32", tmp_path / "cache")
    (folder / name).write_bytes(b"{}")
    with pytest.raises(SnapshotError, match=f"{folder.name}.*reranker.*snapshots rollback"):
        Reranker.open(folder)
