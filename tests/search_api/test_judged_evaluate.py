"""Judged questions are read or their wrong line named, and measured as the formulas say."""

import json
from collections.abc import Mapping
from math import isnan, log2
from pathlib import Path

import numpy as np
import pytest
from client import Document, Plainsearch
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import SourceError
from search_api.evaluate import (
    Ranking,
    ask_all,
    auroc,
    means,
    measure,
    reader_scores,
    verdict_figures,
)
from search_api.judged import Judged, beir, questions
from search_api.quoted import Quoted, quoted
from search_api.searcher import Searcher
from search_api.verdict import Verdict

GRID = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
HEADER = "query-id\tcorpus-id\tscore\n"
QUERY = '{"_id": "q1", "text": "How do I rest a knee?"}\n'
ROW = "q1\tknee\t1\n"
ASKED = '{"id": "a", "question": "Why?", "answerable": true, "relevant": []}\n'


def ranking(name: str, grades: Mapping[str, int], articles: str, verdict: Verdict) -> Ranking:
    answerable = any(grade > 0 for grade in grades.values())
    sure = {"answered": 0.9, "weak": 0.4, "none": 0.1}[verdict]
    return Ranking(Judged(name, name, grades, answerable), articles.split(), verdict, sure, 2.0)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three documents in BEIR's form, with a question that each answers."""
    texts = {
        "knee": "Rest the knee for two days. Straighten it ten times an hour.",
        "tea": "Warm the pot first. Green tea wants water of eighty degrees.",
        "bees": "Open the hive on a warm day. Smoke calms the bees.",
    }
    asked = {"knee": "How long do I rest my knee?", "tea": "How hot should water for tea be?"}
    asked["bees"] = "What calms bees in a hive?"
    records = [{"_id": name, "title": name, "text": texts[name]} for name in texts]
    queries = [{"_id": f"q-{name}", "text": text} for name, text in asked.items()]
    beir_folder = tmp_path / "beir"
    for name, rows in (("corpus", records), ("queries", queries)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        write(beir_folder / f"{name}.jsonl", lines)
    rows = "".join(f"q-{name}\t{name}\t1\n" for name in texts)
    write(beir_folder / "qrels" / "test.tsv", HEADER + rows)
    return beir_folder


@pytest.mark.parametrize(
    ("queries", "qrels", "wrong"),
    [
        (QUERY + "{oops\n", HEADER + ROW, "queries.jsonl:2: not valid JSON"),
        (QUERY + "\n[1]\n", HEADER + ROW, "queries.jsonl:3: not a JSON object"),
        ('{"_id": "q1"}\n', HEADER + ROW, "queries.jsonl:1: field 'text' is missing"),
        ('{"text": "Why?"}\n', HEADER + ROW, "queries.jsonl:1: field '_id' is missing"),
        (QUERY, HEADER + ROW + "q1\tknee\n", "test.tsv:3: not 'query-id TAB"),
        (QUERY, HEADER + "q1\tknee\tgood\n", "test.tsv:2: not 'query-id TAB"),
        (QUERY, HEADER + "q1 knee 1\n", "test.tsv:2: not 'query-id TAB"),
        (QUERY, HEADER, "queries.jsonl: no judged question"),
        ("", HEADER + ROW, "queries.jsonl: no judged question"),
    ],
)
def test_beir_names_the_file_and_line_that_is_wrong(
    tmp_path: Path, queries: str, qrels: str, wrong: str
) -> None:
    files = write(tmp_path / "queries.jsonl", queries), write(tmp_path / "test.tsv", qrels)
    with pytest.raises(SourceError) as refused:
        beir(*files)
    assert str(refused.value).startswith(str(tmp_path / wrong))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (ASKED + "oops\n", ":2: not valid JSON"),
        (ASKED.replace('"id"', '"name"'), ":1: field 'id' is missing"),
        (ASKED.replace('"question"', '"text"'), ":1: field 'question' is missing"),
        (ASKED.replace('"answerable"', '"known"'), ":1: field 'answerable' is missing"),
        (ASKED.replace("[]", '[{"grade": 3}]'), ":1: field 'article' is missing"),
        (ASKED.replace("[]", '[{"article": "a"}]'), ":1: field 'grade' is missing"),
        (ASKED.replace("[]", '["a"]'), ":1: field 'article' is missing"),
        (ASKED.replace("[]", '[{"article": "a", "grade": "high"}]'),
         ":1: 'grade' is 'high', not a whole number"),
        (ASKED.replace("[]", '[{"article": "a", "grade": 1.5}]'),
         ":1: 'grade' is 1.5, not a whole number"),
        (ASKED.replace("[]", '{"a": 3}'), ":1: 'relevant' is not a list of judgements"),
        (ASKED.replace("[]", "3"), ":1: 'relevant' is not a list of judgements"),
        ("\n", ": no judged question"),
    ],
)  # fmt: skip
def test_questions_name_the_file_and_line_that_is_wrong(
    tmp_path: Path, text: str, wrong: str
) -> None:
    file = write(tmp_path / "questions.jsonl", text)
    with pytest.raises(SourceError) as refused:
        questions(file)
    assert str(refused.value).startswith(f"{file}{wrong}")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.jsonl: can't be read"):
        questions(tmp_path / "nowhere.jsonl")


def test_beir_takes_the_questions_that_have_a_judgement(tmp_path: Path) -> None:
    other = '{"_id": "q2", "text": "Never judged?"}\n{"_id": "q3", "text": "Unanswered?"}\n'
    queries = write(tmp_path / "queries.jsonl", QUERY + other)
    qrels = write(tmp_path / "test.tsv", HEADER + ROW + "q1\ttea\t0\nq3\ttea\t0\n")
    assert beir(queries, qrels) == [
        Judged("q1", "How do I rest a knee?", {"knee": 1, "tea": 0}, True),
        Judged("q3", "Unanswered?", {"tea": 0}, False),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_only_the_end_of_a_line_ends_it(tmp_path: Path, end: str, mark: str) -> None:
    text = "Rest\u2028or\u0085walk?"  # JSON lets both stand inside a string
    queries = f'{mark}{{"_id": "q\u20281", "text": "{text}"}}{end}'
    qrels = f"{mark}query-id\tcorpus-id\tscore{end}q\u20281\tknee\u0085\t1{end}"
    asked = f'{mark}{{"id": "a", "question": "{text}", "answerable": false}}{end}'
    files = [tmp_path / name for name in ("queries.jsonl", "test.tsv", "questions.jsonl")]
    for file, written in zip(files, (queries, qrels, asked), strict=True):
        file.write_bytes(written.encode())
    assert beir(*files[:2]) == [Judged("q\u20281", text, {"knee\u0085": 1}, True)]
    assert questions(files[2]) == [Judged("a", text, {}, False)]


def test_of_several_judgements_of_an_article_the_best_counts(tmp_path: Path) -> None:
    relevant = (
        '[{"article": "a", "grade": 1}, {"article": "a", "grade": 3}, {"article": "b", "grade": 2}]'
    )
    file = write(tmp_path / "questions.jsonl", ASKED.replace("[]", relevant))
    assert questions(file) == [Judged("a", "Why?", {"a": 3, "b": 2}, True)]


def test_quotes_are_those_of_judgements_that_answer(tmp_path: Path) -> None:
    relevant = (
        '[{"article": "a", "grade": 1, "quote": "Rest."}, {"article": "b", "grade": 0, '
        '"quote": "Run."}, {"article": "a", "grade": 3, "quote": "Ice."}]'
    )
    file = write(tmp_path / "questions.jsonl", ASKED.replace("[]", relevant))
    assert questions(file)[0].quotes == {"a": ["Rest.", "Ice."]}


def test_measures_are_what_the_formulas_say() -> None:
    # One question has its two good articles first and third, the other its only one second.
    rankings = [
        ranking("one", {"a": 3, "b": 1}, "a x b", "answered"),
        ranking("two", {"c": 1}, "x c", "weak"),
    ]
    first = (3 + 1 / log2(4)) / (3 + 1 / log2(3))
    second = (1 / log2(3)) / 1
    figures = measure(rankings)
    assert figures["nDCG@10"] == pytest.approx((first + second) / 2)
    assert figures["RR@10"] == pytest.approx((1 + 1 / 2) / 2)
    assert figures["AP@100"] == pytest.approx(((1 + 2 / 3) / 2 + 1 / 2) / 2)
    assert figures["R@100"] == 1
    # Without x, which nobody judged, both rankings are the best there can be.
    assert figures["nDCG(judged_only=True)@10"] == pytest.approx(1)
    assert (figures["questions"], figures["ms a question"]) == (2, 2)


def test_an_unanswered_question_counts_as_nought() -> None:
    rankings = [ranking("one", {"a": 1}, "a", "answered"), ranking("two", {"b": 1}, "", "none")]
    figures = measure(rankings)
    assert figures["nDCG@10"] == figures["R@100"] == figures["RR@10"] == pytest.approx(0.5)


def test_the_verdict_is_right_when_it_says_whether_there_is_an_answer() -> None:
    rankings = [
        ranking("one", {"a": 1}, "a", "answered"),
        ranking("two", {"a": 1}, "a", "weak"),
        ranking("three", {"a": 1}, "a", "none"),
        ranking("four", {}, "a", "none"),
        ranking("five", {}, "a", "weak"),
    ]
    figures = {**means(reader_scores(rankings)), **verdict_figures(rankings)}
    said = {name: value for name, value in figures.items() if "excerpt" not in name}
    assert said == pytest.approx(
        {
            "verdict accuracy": 3 / 5,
            "answerable found": 2 / 3,
            "unanswerable refused": 1 / 2,
            "confidence AUROC": 4 / 6,  # of six pairs three are in order, and two are ties
            "answerable, verdict answered": 1,
            "answerable, verdict weak": 1,
            "answerable, verdict none": 1,
            "unanswerable, verdict answered": 0,
            "unanswerable, verdict weak": 1,
            "unanswerable, verdict none": 1,
        }
    )
    assert all(isnan(figures[name]) for name in figures.keys() - said.keys())


@given(st.lists(GRID, min_size=1, max_size=30), st.lists(GRID, min_size=1, max_size=30))
def test_auroc_is_the_share_of_pairs_in_order(higher: list[float], lower: list[float]) -> None:
    pairs = [(a > b) + (a == b) / 2 for a in higher for b in lower]
    assert auroc(np.array(higher), np.array(lower)) == pytest.approx(sum(pairs) / len(pairs))
    assert isnan(auroc(np.array([]), np.array(lower)))


@pytest.mark.parametrize(
    ("shown", "quotes", "holds", "overlaps"),
    [
        ("Warm it.", ["Warm it."], True, True),
        ("Rest it. Warm it.", ["Warm it."], True, True),
        ("Warm it.", ["Rest it. Warm"], False, True),
        ("Warm it.", ["Rest it."], False, False),
        ("Rest it.", ["it"], True, True),
        ("Warm it.", ["Cool it.", "Warm it."], True, True),
        ("Warm it.\nAnd wait.", ["it. And   wait."], True, True),
        ("Rest it.", ["Cool it."], False, False),
        ("Rest it.", [" "], False, False),
        ("Rest it.", ["R.st it."], False, False),
    ],
)
def test_an_excerpt_is_compared_with_quotes_by_their_places(
    shown: str, quotes: list[str], holds: bool, overlaps: bool
) -> None:
    text = "Rest it. Warm it.\nAnd wait."
    start = text.index(shown)
    found = quoted(text, (start, start + len(shown)), quotes)
    assert found == Quoted(holds, overlaps, len(shown))


def test_the_excerpt_of_the_first_right_article_counts(searcher: Searcher) -> None:
    title = "how long does low back pain normally last"
    article = searcher.article("low-back-pain")
    assert article is not None
    whole, absent = [article.text], ["Nobody ever wrote these words."]

    def asked(grades: Mapping[str, int], quotes: Mapping[str, list[str]]) -> Ranking:
        (found,) = ask_all(searcher, [Judged("a", title, grades, True, quotes)])
        return found

    first = asked({"low-back-pain": 3}, {"low-back-pain": whole}).quoted
    assert first and (first.holds, first.overlaps) == (False, True)
    last = asked({"low-back-pain": 0}, {}).articles[-1]
    assert last != "low-back-pain"
    far = asked({last: 1}, {last: absent}).quoted  # farther down than a reader sees
    assert far and not far.overlaps and far.length > 0
    assert asked({"low-back-pain": 3, last: 1}, {last: absent}).quoted is None
    assert asked({"nowhere": 1}, {"nowhere": whole}).quoted is None


def test_a_question_that_is_refused_has_no_results(searcher: Searcher) -> None:
    (found,) = ask_all(searcher, [Judged("a", "why " * 2_000, {"knee": 1}, True)])
    assert (found.articles, found.verdict, found.quoted) == ([], "none", None)
    assert measure([found])["nDCG@10"] == 0


def test_a_measure_that_says_nothing_has_no_mean() -> None:
    found = means({"some": np.array([np.nan, 1, 2]), "none": np.array([np.nan])})
    assert found["some"] == 1.5 and isnan(found["none"])


def evaluated(plainsearch: Plainsearch, *arguments: str | Path) -> Document:
    done = plainsearch("evaluate", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    figures: Document = json.loads(done.stdout)
    return figures


def test_finding_everything_first_measures_one(folder: Path, plainsearch: Plainsearch) -> None:
    figures = evaluated(plainsearch, folder)
    for measured in ("nDCG@10", "nDCG(judged_only=True)@10", "R@100", "RR@10", "AP@100"):
        assert figures[measured] == 1
    assert figures["questions"] == 3
    assert {path.name for path in folder.iterdir()} == {"corpus.jsonl", "queries.jsonl", "qrels"}


def test_other_queries_and_judgements_may_be_named_and_the_index_kept(
    folder: Path, tmp_path: Path, plainsearch: Plainsearch
) -> None:
    queries = write(tmp_path / "other.jsonl", '{"_id": "x", "text": "What calms bees?"}\n')
    qrels = write(tmp_path / "other.tsv", HEADER + "x\tabsent\t1\n")
    index = tmp_path / "kept"
    options = ("--queries", queries, "--qrels", qrels, "--index", index)
    figures = evaluated(plainsearch, folder, *options)
    assert figures["questions"] == 1 and figures["nDCG@10"] == 0
    asked = plainsearch("ask", "What calms bees?", "--index", index, "--json")
    assert json.loads(asked.stdout)["results"][0]["article"]["id"] == "bees"


def test_questions_about_an_index_are_measured_with_the_verdict(
    index: Path, tmp_path: Path, plainsearch: Plainsearch
) -> None:
    asked = [
        ("How long do I rest my knee for?", "knee", "Rest the knee for two days."),
        ("How hot should the water for green tea be?", "tea", "wants water of"),
        ("Who won the football world cup in 1966?", None, None),
    ]
    rows = [
        {
            "id": str(number),
            "question": question,
            "answerable": article is not None,
            "relevant": [{"article": article, "grade": 3, "quote": quote}] if article else [],
        }
        for number, (question, article, quote) in enumerate(asked)
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    file = write(tmp_path / "questions.jsonl", lines)
    figures = evaluated(plainsearch, "--questions", file, "--index", index)
    assert figures["nDCG@10"] == 1 and figures["questions"] == 3
    for perfect in (
        "verdict accuracy", "answerable found", "unanswerable refused", "confidence AUROC",
        "excerpt holds the quote", "excerpt overlaps",
    ):  # fmt: skip
        assert figures[perfect] == 1
    assert figures["unanswerable, verdict none"] == 1 and figures["excerpt length"] > 20
    shown = plainsearch("evaluate", "--questions", file, "--index", index).stdout
    assert all(name in shown for name in figures) and "1.0000" in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Give either DIR or --questions FILE"),
        (("beir", "--questions", "a.jsonl"), "Give either DIR or --questions FILE"),
        (("--questions", "a.jsonl", "--queries", "b.jsonl"), "--queries and --qrels go with DIR"),
        (("--questions", "a.jsonl", "--qrels", "test.tsv"), "--queries and --qrels go with DIR"),
        (("--questions", "a.jsonl", "--html", "out.html"), "--html goes with --against"),
    ],
)
def test_a_call_that_makes_no_sense_is_a_usage_error(
    plainsearch: Plainsearch, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = plainsearch("evaluate", *arguments, cwd=tmp_path)
    assert done.returncode == 2 and "Usage:" in done.stderr and said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_line_ends_the_program_with_its_message(
    folder: Path, plainsearch: Plainsearch
) -> None:
    with (folder / "queries.jsonl").open("a", encoding="utf-8") as file:
        file.write("oops\n")
    done = plainsearch("evaluate", folder)
    assert done.returncode == 1 and done.stdout == ""
    assert "queries.jsonl:4: not valid JSON" in done.stderr and "Traceback" not in done.stderr
