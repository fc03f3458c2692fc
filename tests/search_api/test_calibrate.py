"""Every snapshot learns how near is near in it, and judges real questions rightly by that."""

from pathlib import Path

import pytest
from client import Plainsearch

from indexer.article import Passage
from indexer.snapshot.calibration import TYPICAL
from indexer.snapshot.index import Index
from search_api import judged
from search_api.calibrate import calibrate, heading_question
from search_api.question import Question
from search_api.searcher import Searcher

QUESTIONS = Path(__file__).parent.parent.parent / "corpus" / "questions.jsonl"


def test_a_new_snapshot_has_learnt_its_scales(corpus_index: Path) -> None:
    snapshot = Index(corpus_index).open()
    learnt = snapshot.calibration
    assert learnt != TYPICAL
    assert "calibration.json" in snapshot.manifest.files
    assert 0 < learnt.passage.unrelated < 0.3 < learnt.passage.answered < 1
    assert 0 < learnt.sentence.unrelated < 0.3 < learnt.sentence.answered < 1


def test_the_same_snapshot_always_learns_the_same(corpus_index: Path) -> None:
    snapshot = Index(corpus_index).open()
    assert calibrate(snapshot) == snapshot.calibration


@pytest.mark.parametrize("headed", [True, False])
def test_an_index_of_one_short_text_is_built_and_judges(
    headed: bool, tmp_path: Path, plainsearch: Plainsearch
) -> None:
    text = "# Tea\n\nWarm the pot." if headed else "Warm the pot before the tea goes in."
    (tmp_path / "tea.md").write_text(text, encoding="utf-8")
    done = plainsearch("index", tmp_path / "tea.md", "--index", tmp_path / "index")
    assert done.returncode == 0, done.stderr
    searcher = Searcher.open(tmp_path / "index")
    assert searcher.ask(Question("should I warm the pot for tea?")).verdict == "answered"
    assert searcher.ask(Question("who won the cup final?")).verdict == "none"


def test_verdicts_on_the_judged_questions(searcher: Searcher) -> None:
    asked = judged.questions(QUESTIONS)
    verdicts = {one.id: searcher.ask(Question(one.question)).verdict for one in asked}
    answerable = [verdicts[one.id] for one in asked if one.answerable]
    others = [verdicts[one.id] for one in asked if not one.answerable]
    near, far = others[:20], others[20:]  # corpus/README.md
    assert sum(one != "none" for one in answerable) >= 0.95 * len(answerable)
    assert sum(one == "answered" for one in answerable) >= 0.9 * len(answerable)
    assert sum(one == "none" for one in far) >= 0.95 * len(far)
    assert sum(one != "answered" for one in near) >= 0.7 * len(near)


@pytest.mark.parametrize(
    ("title", "path", "question"),
    [
        ("Gout", ("Symptoms",), "Symptoms Gout"),
        ("Gout", ("Diet", "What may I eat with gout?"), "What may I eat with gout?"),
        ("What is gout?", (), "What is gout?"),
        ("", ("Symptoms",), "Symptoms"),
        ("", (), ""),
    ],
)
def test_a_heading_becomes_a_question_about_its_article(
    title: str, path: tuple[str, ...], question: str
) -> None:
    assert heading_question(Passage("a", title, path, 0, 0, "", ())) == question
