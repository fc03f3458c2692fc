"""Filters: what passes is what a plain reading of the metadata says, whatever is asked."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from client import Plainsearch
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import QuestionError
from search_api.filters import filter_of, parse_filters
from search_api.question import Question
from search_api.searcher import Searcher

ARTICLES = 60
BOOK = 16_000
"""Sentences of an article that alone has more passages than are looked at in a first go. They are
all the same, so that few have to be embedded."""
PLACES = "Marle Larkfield Otterburn Sele Hexham Wylam Ovingham Bywell".split()
DAYS = [
    "2023", "2023-01", "2023-01-01", "2023-12-31", "2024", "2024-02", "2024-02-29",
    "2024-02-29T23:30:00-05:00", "2024-03-01 08:00", "2024-12-31T10:00:00Z", "2025-01-01",
]  # fmt: skip
NO_DATES = ["soon", "2024 or so", "20240301", "2024-3-1", "1 May 2024", "03/2024"]
WHENS = [*DAYS, *NO_DATES, None, ["2022-05-05", "2026-06-06"], 2024, True]


@pytest.fixture(scope="module")
def records() -> Sequence[dict[str, object]]:
    """Articles about near nothing, each of another day, place and audience; and one book."""
    made: list[dict[str, object]] = []
    for at in range(ARTICLES):
        place = PLACES[at % len(PLACES)]
        one: dict[str, object] = {
            "id": f"a{at}",
            "title": f"Walk {at}",
            "text": f"Path number {at} leads past {place} to the weir, and {at + 3} gates follow.",
            "place": place,
            "audience": ["walkers", "riders"] if at % 3 else "Walkers",
        }
        when = WHENS[at % len(WHENS)]
        made.append(one if when is None else {**one, "when": when})
    knee = " ".join(["Bend the sore knee ten times, then rest the knee."] * BOOK)
    return [*made, {"id": "book", "title": "The knee", "text": knee, "audience": "runners"}]


@pytest.fixture(scope="module")
def walks(
    records: Sequence[dict[str, object]],
    tmp_path_factory: pytest.TempPathFactory,
    plainsearch: Plainsearch,
) -> Searcher:
    folder = tmp_path_factory.mktemp("walks")
    lines = "".join(json.dumps(one) + "\n" for one in records)
    (folder / "a.jsonl").write_text(lines, "utf-8")
    done = plainsearch("index", folder / "a.jsonl", "--index", folder / "index")
    assert done.returncode == 0, done.stderr
    return Searcher.open(folder / "index")


def passes(record: Mapping[str, object], key: str, wanted: Sequence[str]) -> bool:
    """The rule as README has it, word by word."""
    held = record.get(key)
    texts = [
        str(one).lower() if isinstance(one, bool) else str(one)
        for one in (held if isinstance(held, list) else [held])
        if one is not None
    ]
    bounds = [one for one in wanted if one[0] in "<>"]
    equal = {one.casefold() for one in wanted} & {text.casefold() for text in texts}
    within = bounds and any(
        text in {*DAYS, "2022-05-05", "2026-06-06"} and all(keeps(text, one) for one in bounds)
        for text in texts
    )
    return bool(equal or within)


def keeps(text: str, bound: str) -> bool:
    day = (text[:10] + "-01-01")[:10]
    sign = bound.rstrip("0123456789-")
    edge = bound.removeprefix(sign)
    same = day[: len(edge)]
    return {
        ">": same > edge, ">=": same >= edge, "<": same < edge, "<=": same <= edge,
    }[sign]  # fmt: skip


BOUNDS = st.builds(
    str.__add__, st.sampled_from([">", ">=", "<", "<="]), st.sampled_from([d[:10] for d in DAYS])
)
WANTED = st.dictionaries(
    st.sampled_from(["when", "place", "audience"]),
    st.lists(
        st.one_of(BOUNDS, st.sampled_from([*PLACES, "WALKERS", "riders", "2024", "soon", "true"])),
        max_size=3,
    ),
    max_size=3,
)


@settings(max_examples=100, deadline=None)
@given(WANTED)
def test_exactly_what_passes_comes_back(
    walks: Searcher, records: Sequence[dict[str, object]], wanted: dict[str, list[str]]
) -> None:
    asked = Question("sore knee", 100, filters=wanted, min_verdict="none", every=True)
    expected = {
        str(one["id"])
        for one in records
        if all(passes(one, key, values) for key, values in wanted.items())
    }
    found = [one.article.id for one in walks.ask(asked).results]
    assert len(found) == len(set(found)) and set(found) == expected


@settings(max_examples=30, deadline=None)
@given(WANTED, st.lists(st.integers(1, 20), min_size=1, max_size=5), st.booleans())
def test_pages_of_any_size_make_the_whole_list(
    walks: Searcher, wanted: dict[str, list[str]], sizes: list[int], every: bool
) -> None:
    def page(limit: int, offset: int) -> tuple[list[str], bool]:
        asked = Question("which path?", limit, offset, wanted, "none", every)
        answer = walks.ask(asked)
        return [one.article.id for one in answer.results], answer.has_more

    whole, beyond = page(100, 0)
    paged: list[str] = []
    more, turn = True, 0
    while more:
        found, more = page(sizes[turn % len(sizes)], len(paged))
        assert found or not more
        paged, turn = [*paged, *found], turn + 1
    assert paged == whole and not beyond


def test_a_book_leaves_room_for_the_others(walks: Searcher) -> None:
    """Its passages are nearer than any other article, and more than a first go looks at."""
    rows = walks.snapshot.article_of_passage
    assert (rows == rows[-1]).sum() > 1_000
    answer = walks.ask(Question("sore knee", ARTICLES, min_verdict="none", every=True))
    assert len(answer.results) == ARTICLES and answer.has_more
    assert answer.results[0].article.id == "book"


@pytest.mark.parametrize("bound", [">=2024-13", "<yesterday", "> ", "<=2024-02-30", ">5", ">=0000"])
def test_what_is_no_date_is_refused_saying_what_is(bound: str) -> None:
    with pytest.raises(QuestionError, match=r"'published'.*no date.*2024-05-31, 2024-05 or 2024"):
        Question("knee", filters={"published": [bound]})


@pytest.mark.parametrize(
    ("pairs", "separator", "expected"),
    [
        ([], "=", {}),
        (["tags=knee"], "=", {"tags": ["knee"]}),
        (["tags:knee", "tags:sport"], ":", {"tags": ["knee", "sport"]}),
        (["tags:knee", "audience:patients"], ":", {"tags": ["knee"], "audience": ["patients"]}),
        ([" tags = back pain "], "=", {"tags": ["back pain"]}),
        (["time:10:30"], ":", {"time": ["10:30"]}),
        (["formula=a=b"], "=", {"formula": ["a=b"]}),
        (["age=under<5"], "=", {"age": ["under<5"]}),
        (["título=dolor crónico"], "=", {"título": ["dolor crónico"]}),
        (["when>=2024", "when < 2025-06"], "=", {"when": [">=2024", "< 2025-06"]}),
        (["when=>=2024"], "=", {"when": [">=2024"]}),
        (["when:>=2024", "when<2025"], ":", {"when": [">=2024", "<2025"]}),
    ],
)
def test_filters_are_read(pairs: list[str], separator: str, expected: dict[str, list[str]]) -> None:
    assert parse_filters(pairs, separator) == expected


@pytest.mark.parametrize("pair", ["", "tags", "tags=", "=knee", " = ", "tags:knee", ">=2024"])
def test_a_filter_of_another_form_is_refused_and_quoted(pair: str) -> None:
    with pytest.raises(QuestionError) as refused:
        parse_filters(["tags=knee", pair], "=")
    assert refused.value.field == "filter"
    assert f"'{pair}'" in str(refused.value) and "KEY=VALUE" in str(refused.value)


def test_bounds_of_one_field_are_one_period_beside_its_values() -> None:
    read = filter_of("when", ["2020-01-01", ">=2024", ">2023", "<= 2025", "<2026"])
    assert read.values == ("2020-01-01",)
    assert read.period == filter_of("when", [">=2024", "<=2025"]).period


def test_bounds_of_a_field_that_no_article_has_are_refused(walks: Searcher) -> None:
    with pytest.raises(QuestionError, match=r"'colour'.*audience.*place.*when"):
        walks.ask(Question("knee", filters={"colour": [">=2024"]}))


def test_case_does_not_count_in_any_script(tmp_path: Path, plainsearch: Plainsearch) -> None:
    record = {"id": "a", "title": "Shoulder", "text": "Rest the shoulder.", "part": "Épaule"}
    (tmp_path / "one.jsonl").write_text(json.dumps(record), encoding="utf-8")
    plainsearch("index", tmp_path / "one.jsonl", "--index", tmp_path / "index")
    searcher = Searcher.open(tmp_path / "index")
    for value in ("Épaule", "épaule", "ÉPAULE"):
        asked = Question("rest the shoulder", filters={"part": [value]}, min_verdict="none")
        assert [one.article.id for one in searcher.ask(asked).results] == ["a"]
