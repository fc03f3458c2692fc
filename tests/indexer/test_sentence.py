"""Sentences are what readers would take for one, and no character of the text is lost."""

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


@pytest.mark.parametrize(
    "text",
    [
        "Ask Dr. Smith about it.",
        "Ask Mr. and Mrs. Brown.",
        "Soft shoes, e.g. Slippers, do harm.",
        "It was J. R. Tolkien who said so.",
        "Take 2.5 mg a day.",
        "Take 5 mg. twice a day.",
        "It opens at 9 a.m. every day.",
        "Rest, ice, etc. do help.",
        "Ask about vitamin D etc. 3 days before.",
        "See fig. 3 for the knee.",
        "The U.S. guideline differs.",
        "He said 'stop!' and went on.",
        "Well... it depends.",
        "1. Choose one day a week.",
    ],
)
def test_one_sentence_stays_whole(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rest. Then walk.", ["Rest.", "Then walk."]),
        ("Why? Because! So it is.", ["Why?", "Because!", "So it is."]),
        ("It weighs 80 kg. Walk daily.", ["It weighs 80 kg.", "Walk daily."]),
        ("It was 1999. Then he fell.", ["It was 1999.", "Then he fell."]),
        ("Rest, ice, etc. Then walk.", ["Rest, ice, etc.", "Then walk."]),
        ('"Does it hurt?" She nodded.', ['"Does it hurt?"', "She nodded."]),
        ("“Rest.” He left. (Really.) Yes.", ["“Rest.”", "He left.", "(Really.)", "Yes."]),
        ("Rest.\tWalk.\u00a0Sleep.", ["Rest.", "Walk.", "Sleep."]),
        ("膝が痛い。休む。", ["膝が痛い。", "休む。"]),
    ],
)
def test_sentences_are_told_apart(text: str, expected: list[str]) -> None:
    assert split(text) == expected


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
