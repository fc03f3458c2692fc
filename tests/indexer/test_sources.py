"""Folders and files: which documents are met, in which order, under which ids."""

import os
from pathlib import Path

import pytest

from indexer import sources
from indexer.article import Article, Ignored, Skipped
from indexer.errors import SourceError
from indexer.sources.file import LARGEST


def write(folder: Path, **texts: str) -> Path:
    """Markdown files by their names; '__' parts folders."""
    for name, text in texts.items():
        path = folder / f"{name.replace('__', '/')}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def ids(*roots: Path) -> list[str]:
    return [one.id for one in sources.read([*map(str, roots)]) if isinstance(one, Article)]


def skipped(*roots: Path) -> list[Skipped]:
    return [one for one in sources.read([*map(str, roots)]) if isinstance(one, Skipped)]


def test_folders_are_read_to_the_bottom_in_a_stable_order(tmp_path: Path) -> None:
    write(tmp_path, b="B.", a__z="Z.", a__b__c="C.", c="C.", A="A.")
    expected = ["A.md", "b.md", "c.md", "a/z.md", "a/b/c.md"]
    assert ids(tmp_path) == expected == ids(tmp_path)


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, seen="Text.")
    write(tmp_path / ".git", hidden="Text.")
    (tmp_path / ".draft.md").write_text("Text.", encoding="utf-8")
    assert list(map(type, sources.read([str(tmp_path)]))) == [Article]


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        ("draft*", ["keep.md", "old/keep.md"]),
        ("old/\n# a comment\n", ["draft.md", "keep.md"]),
        ("*.md\n!keep.md", ["keep.md", "old/keep.md"]),
        ("/keep.md", ["draft.md", "old/draft.md", "old/keep.md"]),
        ("", ["draft.md", "keep.md", "old/draft.md", "old/keep.md"]),
    ],
)
def test_an_ignore_file_leaves_out_what_it_names(
    tmp_path: Path, patterns: str, expected: list[str]
) -> None:
    write(tmp_path, keep="K.", draft="D.", old__keep="K.", old__draft="D.")
    (tmp_path / ".plainsearchignore").write_text(patterns, encoding="utf-8")
    assert ids(tmp_path) == expected


def test_an_id_is_what_the_document_says_else_its_path(tmp_path: Path) -> None:
    write(tmp_path, said="---\nid: named\n---\nText.", sub__plain="Text.")
    assert ids(tmp_path) == ["named", "sub/plain.md"]
    assert ids(tmp_path / "sub" / "plain.md") == ["plain.md"]


def test_two_folders_keep_files_of_one_name_apart(tmp_path: Path) -> None:
    first, second = write(tmp_path / "one", a="A."), write(tmp_path / "two", a="A.")
    assert ids(first, second) == ["one/a.md", "two/a.md"]


def test_of_two_articles_with_one_id_the_first_counts_and_both_are_named(tmp_path: Path) -> None:
    write(tmp_path, a="---\nid: same\n---\nFirst.", b="---\nid: same\n---\nSecond.")
    first, second = sources.read([str(tmp_path)])
    assert isinstance(first, Article) and first.text == "First."
    assert isinstance(second, Skipped) and second.origin == str(tmp_path / "b.md")
    assert "'same'" in second.reason and str(tmp_path / "a.md") in second.reason


def test_files_that_are_no_documents_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, a="A.")
    (tmp_path / "style.css").write_text("p {}", encoding="utf-8")
    assert [type(one) for one in sources.read([str(tmp_path)])] == [Article, Ignored]


@pytest.mark.parametrize("source", ["missing", "http://127.0.0.1:9/a", "empty", "images"])
def test_a_source_without_documents_is_refused_by_name(tmp_path: Path, source: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "knee.png").write_bytes(b"\x89PNG")
    name = source if "://" in source else str(tmp_path / source)
    with pytest.raises(SourceError, match=name):
        list(sources.read([name]))


def test_no_source_at_all_is_refused() -> None:
    with pytest.raises(SourceError, match="No source given"):
        list(sources.read([]))


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.md", b"", "it has no text"),
        ("a.md", b"---\ntitle: Only\n---\n***\n", "it has no text"),
        ("a.txt", b" \n \n", "it has no text"),
        ("a.txt", b"\x00\x01text", "binary file"),
        ("a.html", b"<html></html>", "no article text"),
        ("a.pdf", b"%PDF", "damaged, or no PDF file"),
        ("a.docx", b"PK", "damaged or cut short"),
        ("a.doc", b"", "save it as .docx"),
        ("a.md", b"---\ntitle: a: b\n---\nText.", "not valid YAML, line 2"),
    ],
)
def test_a_document_that_cannot_be_read_is_skipped_with_its_reason(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    write(tmp_path, good="Text.")
    (tmp_path / name).write_bytes(data)
    (one,) = skipped(tmp_path)
    assert one.origin == str(tmp_path / name)
    assert reason in one.reason
    assert ids(tmp_path) == ["good.md"]


def test_a_file_of_fifty_megabytes_is_skipped_and_the_limit_named(tmp_path: Path) -> None:
    with (tmp_path / "dump.txt").open("wb") as file:
        file.truncate(50 * 2**20)
    (one,) = skipped(tmp_path)
    assert "50 MiB" in one.reason and f"limit of {LARGEST // 2**20} MiB" in one.reason


def test_latin_1_is_read(tmp_path: Path) -> None:
    (tmp_path / "cafe.txt").write_bytes("Rest at the café for £5.".encode("latin-1"))
    (article,) = sources.read([str(tmp_path)])
    assert isinstance(article, Article) and article.text == "Rest at the café for £5."


def test_a_dangling_link_is_skipped(tmp_path: Path) -> None:
    write(tmp_path, good="Text.")
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere.md")
    (one,) = skipped(tmp_path)
    assert one == Skipped(str(tmp_path / "gone.md"), "it can't be read: No such file or directory")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file_is_skipped(tmp_path: Path) -> None:
    write(tmp_path, closed="Text.")
    (tmp_path / "closed.md").chmod(0)
    (one,) = skipped(tmp_path)
    assert "Permission denied" in one.reason


def test_a_title_is_made_of_the_files_name_where_there_is_none(tmp_path: Path) -> None:
    (article,) = sources.read([str(write(tmp_path, knee="Text without a heading."))])
    assert isinstance(article, Article) and article.title == "knee"


def test_names_that_are_not_utf_8_cost_no_document(tmp_path: Path) -> None:
    write(tmp_path, good="Text.")
    for name in (b"caf\xe9.md", b"caf\xe9.pdf"):
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_bytes(b"Text.")
    assert ids(tmp_path) == ["caf?.md", "good.md"]
    assert [one.origin for one in skipped(tmp_path)] == [str(tmp_path / "caf?.pdf")]


def growing(path: Path, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have somebody write to a file just after each of its first readings."""
    read_bytes, left = Path.read_bytes, [times]

    def read_and_grow(self: Path) -> bytes:
        data = read_bytes(self)
        if self == path and left[0]:
            left[0] -= 1
            with path.open("a", encoding="utf-8") as file:
                file.write(" More text.")
        return data

    monkeypatch.setattr(Path, "read_bytes", read_and_grow)


def test_a_file_that_changes_while_it_is_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing(write(tmp_path, a="Text.") / "a.md", 1, monkeypatch)
    (article,) = sources.read([str(tmp_path)])
    assert isinstance(article, Article) and article.text == "Text. More text."


def test_a_file_that_keeps_changing_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing(write(tmp_path, a="Text.", b="Other.") / "a.md", 9, monkeypatch)
    assert skipped(tmp_path) == [Skipped(f"{tmp_path}/a.md", "it changed while it was read")]


def test_records_of_a_file_that_is_being_written_are_read_and_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    line = '{"_id": "%d", "title": "", "text": "Text."}\n'
    path.write_text(line % 1 + line % 2, encoding="utf-8")
    read = sources.read([str(path)])
    found = [next(read)]
    with path.open("a", encoding="utf-8") as file:
        file.write(line % 3)
    found += read
    assert [one.id for one in found if isinstance(one, Article)][:2] == ["1", "2"]
    last = found[-1]
    assert isinstance(last, Skipped) and last.origin == str(path) and "changed" in last.reason


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    write(tmp_path, good="Text.")
    for name in ("a.md", "b.jsonl"):
        os.mkfifo(tmp_path / name)
    assert sources.count([str(tmp_path)]) == 3
    first, second = skipped(tmp_path)
    assert first == Skipped(f"{tmp_path}/a.md", "it is no regular file")
    assert "it is no regular file" in second.reason


def test_everything_comes_once_and_in_order_whatever_it_is(tmp_path: Path) -> None:
    write(tmp_path, a="First.", e="Last.")
    (tmp_path / "b.jsonl").write_text('{"_id": "x", "text": "Second."}\noops\n', encoding="utf-8")
    (tmp_path / "c.png").write_bytes(b"\x89PNG")
    (tmp_path / "d.txt").write_bytes(b"\0")
    found = list(sources.read([str(tmp_path)]))
    kinds = [Article, Article, Skipped, Ignored, Skipped, Article]
    assert [type(one) for one in found] == kinds
    names = [Path(one.origin).name for one in found]
    assert names == ["a.md", "b.jsonl:1", "b.jsonl:2", "c.png", "d.txt", "e.md"]


def test_progress_is_told_while_pages_are_read(tmp_path: Path) -> None:
    write(tmp_path, a="A.", b="B.", c="C.")
    told: list[int] = []
    next(sources.read([str(tmp_path)], met=told.append))
    assert told == [1, 2, 3]
