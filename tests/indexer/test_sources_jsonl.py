"""JSON Lines: what each field means, and that one bad line never costs the others."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from indexer import sources
from indexer.article import Article, Skipped
from indexer.sources.file import LARGEST
from indexer.sources.jsonl import records

GOOD = {"_id": "1", "title": "Knee", "text": "Rest it."}


def write(path: Path, *lines: dict[str, Any] | str) -> Path:
    text = "".join((x if isinstance(x, str) else json.dumps(x)) + "\n" for x in lines)
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wb") as file:
        file.write(text.encode())
    return path


def one(path: Path, record: dict[str, Any]) -> Article:
    (found,) = records(write(path / "a.jsonl", record))
    assert isinstance(found, Article), found
    return found


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "A.JSONL"])
def test_each_line_is_an_article(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, GOOD, "", {"id": 2, "text": "Ice it."})
    found = list(sources.read([str(tmp_path)]))
    assert [(a.id, a.title, a.text) for a in found if isinstance(a, Article)] == [
        ("1", "Knee", "Rest it."),
        ("2", "", "Ice it."),
    ]
    assert sources.count([str(tmp_path)]) == 3


def test_a_name_in_capitals_gzipped_is_read_too(tmp_path: Path) -> None:
    packed = write(tmp_path / "a.gz", GOOD).rename(tmp_path / "A.JSONL.GZ")
    assert [type(found) for found in records(packed)] == [Article]


def test_other_fields_are_metadata(tmp_path: Path) -> None:
    more = {"tags": ["a", 1], "year": 2025, "none": None}
    article = one(tmp_path, {**GOOD, "url": "https://x.example/1", **more})
    assert article.url == "https://x.example/1"
    assert article.metadata == more


def test_sections_make_headings(tmp_path: Path) -> None:
    parts = [{"heading": "When", "text": "Now."}, {"heading": None, "text": "Later."}, {}]
    article = one(tmp_path, {"id": "1", "text": "Lead.", "sections": parts})
    texts = [(s.heading_path, article.text[s.start : s.end].strip()) for s in article.sections]
    assert texts == [((), "Lead."), (("When",), "Now."), ((), "Later.")]


@pytest.mark.parametrize("text", ["Now. Later.", "Now.\n\nLater.", "Now.", "When\nNow.\nLater."])
def test_text_said_again_in_sections_is_not_doubled(tmp_path: Path, text: str) -> None:
    parts = [{"heading": "When", "text": "Now."}, {"heading": "Or", "text": "Later."}]
    article = one(tmp_path, {"id": "1", "text": text, "sections": parts})
    assert article.text.split() == ["When", "Now.", "Or", "Later."]


def test_paragraphs_stay_apart(tmp_path: Path) -> None:
    assert one(tmp_path, {"id": "1", "text": "One.\n\n\n\nTwo  two.\nThree."}).text == (
        "One.\n\nTwo two.\nThree."
    )


def test_a_title_alone_is_quoted(tmp_path: Path) -> None:
    assert one(tmp_path, {"id": "1", "title": "Knee pain", "text": ""}).text == "Knee pain"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not valid JSON"),
        ("[1]", "not a JSON object"),
        ("3", "not a JSON object"),
        ('{"text": "No id."}', "field 'id' (or '_id') is missing"),
        ('{"id": "", "text": "x"}', "field 'id' (or '_id') is missing"),
        ('{"id": true, "text": "x"}', "field 'id' (or '_id') is missing"),
        ('{"id": "2", "text": ["x"]}', "field 'text' is not text"),
        ('{"id": "2", "title": 1}', "field 'title' is not text"),
        ('{"id": "2", "sections": "x"}', "field 'sections' is not a list"),
        ('{"id": "2", "sections": [{"text": 1}]}', "field 'text' is not text"),
        ('{"id": "2", "text": "..."}', "it has no text in 'title', 'text' or 'sections'"),
        ('{"id": "2", "body": "Text."}', "it has no text in 'title', 'text' or 'sections'"),
        ('{"id": 1.5, "text": "x"}', "is missing or no text or whole number"),
        ("[", "leave out [ and ]"),
        ("]", "leave out [ and ]"),
        ('{"id": "2", "text": "x"},', "more follows the record at column 25"),
        ('{"id": "1", "text": "Again."}', "its id '1' is already that of"),
        ("[" * 100_000, "nested too deeply"),
        ('{"id": "1", "text": "Rest.", "n": ' + "7" * 5000 + "}", "more than 4,300 digits"),
    ],
)
def test_a_wrong_line_is_named_by_file_and_number_and_the_others_are_kept(
    tmp_path: Path, line: str, reason: str
) -> None:
    path = write(tmp_path / "a.jsonl", GOOD, line, {"id": "3", "text": "Ice it."})
    first, wrong, last = sources.read([str(path)])
    assert isinstance(first, Article) and isinstance(last, Article)
    assert isinstance(wrong, Skipped) and wrong.origin == f"{path}:2"
    assert reason in wrong.reason


def test_a_line_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id": "1", "text": "caf\xe9"}\n' + json.dumps({**GOOD}).encode())
    wrong, good = records(path)
    assert isinstance(wrong, Skipped) and wrong.reason == "not UTF-8: byte 25 of the line"
    assert isinstance(good, Article)


def test_a_line_over_the_limit_is_skipped_whole(tmp_path: Path) -> None:
    long = {"id": "1", "text": "x" * (LARGEST + 5_000_000)}
    wrong, good = records(write(tmp_path / "a.jsonl.gz", long, {"id": "2", "text": "Ice."}))
    assert isinstance(wrong, Skipped) and "over the limit" in wrong.reason
    assert isinstance(good, Article) and good.origin.endswith(":2")


def test_a_truncated_gzip_file_gives_what_is_before_the_damage(tmp_path: Path) -> None:
    many = [{"id": str(n), "text": f"Rest {n * 7919 % 1000} days."} for n in range(20_000)]
    path = write(tmp_path / "a.jsonl.gz", *many)
    path.write_bytes(path.read_bytes()[:-2000])
    *read, last = records(path)
    assert read and all(isinstance(found, Article) for found in read)
    assert isinstance(last, Skipped) and "gzip file is damaged" in last.reason
    assert last.origin == f"{path}:{len(read) + 1}"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.jsonl.gz", b"no gzip", "it is not gzipped, whatever its name says: name it .jsonl"),
        ("a.jsonl.gz", b"\x1f\x8bno gzip", "the gzip file is damaged"),
        ("a.jsonl", gzip.compress(b"{}"), "it is gzipped: name it .jsonl.gz"),
    ],
)
def test_what_is_gzipped_in_name_only_is_skipped_and_the_other_way_round(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert sources.count([str(path)]) <= 1
    (one,) = records(path)
    assert isinstance(one, Skipped) and one.origin.startswith(str(path)) and reason in one.reason


def test_an_empty_file_holds_no_record_gzipped_or_not(tmp_path: Path) -> None:
    for name in ("a.jsonl", "a.jsonl.gz"):
        (tmp_path / name).write_bytes(b"")
        assert list(records(tmp_path / name)) == []


def test_lone_surrogates_are_replaced_in_every_field(tmp_path: Path) -> None:
    line = r'{"id": "a\ud800", "text": "b\ud800", "url": "c\ud800", "k\ud800": {"d\ud800": [""]}}'
    (article,) = sources.read([str(write(tmp_path / "a.jsonl", line))])
    assert isinstance(article, Article)
    assert (article.id, article.text, article.url) == ("a?", "b", "c?")
    assert article.metadata == {"k?": {"d?": [""]}}
