"""The exported model gives the original's vectors, and only the published weights are taken."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from indexer.encoder.export import exported
from indexer.encoder.model import DEFAULT, find
from indexer.encoder.onnx import Encoder
from indexer.errors import ModelError, SnapshotError

TEXTS = (
    "Heat eases a stiff neck.",
    "knee",
    "My lower back hurts when I sit for long, and the pain runs down my left leg at night. " * 30,
    "word " * 254,
    "word " * 255,
    "",
    " \n\t ",
    "🦴🦵 👩‍👩‍👧‍👦 💊",
    "الركبة تؤلمني منذ يومين",
    "הברך כואבת לי כבר יומיים",
    "膝が痛いときは休む。",
    "Ибупрофен 400 mg — 3×/day",
    "x" * 5000,
    "[CLS] special [SEP] words [PAD]",
)


@pytest.fixture(scope="module")
def original() -> np.ndarray:
    """What sentence-transformers makes of the texts, each alone."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(find().folder), device="cpu")
    rows = [model.encode([text], normalize_embeddings=True)[0] for text in TEXTS]
    return np.stack(rows)


@pytest.mark.parametrize("batches", [[TEXTS], [[text] for text in TEXTS]], ids=["all", "alone"])
def test_vectors_are_those_of_the_original(
    encoder: Encoder, original: np.ndarray, batches: Sequence[Sequence[str]]
) -> None:
    vectors = np.concatenate([encoder.encode(batch) for batch in batches])
    assert vectors.shape == (len(TEXTS), encoder.dimensions)
    assert vectors.dtype == np.float32
    assert (vectors * original).sum(axis=1).min() > 0.9999


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimensions)


@pytest.mark.parametrize("words", [0, 1, 254, 255, 256, 1000, 5000])
def test_tokens_are_counted_past_the_limit(encoder: Encoder, words: int) -> None:
    assert encoder.count_tokens(["knee " * words, "hip"]) == [words, 1]


def test_room_is_what_a_text_may_have_before_it_is_cut_off(encoder: Encoder) -> None:
    full = "knee " * encoder.room
    same, other = encoder.encode([full, full + "hip"]), encoder.encode([full[5:] + "hip", full])
    assert np.allclose(same[0], same[1], atol=1e-6)
    assert not np.allclose(other[0], other[1], atol=1e-6)


@pytest.mark.parametrize("text", ["", "Heat eases a stiff neck.", "knee " * 254])
def test_a_text_that_fits_is_the_same_encoded_as_a_long_one(encoder: Encoder, text: str) -> None:
    assert np.allclose(encoder.encode_long(text), encoder.encode([text])[0], atol=1e-6)


def test_a_long_text_is_seen_to_its_end(encoder: Encoder) -> None:
    start, end = (
        "Heat eases a stiff neck. " * 100,
        "Green tea wants water of eighty degrees. " * 100,
    )
    tea, long = encoder.encode(["How is green tea brewed?"])[0], encoder.encode_long(start + end)
    assert np.isclose(np.linalg.norm(long), 1, atol=1e-5)
    assert long @ tea > encoder.encode_long(start) @ tea + 0.2


def test_spans_get_unit_vectors_of_their_own_in_the_texts_order(encoder: Encoder) -> None:
    texts = ["Rest it. Ice it.", "Tea.", "\u2063 🦴"]
    spans = [[(0, 8), (9, 16)], [], [(0, 1)]]
    embedded = dict(encoder.embed(texts, spans))
    assert sorted(embedded) == [0, 1, 2]
    for at, found in embedded.items():
        assert found.spans.shape == (len(spans[at]), encoder.dimensions)
        assert np.allclose(np.linalg.norm(found.spans, axis=1), 1, atol=1e-5)
        assert np.allclose(found.vector, encoder.encode([texts[at]])[0], atol=1e-5)
    assert not np.allclose(embedded[0].spans[0], embedded[0].spans[1], atol=1e-2)


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


def test_an_export_is_made_once(encoder: Encoder, model_cache: Path) -> None:
    folder = exported(find(), model_cache)
    made = (folder / "model.onnx").stat().st_mtime_ns
    assert exported(find(), model_cache) == folder
    assert (folder / "model.onnx").stat().st_mtime_ns == made
    assert [path.name for path in model_cache.iterdir()] == [folder.name]


@pytest.mark.parametrize("file", ["encoder.json", "tokenizer.json", "model.onnx"])
@pytest.mark.parametrize("damage", ["missing", "garbage"])
def test_a_damaged_export_is_refused_by_its_folders_name(
    encoder: Encoder, model_cache: Path, tmp_path: Path, file: str, damage: str
) -> None:
    for path in exported(find(), model_cache).iterdir():
        os.link(path, tmp_path / path.name)
    (tmp_path / file).unlink()
    if damage == "garbage":
        (tmp_path / file).write_bytes(b"{garbage")
    with pytest.raises(SnapshotError, match=str(tmp_path)):
        Encoder.open(tmp_path)
