"""Excerpts run from a sentence's start to a sentence's end; links open pages at them."""

from urllib.parse import unquote, urldefrag

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article import Passage
from indexer.sentence import sentences
from indexer.snapshot.analysis import terms
from search_api.excerpt import choose, highlights, link
from search_api.retrieve import Floats

OFFSET = 1_000
"""Where the passages below start in their articles."""
PAGE = "https://site.example/knee"
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


@pytest.mark.parametrize(
    ("url", "excerpt", "expected"),
    [
        (PAGE, "Rest the knee.", f"{PAGE}#:~:text=Rest%20the%20knee."),
        (PAGE, "Rest, walk - well-shod & slowly", "Rest%2C%20walk%20%2D%20well%2Dshod%20%26%20"),
        (PAGE, "Ça va, 膝", f"{PAGE}#:~:text=%C3%87a%20va%2C%20%E8%86%9D"),
        (PAGE, "100% of #1?", f"{PAGE}#:~:text=100%25%20of%20%231%3F"),
        (f"{PAGE}#rest", "Rest it.", f"{PAGE}#rest:~:text=Rest%20it."),
        (f"{PAGE}?a=1&b=2", "Rest it.", f"{PAGE}?a=1&b=2#:~:text=Rest%20it."),
        (PAGE, "a b c d e f g h i j", "text=a%20b%20c%20d%20e%20f%20g%20h%20i%20j"),
        (PAGE, "a b c d e f g h i j k", f"{PAGE}#:~:text=a%20b%20c%20d%20e,g%20h%20i%20j%20k"),
        (PAGE, "Take:\n- ice\n- rest", f"{PAGE}#:~:text=Take%3A,%2D%20rest"),
    ],
)
def test_a_link_quotes_the_excerpt_encoded(url: str, excerpt: str, expected: str) -> None:
    made = link(url, excerpt)
    assert made is not None and made.startswith(url) and expected in made


@pytest.mark.parametrize("url", [None, ""])
def test_without_an_address_there_is_no_link(url: str | None) -> None:
    assert link(url, "Rest the knee.") is None


@given(
    st.lists(st.text("abcdefgh-,&#?%:~=é膝", min_size=1, max_size=6), min_size=1, max_size=30).map(
        " ".join
    )
)
def test_a_link_leads_back_to_the_words_at_both_ends(excerpt: str) -> None:
    made = link(PAGE, excerpt)
    assert made is not None
    page, fragment = urldefrag(made)
    assert page == PAGE
    marker, directive = fragment[: len(":~:text=")], fragment[len(":~:text=") :]
    assert marker == ":~:text=" and directive.isascii()
    # Unencoded, each of these would mean something in a directive.
    assert not set("-&") & set(directive) and directive.count(",") <= 1
    first, _, last = directive.partition(",")
    assert excerpt.startswith(unquote(first)) and excerpt.endswith(unquote(last or first))
