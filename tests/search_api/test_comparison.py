"""Two snapshots on the same questions: what differs, by how much, and whether that is chance."""

import json
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from client import Document, Plainsearch
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from playwright.sync_api import Page

from search_api.comparison import (
    EXAMPLES,
    Comparison,
    Evaluated,
    compare,
    intervals,
    question_differences,
)
from search_api.comparison_page import comparison_page
from search_api.evaluate import Ranking, ask_all, ranking_scores, reader_scores, time_scores
from search_api.judged import Judged
from search_api.searcher import Searcher
from search_api.terminal import comparison_text

HOSTILE = "How long do I rest my <b>knee</b> & \"hip\" 'now'?"
ASKED = [
    Judged("knee", HOSTILE, {"knee": 3}, True, {"knee": ["Rest the knee for two days."]}),
    Judged("tea", "How hot should the water for green tea be?", {"tea": 3}, True),
    Judged("bees", "What calms the bees in a hive?", {"bees": 3, "tea": 0}, True),
    Judged("cup", "Who won the football world cup in 1966?", {}, False),
]
SMALL = st.floats(-1, 1).map(lambda value: round(value, 3))


def evaluated(index: Path, asked: Sequence[Judged], name: str) -> Evaluated:
    searcher = Searcher.open(index)
    rankings = ask_all(searcher, asked)
    scores = {
        **ranking_scores(rankings),
        **time_scores(rankings),
        **reader_scores(rankings),
    }
    return Evaluated(name, searcher, rankings, scores)


def without_bees(plainsearch: Plainsearch, articles: Path, folder: Path) -> Path:
    """An index like `index`, that lacks an article."""
    shutil.copytree(articles, folder / "fewer")
    (folder / "fewer" / "bees.md").unlink()
    index = folder / "index-of-fewer"
    assert plainsearch("index", folder / "fewer", "--index", index).returncode == 0
    return index


@pytest.fixture
def fewer(plainsearch: Plainsearch, articles: Path, tmp_path: Path) -> Path:
    return without_bees(plainsearch, articles, tmp_path)


@pytest.fixture
def comparison(index: Path, fewer: Path) -> Comparison:
    return compare(evaluated(index, ASKED, "all <of> it"), evaluated(fewer, ASKED, "fewer"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """`ASKED` as a file."""
    rows = [
        {
            "id": one.id,
            "question": one.question,
            "answerable": one.answerable,
            "relevant": [{"article": name, "grade": grade} for name, grade in one.grades.items()],
        }
        for one in ASKED
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(SMALL, SMALL), min_size=1, max_size=12))
def test_an_interval_lies_around_the_mean_and_within_the_values(
    pairs: list[tuple[float, float]],
) -> None:
    this, other = np.array(pairs).T
    rows = np.stack([this, other, this - other, this + 1, 0 * this])
    found = intervals(rows)
    for (low, high), values in zip(found, rows, strict=True):
        slack = 1e-9
        assert values.min() - slack <= low <= high <= values.max() + slack
    assert found[4] == (0, 0)  # nothing differs: nothing to be unsure of
    assert found[3] == pytest.approx((found[0][0] + 1, found[0][1] + 1))
    assert intervals(rows) == found


def test_an_interval_is_what_statistics_say_of_a_large_sample() -> None:
    values = np.random.default_rng(1).normal(0.3, 2, 2_000)
    ((low, high),) = intervals(values[np.newaxis])
    error = 1.96 * values.std() / len(values) ** 0.5
    assert low == pytest.approx(values.mean() - error, abs=0.1 * error)
    assert high == pytest.approx(values.mean() + error, abs=0.1 * error)


def test_pairing_sees_a_difference_that_two_intervals_hide() -> None:
    other = np.linspace(0, 0.9, 50)
    here, there, between = intervals(np.stack([other + 0.05, other, np.full(50, 0.05)]))
    assert here[0] < there[1] and between[0] > 0


def test_a_question_counts_by_its_ranking_or_by_being_refused() -> None:
    nan = np.nan
    this = {"nDCG@10": np.array([1, 0.5, nan, nan]), "unanswerable refused": [nan, nan, 1, 0]}
    other = {"nDCG@10": np.array([0.5, 1, nan, nan]), "unanswerable refused": [nan, nan, 0, 0]}
    arrays = [{name: np.array(values) for name, values in one.items()} for one in (this, other)]
    assert question_differences(*arrays).tolist() == [0.5, -0.5, 1, 0]
    ranked = [{"nDCG@10": one["nDCG@10"]} for one in arrays]
    np.testing.assert_equal(question_differences(*ranked), [0.5, -0.5, nan, nan])


def test_what_differs_is_found_both_ways(comparison: Comparison) -> None:
    def difference(found: Comparison, name: str) -> tuple[float, ...]:
        (one,) = (each for each in found.differences if each.measure == name)
        assert one.interval[0] <= one.difference <= one.interval[1]
        return one.questions, one.this, one.other, one.difference

    assert difference(comparison, "nDCG@10") == pytest.approx((3, 1, 2 / 3, 1 / 3))
    assert difference(comparison, "excerpt holds the quote") == (1, 1, 1, 0)
    assert difference(comparison, "unanswerable refused") == (1, 1, 1, 0)
    assert [one.judged.id for one in comparison.better] == ["bees"] and not comparison.worse
    better = comparison.better[0]
    assert better.difference == 1 and better.this.results[0].article.id == "bees"
    assert "bees" not in [one.article.id for one in better.other.results]
    back = compare(comparison.other, comparison.this)
    assert difference(back, "nDCG@10") == pytest.approx((3, 2 / 3, 1, -1 / 3))
    assert [one.judged.id for one in back.worse] == ["bees"] and not back.better
    np.testing.assert_array_equal(back.by_question, -comparison.by_question)


def test_the_same_twice_differs_in_nothing_but_time(index: Path) -> None:
    this, other = (evaluated(index, ASKED, "same") for _ in range(2))
    found = compare(this, other)
    assert not found.better and not found.worse
    for one in found.differences:
        if one.measure != "ms a question":
            assert (one.difference, one.interval) == (0, (0, 0))


def test_of_many_changed_questions_those_that_changed_most_are_named(
    comparison: Comparison,
) -> None:
    def many(count: int, one: Evaluated, scores: Callable[[int], float]) -> Evaluated:
        rankings = [
            Ranking(Judged(str(at), "bees", {"bees": 1}, True), [], "none", 0.5, 1.0)
            for at in range(count)
        ]
        values = np.array([scores(at) for at in range(count)], float)
        return Evaluated(one.name, one.searcher, rankings, {"nDCG@10": values})

    count = 4 * EXAMPLES
    this = many(count, comparison.this, lambda at: at / count)
    other = many(count, comparison.other, lambda _: 0.5)
    found = compare(this, other)
    assert [one.judged.id for one in found.better] == [
        str(at) for at in range(count - 1, count - 1 - EXAMPLES, -1)
    ]
    assert [one.judged.id for one in found.worse] == [str(at) for at in range(EXAMPLES)]


def test_a_terminal_shows_both_and_marks_what_is_no_chance(comparison: Comparison) -> None:
    text = comparison_text(comparison)
    assert text.startswith("this:  all <of> it\nother: fewer\n")
    assert re.search(r"\nnDCG@10 +1\.0000 +0\.6667 +\+0\.3333  \+0\.0000 to \+1\.0000\n", text)
    better = text[text.index("Better by most:") :]
    assert "+1.00  What calms the bees" in better and "1. Keeping bees ✓" in better
    assert "Worse" not in text
    other = comparison.other
    sure = {"nDCG@10": np.zeros(len(ASKED))}, {"nDCG@10": np.ones(len(ASKED))}
    this, other = (
        Evaluated(one.name, one.searcher, one.rankings, scores)
        for one, scores in zip((comparison.this, other), sure, strict=True)
    )
    assert "-1.0000 to -1.0000  *\n" in comparison_text(compare(this, other))


def compared(plainsearch: Plainsearch, *arguments: str | Path) -> Document:
    done = plainsearch("evaluate", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    found: Document = json.loads(done.stdout)
    return found


def test_a_snapshot_is_compared_with_the_one_before(
    plainsearch: Plainsearch, articles: Path, index: Path, file: Path, tmp_path: Path
) -> None:
    before = (index / "CURRENT").read_text(encoding="utf-8").strip()
    (articles / "bees.md").unlink()
    assert plainsearch("index", articles, "--index", index).returncode == 0
    out = tmp_path / "out.html"
    options = ("--questions", file, "--index", index, "--against", before)
    document = compared(plainsearch, *options, "--html", out)
    assert document["nDCG@10"] == pytest.approx(2 / 3)
    assert document["excerpt overlaps"] is None  # no quote in the file: null, not NaN
    found = document["comparison"]
    assert before in found["other"] and before not in found["this"]
    assert found["better"] == []
    (worse,) = found["worse"]
    assert (worse["id"], worse["difference"]) == ("bees", -1)
    first = worse["other"]["results"][0]
    assert first == {
        "article": "bees",
        "title": "Keeping bees",
        "grade": 3,
        "excerpt": "Open the hive on a warm day. Smoke calms the bees.",
    }
    by_name = {one["measure"]: one for one in found["differences"]}
    assert by_name["nDCG@10"]["difference"] == pytest.approx(-1 / 3)
    assert len(by_name["nDCG@10"]["interval"]) == 2
    assert lxml_html.parse(out).findtext(".//h1", "").startswith("nDCG@10")
    said = plainsearch("evaluate", *options)
    assert said.returncode == 0 and "Worse by most:" in said.stdout


BEES_AND_TEA = {"bees": "Smoke calms the bees in a hive.", "tea": "Green tea wants hot water."}


def in_beir_form(folder: Path, texts: Mapping[str, str]) -> Path:
    """Documents with a question about each."""
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    for name, rows in (
        ("corpus", [{"_id": one, "title": one, "text": text} for one, text in texts.items()]),
        ("queries", [{"_id": one, "text": f"What about {one}?"} for one in texts]),
    ):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    judged = "".join(f"{one}\t{one}\t1\n" for one in texts)
    (folder / "qrels" / "test.tsv").write_text(
        f"query-id\tcorpus-id\tscore\n{judged}", encoding="utf-8"
    )
    return folder


def test_a_beir_folder_is_compared_with_a_snapshot_that_indexing_it_deletes(
    plainsearch: Plainsearch, tmp_path: Path
) -> None:
    (tmp_path / "plainsearch.toml").write_text("keep = 1\n", encoding="utf-8")
    folder, index = tmp_path / "beir", tmp_path / "kept"
    in_beir_form(folder, {"tea": BEES_AND_TEA["tea"]})
    assert plainsearch("evaluate", folder, "--index", index, cwd=tmp_path).returncode == 0
    before = (index / "CURRENT").read_text(encoding="utf-8").strip()
    in_beir_form(folder, BEES_AND_TEA)
    options = ("--index", index, "--against", before, "--json")
    done = plainsearch("evaluate", folder, *options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert before not in plainsearch("snapshots", "list", "--index", index).stdout
    found = json.loads(done.stdout)["comparison"]
    assert before in found["other"] and [one["id"] for one in found["better"]] == ["bees"]


def test_a_beir_folder_is_compared_with_another_index(
    plainsearch: Plainsearch, fewer: Path, tmp_path: Path
) -> None:
    folder = in_beir_form(tmp_path / "beir", BEES_AND_TEA)
    found = compared(plainsearch, folder, "--against", fewer)
    assert found["nDCG@10"] == 1
    measures = {one["measure"]: one for one in found["comparison"]["differences"]}
    assert measures["nDCG@10"]["other"] == 0.5 and "verdict accuracy" not in measures
    assert [one["id"] for one in found["comparison"]["better"]] == ["bees"]


@pytest.mark.parametrize(
    ("against", "said"),
    [
        ("never-was", "'never-was' is neither a snapshot of"),
        ("empty", "empty: there is no index in this folder"),
    ],
)
def test_what_cannot_be_compared_is_named(
    plainsearch: Plainsearch, index: Path, file: Path, tmp_path: Path, against: str, said: str
) -> None:
    (tmp_path / "empty").mkdir()
    options = ("--questions", file, "--index", index, "--against", against)
    done = plainsearch("evaluate", *options, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "") and said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_page_shows_measures_and_changed_questions_as_text(comparison: Comparison) -> None:
    tree = lxml_html.document_fromstring(comparison_page(comparison))
    rows = {row.findtext("th"): row for row in tree.xpath("//table[@class='measures']/tbody/tr")}
    assert list(rows) == [one.measure for one in comparison.differences]
    assert [cell.text_content() for cell in rows["nDCG@10"].find_class("number")] == [
        "1.000", "0.667", "+0.3330.000 to +1.000"
    ]  # fmt: skip
    assert [one.text for one in tree.xpath("//dl[@class='figures']//dd")] == ["1", "3", "0"]
    (change,) = tree.find_class("change")
    assert "What calms the bees in a hive?" in change.findtext(".//summary/span[2]")
    this, other = change.find_class("side")
    assert len(this.find_class("right")) == 1 and not other.find_class("right")
    assert "Smoke calms the bees." in this.text_content()
    assert "all <of> it" in tree.find_class("legend")[0].text_content()
    assert len(tree.find_class("bars")[0].findall("rect")) == 1
    assert len(tree.find_class("square")) == 2
    assert not tree.xpath("//script | //@style | //link | //img | //@src | //of | //b")


@pytest.mark.parametrize(
    ("measure", "shift", "sense"),
    [
        ("nDCG@10", 0.1, "sure better"), ("nDCG@10", -0.1, "sure worse"), ("nDCG@10", 0, None),
        ("ms a question", 1, "sure worse"), ("ms a question", -1, "sure better"),
        ("excerpt length", 9, "sure other"),
    ],
)  # fmt: skip
def test_the_page_says_which_sure_differences_are_good(
    comparison: Comparison, measure: str, shift: float, sense: str | None
) -> None:
    flat = np.full(len(ASKED), 0.5)
    this, other = (
        Evaluated(
            one.name, one.searcher, one.rankings, {"nDCG@10": flat, "ms a question": flat,
            "excerpt length": flat, measure: flat + by},
        )
        for one, by in ((comparison.this, shift), (comparison.other, 0))
    )  # fmt: skip
    tree = lxml_html.document_fromstring(comparison_page(compare(this, other)))
    rows = {row.findtext("th"): row for row in tree.xpath("//table[@class='measures']/tbody/tr")}
    assert rows.pop(measure).get("class") == sense
    assert not any(row.get("class") for row in rows.values())


def test_a_page_of_searches_that_do_not_differ_says_so(index: Path) -> None:
    # No question without an answer: then nothing can be said of confidence.
    this, other = (evaluated(index, ASKED[1:3], "same") for _ in range(2))
    tree = lxml_html.document_fromstring(comparison_page(compare(this, other)))
    assert tree.findtext(".//h1") == "nDCG@10 stays about the same"
    assert not tree.find_class("change") and not tree.find_class("square")
    assert not tree.find_class("bars")


def test_a_page_of_questions_without_an_answer_begins_with_their_verdicts(
    comparison: Comparison,
) -> None:
    nothing, right = np.full(len(ASKED), np.nan), np.ones(len(ASKED))
    this, other = (
        Evaluated(
            one.name,
            one.searcher,
            one.rankings,
            {"nDCG@10": nothing, "ms a question": 9 * right, "unanswerable refused": by * right},
        )
        for one, by in ((comparison.this, 0), (comparison.other, 1))
    )

    def said(found: Comparison) -> tuple[str, str]:
        tree = lxml_html.document_fromstring(comparison_page(found))
        return tree.findtext(".//h1", ""), tree.find_class("sum")[0].text_content()

    headline, numbers = said(compare(this, other))
    assert headline == "unanswerable refused is worse"
    assert numbers.startswith("0.000 instead of 1.000: −1.000,")
    assert said(compare(other, this))[0] == "unanswerable refused is better"


def test_of_nothing_but_times_less_is_better(comparison: Comparison) -> None:
    this, other = (
        Evaluated(
            one.name, one.searcher, one.rankings,
            {"nDCG@10": np.full(len(ASKED), np.nan), "ms a question": np.full(len(ASKED), spent)},
        )
        for one, spent in ((comparison.this, 2.0), (comparison.other, 9.0))
    )  # fmt: skip
    tree = lxml_html.document_fromstring(comparison_page(compare(this, other)))
    assert tree.findtext(".//h1") == "ms a question is better"
    assert tree.find_class("sum")[0].text_content().startswith("2.0 instead of 9.0: −7.0,")


@pytest.fixture
def opened(
    windows: Callable[..., Page], comparison: Comparison, tmp_path: Path
) -> Callable[..., Page]:
    """The page of `comparison` in a window of its own."""
    file = tmp_path / "page.html"
    hostile = Comparison(
        comparison.this,
        comparison.other,
        comparison.differences,
        comparison.by_question,
        comparison.better,
        [
            type(one)(ASKED[0], -one.difference, one.this, one.other)  # a hostile question
            for one in comparison.better
        ],
    )
    file.write_text(comparison_page(hostile), encoding="utf-8")
    return partial(windows, file.as_uri())


def test_axe_finds_nothing_wrong_and_nothing_scrolls_sideways(
    opened: Callable[..., Page],
) -> None:
    for scheme in ("light", "dark"):
        for width in (320, 1280):
            page = opened(color_scheme=scheme, viewport={"width": width, "height": 740})
            there = page.evaluate("document.documentElement.scrollWidth")
            assert there <= width
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()


def test_nothing_is_loaded_and_the_style_is_let_through(opened: Callable[..., Page]) -> None:
    page = opened()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    assert (said, len(asked)) == ([], 1)
    side = page.locator(".side.this").first
    assert side.evaluate("element => getComputedStyle(element).borderLeftWidth") == "4px"
    assert page.locator(".change.worse summary").inner_text().endswith(HOSTILE)
