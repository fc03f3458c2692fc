"""Markdown comes out as readers see it: words and structure stay, marks go."""

from pathlib import Path

import pytest

from indexer.extract import Extracted, extract

ARTICLES = Path(__file__).parents[2] / "corpus" / "articles"


def read(text: str) -> Extracted:
    return extract(text.encode(), ".md")


def test_front_matter_becomes_identity_and_metadata() -> None:
    found = read(
        "---\nid: 7\ntitle: 'Ice: when?'\nurl: https://x.example/ice\npublished: 2025-01-31\n"
        "tags: [cold, 3]\nreviewed: true\n---\n\nCool it.\n"
    )
    assert (found.id, found.title, found.url) == ("7", "Ice: when?", "https://x.example/ice")
    assert found.metadata == {"published": "2025-01-31", "tags": ["cold", 3], "reviewed": True}
    assert found.text == "Cool it."


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: Front\n---\n# Body\n\nText.", "Front"),
        ("# Body\n\nText.", "Body"),
        ("## Second\n\nText.\n\n# First\n\nText.", "First"),
        ("Text.", ""),
    ],
)
def test_the_title_is_the_front_matters_or_the_main_heading(text: str, title: str) -> None:
    assert read(text).title == title


def test_headings_make_sections_and_one_that_repeats_the_title_goes() -> None:
    found = read("# Ice\n\nLead.\n\n## When\n\nNow.\n\n### Night\n\nNo.\n\n## How\n\nSlowly.")
    sections = [(found.text[s.start : s.end].strip(), s.heading_path) for s in found.sections]
    assert sections == [
        ("Lead.", ()),
        ("Now.", ("When",)),
        ("No.", ("When", "Night")),
        ("Slowly.", ("How",)),
    ]
    assert "Ice" not in found.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Use *ice*, **not** `heat`.", "Use ice, not heat."),
        ("One\nsentence.", "One sentence."),
        ("See [the page](https://x.example).", "See the page."),
        ("Up to 4&nbsp;g &amp; more", "Up to 4 g & more"),
        ("Soft\u00adhyphen\u200b gone", "Softhyphen gone"),
        ("Aim for:\n\n- rest\n- ice", "Aim for:\nrest\nice"),
        ("1. Rest.\n2. Ice.", "Rest.\nIce."),
        ("- Out\n  - In", "Out\nIn"),
        ("> Said so.", "Said so."),
        ("| Time | Do |\n|---|---|\n| Day one | *Rest* |", "Time | Do\nDay one | Rest"),
        ("```\nx = 1\n```", "x = 1"),
        ("<div>Some <b>markup</b><script>f()</script></div>", "Some markup"),
        ("First.\n\nSecond.", "First.\n\nSecond."),
    ],
)
def test_marks_go_and_words_stay(text: str, expected: str) -> None:
    assert read(text).text == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("---\ntitle: a: b\n---\nText.", "front matter is not valid YAML, line 2"),
        ("---\n- a\n- b\n---\nText.", "front matter is not a list"),
    ],
)
def test_front_matter_that_cannot_be_read_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read(text)


@pytest.mark.parametrize("text", ["", "---\ntitle: Ice\n---\n", "![](ice.png)"])
def test_nothing_to_read_gives_no_text(text: str) -> None:
    assert read(text).text == ""


@pytest.mark.parametrize("path", sorted(ARTICLES.glob("*.md")), ids=lambda path: path.stem)
def test_no_mark_is_left_in_the_sample_articles(path: Path) -> None:
    found = extract(path.read_bytes(), ".md")
    assert found.id == path.stem
    assert found.title and found.url and found.url.endswith(f"/{path.stem}")
    assert not {"**", "##", "](", "|--", "---"} & set(found.text.split())
