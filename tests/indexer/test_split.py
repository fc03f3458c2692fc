"""Passages keep every word, in order, where it stands, and fit the model: for any article."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.article import Article, Passage, Section
from indexer.encoder.encoder import Encoder
from indexer.extract.extracted import Block, clean, compose
from indexer.split import LONGEST_WORD, TokenBudget, split

_COMMON = ["knee", "Rest", "the", "pain,", "2.5", "mg.", "Dr.", "Why?", "Straighten", "it.", "**"]
_STRANGE = [
    "膝が痛い。休む。",
    "👩‍👩‍👧‍👦",
    "🦴" * 60,
    "الركبة",
    "naïve",
    "a\u0301",
    "膝" * 300,
    "https://x.example/?q=1",
]

_words = st.one_of(
    st.sampled_from(_COMMON),
    st.sampled_from(_STRANGE),
    st.text(max_size=12),
    st.integers(1, 1200).map(lambda n: ("zq" * n)[:n]),
)
_lines = st.lists(_words, max_size=30).map(" ".join)
_long_sentences = st.lists(st.sampled_from(["knee", "hip", "膝", "ankle"]), min_size=200).map(
    " ".join
)
_texts = st.one_of(_lines, _lines, _long_sentences).map(clean)
_blocks = st.lists(
    st.one_of(
        st.builds(Block, st.sampled_from(["text", "item"]), _texts),
        st.builds(Block, st.just("heading"), _lines.map(clean), st.integers(1, 6)),
    ),
    max_size=12,
)


@st.composite
def _articles(draw: st.DrawFn) -> Article:
    title = clean(draw(_lines))
    return Article("a", title, *compose(draw(_blocks), title))


def _passages(article: Article, encoder: Encoder) -> list[Passage]:
    return split(article, TokenBudget(encoder.count_tokens, encoder.room))


def _inside(passages: Sequence[Passage], section: Section) -> list[Passage]:
    return [one for one in passages if section.start <= one.start and one.end <= section.end]


@settings(max_examples=60, deadline=None)
@given(article=_articles())
def test_passages_hold_all_text_in_order_each_in_one_section(
    encoder: Encoder, article: Article
) -> None:
    passages = _passages(article, encoder)
    assert sum(len(_inside(passages, section)) for section in article.sections) == len(passages)
    for section in article.sections:
        inside = _inside(passages, section)
        edges = [section.start, *(e for p in inside for e in (p.start, p.end)), section.end]
        assert edges == sorted(edges)
        gaps = zip(edges[::2], edges[1::2], strict=True)
        assert not "".join(article.text[a:b] for a, b in gaps).strip()
    assert passages == sorted(passages, key=lambda one: one.start)


@settings(max_examples=60, deadline=None)
@given(article=_articles())
def test_passages_are_verbatim_and_never_longer_than_the_model_reads(
    encoder: Encoder, article: Article
) -> None:
    passages = _passages(article, encoder)
    for passage in passages:
        assert passage.text == article.text[passage.start : passage.end] == passage.text.strip()
        assert passage.embedded_text.endswith(passage.text)
        edges = [edge for span in passage.sentences for edge in span]
        assert edges == sorted(edges)
        assert (edges[0], edges[-1]) == (passage.start, passage.end)
    assert all(n <= encoder.room for n in encoder.count_tokens([p.embedded_text for p in passages]))


@settings(max_examples=60, deadline=None)
@given(article=_articles())
def test_no_word_is_cut_that_a_passage_can_hold(encoder: Encoder, article: Article) -> None:
    passages = _passages(article, encoder)
    for section in article.sections:
        inside = _inside(passages, section)
        # A full stop that needs no space after it may end a passage.
        words = list(re.finditer(r"[^\s。！？]+", article.text[section.start : section.end]))
        tokens = encoder.count_tokens([word[0] for word in words])
        for word, count in zip(words, tokens, strict=True):
            if len(word[0]) <= LONGEST_WORD and count <= encoder.room // 2:
                start, end = section.start + word.start(), section.start + word.end()
                assert any(one.start <= start and end <= one.end for one in inside), word[0]


def _article(*blocks: Block, title: str = "Knee pain") -> Article:
    return Article("knee", title, *compose(blocks, title))


def test_title_and_headings_are_embedded_ahead_of_the_text_but_not_part_of_it(
    encoder: Encoder,
) -> None:
    article = _article(
        Block("heading", "At home", 2), Block("heading", "Ice", 3), Block("text", "Cool it.")
    )
    (passage,) = _passages(article, encoder)
    assert passage.text == "Cool it."
    assert passage.embedded_text == "Knee pain\nAt home > Ice\nCool it."


@pytest.mark.parametrize("title", ["Knee pain " * 300, "膝" * 900, "z" * 9000])
def test_a_long_title_leaves_at_least_half_of_the_room_to_the_text(
    encoder: Encoder, title: str
) -> None:
    article = _article(Block("text", "Rest the knee. " * 200), title=title)
    passages = _passages(article, encoder)
    counts = encoder.count_tokens([passage.text for passage in passages])
    assert min(counts[:-1]) > encoder.room // 4


def test_a_passage_ends_at_a_paragraph_where_one_is_near(encoder: Encoder) -> None:
    first, second = "Rest the knee for two whole days. " * 12, "Then walk on level ground. " * 12
    article = _article(Block("text", first.strip()), Block("text", second.strip()))
    assert [one.text for one in _passages(article, encoder)] == [first.strip(), second.strip()]


def test_a_passage_keeps_its_id_until_its_words_or_place_change(encoder: Encoder) -> None:
    long = Block("text", "Rest the knee for two whole days. " * 19 + "Rest.")
    before = _passages(_article(long, Block("text", "Walk.")), encoder)
    after = _passages(_article(long, Block("text", "Walk slowly.")), encoder)
    assert before[0].id == after[0].id
    assert not {one.id for one in before[1:]} & {one.id for one in after[1:]}


def test_an_article_without_text_has_no_passages(encoder: Encoder) -> None:
    assert _passages(Article("empty", "Empty", "", ()), encoder) == []
