"""Sentences are what readers would take for one, and no character of the text is lost."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.sentence import sentences

WORDS = [
    "Dr.",
    "e.g.",
    "2.5",
    "mg.",
    "Rest",
    "it",
    "now!",
    "why?",
    "«so»",
    '"Yes."',
    "1.",
    "…",
    "痛。",
]
GAPS = [" ", "\n", "\n\n", "  ", "\t", "\u00a0", "\u2028"]


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def _hard_cases() -> list[str]:
    """A text a line; '|' stands where its sentences part, '\\|' and '\\n' for themselves."""
    file = Path(__file__).with_name("hard_sentences.txt")
    return file.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("case", _hard_cases())
def test_hard_cases_part_where_a_reader_would_part_them(case: str) -> None:
    parts = re.split(r"(?<!\\)\|", case.replace("\\n", "\n"))
    parts = [part.replace("\\|", "|") for part in parts]
    assert split("".join(parts)) == [part.strip() for part in parts]


def test_each_line_of_a_list_is_a_sentence_of_its_own() -> None:
    text = "Aim for:\n  strength, twice a week\nbalance. Often.\n\n- 1.5 hours"
    lines = ["Aim for:", "strength, twice a week", "balance.", "Often.", "- 1.5 hours"]
    assert split(text) == lines


@pytest.mark.parametrize("text", ["", " ", "\n\n \t\n"])
def test_white_space_holds_no_sentence(text: str) -> None:
    assert sentences(text) == []


@given(
    st.text()
    | st.lists(st.sampled_from(WORDS + GAPS), max_size=40).map("".join)
    | st.lists(st.text(alphabet="aA. \n!?1'\"", max_size=8)).map(" ".join)
)
def test_nothing_but_white_space_lies_outside_of_stripped_spans_in_order(text: str) -> None:
    spans = sentences(text)
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    assert edges == sorted(edges)
    for start, end in spans:
        assert text[start:end] and text[start:end] == text[start:end].strip()
    gaps = zip(edges[::2], edges[1::2], strict=True)
    assert not "".join(text[start:end] for start, end in gaps).strip()


def test_any_white_space_may_follow_a_sentence() -> None:
    assert split("Rest.\tWalk.\u00a0Sleep.") == ["Rest.", "Walk.", "Sleep."]


@pytest.mark.parametrize(
    ("unit", "length"),
    [
        ("Rest the knee, e.g. on a chair. ", 3_000_000),
        ("knee pain ", 3_000_000),
        ("." + " " * 999, 3_000_000),
        (".", 3_000_000),
        ("x", 3_000_000),
        ("膝が痛い。", 500_000),
        ("A. ", 500_000),
        ("1. ", 500_000),
        ("• a ", 500_000),
        (". ", 500_000),
        ('."', 500_000),
        (".[1]", 500_000),
        ("...[", 500_000),
        ("?!", 500_000),
        ("Why?\n", 500_000),
    ],
)
def test_the_time_it_takes_grows_with_the_length_alone(unit: str, length: int) -> None:
    """Were it the length squared, this would take an hour."""
    text = unit * (length // len(unit))
    spans = sentences(text)
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text.rstrip())
