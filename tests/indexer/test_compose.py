"""Blocks become one text, and sections that hold all of it but the headings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.extract.extracted import Block, clean, clean_lines, compose

_texts = st.text(alphabet="aB 🦴é:.\u200d", max_size=12).map(clean)
_blocks = st.lists(
    st.one_of(
        st.builds(Block, st.sampled_from(["text", "item"]), _texts),
        st.builds(Block, st.just("heading"), _texts, st.integers(1, 6)),
    ),
    max_size=15,
)


@given(_blocks, _texts)
def test_sections_in_order_hold_all_text_but_the_headings(blocks: list[Block], title: str) -> None:
    text, sections = compose(blocks, title)
    edges = [0, *(edge for one in sections for edge in (one.start, one.end)), len(text)]
    assert edges == sorted(edges)
    held = "".join(text[one.start : one.end] for one in sections)
    assert held.split() == " ".join(b.text for b in blocks if b.kind != "heading").split()
    assert text == text.strip()


@given(_blocks)
def test_heading_paths_are_those_above_each_section(blocks: list[Block]) -> None:
    text, sections = compose(blocks, "no heading is called this")
    headings = [block.text for block in blocks if block.kind == "heading"]
    for section in sections:
        assert set(section.heading_path) <= set(headings)
        if section.heading_path:
            assert section.heading_path[-1] in text[: section.start]


def test_a_heading_closes_the_deeper_ones() -> None:
    levels = [("A", 2), ("B", 3), ("C", 5), ("D", 3), ("E", 2)]
    blocks = [b for name, n in levels for b in (Block("heading", name, n), Block("text", "x"))]
    paths = [section.heading_path for section in compose(blocks, "")[1]]
    assert paths == [("A",), ("A", "B"), ("A", "B", "C"), ("A", "D"), ("E",)]


def test_a_heading_without_text_ends_those_above_of_its_level_and_deeper() -> None:
    blocks = [
        *(Block("heading", "A", 1), Block("heading", "B", 2), Block("text", "x")),
        *(Block("heading", "", 2), Block("text", "y")),
    ]
    text, sections = compose(blocks, "")
    assert text == "A\n\nB\n\nx\n\ny"
    assert [section.heading_path for section in sections] == [("A", "B"), ("A",)]


@pytest.mark.parametrize("heading", ["Knee pain", "KNEE PAIN:", " Knee pain. "])
def test_a_heading_that_repeats_the_title_is_left_out(heading: str) -> None:
    assert (
        compose([Block("heading", heading, 1), Block("text", "Rest.")], "Knee pain")[0] == "Rest."
    )


def test_a_list_stays_with_the_sentence_that_introduces_it() -> None:
    items = [Block("item", "rest"), Block("item", "ice")]
    assert compose([Block("text", "Try:"), *items], "")[0] == "Try:\nrest\nice"
    assert compose([Block("text", "Try."), *items, Block("text", "So.")], "")[0] == (
        "Try.\n\nrest\nice\n\nSo."
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a \t b\n c ", "a b c"),
        ("soft\u00adhyphen", "softhyphen"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("joined 👩\u200d👧", "joined 👩\u200d👧"),
        ("lone \ud800surrogate", "lone surrogate"),
        ("bell\x07", "bell"),
        ("", ""),
    ],
)
def test_clean_removes_what_no_reader_sees(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_clean_lines_keeps_lines_and_paragraphs() -> None:
    assert clean_lines("\n a  b \nc\n\n\n\n d\u200b\n") == "a b\nc\n\nd"


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_lines(clean_lines(text)) == clean_lines(text)
