"""Misspelt words: mended by the articles' own, one letter away; all else stays."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.snapshot.words import Words, WordWriter
from search_api.spelling import mend

ARTICLES = ["gravel gravel gravel travel travel gravy", "garden gardener garden gardener GARDENER"]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Words:
    writer, folder = WordWriter(), tmp_path_factory.mktemp("words")
    for text in ARTICLES:
        writer.add(text.split())
    writer.write(folder)
    return Words(folder)


def mended(text: str, words: Words, known: str = "") -> str:
    return mend(text, words, lambda _, word: word in known.split())


@pytest.mark.parametrize("slip", ["gravl", "gravvel", "grafel", "garvel", "gravle", "GRAVELL"])
def test_one_slip_is_mended(words: Words, slip: str) -> None:
    assert mended(f"Is the {slip} wet?", words) == "Is the gravel wet?"


@pytest.mark.parametrize(
    "text", ["grvl", "gavl", "ravel", "gravels2", "gravy", "gra-vel", "gra", "the", "", "砂利"]
)
def test_what_is_farther_or_short_or_no_word_stays(words: Words, text: str) -> None:
    assert mended(text, words) == text


def test_a_word_that_is_known_stays(words: Words) -> None:
    assert mended("grovel gravvel", words, known="grovel") == "grovel gravel"


def test_of_two_near_words_the_more_frequent_is_meant(words: Words) -> None:
    assert mended("gardenr", words) == "gardener"


def test_a_word_seen_once_mends_nothing(words: Words) -> None:
    assert mended("gravyy", words) == "gravyy"


@given(st.text())
def test_without_words_to_mend_by_a_question_stays_as_it_is(text: str) -> None:
    with TemporaryDirectory() as folder:
        WordWriter().write(Path(folder))
        assert mended(text, Words(Path(folder))) == text
