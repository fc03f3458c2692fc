"""The cache gives back what was put in, and never stands in the way."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from indexer.article import Passage
from indexer.encoder.cache import Cached, VectorCache, key, quantise
from indexer.encoder.token_vectors import TokenVectors

PASSAGE = Passage("knee", "Knee", ("Ice",), 10, 18, "Rest it.", ((10, 18),))


@pytest.mark.parametrize("sentences", [0, 1, 3])
@pytest.mark.parametrize("tokens", [0, 1, 5])
def test_vectors_come_back_as_they_were_put_in_after_reopening(
    tmp_path: Path, sentences: int, tokens: int
) -> None:
    vector, rows = np.array([0.5, -0.5, 0.5, 0.5], np.float32), np.full((sentences, 4), 7, np.int8)
    ids, hidden = np.arange(tokens, dtype=np.int32), np.eye(5, 12, dtype=np.float32)[:tokens]
    cache = VectorCache(tmp_path, "model", 4)
    cache.put([(key(PASSAGE), Cached(vector, rows, TokenVectors.of(ids, hidden)))])
    cache.close()
    reopened = VectorCache(tmp_path, "model", 4)
    found = reopened.get(key(PASSAGE))
    reopened.close()
    assert found is not None
    assert np.array_equal(found.vector, vector)
    assert found.sentences.shape == (sentences, 4) and np.array_equal(found.sentences, rows)
    assert np.array_equal(found.tokens.ids, ids)
    assert [list(row) for row in found.tokens.signs] == [[128 >> at, 0] for at in range(tokens)]


def test_a_cache_from_before_tokens_is_begun_anew(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "model.sqlite") as db:
        db.execute("CREATE TABLE vectors (key BLOB PRIMARY KEY, vector BLOB, sentences BLOB)")
        db.execute("INSERT INTO vectors VALUES (?, ?, ?)", (b"k", b"\0\0\x80?", b"\1"))
    db.close()
    cache = _opened(tmp_path)
    assert cache.get(b"k") is None
    cache.put([_entry(b"k")])
    assert cache.get(b"k") is not None


def test_each_encoder_has_a_cache_of_its_own(tmp_path: Path) -> None:
    first, second = VectorCache(tmp_path, "first", 1), VectorCache(tmp_path, "second", 1)
    first.put([_entry(b"k")])
    assert first.get(b"k") is not None
    assert second.get(b"k") is None


@pytest.mark.parametrize("data", [b"garbage" * 1000, b"x"])
def test_a_file_that_is_no_cache_is_replaced(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "model.sqlite").write_bytes(data)
    cache = VectorCache(tmp_path, "model", 1)
    cache.put([_entry(b"k")])
    assert cache.get(b"k") is not None
    cache.close()


def _entry(name: bytes) -> tuple[bytes, Cached]:
    return name, Cached(np.ones(1, "f4"), np.ones((1, 1), "i1"), TokenVectors.none())


def _held(cache: VectorCache, names: Iterable[bytes]) -> set[bytes]:
    return {name for name in names if cache.get(name) is not None}


def _opened(folder: Path, model: str = "model") -> VectorCache:
    """The cache as the next run opens it."""
    return VectorCache(folder, model, 1)


def test_what_was_wanted_least_lately_is_forgotten_past_twice_the_snapshot(tmp_path: Path) -> None:
    for names in (b"abc", b"de", b"f"):
        run = _opened(tmp_path)
        run.put(_entry(bytes([name])) for name in names)
        run.close()
    run = _opened(tmp_path)
    assert run.get(b"b") is not None
    assert run.prune(2, lambda: [b"a", b"f"]) == 2
    run.close()
    names = [bytes([name]) for name in b"abcdef"]
    assert _held(_opened(tmp_path), names) == {b"a", b"b", b"e", b"f"}


def test_up_to_twice_the_snapshot_nothing_is_forgotten(tmp_path: Path) -> None:
    cache = _opened(tmp_path)
    cache.put(_entry(bytes([name])) for name in b"abcd")

    def published() -> list[bytes]:
        raise AssertionError("asked for what is published although nothing need be forgotten")

    assert cache.prune(2, published) == 0
    assert len(_held(cache, [b"a", b"b", b"c", b"d"])) == 4


@given(st.lists(st.sets(st.integers(0, 9), min_size=1), min_size=1, max_size=4), st.data())
@settings(max_examples=30, deadline=None)
def test_what_is_published_is_never_forgotten(runs: list[set[int]], data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        for names in runs:
            run = _opened(Path(folder))
            run.put(_entry(bytes([name])) for name in names)
            run.close()
        published = data.draw(st.sets(st.sampled_from(sorted(set.union(*runs)))))
        run = _opened(Path(folder))
        run.prune(len(published), lambda: [bytes([name]) for name in published])
        held = _held(run, [bytes([name]) for name in range(10)])
        run.close()
        assert {bytes([name]) for name in published} <= held
        assert len(held) <= 2 * len(published)


def test_the_three_models_used_last_are_remembered(tmp_path: Path) -> None:
    for age, model in enumerate(("fourth", "third", "second", "oldest")):
        cache = _opened(tmp_path, model)
        cache.put([_entry(b"k")])
        cache.close()
        then = 1_700_000_000 - 1000 * age
        os.utime(tmp_path / f"{model}.sqlite", (then, then))
    run = _opened(tmp_path, "newest")
    run.prune(1, list)
    run.close()
    assert {path.stem for path in tmp_path.iterdir()} == {"newest", "fourth", "third"}


@pytest.mark.parametrize(
    "vector", [b"", b"\0" * 4, b"\0" * 8, np.float32("nan").tobytes(), np.float32(2).tobytes()]
)
def test_what_is_no_vector_of_this_model_is_not_given_out(tmp_path: Path, vector: bytes) -> None:
    cache = _opened(tmp_path)
    cache.put([_entry(b"k")])
    cache.close()
    with sqlite3.connect(tmp_path / "model.sqlite") as db:
        db.execute("UPDATE texts SET vector = ?", (vector,))
    db.close()
    assert _opened(tmp_path).get(b"k") is None


def test_a_file_damaged_in_the_middle_is_begun_anew(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path, "model", 384)
    vector = np.full(384, 384**-0.5, np.float32)
    made = Cached(vector, np.ones((3, 384), np.int8), TokenVectors.none())
    cache.put((bytes([at]), made) for at in range(200))
    cache.close()
    path = tmp_path / "model.sqlite"
    path.write_bytes(path.read_bytes()[:8192] + b"\xff" * (path.stat().st_size - 8192))
    cache = VectorCache(tmp_path, "model", 384)
    found = [cache.get(bytes([at])) for at in range(200)]
    assert None in found
    cache.put([(b"new", made)])
    assert cache.get(b"new") is not None
    cache.close()


def test_a_process_killed_while_it_writes_leaves_what_it_had_put(tmp_path: Path) -> None:
    script = """
import sys, numpy as np
from itertools import count
from pathlib import Path
from indexer.encoder.cache import Cached, VectorCache
from indexer.encoder.token_vectors import TokenVectors
made = Cached(np.ones(1, "f4"), np.ones((1, 1), "i1"), TokenVectors.none())
cache = VectorCache(Path(sys.argv[1]), "model", 1)
for number in count():
    name = number.to_bytes(4, "big")
    cache.put([(name + bytes([part]), made) for part in (0, 1)])
    print(number, flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        last = [int(process.stdout.readline()) for _ in range(50)][-1]
        process.kill()
    cache = _opened(tmp_path)
    names = [number.to_bytes(4, "big") for number in range(last + 1)]
    assert all(cache.get(name + bytes([part])) is not None for name in names for part in (0, 1))
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
