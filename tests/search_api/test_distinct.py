"""Near-duplicates do not fill the results, and paging still adds up."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from client import Plainsearch

from indexer.alike import NEARLY, similarity
from search_api.evaluate import ask_all
from search_api.judged import Judged
from search_api.question import Question
from search_api.searcher import Searcher

PARTS = "knee elbow ankle shoulder wrist hip".split()
QUESTION = "How many minutes a day should I bend it?"


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory, plainsearch: Plainsearch) -> Searcher:
    """Six articles, each in a version for every one of four clinics."""
    folder = tmp_path_factory.mktemp("versions")
    rows = []
    for at, part in enumerate(PARTS):
        said = " ".join(
            f"In week {week} bend the {part} for {week + at} minutes, morning and {part} night."
            for week in range(1, 13)
        )
        rows += [
            {"_id": f"{part} {clinic}", "title": f"The {part}", "text": f"{said} Ask in {clinic}."}
            for clinic in ("Marle", "Larkfield", "Otterburn", "Sele")
        ]
    (folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    done = plainsearch("index", folder / "a.jsonl", "--index", folder / "index")
    assert done.returncode == 0, done.stderr
    assert "18 pairs of articles say nearly the same" in done.stdout
    return Searcher.open(folder / "index")


def ids(searcher: Searcher, limit: int, offset: int = 0, every: bool = False) -> list[str]:
    asked = Question(QUESTION, limit, offset, min_verdict="none", every=every)
    return [one.article.id for one in searcher.ask(asked).results]


def test_of_each_article_one_version_is_shown_the_best(versions: Searcher) -> None:
    shown, every = ids(versions, 100), ids(versions, 100, every=True)
    assert sorted(one.split()[0] for one in shown) == sorted(PARTS)
    assert len(every) == 24
    best = {}
    for one in every:
        best.setdefault(one.split()[0], one)
    assert shown == list(best.values())


@pytest.mark.parametrize("limit", [1, 2, 4, 5])
def test_pages_add_up_and_the_last_one_says_so(versions: Searcher, limit: int) -> None:
    whole, paged, offset, more = ids(versions, 100), [], 0, True
    while more:
        answer = versions.ask(Question(QUESTION, limit, offset, min_verdict="none"))
        assert [one.rank for one in answer.results] == list(
            range(offset + 1, offset + 1 + len(answer.results))
        )
        paged += [one.article.id for one in answer.results]
        offset, more = offset + limit, answer.has_more
        assert more == (len(paged) < len(whole))
    assert paged == whole


def test_one_leaflet_in_hundreds_of_versions_leaves_room_for_others(
    tmp_path: Path, plainsearch: Plainsearch
) -> None:
    said = " ".join(f"In week {week} bend the knee for {week} minutes." for week in range(1, 13))
    rows = [
        {"_id": f"v{at}", "title": "The knee", "text": f"{said} Ask in room {at}."}
        for at in range(450)
    ]
    rows += [
        {"_id": f"other{at}", "text": f"The nurse in ward {word} writes down what you ate."}
        for at, word in enumerate(PARTS)
    ]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    done = plainsearch("index", tmp_path / "a.jsonl", "--index", tmp_path / "index")
    assert done.returncode == 0, done.stderr
    shown = ids(Searcher.open(tmp_path / "index"), 100)
    assert shown[0].startswith("v")
    assert sorted(shown[1:]) == [f"other{at}" for at in range(len(PARTS))]


def test_an_update_knows_the_twins_of_articles_that_it_took_over(
    tmp_path: Path, plainsearch: Plainsearch
) -> None:
    said = " ".join(f"In week {week} bend the knee for {week} minutes." for week in range(1, 13))
    for name in ("marle", "sele"):
        (tmp_path / f"{name}.md").write_text(f"# The knee\n\n{said} Ask in {name}.\n", "utf-8")
    for added in ("", "otterburn"):
        if added:
            (tmp_path / f"{added}.md").write_text(f"# Knee\n\n{said} Ask in {added}.\n", "utf-8")
        done = plainsearch("index", tmp_path, "--index", tmp_path / "index")
        assert done.returncode == 0, done.stderr
        assert len(ids(Searcher.open(tmp_path / "index"), 10)) == 1


def test_measuring_ranks_all_versions(versions: Searcher) -> None:
    (ranking,) = ask_all(versions, [Judged("q", QUESTION, {}, True)])
    assert len(ranking.articles) == 24


def test_no_two_results_of_the_sample_articles_say_the_same(searcher: Searcher) -> None:
    asked = Question("knee pain", 100, min_verdict="none")
    texts = []
    for one in searcher.ask(asked).results:
        article = searcher.article(one.article.id)
        assert article is not None
        texts.append(article.text)
    assert all(similarity(one, other) < NEARLY for one, other in pairwise(texts))


def test_articles_that_share_a_passage_are_both_shown(
    tmp_path: Path, plainsearch: Plainsearch
) -> None:
    shared = "Rest the sore joint for two days and cool it for ten minutes each hour."
    own = {
        "tennis": "Hold the racket lower and play the backhand with both of your hands instead.",
        "rowing": "Set the seat further back so that the legs do the work and not the arms.",
    }
    for name, text in own.items():
        (tmp_path / f"{name}.md").write_text(f"# {name}\n\n{shared}\n\n{text}\n", "utf-8")
    assert plainsearch("index", tmp_path, "--index", tmp_path / "index").returncode == 0
    found = Searcher.open(tmp_path / "index").ask(Question("How long do I cool a sore joint?"))
    assert len(found.results) == 2
