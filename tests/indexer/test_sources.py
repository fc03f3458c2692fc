"""Folders and files: which documents are met, in which order, under which ids."""

import os
from pathlib import Path

import pytest

from indexer import sources
from indexer.article import Article, Ignored, Skipped
from indexer.config import HtmlConfig
from indexer.errors import SourceError
from indexer.sources import Reading
from indexer.sources.file import LARGEST
from indexer.sources.selectors import Unmatched


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
    said = f"it is a link to {tmp_path / 'nowhere.md'}, which is not there"
    assert one == Skipped(str(tmp_path / "gone.md"), said)


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
    growing(write(tmp_path, a="Text.", b="Other.") / "a.md", 2, monkeypatch)
    (one,) = skipped(tmp_path)
    assert one.origin == f"{tmp_path}/a.md" and "changed while it was read, twice" in one.reason
    assert ids(tmp_path) == ["a.md", "b.md"]  # nobody writes to it any more


@pytest.mark.parametrize("how", ["a", "w"])
def test_half_of_a_jsonl_file_is_never_taken_for_the_whole(tmp_path: Path, how: str) -> None:
    path = tmp_path / "a.jsonl"
    line = '{"_id": "%d", "title": "", "text": "Text."}\n'
    path.write_text("".join(line % number for number in range(10_000)), encoding="utf-8")
    read = sources.read([str(path)])
    next(read)
    with path.open(how, encoding="utf-8") as file:
        file.write(line % 10_000)
    with pytest.raises(SourceError, match=r"a\.jsonl: it was written to while it was read"):
        list(read)
    assert len(ids(path)) == (10_001 if how == "a" else 1)


def test_a_jsonl_file_that_is_replaced_while_it_is_read_is_read_as_it_was(tmp_path: Path) -> None:
    path, other = tmp_path / "a.jsonl", tmp_path / "new.jsonl"
    path.write_text('{"_id": "1", "text": "Old."}\n{"_id": "2", "text": "Old."}\n', "utf-8")
    other.write_text('{"_id": "1", "text": "New."}\n', "utf-8")
    read = sources.read([str(path)])
    found = [next(read)]
    other.rename(path)
    found += read
    assert [one.text for one in found if isinstance(one, Article)] == ["Old.", "Old."]


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


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a.csv", "write one article a line as .jsonl"),
        ("a.json", "write one article a line as .jsonl"),
        ("a.xml", "export the articles as .html or .jsonl"),
        ("a.php", "a web server makes pages of it; save these as .html"),
        ("a.odt", "save it as .docx or .html"),
        ("a.RTF", "save it as .docx or .html"),
        ("a.epub", "convert it to .html or .docx"),
        ("a.rst", "convert it to .html or .md"),
        ("a.ndjson", "rename it to .jsonl"),
    ],
)
def test_what_may_hold_an_article_but_is_not_read_is_named_with_what_to_do(
    tmp_path: Path, name: str, reason: str
) -> None:
    write(tmp_path, good="Text.")
    (tmp_path / name).write_bytes(b"Text.")
    (one,) = skipped(tmp_path)
    assert one.origin == str(tmp_path / name) and reason in one.reason


@pytest.mark.parametrize("name", ["a.markdown", "a.MDOWN", "a.md"])
def test_markdown_has_three_endings(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("# Knee pain\n\nRest it.", encoding="utf-8")
    (article,) = sources.read([str(tmp_path)])
    assert isinstance(article, Article)
    assert (article.id, article.title, article.text) == (name, "Knee pain", "Rest it.")


@pytest.mark.parametrize("name", ["a.png", "a.odt", "a.zip", "a", "a.json"])
def test_a_file_that_is_named_but_not_read_is_refused_with_what_is(
    tmp_path: Path, name: str
) -> None:
    write(tmp_path, good="Text.")
    (tmp_path / name).write_bytes(b"Text.")
    for given in ([tmp_path / name], [tmp_path, tmp_path / name]):
        with pytest.raises(
            SourceError, match=r"can't be read.*\.docx .*\.html .*\.jsonl"
        ) as caught:
            list(sources.read([*map(str, given)]))
        assert str(caught.value).startswith(str(tmp_path / name) + ": ")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("knee.PNG", ".png"),
        ("a.tar.gz", ".gz"),
        ("LICENCE", "without an ending"),
        ("Dr. Smith's notes", "without an ending"),
    ],
)
def test_files_that_are_no_documents_have_a_kind(tmp_path: Path, name: str, kind: str) -> None:
    write(tmp_path, a="A.")
    (tmp_path / name).write_bytes(b"")
    (found,) = (one for one in sources.read([str(tmp_path)]) if isinstance(one, Ignored))
    assert found.kind == kind


def test_a_document_that_several_sources_hold_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "d", a="A.", sub__b="B.")
    (tmp_path / "d" / "c.jsonl").write_text('{"_id": "1", "text": "C."}\n', "utf-8")
    (tmp_path / "link").symlink_to("d")
    monkeypatch.chdir(tmp_path)
    expected = ["a.md", "1", "sub/b.md"]
    for given in (
        ["d"],
        ["d", "d"],
        ["./d", "d/"],
        ["d", str(tmp_path / "d")],
        ["d", "link"],
        ["d", "d/a.md", "d/c.jsonl", "d/sub"],
        ["d/sub", "d/c.jsonl", "d/a.md", "d", "d/sub/b.md"],
    ):
        found = list(sources.read(given))
        assert [one.id for one in found if isinstance(one, Article)] == expected
        assert len(found) == len(expected)
        assert sources.count(given) >= 3
    assert sources.count(["d", "./d"]) == 3


def test_what_a_folder_leaves_out_may_be_named_beside_it(tmp_path: Path) -> None:
    write(tmp_path, a="A.")
    write(tmp_path / ".drafts", b="B.", c="C.")
    named = [tmp_path / ".drafts" / "b.md", tmp_path, tmp_path / ".drafts"]
    assert ids(*named) == ["a.md", "b.md", ".drafts/c.md"]


def test_a_file_with_two_names_is_one_document(tmp_path: Path) -> None:
    write(tmp_path, b="B.")
    (tmp_path / "a.md").symlink_to("b.md")
    assert [type(one) for one in sources.read([str(tmp_path)])] == [Article]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "A source has an empty name"),
        (" ", "A source has an empty name"),
        ("www.example.org", r"www\.example\.org: no such file or folder. An address begins with"),
        ("{}/link.md", r"link\.md: it is a link to nowhere, which is not there"),
        ("{}/empty.jsonl", r"empty\.jsonl: it is empty. Write one article a line"),
        ("{}/empty.urls", r"empty\.urls: no address in it"),
        ("{}/dir", r"dir: no document in it. Files that are read end in \.docx"),
    ],
)
def test_a_source_that_cannot_be_right_is_refused(tmp_path: Path, source: str, said: str) -> None:
    (tmp_path / "link.md").symlink_to("nowhere")
    (tmp_path / "dir").mkdir()
    for name in ("empty.jsonl", "empty.urls"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(SourceError, match=said):
        list(sources.read([source.format(tmp_path)]))


PAGE = "<main><p>Rest the knee for two days, then move it a little more every day.</main>"


def unmatched(folder: Path, **selectors: tuple[str, ...]) -> list[Unmatched]:
    reading = Reading(html=HtmlConfig(**selectors))
    return [one for one in sources.read([str(folder)], reading) if isinstance(one, Unmatched)]


def test_selectors_that_find_nothing_in_any_page_are_named(tmp_path: Path) -> None:
    write(tmp_path, note="<div class=sidbar>Text.</div>")  # no web page
    for name, aside in (("a", "<div class=sidebar>Offer.</div>"), ("b", "")):
        (tmp_path / f"{name}.html").write_text(PAGE + aside, "utf-8")
    assert unmatched(tmp_path, include=("main",), exclude=(".sidebar",)) == []
    assert unmatched(tmp_path, include=("#main", "main"), exclude=(".sidbar", ".sidebar")) == [
        Unmatched("include", "#main", 2),
        Unmatched("exclude", ".sidbar", 2),
    ]


def test_selectors_have_nothing_to_find_where_there_is_no_page(tmp_path: Path) -> None:
    write(tmp_path, a="A.")
    assert unmatched(tmp_path, exclude=(".sidbar",)) == []


def test_an_index_within_the_folder_is_no_part_of_it(tmp_path: Path) -> None:
    write(tmp_path, a="A.", locks__lock="B.")
    (tmp_path / "index" / "snapshots" / "1").mkdir(parents=True)
    (tmp_path / "index" / "lock").write_bytes(b"")
    (tmp_path / "index" / "snapshots" / "1" / "vocabulary.txt").write_text("knee\n", "utf-8")
    assert [type(one) for one in sources.read([str(tmp_path)])] == [Article, Article]
