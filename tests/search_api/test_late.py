"""Late interaction: a passage is read token by token, those that come first and no others."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.encoder.encoder import Asked
from indexer.encoder.token_vectors import TokenVectors
from indexer.snapshot.tokens import Tokens, TokenWriter
from search_api.late import DEPTH, late
from search_api.question import Question
from search_api.searcher import Searcher

WIDTH = 12
# Orthogonal, and each as far from its signs as any other.
RED, BLUE, ROUND = np.kron(
    [[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1]], np.ones(WIDTH // 4) / WIDTH**0.5
).astype(np.float32)


def written(folder: Path, passages: list[dict[int, np.ndarray]]) -> Tokens:
    """Passages as their tokens are read."""
    writer = TokenWriter(folder / "tokens")
    for one in passages:
        hidden = np.array(list(one.values()), np.float32).reshape(-1, WIDTH)
        tokens = TokenVectors.of(np.array(list(one), np.int32), hidden)
        writer.add(tokens if one else TokenVectors.none())
    writer.close()
    return Tokens(folder / "tokens")


def asked(tokens: dict[int, np.ndarray]) -> Asked:
    hidden = np.array(list(tokens.values()), np.float32).reshape(-1, WIDTH)
    return Asked(np.zeros(WIDTH, np.float32), np.array(list(tokens), np.int32), hidden)


def read(tokens: Tokens, question: Asked, scores: list[float] | None = None) -> list[float]:
    first = np.array(scores or [0.5] * len(tokens), np.float32)
    return [float(one) for one in late(tokens, question, np.arange(len(tokens)), first)]


def test_each_token_finds_its_nearest(tmp_path: Path) -> None:
    tokens = written(tmp_path, [{7: RED, 9: ROUND}, {7: BLUE, 9: ROUND}, {7: RED, 8: BLUE}])
    assert read(tokens, asked({1: RED, 2: ROUND})) == pytest.approx([1, 0.5, 0.5])


def test_a_rare_token_counts_more_than_a_common_one(tmp_path: Path) -> None:
    passages = [{1: RED}, {1: RED}, {1: RED}, {2: BLUE}]
    common, *_, rare = read(written(tmp_path, passages), asked({1: RED, 2: BLUE}))
    assert 0 < common < rare < 1


def test_what_means_the_opposite_counts_as_nothing(tmp_path: Path) -> None:
    assert read(written(tmp_path, [{1: -RED}]), asked({1: RED})) == [0]


def test_a_passage_without_tokens_meets_nothing(tmp_path: Path) -> None:
    tokens = written(tmp_path, [{}, {1: RED}, {}, {1: BLUE}, {}])
    assert read(tokens, asked({1: RED})) == pytest.approx([0, 1, 0, 0, 0], abs=1e-6)
    (tmp_path / "none").mkdir()
    assert read(written(tmp_path / "none", [{}, {}]), asked({1: RED})) == [0, 0]


def test_a_question_without_tokens_is_met_nowhere(tmp_path: Path) -> None:
    assert read(written(tmp_path, [{1: RED}]), asked({})) == [0]
    nothing = np.empty(0, np.float32)
    found = late(written(tmp_path / "tokens", []), asked({1: RED}), np.arange(0), nothing)
    assert not len(found)


def test_what_is_not_read_stays_behind_what_is(tmp_path: Path) -> None:
    many = DEPTH + 10
    passages = [{1: RED} if row % 2 else {1: BLUE, 2: RED + ROUND} for row in range(many)]
    scores = list(np.linspace(0.9, 0.1, many))
    found = read(written(tmp_path, passages), asked({1: RED}), scores)
    assert len(set(found[:DEPTH])) == 2
    assert found[DEPTH:] == [min(found[:DEPTH])] * 10


_vector = st.lists(st.floats(-1, 1, width=16), min_size=8, max_size=8)
_text = st.lists(st.tuples(st.integers(0, 5), _vector), min_size=1, max_size=6)


@given(_text)
def test_tokens_are_kept_once_whatever_their_order(text: list[tuple[int, list[float]]]) -> None:
    ids = np.array([one for one, _ in text], np.int32)
    hidden = np.array([vector for _, vector in text], np.float32)
    tokens = TokenVectors.of(ids, hidden)
    assert tokens.ids.tolist() == sorted({one for one, _ in text})
    assert tokens.signs.shape == (len(tokens), 1)
    single = [at for at, one in enumerate(ids) if (ids == one).sum() == 1]
    for at in single:
        row = tokens.signs[tokens.ids.tolist().index(ids[at])]
        assert np.unpackbits(row).tolist() == (hidden[at] > 0).astype(int).tolist()


def test_a_question_finds_its_words_where_they_mean_the_same(searcher: Searcher) -> None:
    """Through the encoder itself: tokens of passages and of questions fit each other."""
    answer = searcher.ask(Question("Which pillow is good for a stiff neck?", min_verdict="none"))
    tokens = [found.parts.tokens for result in answer.results for found in result.passages]
    assert all(0 < one < 1 for one in tokens)
    assert max(tokens) > 0.4


def test_the_score_is_made_of_the_parts_that_are_shown(searcher: Searcher) -> None:
    answer = searcher.ask(Question("How long does low back pain last?", limit=100))
    for result in answer.results:
        for found in result.passages:
            parts = found.parts
            made = 0.4 * max(0, parts.dense) + 0.25 * parts.lexical
            made += 0.2 * max(0, parts.heading) ** 2 + 0.4 * parts.tokens
            assert found.score == pytest.approx(made / 1.25, abs=2e-4)
