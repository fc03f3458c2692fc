"""Passages keep every word, in order, where it stands, and fit the model: for any article."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.article import Article, Passage, Section
from indexer.encoder.encoder import Encoder
from indexer.extract.extracted import Block, clean, compose
from indexer.split import LONGEST_PASSAGE, LONGEST_WORD, TokenBudget, split

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


def _count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def _texts(limit: int, *blocks: Block, target: int = 20) -> list[str]:
    """Passages of an article without a title, a word a token."""
    article = _article(*blocks, title="")
    return [one.text for one in split(article, TokenBudget(_count_words, limit, target))]


def _said(words: int, ending: str = ".") -> str:
    return " ".join(["rest"] * words) + ending


def test_a_list_stays_whole_with_the_sentence_that_introduces_it() -> None:
    items = [Block("item", f"item {n} of the list") for n in range(6)]
    before, after = Block("text", f"{_said(18)} Look for:"), Block("text", "Then rest.")
    passages = _texts(40, before, *items, after)
    assert passages[0] == _said(18)
    assert passages[1] == "\n".join(["Look for:", *(item.text for item in items)])
    assert passages[2:] == ["Then rest."]


def test_a_table_is_cut_between_rows_when_it_is_too_long() -> None:
    rows = [f"Medicine: Cream {n}. By mouth. | How often: Once a day" for n in range(30)]
    passages = _texts(40, *(Block("item", row) for row in rows))
    assert len(passages) > 5
    assert [line for passage in passages for line in passage.split("\n")] == rows


def test_a_question_stays_with_all_of_its_answer() -> None:
    drive, fly = Block("text", "Can I drive?"), Block("text", "Can I fly?")
    answer = [Block("text", f"{_said(9)} {_said(9)}"), Block("text", _said(9))]
    passages = _texts(40, Block("text", _said(9)), drive, *answer, fly, Block("text", "Yes."))
    assert passages == [
        _said(9),
        "\n\n".join(["Can I drive?", *(block.text for block in answer)]),
        "Can I fly?\n\nYes.",
    ]


def test_all_that_answers_a_heading_stays_together() -> None:
    answer = "\n\n".join([_said(12)] * 3)
    headings = ("Can I drive?", "Driving")
    blocks = [[Block("heading", one, 2), *map(_text, answer.split("\n\n"))] for one in headings]
    passages = _texts(60, *blocks[0], *blocks[1])
    assert passages[0] == answer
    assert len(passages) > 2


def _text(text: str) -> Block:
    return Block("text", text)


def test_marked_questions_and_answers_stay_together() -> None:
    pairs = [f"Q: My knee clicks {n}.\nA: {_said(11)} {_said(11)}" for n in range(5)]
    assert _texts(40, Block("text", "\n".join(pairs))) == pairs


_sentences = st.lists(st.integers(1, 30).map(_said), min_size=1, max_size=5).map(" ".join)
_intros = st.builds(
    lambda before, intro: f"{before} {intro}".strip(), st.just("") | _sentences, st.just("See to:")
)
_items = st.lists(st.integers(1, 15).map(_said), min_size=1, max_size=9)
_stretches = st.one_of(
    _sentences.map(lambda text: [Block("text", text)]),
    st.tuples(_intros, _items).map(
        lambda both: [Block("text", both[0]), *(Block("item", item) for item in both[1])]
    ),
    st.tuples(st.just("Is it safe?"), _sentences).map(
        lambda both: [Block("text", text) for text in both]
    ),
    st.tuples(st.integers(1, 60), st.integers(30, 90).map(_said)).map(
        lambda both: [Block("text", _said(both[0], ":")), Block("item", both[1])]
    ),
    st.tuples(st.just("See to:"), st.integers(30, 90).map(_said)).map(
        lambda both: [Block("text", both[0]), Block("item", both[1])]
    ),
)


@given(st.lists(_stretches, min_size=1, max_size=6), st.integers(30, 60), st.integers(10, 60))
def test_no_passage_ends_between_an_introduction_or_a_question_and_what_follows(
    stretches: list[list[Block]], limit: int, target: int
) -> None:
    passages = _texts(limit, *(block for blocks in stretches for block in blocks), target=target)
    assert not [text for text in passages if text.endswith((":", "?"))]
    for blocks in stretches:
        parts = _kept_whole([block.text for block in blocks], limit)
        assert all(any(part in text for text in passages) for part in parts)


def _kept_whole(texts: list[str], limit: int) -> list[str]:
    """What of a list with a short introduction, or of a question and its answer, must not be
    cut."""
    if texts[0] == "Is it safe?":
        whole = "\n\n".join(texts)
        return [whole] if sum(_count_words(texts)) <= limit else []
    if not texts[0].endswith("See to:"):
        return []
    lines = ["See to:", *texts[1:]]
    if sum(_count_words(lines)) <= limit:
        return ["\n".join(lines)]
    return [line for line in texts[1:] if sum(_count_words(["See to:", line])) <= limit]


def test_a_tokenizer_that_gives_line_breaks_tokens_too_is_reckoned_with() -> None:
    def count(texts: Sequence[str]) -> list[int]:
        return [len(text.split()) + 3 * text.count("\n") for text in texts]

    article = _article(*(Block("item", f"item {n}") for n in range(200)))
    passages = split(article, TokenBudget(count, 40, 40))
    assert max(count([one.embedded_text for one in passages])) <= 40
    assert sum(len(one.text.split("\n")) for one in passages) == 200


@pytest.mark.parametrize(
    ("unit", "times"),
    [
        ("Rest the knee for two whole days. ", 30_000),
        ("knee pain ", 100_000),
        ("Rest it\n", 50_000),
        ("Why?\n\n", 20_000),
        ("Look for:\n", 20_000),
        ("Why?\n\nNo.\n\n", 20_000),
        ("x", 1_000_000),
        (".", 1_000_000),
        ("膝", 1_000_000),
    ],
)
def test_the_time_it_takes_grows_with_the_length_alone(unit: str, times: int) -> None:
    """Were it the length squared, this would take an hour."""
    text = (unit * times).strip()
    article = Article("long", "Knee", text, (Section(0, len(text), ()),))
    passages = split(article, TokenBudget(_count_words, 254))
    assert (passages[0].start, passages[-1].end) == (0, len(text))
    assert sum(len("".join(one.text.split())) for one in passages) == len("".join(text.split()))
    assert max(len(one.text) for one in passages) <= LONGEST_PASSAGE
