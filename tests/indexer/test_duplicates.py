"""The same article at several addresses is indexed once, and nothing else is lost for it."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import alike, sources
from indexer.article import Article, Skipped
from indexer.duplicates import Duplicate, Duplicates
from indexer.sources import Reading

Plainsearch = Callable[..., subprocess.CompletedProcess[str]]

KNEE = "Rest the knee for two days. Straighten it ten times an hour. Then walk a little each day."
TEA = "Warm the pot first. Green tea wants water of eighty degrees, black tea wants it to boil."
SHORT = "No, ask your own doctor about it first."
NEWEST = "Now and then a sentence is added that the version of last year did not have in it."


def record(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def markdown(path: Path, text: str, **fields: str) -> Path:
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\n{head}---\n\n{text}\n" if head else text, encoding="utf-8")
    return path


def found(*roots: Path) -> tuple[list[Article], list[Duplicate]]:
    """Articles and duplicates; there is nothing else."""
    read = list(sources.read([*map(str, roots)]))
    articles = [one for one in read if isinstance(one, Article)]
    duplicates = [one for one in read if isinstance(one, Duplicate)]
    assert len(articles) + len(duplicates) == len(read)
    return articles, duplicates


def test_the_first_of_two_files_of_one_text_is_kept_and_names_the_other(tmp_path: Path) -> None:
    markdown(tmp_path / "a.md", KNEE, title="Knee pain")
    markdown(tmp_path / "b.md", TEA)
    markdown(tmp_path / "c" / "print.txt", KNEE.upper().replace(" ", "  \n"))
    (knee, tea), duplicates = found(tmp_path)
    assert (knee.id, knee.metadata) == ("a.md", {"also_at": ["c/print.txt"]})
    assert tea.metadata == {}
    assert duplicates == [Duplicate(str(tmp_path / "c" / "print.txt"), str(tmp_path / "a.md"))]


def test_the_one_whose_id_is_the_canonical_address_is_kept(tmp_path: Path) -> None:
    own, other = "https://a.example/knee", "https://a.example/print/knee"
    markdown(tmp_path / "a.md", KNEE, url=other)
    markdown(tmp_path / "b.md", KNEE, id=own, url=own + "/")
    markdown(tmp_path / "c.md", KNEE)
    (knee,), duplicates = found(tmp_path)
    assert knee.id == own and knee.metadata == {"also_at": ["c.md", other]}
    assert {one.same_as for one in duplicates} == {str(tmp_path / "b.md")}


def pages(*seen: tuple[str, str | None, str]) -> list[Article | Duplicate]:
    """Web pages by own address, canonical address and text."""
    duplicates = Duplicates()
    articles = [Article(at, "", text, (), canonical, {}, at) for at, canonical, text in seen]
    for one in articles:
        duplicates.note_page(one, "", one.id)
    return [duplicates.settled(one) for one in articles]


def test_of_two_pages_the_one_at_the_canonical_address_is_kept() -> None:
    printed, page = "https://a.example/knee?print=1", "https://a.example/knee"
    left_out, kept = pages((printed, page, KNEE + " Print this."), (page, page, KNEE))
    assert left_out == Duplicate(printed, page)
    assert isinstance(kept, Article) and kept.metadata == {"also_at": [printed]}


def test_a_template_that_names_one_canonical_address_for_all_pages_costs_none() -> None:
    home = "https://a.example/"
    texts = [KNEE, TEA, *(f"{word} " * 30 for word in "abcdefghijkl")]
    kept = pages(*((f"{home}{at}", home, text) for at, text in enumerate(texts)))
    assert all(isinstance(one, Article) and not one.metadata for one in kept)


@pytest.mark.parametrize("url", ["https://[broken", "no address", ""])
def test_an_odd_address_is_no_address_of_another(tmp_path: Path, url: str) -> None:
    markdown(tmp_path / "a.md", KNEE, url=f"'{url}'")
    markdown(tmp_path / "b.md", TEA, url=f"'{url}'")
    assert len(found(tmp_path)[0]) == 2


def test_a_short_text_is_a_duplicate_only_under_the_same_title(tmp_path: Path) -> None:
    for name, title in (("a", "May I run?"), ("b", "May I swim?"), ("c", "May I run?")):
        markdown(tmp_path / f"{name}.md", SHORT, title=title)
    articles, duplicates = found(tmp_path)
    assert [one.id for one in articles] == ["a.md", "b.md"] and len(duplicates) == 1


def test_a_word_or_two_is_never_a_duplicate(tmp_path: Path) -> None:
    for name in "ab":
        markdown(tmp_path / f"{name}.md", "To be written.", title="Knee")
    assert len(found(tmp_path)[0]) == 2


def test_records_without_address_stand_for_themselves(tmp_path: Path) -> None:
    rows = [{"_id": name, "title": "Knee", "text": KNEE} for name in "abc"]
    articles, duplicates = found(record(tmp_path / "a.jsonl", *rows))
    assert len(articles) == 3 and not duplicates


def test_records_of_one_text_with_addresses_are_one_article(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "title": "Knee", "text": KNEE, "url": "https://a.example/1", "topic": "joints"},
        {"id": "b", "title": "", "text": KNEE, "url": "https://a.example/2"},
        {"id": "c", "title": "Tea", "text": TEA, "url": "https://a.example/1"},
    ]
    (knee, tea), duplicates = found(record(tmp_path / "a.jsonl", *rows))
    assert knee.metadata == {"topic": "joints", "also_at": ["https://a.example/2"]}
    assert tea.id == "c" and not tea.metadata
    assert duplicates == [Duplicate(f"{tmp_path}/a.jsonl:2", f"{tmp_path}/a.jsonl:1")]


def test_every_document_is_given_where_all_are_wanted(tmp_path: Path) -> None:
    markdown(tmp_path / "a.md", KNEE)
    markdown(tmp_path / "b.md", KNEE)
    read = sources.read([str(tmp_path)], Reading(every=True))
    assert [type(one) for one in read] == [Article, Article]


def test_a_document_refused_for_its_id_takes_no_other_with_it(tmp_path: Path) -> None:
    markdown(tmp_path / "a.md", TEA, id="same")
    markdown(tmp_path / "b.md", KNEE, id="same")
    markdown(tmp_path / "c.md", KNEE, id="other")
    read = list(sources.read([str(tmp_path)]))
    assert [type(one) for one in read] == [Article, Skipped, Article]


def test_a_source_named_twice_is_read_once(tmp_path: Path) -> None:
    markdown(tmp_path / "a.md", KNEE)
    read = list(sources.read([str(tmp_path), str(tmp_path)]))
    assert [type(one) for one in read] == [Article]


def test_furniture_makes_no_difference_between_two_pages(tmp_path: Path) -> None:
    for at in range(9):
        text = KNEE if at in (2, 7) else f"Article {'abcdefghi'[at] * 9} says its own thing only."
        for form in ("Marle Valley Clinic", "The clinic of Marle is open on every weekday."):
            text += f"\n\n{form}" * (at != 7)
        markdown(tmp_path / f"{at}.md", text, title=f"Number {at}")
    articles, (duplicate,) = found(tmp_path)
    assert len(articles) == 8 and duplicate.origin == str(tmp_path / "7.md")


_texts = st.lists(st.sampled_from([KNEE, TEA, SHORT, KNEE + TEA, KNEE + NEWEST, "Short."]))


@given(_texts, st.booleans())
def test_every_text_is_kept_once_and_every_document_accounted_for(
    texts: list[str], canonical: bool
) -> None:
    seen = [(f"https://a.example/{n}", "https://a.example/0", t) for n, t in enumerate(texts)]
    settled = pages(*((at, url if canonical else at, text) for at, url, text in seen))
    kept = {one.origin: one for one in settled if isinstance(one, Article)}
    assert set(texts) == {one.text for one in kept.values()} or canonical
    for one in settled:
        if isinstance(one, Duplicate):
            assert one.origin in kept[one.same_as].metadata["also_at"]


@given(st.lists(st.sampled_from("red blue green gold grey pink".split())))
def test_a_text_is_like_itself_whatever_its_case_and_signs(words: list[str]) -> None:
    one, other = " ".join(words), ", ".join(words).upper()
    assert alike.similarity(one, other) == 1
    assert (alike.signature(one) == alike.signature(other)).all()


def test_near_copies_are_found_among_many_and_nothing_else() -> None:
    words = [f"w{number}" for number in range(40_000)]
    texts = [" ".join(words[at : at + 200]) for at in range(0, 40_000, 200)]
    for at in range(0, 100, 10):
        texts.append(texts[at].replace(f"w{at * 200 + 50} ", "changed "))
    pairs = list(alike.candidates(map(alike.signature, texts)))
    assert pairs == [(at, 200 + at // 10) for at in range(0, 100, 10)]
    assert all(alike.similarity(texts[a], texts[b]) >= alike.NEARLY for a, b in pairs)


def test_no_articles_have_no_near_copies() -> None:
    assert list(alike.candidates([])) == []


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    """Two versions of one article, a copy of the first, and something else."""
    folder = tmp_path / "versions"
    long = " ".join(f"In week {n} bend the sore knee {n + 3} times and hold." for n in range(20))
    markdown(folder / "knee.md", long, title="Knee exercises")
    markdown(folder / "knee-2.md", f"{long} {NEWEST}"[:-20] + ".", title="Exercises for the knee")
    markdown(folder / "other.md", long, title="Knee exercises")
    markdown(folder / "tea.md", TEA, title="Tea")
    return folder


def test_a_run_reports_duplicates_and_near_duplicates_and_ends_well(
    tmp_path: Path, versions: Path, plainsearch: Plainsearch
) -> None:
    index = tmp_path / "index"
    done = plainsearch("index", versions, "--index", index)
    assert done.returncode == 0, done.stderr
    assert f"1 duplicate left out:\n  {versions}/other.md is the same as" in done.stdout
    assert "1 pair of articles say nearly the same:\n  knee.md and knee-2.md (9" in done.stdout
    (path,) = (index / "reports").iterdir()
    report = json.loads(path.read_text(encoding="utf-8"))
    assert (report["articles"], report["skipped"]) == (3, [])
    assert report["duplicates"] == [
        {"origin": f"{versions}/other.md", "same_as": f"{versions}/knee.md"}
    ]
    (near,) = report["near_duplicates"]
    assert (near["id"], near["like"]) == ("knee.md", "knee-2.md")
    assert 0.9 <= near["similarity"] < 1
    again = plainsearch("index", versions, "--index", index)
    assert again.stdout.startswith("Nothing changed: 3 articles") and again.returncode == 0
    assert "1 duplicate left out" in again.stdout


def test_a_near_duplicate_of_a_better_result_is_not_shown(
    tmp_path: Path, versions: Path, plainsearch: Plainsearch
) -> None:
    index = tmp_path / "index"
    assert plainsearch("index", versions, "--index", index).returncode == 0
    asked = plainsearch("ask", "How often do I bend a sore knee?", "--json", "--index", index)
    ids = [one["article"]["id"] for one in json.loads(asked.stdout)["results"]]
    assert len({"knee.md", "knee-2.md"} & set(ids)) == 1


def test_measuring_ranks_every_document_of_a_corpus(
    tmp_path: Path, plainsearch: Plainsearch
) -> None:
    rows = [
        {"_id": name, "title": "Knee", "text": KNEE + " " + TEA, "url": f"https://a.example/{name}"}
        for name in "abc"
    ]
    record(tmp_path / "corpus.jsonl", *rows)
    record(tmp_path / "queries.jsonl", {"_id": "q", "text": "How long do I rest the knee?"})
    (tmp_path / "qrels").mkdir()
    lines = ["query-id\tcorpus-id\tscore", *(f"q\t{name}\t1" for name in "abc")]
    (tmp_path / "qrels" / "test.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = plainsearch("evaluate", tmp_path, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["R@100"] == 1
