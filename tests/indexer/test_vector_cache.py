"""The cache gives back what was put in, and never stands in the way."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from indexer.article import Passage
from indexer.encoder.cache import VectorCache, key, quantise

PASSAGE = Passage("knee", "Knee", ("Ice",), 10, 18, "Rest it.", ((10, 18),))


@pytest.mark.parametrize("sentences", [0, 1, 3])
def test_vectors_come_back_as_they_were_put_in_after_reopening(
    tmp_path: Path, sentences: int
) -> None:
    vector, rows = np.linspace(0, 1, 4, dtype=np.float32), np.full((sentences, 4), 7, np.int8)
    cache = VectorCache(tmp_path, "model", 4)
    cache.put([(key(PASSAGE), vector, rows)])
    cache.close()
    reopened = VectorCache(tmp_path, "model", 4)
    found = reopened.get(key(PASSAGE))
    reopened.close()
    assert found is not None
    assert np.array_equal(found[0], vector)
    assert found[1].shape == (sentences, 4) and np.array_equal(found[1], rows)


def test_each_encoder_has_a_cache_of_its_own(tmp_path: Path) -> None:
    first, second = VectorCache(tmp_path, "first", 1), VectorCache(tmp_path, "second", 1)
    first.put([(b"k", np.ones(1, np.float32), np.ones((1, 1), np.int8))])
    assert first.get(b"k") is not None
    assert second.get(b"k") is None


@pytest.mark.parametrize("data", [b"garbage" * 1000, b"x"])
def test_a_file_that_is_no_cache_is_replaced(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "model.sqlite").write_bytes(data)
    cache = VectorCache(tmp_path, "model", 1)
    cache.put([(b"k", np.ones(1, np.float32), np.ones((1, 1), np.int8))])
    assert cache.get(b"k") is not None
    cache.close()


def test_the_key_is_made_of_all_that_is_embedded_and_of_nothing_else() -> None:
    moved = Passage("hip", "Knee", ("Ice",), 20, 28, "Rest it.", ((20, 28),))
    assert key(moved) == key(PASSAGE)
    others = [
        Passage("knee", "Hip", ("Ice",), 10, 18, "Rest it.", ((10, 18),)),
        Passage("knee", "Knee", (), 10, 18, "Rest it.", ((10, 18),)),
        Passage("knee", "Knee", ("Ice",), 10, 18, "Cool it.", ((10, 18),)),
        Passage("knee", "Knee", ("Ice",), 10, 18, "Rest it.", ((10, 14), (15, 18))),
    ]
    assert len({key(PASSAGE), *map(key, others)}) == 5


_components = st.floats(-1, 1, width=32).filter(lambda x: x == 0 or abs(x) > 1e-3)


@given(arrays(np.float32, (3, 384), elements=_components, fill=st.just(np.float32(0.05))))
def test_quantising_keeps_the_direction(vectors: np.ndarray) -> None:
    rows = quantise(vectors)
    assert rows.dtype == np.int8 and rows.shape == vectors.shape
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(rows.astype(np.float32), axis=1)
    cosines = (vectors * rows).sum(axis=1)[lengths > 0] / lengths[lengths > 0]
    assert (cosines > 0.999).all()
    assert not rows[lengths == 0].any()


def test_no_vectors_are_quantised_to_none() -> None:
    assert quantise(np.empty((0, 384), np.float32)).shape == (0, 384)
