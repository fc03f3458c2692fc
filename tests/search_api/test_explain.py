"""`explain` says how an answer came about, the same by every door, and only where asked for."""

import json
import re
from pathlib import Path

import pytest
from client import Document, Plainsearch, get, post

from search_api.question import Question
from search_api.searcher import Searcher
from search_api.steps import Steps
from search_api.verdict import Signs, confidence

QUESTION = "my lower back hurts when I sit, what can I take?"
STEPS = "filter spelling encode retrieve late fuse group verdict order excerpts".split()


def unexplained(document: Document) -> Document:
    results = [
        {key: value for key, value in one.items() if key != "explain"}
        for one in document["results"]
    ]
    kept = {key: document[key] for key in document.keys() - {"explain", "took_ms"}}
    return {**kept, "results": results}


@pytest.mark.parametrize("text", [QUESTION, "gout", "who won the football world cup in 1966"])
def test_what_every_part_gives_adds_up_to_the_score(searcher: Searcher, text: str) -> None:
    answer = searcher.ask(Question(text, 20, min_verdict="none", explain=True))
    assert len(answer.results) == 20
    for result in answer.results:
        assert result.explain is not None
        for found, given in zip(result.passages, result.explain.scores, strict=True):
            assert given.keys() == found.parts.model_dump().keys()
            assert sum(given.values()) == pytest.approx(found.score, abs=3e-4)


@pytest.mark.parametrize("text", [QUESTION, "who won the football world cup in 1966"])
def test_the_verdict_is_explained_even_where_it_hides_the_results(
    searcher: Searcher, text: str
) -> None:
    answer = searcher.ask(Question(text, explain=True))
    assert answer.explain is not None
    assert all(measured.means for measured in answer.explain.verdict)
    measures = {one.name: one.value for one in answer.explain.verdict}
    sure = confidence(Signs(**measures), searcher.snapshot.calibration)
    assert sure == pytest.approx(answer.confidence, abs=2e-3)


def test_an_answer_names_the_articles_left_out_for_each_result(
    tmp_path: Path, plainsearch: Plainsearch
) -> None:
    said = " ".join(f"In week {week} bend the knee {week + 3} times." for week in range(1, 20))
    records = [
        {"id": f"knee-{town}", "title": "The knee", "text": f"{said} Ask in {town}."}
        for town in ("Marle", "Sele", "Wylam")
    ]
    records.append({"id": "tea", "title": "Tea", "text": "Warm the pot before the knee hurts."})
    lines = "".join(json.dumps(one) + "\n" for one in records)
    (tmp_path / "a.jsonl").write_text(lines, "utf-8")
    done = plainsearch("index", tmp_path / "a.jsonl", "--index", tmp_path / "index")
    assert done.returncode == 0, done.stderr
    asked = ("ask", "How often do I bend the knee?", "--index", tmp_path / "index", "--explain")
    document = json.loads(plainsearch(*asked, "--json").stdout)
    first, *others = document["results"]
    ids = {one["id"] for one in records} - {"tea"}
    assert {first["article"]["id"], *first["explain"]["left_out"]} == ids
    assert all(one["explain"]["left_out"] == [] for one in others)
    left_out = ", ".join(first["explain"]["left_out"])
    assert f"left out for saying the same: {left_out}\n" in plainsearch(*asked).stdout


def test_every_door_explains_and_none_unasked(
    server: str, corpus_index: Path, plainsearch: Plainsearch
) -> None:
    plain = get(server, "/v1/search", q=QUESTION, limit=3)
    got = get(server, "/v1/search", q=QUESTION, limit=3, explain="true")
    posted = post(server, "/v1/search", {"q": QUESTION, "limit": 3, "explain": True})
    done = plainsearch("ask", QUESTION, "-n", "3", "--index", corpus_index, "--json", "--explain")
    asked = json.loads(done.stdout)
    assert b"explain" not in plain.body and plain.document["results"]
    for document in (got.document, posted.document, asked):
        assert list(document["explain"]["milliseconds"]) == STEPS
        assert unexplained(document) == unexplained(plain.document)
        assert document["explain"]["verdict"] == asked["explain"]["verdict"] != []
        explained = [one["explain"] for one in document["results"]]
        assert explained == [one["explain"] for one in asked["results"]]


@pytest.mark.parametrize("query", [{"q": QUESTION}, {"q": QUESTION, "explain": "true"}])
def test_server_timing_names_every_step(server: str, query: Document) -> None:
    timing = get(server, "/v1/search", **query).headers["Server-Timing"]
    steps = [re.fullmatch(r"(\w+);dur=\d+\.\d\d", one) for one in timing.split(", ")]
    assert [step and step[1] for step in steps] == STEPS


def test_steps_not_taken_are_not_timed(searcher: Searcher) -> None:
    steps = Steps()
    searcher.ask(Question("what is it"), steps)
    assert list(steps.milliseconds) == STEPS[:2]


def test_people_are_told_the_steps_and_the_sums(
    corpus_index: Path, plainsearch: Plainsearch
) -> None:
    said = plainsearch("ask", QUESTION, "--index", corpus_index, "--explain").stdout
    assert re.search(r"^  passage 0\.\d\d: how near", said, re.MULTILINE)
    assert re.search(r"^  milliseconds: filter \d+\.\d, spelling .*, excerpts \d+\.\d$", said, re.M)
    assert re.search(
        r"^   = dense 0\.\d{3} \+ lexical 0\.\d{3} \+ heading 0\.\d{3} \+ tokens", said, re.M
    )
