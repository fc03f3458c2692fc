"""An index carries its reranker: the best results are read again, and nothing else changes."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_model import build_reranker

from indexer.encoder.reranker import RerankerSettings
from indexer.snapshot.index import Index
from indexer.snapshot.reader import Snapshot
from search_api.answer import Answer
from search_api.question import Question
from search_api.searcher import Searcher

Plainsearch = Callable[..., subprocess.CompletedProcess[str]]

CORPUS = Path(__file__).parent.parent.parent / "corpus"
QUESTIONS = (
    "my lower back hurts when I sit, what can I take?",
    "Is it safe to run with a sprained ankle?",
    "膝が痛い knee",
    "I sat on a low sofa for a week and now my back hurts. " * 70,
)
READ = 20


@pytest.fixture(scope="module")
def home(
    tmp_path_factory: pytest.TempPathFactory, corpus_index: Path, plainsearch: Plainsearch
) -> Path:
    """A folder with a configuration and the index made by it. Shared: tests only read it."""
    folder = tmp_path_factory.mktemp("reranked")
    build_reranker(folder / "made")
    shutil.copytree(corpus_index, folder / "index")

    def index_within(milliseconds: float) -> Snapshot:
        settings = f'reranker = "made"\nrerank_ms = {milliseconds}\n'
        (folder / "plainsearch.toml").write_text(settings, "utf-8")
        done = plainsearch("index", CORPUS, cwd=folder)
        assert done.returncode == 0, done.stderr
        return Index(folder / "index").open()

    made = index_within(10_000)
    assert made.reranked == 50  # the most, however much time there is
    pair_ms = RerankerSettings.read(made.folder / "reranker").pair_ms
    assert index_within((READ + 0.5) * pair_ms).reranked == READ
    (folder / "made").rename(folder / "gone")  # answers come from the snapshot alone
    return folder


@pytest.fixture(scope="module")
def plain(corpus_index: Path) -> Searcher:
    return Searcher.open(corpus_index)


@pytest.fixture(scope="module")
def reranked(home: Path) -> Searcher:
    return Searcher.open(home / "index")


@pytest.fixture
def run(
    plainsearch: Plainsearch, articles: Path, index: Path, report: Callable[[], dict[str, Any]]
) -> Callable[..., dict[str, Any]]:
    """Index three articles again, with settings given as in the environment; the run's report."""

    def again(**settings: object) -> dict[str, Any]:
        env = {f"PLAINSEARCH_{name.upper()}": str(value) for name, value in settings.items()}
        done = plainsearch("index", articles, "--index", index, env=env)
        assert done.returncode == 0, done.stderr
        return report()

    return again


def ask(searcher: Searcher, text: str, limit: int = 100, offset: int = 0) -> Answer:
    return searcher.ask(Question(text, limit, offset, min_verdict="none"))


def ids(answer: Answer) -> list[str]:
    return [result.article.id for result in answer.results]


def test_nothing_is_embedded_again_for_a_reranker(home: Path, corpus_index: Path) -> None:
    newest = json.loads(max((home / "index" / "reports").iterdir()).read_text("utf-8"))
    assert (newest["published"], newest["embedded"], newest["changed"]) == (True, 0, 0)
    both = [Index(folder).open() for folder in (corpus_index, home / "index")]
    before, after = (one.vectors.passages(np.arange(len(one.vectors))) for one in both)
    assert before.tobytes() == after.tobytes()
    assert (both[0].reranked, both[1].reranked) == (0, READ)


def test_by_default_there_is_none(corpus_index: Path) -> None:
    snapshot = Index(corpus_index).open()
    assert snapshot.reranker() is None and not (snapshot.folder / "reranker").exists()
    assert "reranker" not in snapshot.manifest.built_by
    assert "reranked" not in snapshot.manifest.counts


@pytest.mark.parametrize("text", QUESTIONS, ids=range(len(QUESTIONS)))
def test_the_best_are_ranked_by_the_mean_and_the_others_stay(
    plain: Searcher, reranked: Searcher, text: str
) -> None:
    before, after = ask(plain, text), ask(reranked, text)
    assert len(before.results) > READ
    assert ids(before) != ids(after)
    assert set(ids(before)[:READ]) == set(ids(after)[:READ])
    assert ids(before)[READ:] == ids(after)[READ:]
    assert (before.verdict, before.confidence) == (after.verdict, after.confidence)
    old = {result.article.id: result for result in before.results}
    assert reranked.reranker is not None
    for result in after.results:
        was = old[result.article.id]
        assert [one.id for one in result.passages] == [one.id for one in was.passages]
        best = reranked.passage(result.passages[0].id)
        assert best is not None
        read = reranked.reranker.score(text, best[1].embedded_text) if result.rank <= READ else 0
        assert result.score == pytest.approx((was.score + read) / 2, abs=2e-4)


@pytest.mark.parametrize("text", QUESTIONS, ids=range(len(QUESTIONS)))
def test_scores_fall_and_two_pages_are_one_longer_page(reranked: Searcher, text: str) -> None:
    whole = ask(reranked, text)
    assert all(one.score >= other.score for one, other in pairwise(whole.results))
    for result in whole.results:
        assert result.score == result.passages[0].score
        assert all(one.score >= other.score for one, other in pairwise(result.passages))
    pages = [ask(reranked, text, 7, offset).results for offset in range(0, len(whole.results), 7)]
    assert [result for page in pages for result in page] == whole.results


def test_a_filter_is_kept(reranked: Searcher) -> None:
    asked = Question("pain", 100, filters={"audience": ["athletes"]}, min_verdict="none")
    results = reranked.ask(asked).results
    assert results and all("athletes" in one.article.metadata["audience"] for one in results)


def test_asking_loads_no_torch(home: Path, environment: dict[str, str]) -> None:
    script = (
        "import sys; from search_api.cli import main; "
        f"main(['ask', {QUESTIONS[0]!r}, '--json'], standalone_mode=False); "
        "print({'torch', 'transformers', 'sentence_transformers', 'onnx'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.endswith("}\nset()\n")


def test_doctor_says_what_is_read_again(home: Path, plainsearch: Plainsearch) -> None:
    done = plainsearch("doctor", cwd=home)
    assert f"reads the best {READ} results again, in int8" in done.stdout
    assert "Model 'made' was found neither" in done.stdout  # the configuration still names it
    index = home / "index"
    done = plainsearch("doctor", "--index", index, cwd=home.parent)
    assert done.returncode == 0 and "configuration names no reranker" in done.stdout
    found = plainsearch("doctor", cwd=home, env={"PLAINSEARCH_RERANKER": "gone"})
    assert found.returncode == 0 and "configuration names" not in found.stdout


def test_a_snapshot_follows_the_configuration_and_shares_the_files(
    tmp_path: Path, index: Path, run: Callable[..., dict[str, Any]]
) -> None:
    made, other = (build_reranker(tmp_path / str(seed), seed=seed) for seed in (1, 2))
    first = run(reranker=made)
    assert (first["published"], first["embedded"]) == (True, 0)
    one = Index(index).open()
    pair_ms = RerankerSettings.read(one.folder / "reranker").pair_ms
    assert not run(reranker=made)["published"]
    fewer = run(reranker=made, rerank_ms=7.5 * pair_ms)
    assert (fewer["published"], fewer["embedded"]) == (True, 0)
    two = Index(index).open()
    assert two.reranked == 7 and not run(reranker=made, rerank_ms=7.5 * pair_ms)["published"]
    files = [snapshot.folder / "reranker" / "model.onnx" for snapshot in (one, two)]
    assert files[0].samefile(files[1])
    assert run(reranker=other)["published"]
    assert Index(index).open().manifest.built_by["reranker"] != two.manifest.built_by["reranker"]
    off = run()
    assert (off["published"], off["embedded"]) == (True, 0)
    assert not (Index(index).open().folder / "reranker").exists()


def test_the_precision_that_is_set_is_the_rerankers_too(
    tmp_path: Path, index: Path, run: Callable[..., dict[str, Any]]
) -> None:
    run(reranker=build_reranker(tmp_path / "made"), precision="fp32")
    reranker = Index(index).open().reranker()
    assert reranker is not None and reranker.settings.precision == "fp32"


def test_too_little_time_is_said_and_leaves_the_index_as_it_is(
    tmp_path: Path, articles: Path, index: Path, plainsearch: Plainsearch
) -> None:
    before = Index(index).current()
    env = {
        "PLAINSEARCH_RERANKER": str(build_reranker(tmp_path / "made")),
        "PLAINSEARCH_RERANK_MS": "0.0005",
    }
    done = plainsearch("index", articles, "--index", index, env=env)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "'rerank_ms' is 0.0005" in done.stderr and "Set rerank_ms to" in done.stderr
    assert Index(index).current() == before


@pytest.mark.parametrize("budget", ["0", "-5", "nan", "soon", "10001"])
def test_a_budget_that_is_none_is_refused_by_its_name(
    articles: Path, index: Path, plainsearch: Plainsearch, budget: str
) -> None:
    done = plainsearch("index", articles, "--index", index, env={"PLAINSEARCH_RERANK_MS": budget})
    assert done.returncode == 1 and "PLAINSEARCH_RERANK_MS" in done.stderr


@pytest.mark.parametrize("harm", ["cut", "scramble", "remove"])
def test_a_damaged_reranker_is_named(
    home: Path, tmp_path: Path, plainsearch: Plainsearch, harm: str
) -> None:
    index = shutil.copytree(home / "index", tmp_path / "index")
    network = Index(index).open().folder / "reranker" / "model.onnx"
    content = network.read_bytes()
    if harm == "remove":
        network.unlink()
    else:
        network.write_bytes(content[:-1] if harm == "cut" else bytes(len(content)))
    for command in (["ask", "knee"], ["snapshots", "verify"]):
        done = plainsearch(*command, "--index", index, cwd=tmp_path)
        assert done.returncode == 1 and "Traceback" not in done.stderr
        assert "reranker" in done.stderr and "rollback" in done.stderr
