"""The exported model gives the original's vectors, whatever is encoded beside a text."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.encoder.batch import BatchEncoder
from indexer.encoder.encoder import Encoder
from indexer.encoder.export import exported
from indexer.encoder.model import find
from indexer.encoder.original import Original, gpu
from indexer.errors import SnapshotError

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


@pytest.fixture(scope="module")
def encoders(encoder: Encoder, model_cache: Path) -> Mapping[str, Encoder]:
    """The default model in each precision, and as it runs on a GPU (here on the processor)."""
    exact = exported(find(), "fp32", model_cache)
    return {
        "int8": encoder,
        "fp32": Encoder.open(exact),
        "batches": BatchEncoder.on(Original(find()), exact),
    }


LEAST = {"int8": 0.995, "fp32": 0.99999, "batches": 0.99999}


@pytest.mark.parametrize("kind", LEAST)
@pytest.mark.parametrize("batches", [[TEXTS], [[text] for text in TEXTS]], ids=["all", "alone"])
def test_vectors_are_those_of_the_original(
    encoders: Mapping[str, Encoder],
    original: np.ndarray,
    kind: str,
    batches: Sequence[Sequence[str]],
) -> None:
    vectors = np.concatenate([encoders[kind].encode(batch) for batch in batches])
    assert vectors.shape == (len(TEXTS), encoders[kind].dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert (vectors * original).sum(axis=1).min() > LEAST[kind]


def test_vectors_on_a_gpu_are_those_of_the_original(
    encoders: Mapping[str, Encoder], original: np.ndarray, model_cache: Path
) -> None:
    if not gpu():
        pytest.skip("torch sees no GPU on this machine")
    folder = exported(find(), "fp32", model_cache)
    vectors = BatchEncoder.on(Original(find(), "cuda"), folder).encode(TEXTS)
    assert (vectors * original).sum(axis=1).min() > LEAST["batches"]


def test_without_a_gpu_torch_is_not_asked_for_one() -> None:
    if any(Path(driver).exists() for driver in ("/proc/driver/nvidia", "/dev/kfd")):
        pytest.skip("this machine has the driver of a GPU")
    assert not gpu()


@given(st.lists(st.text(max_size=60), max_size=6), st.text(max_size=60))
@settings(max_examples=30, deadline=None)
def test_a_texts_vector_does_not_depend_on_what_is_encoded_beside_it(
    encoder: Encoder, others: list[str], text: str
) -> None:
    alone = encoder.encode([text])[0]
    assert encoder.encode([*others, text])[-1].tobytes() == alone.tobytes()


def test_one_core_gives_what_all_give(encoder: Encoder) -> None:
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system can't bind a process to a core")
    everywhere = encoder.encode(TEXTS)
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        assert encoder.encode(TEXTS).tobytes() == everywhere.tobytes()
    finally:
        os.sched_setaffinity(0, cores)


def test_embedding_reads_only_a_few_texts_ahead(encoder: Encoder) -> None:
    taken = 0

    def endless() -> "object":
        nonlocal taken
        while True:
            taken += 1
            yield "Rest the knee.", ()

    stream = encoder.embed(endless())  # type: ignore[arg-type]
    for _ in range(50):
        next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert taken < 50 + 8 * (os.cpu_count() or 1)


@pytest.mark.parametrize("kind", ["int8", "batches"])
def test_spans_get_unit_vectors_of_their_own_in_the_texts_order(
    encoders: Mapping[str, Encoder], kind: str
) -> None:
    encoder = encoders[kind]
    texts = ["Rest it. Ice it.", "Tea.", "\u2063 🦴"]
    spans = [[(0, 8), (9, 16)], [], [(0, 1)]]
    embedded = list(encoder.embed(zip(texts, spans, strict=True)))
    assert len(embedded) == 3
    for at, found in enumerate(embedded):
        assert found.spans.shape == (len(spans[at]), encoder.dimensions)
        assert np.allclose(np.linalg.norm(found.spans, axis=1), 1, atol=1e-5)
        assert np.allclose(found.vector, encoder.encode([texts[at]])[0], atol=1e-5)
    assert not np.allclose(embedded[0].spans[0], embedded[0].spans[1], atol=1e-2)


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
    assert np.allclose(encoder.encode_question(text), encoder.encode([text])[0], atol=1e-6)


def test_a_long_text_is_seen_to_its_end(encoder: Encoder) -> None:
    start, end = (
        "Heat eases a stiff neck. " * 100,
        "Green tea wants water of eighty degrees. " * 100,
    )
    tea, long = (
        encoder.encode(["How is green tea brewed?"])[0],
        encoder.encode_question(start + end),
    )
    assert np.isclose(np.linalg.norm(long), 1, atol=1e-5)
    assert long @ tea > encoder.encode_question(start) @ tea + 0.2


@pytest.mark.parametrize("file", ["encoder.json", "tokenizer.json", "model.onnx", "head.onnx"])
@pytest.mark.parametrize("damage", ["missing", "garbage"])
def test_a_damaged_export_is_refused_by_its_folders_name(
    encoder: Encoder, model_cache: Path, tmp_path: Path, file: str, damage: str
) -> None:
    for path in exported(find(), "int8", model_cache).iterdir():
        os.link(path, tmp_path / path.name)
    (tmp_path / file).unlink()
    if damage == "garbage":
        (tmp_path / file).write_bytes(b"{garbage")
    with pytest.raises(SnapshotError, match=str(tmp_path)):
        Encoder.open(tmp_path)
