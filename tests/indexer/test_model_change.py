"""Another model or precision rebuilds the index and never mixes vectors; going back is free."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_model import build

from indexer.snapshot.index import Index

Plainsearch = Callable[..., Any]
Report = Callable[[], dict[str, Any]]


@pytest.fixture
def run(plainsearch: Plainsearch, articles: Path, index: Path, report: Report) -> Report:
    """Index the articles again, with settings given as in the environment; the run's report."""

    def again(**settings: object) -> dict[str, Any]:
        env = {f"PLAINSEARCH_{name.upper()}": str(value) for name, value in settings.items()}
        done = plainsearch("index", articles, "--index", index, env=env)
        assert done.returncode == 0, done.stderr
        return report()

    return again


def vectors(index: Path) -> np.ndarray:
    """The passage vectors of the published snapshot."""
    snapshot = Index(index).open()
    return snapshot.vectors.passages(np.arange(len(snapshot.vectors)))


def test_another_model_embeds_everything_and_going_back_nothing(
    tmp_path: Path, run: Callable[..., dict[str, Any]], index: Path, plainsearch: Plainsearch
) -> None:
    before = vectors(index)
    prompts = {"query": "query: ", "passage": "passage: "}
    other = run(model=build(tmp_path, prompts=prompts, longest=256))
    assert other["embedded"] == other["passages"] == 3
    assert vectors(index).shape == (3, 32)
    # From its own snapshot, so without the model's folder.
    shutil.rmtree(tmp_path / "model")
    asked = plainsearch("ask", "Brewing tea", "--index", index, "--json")
    assert asked.returncode == 0, asked.stderr
    back = run()
    assert (back["embedded"], back["published"]) == (0, True)
    assert vectors(index).tobytes() == before.tobytes()


def test_another_precision_embeds_everything_and_stays_when_left_alone(
    run: Callable[..., dict[str, Any]], index: Path, plainsearch: Plainsearch
) -> None:
    before = vectors(index)
    exact = run(precision="fp32")
    assert exact["embedded"] == exact["passages"]
    after = vectors(index)
    assert not np.array_equal(before, after)
    assert (before * after).sum(axis=1).min() > 0.99
    assert not run()["published"]
    assert "in fp32" in plainsearch("doctor", "--index", index).stdout
    assert run(precision="int8")["embedded"] == 0
    assert vectors(index).tobytes() == before.tobytes()


def test_doctor_says_what_the_encoder_computes_in_and_why(
    index: Path, plainsearch: Plainsearch
) -> None:
    said = plainsearch("doctor", "--index", index).stdout
    assert "in int8, the fastest where the processor has instructions for it" in said
    assert "cosine to the original model at least 0.99" in said


def test_a_full_rebuild_embeds_nothing_again(
    run: Callable[..., dict[str, Any]], index: Path
) -> None:
    before = vectors(index)
    shutil.rmtree(index / "snapshots")
    (index / "CURRENT").unlink()
    again = run()
    assert (again["embedded"], again["published"]) == (0, True)
    assert vectors(index).tobytes() == before.tobytes()


@pytest.mark.parametrize("precision", ["bf16", "", "FP32"])
def test_an_unknown_precision_is_refused_by_its_name(
    articles: Path, index: Path, plainsearch: Plainsearch, precision: str
) -> None:
    done = plainsearch(
        "index", articles, "--index", index, env={"PLAINSEARCH_PRECISION": precision}
    )
    assert done.returncode == 1
    assert "PLAINSEARCH_PRECISION" in done.stderr and "one of auto, int8 and fp32" in done.stderr


def test_a_model_that_is_not_safe_leaves_the_index_as_it_is(
    tmp_path: Path, articles: Path, index: Path, plainsearch: Plainsearch
) -> None:
    before = Index(index).current()
    model = build(tmp_path)
    (model / "model.safetensors").rename(model / "pytorch_model.bin")
    done = plainsearch("index", articles, "--index", index, env={"PLAINSEARCH_MODEL": str(model)})
    assert done.returncode == 1
    assert "pytorch_model.bin is a pickle" in done.stderr and "Traceback" not in done.stderr
    assert Index(index).current() == before
