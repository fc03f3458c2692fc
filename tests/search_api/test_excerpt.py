"""Excerpts run from a sentence's start to a sentence's end."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article import Passage
from indexer.sentence import sentences
from indexer.snapshot.analysis import matching, terms
from search_api.excerpt import choose, highlights
from search_api.retrieve import Floats

OFFSET = 1_000
"""Where the passages below start in their articles."""
SENTENCES = [
    "Rest the knee.",
    "It hurts!",
    "Straighten the leg ten times an hour, and do so for as long as the swelling lasts.",
    "- ice",
    "Ein Kühlbeutel hilft.",
    "膝が痛い。",
    "Why does a knee swell after a walk, and what does it want of you then?",
]


def passage(text: str) -> Passage:
    spans = tuple((OFFSET + start, OFFSET + end) for start, end in sentences(text))
    return Passage("knee", "Knee", (), OFFSET, OFFSET + len(text), text, spans)


def towards(best: int, count: int) -> npt.NDArray[np.int8]:
    """Sentence vectors of which one points where the question does, the others across."""
    rows = np.zeros((count, 4), np.int8)
    rows[:, 1] = 127
    rows[best] = [127, 0, 0, 0]
    return rows


QUESTION: Floats = np.array([1, 0, 0, 0], np.float32)


@given(
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=8),
    st.sampled_from([" ", "\n", "\n\n"]),
    st.integers(0, 2**32 - 1),
    st.lists(st.sampled_from(["knee", "ice", "leg", "tea"]), unique=True),
)
def test_an_excerpt_runs_from_sentence_to_sentence(
    parts: list[str], gap: str, seed: int, words: list[str]
) -> None:
    whole = passage(gap.join(parts))
    random = np.random.default_rng(seed)
    vectors = random.integers(-127, 128, (len(whole.sentences), 8)).astype(np.int8)
    question = random.normal(size=8).astype(np.float32)
    question /= np.linalg.norm(question)
    start, end = choose(whole, vectors, question, dict.fromkeys(words, 1.5))
    assert start in {a for a, _ in whole.sentences}
    assert end in {b for _, b in whole.sentences}
    assert whole.start <= start < end <= whole.end


@pytest.mark.parametrize("best", range(3))
def test_the_nearest_sentence_is_chosen(best: int) -> None:
    long = "is a sentence of a length that needs no other one beside it to be understood."
    whole = passage("\n".join(f"{name} {long}" for name in "ABC"))
    assert choose(whole, towards(best, 3), QUESTION, {}) == whole.sentences[best]


@pytest.mark.parametrize(
    ("text", "best", "expected"),
    [
        ("Take for pain\n- ice\nThen see a doctor about it, if need be, within a week.", 1, 1),
        ("What helps most people is rest, and after that warmth.\n- ice", 1, 0),
        ("- ice\n- What helps most people is rest, and after that warmth.", 0, 0),
    ],
)
def test_a_short_list_item_takes_its_neighbour(text: str, best: int, expected: int) -> None:
    whole = passage(text)
    start, end = choose(whole, towards(best, len(whole.sentences)), QUESTION, {})
    assert start == whole.sentences[expected][0]
    assert end - start > len("- ice") and "ice" in text[start - OFFSET : end - OFFSET]


@pytest.mark.parametrize(("cosine", "shown"), [(0.9, 2), (0.7, 2), (0.6, 1)])
def test_a_neighbour_joins_that_answers_nearly_as_well(cosine: float, shown: int) -> None:
    long = "is a sentence of a length that needs no other one beside it to be understood."
    whole = passage(f"A {long} B {long}")
    rows = np.array([[127, 0], [127 * cosine, 127 * (1 - cosine**2) ** 0.5]]).astype(np.int8)
    start, end = choose(whole, rows, QUESTION[:2], {})
    assert (start, end) == (whole.sentences[0][0], whole.sentences[shown - 1][1])


LIST = "Ask a pharmacist before you take it if you:\n{}\n- have a bad stomach\n\nIt works."
TAKEN = "- take a medicine that thins the blood, such as warfarin, apixaban or rivaroxaban"


@pytest.mark.parametrize(
    ("text", "best", "shown"),
    [
        (LIST.format(TAKEN), 1, LIST.format(TAKEN)[: -len("\n- have a bad stomach\n\nIt works.")]),
        (LIST.format(f"- are young\n- are old\n{TAKEN}"), 3, None),
        (LIST.format(f"{TAKEN * 4}\n{TAKEN}"), 2, TAKEN),  # too far up
        (f"Take it:\n\n{TAKEN}", 1, TAKEN),  # a paragraph of its own
        (f"Take it: {TAKEN}\n{TAKEN}", 1, TAKEN),
    ],
)
def test_a_list_item_comes_with_the_line_that_introduces_it(
    text: str, best: int, shown: str | None
) -> None:
    whole = passage(text)
    start, end = choose(whole, towards(best, len(whole.sentences)), QUESTION, {})
    expected = shown or text[: text.index(TAKEN) + len(TAKEN)]
    assert text[start - OFFSET : end - OFFSET] == expected


def test_shared_words_decide_between_sentences_alike_in_meaning() -> None:
    tea = "Tea wants water of eighty degrees and not a pot that is cold."
    bees = "Bees want a hive that is dry and not a cold wind from the north."
    whole = passage(f"{tea}\n{bees}")
    alike = np.full((2, 4), 64, np.int8)
    for word, sentence in (("tea", 0), ("bee", 1)):
        assert choose(whole, alike, QUESTION, {word: 2.0}) == whole.sentences[sentence]


@pytest.mark.parametrize(
    ("text", "stems", "expected"),
    [
        ("My knees hurt; the KNEE's fine.", {"knee"}, ["knees", "KNEE's"]),
        ("Café crème, no cafe.", {"cafe"}, ["Café", "cafe"]),
        ("Rest it.", {"knee"}, []),
        ("", {"knee"}, []),
    ],
)
def test_highlights_are_the_words_of_the_question(
    text: str, stems: set[str], expected: list[str]
) -> None:
    spans = highlights(text, OFFSET, frozenset(stems))
    assert [text[start - OFFSET : end - OFFSET] for start, end in spans] == expected


@given(st.text(), st.text())
def test_every_highlight_has_a_stem_of_the_question(text: str, question: str) -> None:
    stems = frozenset(term.stem for term in terms(question))
    spans = highlights(text, 0, stems)
    assert [(t.start, t.end) for t in terms(text) if t.stem in stems] == spans
    assert spans == sorted(spans)


@given(st.text("abAB é'’éÉßıKdD1_ \n-", max_size=60), st.text("abé'’ßkd1_ ", max_size=20))
def test_words_to_be_marked_are_found_as_all_words_are(text: str, asked: str) -> None:
    stems = {term.stem for term in terms(asked)}
    assert matching(text, stems) == [term for term in terms(text) if term.stem in stems]
