"""Snapshots: published whole or not at all, gone back to, pruned, and checked to the last byte."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.errors import NewerFormat, SnapshotError
from indexer.snapshot.index import Index
from indexer.snapshot.manifest import FORMAT

Plainsearch = Callable[..., subprocess.CompletedProcess[str]]
Edit = Callable[[str, str], Path]

FILES = [
    "articles.sqlite",
    "passages.faiss",
    "sentences.int8",
    "encoder/encoder.json",
    "encoder/model.onnx",
    "encoder/tokenizer.json",
    "lexical/rows.npy",
    "lexical/starts.npy",
    "lexical/vocabulary.txt",
    "lexical/weights.npy",
    "lexical/words.txt",
    "tokens/frequency.npy",
    "tokens/ids.int32",
    "tokens/signs.bits",
    "tokens/starts.npy",
]


@pytest.fixture
def three(index: Path, articles: Path, edit: Edit, plainsearch: Plainsearch) -> list[str]:
    """Ids of three snapshots of `index`, oldest first; the last is published."""
    for text in ("Warm the pot.", "Warm the pot twice."):
        edit("tea", text)
        assert plainsearch("index", articles, "--index", index).returncode == 0
    return [one.id for one in Index(index).manifests()]


def replace(path: Path, data: bytes) -> None:
    """Write a file anew: in place, snapshots that share it by hard link would change with it."""
    path.unlink()
    path.write_bytes(data)


def test_publish_and_rollback_move_the_pointer_alone(index: Path, three: list[str]) -> None:
    opened = Index(index)
    assert opened.current() == three[2]
    assert opened.rollback() == three[1] == opened.current()
    assert opened.rollback() == three[0] == opened.current()
    with pytest.raises(SnapshotError, match="no earlier snapshot"):
        opened.rollback()
    assert opened.rollback(three[2]) == three[2] == opened.current()
    opened.publish(three[1])
    assert opened.open().store.find_article("tea") is not None
    assert [one.id for one in opened.manifests()] == three


@pytest.mark.parametrize(("published", "gone"), [(2, [0, 1]), (0, [1]), (1, [0])])
def test_prune_keeps_the_newest_and_the_published(
    index: Path, three: list[str], published: int, gone: list[int]
) -> None:
    opened = Index(index)
    opened.publish(three[published])
    assert opened.prune(keep=1) == [three[at] for at in gone]
    opened.open().check()
    left = {path.name for path in opened.snapshots_folder.iterdir()}
    assert left == set(three) - {three[at] for at in gone}


def test_the_program_lists_rolls_back_verifies_and_prunes(
    index: Path, three: list[str], plainsearch: Plainsearch
) -> None:
    def run(*arguments: str) -> str:
        done = plainsearch("snapshots", *arguments, "--index", index)
        assert done.returncode == 0, done.stderr
        return done.stdout

    listed = run("list").splitlines()
    assert [line.split()[-9 if "*" in line else 0] for line in listed[:2]] == three[:2]
    assert listed[2].startswith(f"* {three[2]}")
    assert run("rollback") == f"Published snapshot {three[1]}.\n"
    assert run("rollback", three[0]) == f"Published snapshot {three[0]}.\n"
    assert run("verify") == f"{three[0]}: every file is as it was written.\n"
    assert run("verify", three[2]).startswith(three[2])
    assert run("prune", "--keep", "1") == f"Deleted 1: {three[1]}.\n"
    assert run("prune", "--keep", "1") == "Nothing to delete.\n"


@pytest.mark.parametrize("file", FILES)
def test_a_changed_byte_is_found_by_verify_and_its_file_named(
    linked_index: Path, plainsearch: Plainsearch, file: str
) -> None:
    path = Index(linked_index).open().folder / file
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    replace(path, bytes(data))
    done = plainsearch("snapshots", "verify", "--index", linked_index)
    assert done.returncode == 1
    # What is read while opening may fail there already, and name the snapshot.
    assert str(path) in done.stderr or f"{path.parents[file.count('/')]}: can't" in done.stderr
    assert "plainsearch snapshots rollback" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("left", [None, 0, 100])
def test_a_missing_or_cut_file_is_found_at_opening_and_named(
    linked_index: Path, file: str, left: int | None
) -> None:
    path = Index(linked_index).open().folder / file
    data = path.read_bytes()
    path.unlink()
    if left is not None:
        path.write_bytes(data[: min(left, len(data) - 1)])
    with pytest.raises(SnapshotError) as caught:
        Index(linked_index).open()
    assert str(path) in str(caught.value) and "rollback" in str(caught.value)


def test_files_of_two_snapshots_mixed_up_are_found(index: Path, three: list[str]) -> None:
    first, last = (Index(index).snapshots_folder / three[at] for at in (0, 2))
    replace(last / "articles.sqlite", (first / "articles.sqlite").read_bytes())
    with pytest.raises(SnapshotError, match="damaged"):
        Index(index).open().check()


def test_rollback_to_a_damaged_snapshot_is_refused_and_changes_nothing(
    index: Path, three: list[str]
) -> None:
    opened = Index(index)
    path = opened.snapshots_folder / three[1] / "sentences.int8"
    replace(path, bytes(path.stat().st_size))
    with pytest.raises(SnapshotError, match=r"sentences\.int8: damaged: its checksum differs"):
        opened.rollback()
    assert opened.current() == three[2]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", f'{{"format": {FORMAT}}}', '{"format": "x"}']
)
def test_a_damaged_manifest_is_named_and_left_out_of_the_list(
    linked_index: Path, text: str
) -> None:
    path = Index(linked_index).open().folder / "manifest.json"
    replace(path, text.encode())
    with pytest.raises(SnapshotError, match=r"manifest\.json: damaged"):
        Index(linked_index).open()
    assert Index(linked_index).manifests() == []


def test_a_newer_format_is_refused_as_such_by_every_command(
    index: Path, articles: Path, plainsearch: Plainsearch
) -> None:
    path = Index(index).open().folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**manifest, "format": 99, "new": 1}), encoding="utf-8")
    with pytest.raises(NewerFormat, match=r"newer plainsearch \(format 99"):
        Index(index).open()
    for command in (["ask", "tea?"], ["index", str(articles)], ["snapshots", "verify"]):
        done = plainsearch(*command, "--index", index)
        assert done.returncode == 1
        assert "made by a newer plainsearch" in done.stderr


@pytest.mark.parametrize("name", ["20000101T000000-00000000", "", "..", "../snapshots", "a/b"])
def test_a_pointer_to_no_snapshot_is_named(linked_index: Path, name: str) -> None:
    replace(linked_index / "CURRENT", f"{name}\n".encode())
    with pytest.raises(SnapshotError, match=f"there is no snapshot '{name}'"):
        Index(linked_index).open()


def test_a_pointer_that_is_no_text_is_named(linked_index: Path) -> None:
    replace(linked_index / "CURRENT", b"\xff\xfe")
    with pytest.raises(SnapshotError, match="CURRENT: can't be read"):
        Index(linked_index).open()


@pytest.mark.parametrize(
    ("folder", "said"), [("nowhere", "no such folder"), (".", "there is no index in this folder")]
)
def test_a_folder_without_an_index_is_told_how_to_get_one(
    tmp_path: Path, plainsearch: Plainsearch, folder: str, said: str
) -> None:
    done = plainsearch("ask", "tea?", "--index", tmp_path / folder)
    assert done.returncode == 1
    assert said in done.stderr and "plainsearch index ARTICLES --index" in done.stderr


def test_an_older_format_is_named_and_made_anew(
    index: Path, articles: Path, plainsearch: Plainsearch
) -> None:
    path = Index(index).open().folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**manifest, "format": 1}), encoding="utf-8")
    asked = plainsearch("ask", "tea", "--index", index)
    assert (asked.returncode, "older plainsearch" in asked.stderr) == (1, True)
    assert plainsearch("index", articles, "--index", index).returncode == 0
    assert plainsearch("ask", "tea", "--index", index).returncode == 0
