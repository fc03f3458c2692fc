"""The nightly job takes over what stayed, embeds what changed, and the gate guards the rest."""

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer.encoder.encoder import Encoder
from indexer.reindex import Job, reindex
from indexer.snapshot.index import Index
from indexer.snapshot.reader import Snapshot

Plainsearch = Callable[..., subprocess.CompletedProcess[str]]
Edit = Callable[[str, str], Path]
NewestReport = Callable[[], dict[str, Any]]


def content(snapshot: Snapshot) -> list[Any]:
    """Articles with their passages, as stored."""
    store = snapshot.store
    rows = range(snapshot.manifest.counts["articles"])
    return [(store.article(row), store.passages(row)) for row in rows]


def vectors(snapshot: Snapshot) -> tuple[np.ndarray, ...]:
    """All vectors, of passages, of sentences and of tokens, and how telling each token is."""
    counts = snapshot.manifest.counts
    rows = np.arange(counts["passages"])
    sentences = snapshot.vectors.sentences(range(counts["sentences"]))
    signs, held = snapshot.tokens.signs(rows.tolist())
    ids = np.concatenate([snapshot.tokens.of(row).ids for row in rows])
    return snapshot.vectors.passages(rows), sentences, signs, held, ids, snapshot.tokens.idf(ids)


def test_indexing_again_with_nothing_changed_publishes_nothing(
    index: Path, articles: Path, plainsearch: Plainsearch, report: NewestReport
) -> None:
    before = Index(index).current()
    done = plainsearch("index", articles, "--index", index)
    assert done.returncode == 0 and done.stdout.startswith("Nothing changed: 3 articles")
    assert Index(index).current() == before == report()["snapshot"]
    assert len(Index(index).manifests()) == 1
    assert not report()["published"]


def test_only_the_passages_of_a_changed_article_are_embedded(
    index: Path, articles: Path, plainsearch: Plainsearch, edit: Edit, report: NewestReport
) -> None:
    edit("tea", "Warm the pot twice.")
    assert plainsearch("index", articles, "--index", index).returncode == 0
    found = report()
    assert (found["added"], found["changed"], found["removed"]) == (0, 1, 0)
    assert (found["articles"], found["embedded"], found["passages"]) == (3, 1, 3)


def test_removed_articles_go_and_added_ones_come(
    index: Path, articles: Path, plainsearch: Plainsearch, edit: Edit, report: NewestReport
) -> None:
    (articles / "bees.md").unlink()
    edit("aaa", "Polish the copper pan with lemon.")
    assert plainsearch("index", articles, "--index", index).returncode == 0
    assert (report()["added"], report()["removed"]) == (1, 1)
    store = Index(index).open().store
    assert store.find_article("aaa") is not None and store.find_article("bees") is None
    asked = plainsearch("ask", "How do I calm the bees?", "--json", "--index", index)
    ids = [result["article"]["id"] for result in json.loads(asked.stdout)["results"]]
    assert "bees" not in ids


def test_an_incremental_snapshot_is_the_same_as_one_built_from_scratch(
    tmp_path: Path, index: Path, articles: Path, plainsearch: Plainsearch, edit: Edit
) -> None:
    (articles / "bees.md").unlink()
    edit("aaa", "Polish the copper pan with lemon.")
    edit("tea", "Warm the pot.\n\n## Green\n\nGreen tea wants water of eighty degrees.")
    for folder in (index, tmp_path / "fresh"):
        assert plainsearch("index", articles, "--index", folder).returncode == 0
    updated, fresh = Index(index).open(), Index(tmp_path / "fresh").open()
    assert content(updated) == content(fresh)
    assert updated.manifest.counts == fresh.manifest.counts
    assert np.allclose(vectors(updated)[0], vectors(fresh)[0], atol=1e-3)
    assert np.array_equal(vectors(updated)[1], vectors(fresh)[1])
    stems = ["tea", "lemon", "water", "pot"]
    assert np.array_equal(updated.lexical.scores(stems), fresh.lexical.scores(stems))


def damage(path: Path, how: str) -> None:
    """Cut a file, or change bytes of it."""
    data = bytearray(path.read_bytes())
    path.unlink()
    middle = len(data) // 2
    data[middle : middle + 64] = bytes(b ^ 0xFF for b in data[middle : middle + 64])
    path.write_bytes(data[:100] if how == "cut" else data)


@pytest.mark.parametrize("how", ["cut", "changed"])
@pytest.mark.parametrize("file", ["articles.sqlite", "passages.faiss", "encoder/model.onnx"])
def test_a_damaged_published_snapshot_is_built_again(
    index: Path, articles: Path, plainsearch: Plainsearch, file: str, how: str
) -> None:
    broken = Index(index).open()
    damage(broken.folder / file, how)
    done = plainsearch("index", articles, "--index", index)
    assert done.returncode == 0, done.stderr
    Index(index).open().check()
    asked = plainsearch("ask", "How hot should water for green tea be?", "--index", index)
    assert "eighty degrees" in asked.stdout


def test_a_snapshot_damaged_within_the_second_of_its_making_is_replaced(
    tmp_path: Path, articles: Path, encoder: Encoder, model_cache: Path
) -> None:
    opened, job = Index(tmp_path / "index"), Job([str(articles)], model_cache)
    first = reindex(opened, job, now=lambda: datetime(2025, 1, 31, tzinfo=UTC))
    damage(opened.open().folder / "sentences.int8", "changed")
    second = reindex(opened, job, now=lambda: datetime(2025, 1, 31, tzinfo=UTC))
    assert first.snapshot == second.snapshot == opened.current()
    opened.open().check()
    assert len(list(opened.snapshots_folder.iterdir())) == 1


@pytest.fixture
def nightly(tmp_path: Path, index: Path, articles: Path) -> Path:
    """A configuration of the nightly job on `index`."""
    path = tmp_path / "plainsearch.toml"
    path.write_text('index = "index"\nsources = ["articles"]\nkeep = 2\n', encoding="utf-8")
    return path


def test_the_nightly_job_runs_from_its_configuration(
    nightly: Path, index: Path, plainsearch: Plainsearch, edit: Edit
) -> None:
    for text in ("Warm the pot.", "Warm the pot twice."):
        edit("tea", text)
        done = plainsearch("reindex", "--json", cwd=nightly.parent)
        assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["published"] and found["changed"] == 1
    assert found["snapshot"] == Index(index).current()
    assert len(Index(index).manifests()) == 2  # three were built, the configuration keeps two


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    nightly: Path, index: Path, plainsearch: Plainsearch, edit: Edit
) -> None:
    before = {path: path.stat().st_mtime_ns for path in index.rglob("*") if path.name != "lock"}
    edit("tea", "Warm the pot.")
    edit("new", "Polish the copper pan.")
    done = plainsearch("reindex", "--config", nightly, "--dry-run")
    assert done.stdout == "Would index 4 articles: 1 new, 1 changed, 0 removed.\n"
    as_json = plainsearch("reindex", "--config", nightly, "--dry-run", "--json")
    assert json.loads(as_json.stdout)["added"] == 1
    after = {path: path.stat().st_mtime_ns for path in index.rglob("*") if path.name != "lock"}
    assert after == before


def assert_refused(
    done: subprocess.CompletedProcess[str], index: Path, before: str | None, limit: str
) -> None:
    assert done.returncode == 3, done.stderr
    assert limit in done.stderr and "the old snapshot stays" in done.stderr
    assert Index(index).current() == before
    assert len(Index(index).manifests()) == 1
    assert {path.name for path in Index(index).snapshots_folder.iterdir()} == {before}


def test_the_gate_refuses_when_most_articles_vanish(
    nightly: Path, index: Path, articles: Path, plainsearch: Plainsearch, report: NewestReport
) -> None:
    before = Index(index).current()
    for name in ("tea", "bees"):
        (articles / f"{name}.md").unlink()
    done = plainsearch("reindex", "--config", nightly)
    assert_refused(done, index, before, "2 of 3 published articles are gone (67%); gate.max_lost")
    assert report()["refused"] and not report()["published"]
    asked = plainsearch("ask", "How hot should water for green tea be?", "--index", index)
    assert "eighty degrees" in asked.stdout


def test_the_gate_refuses_when_many_documents_fail(
    nightly: Path, index: Path, articles: Path, plainsearch: Plainsearch
) -> None:
    before = Index(index).current()
    for name in ("a", "b"):
        (articles / f"{name}.txt").write_bytes(b"\0")
    (articles / "new.md").write_text("Polish the copper pan.", encoding="utf-8")
    done = plainsearch("reindex", "--config", nightly)
    assert_refused(done, index, before, "2 of 6 documents could not be read (33%); gate.max_failed")


def test_skipped_documents_are_named_and_the_others_published(
    index: Path, articles: Path, plainsearch: Plainsearch, edit: Edit
) -> None:
    edit("tea", "Warm the pot.")
    (articles / "broken.txt").write_bytes(b"\0")
    done = plainsearch("index", articles, "--index", index)
    assert done.returncode == 4
    assert f"skipped {articles / 'broken.txt'}: it holds zero bytes" in done.stderr
    assert "Published snapshot" in done.stdout
    assert Index(index).open().manifest.counts["skipped"] == 1


def test_nothing_is_published_when_no_article_can_be_read(
    tmp_path: Path, index: Path, plainsearch: Plainsearch
) -> None:
    before = Index(index).current()
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "a.txt").write_bytes(b"\0")
    done = plainsearch("index", tmp_path / "bad", "--index", index)
    assert done.returncode == 1 and "a.txt: it holds zero bytes" in done.stderr
    assert Index(index).current() == before
