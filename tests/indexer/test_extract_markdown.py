"""Markdown comes out as readers see it: words and structure stay, marks go."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.extract import Extracted, extract

ARTICLES = Path(__file__).parents[2] / "corpus" / "articles"


def read(text: str) -> Extracted:
    return extract(text.encode(), ".md")


def sections(found: Extracted) -> list[tuple[str, str]]:
    return [
        (" > ".join(one.heading_path), found.text[one.start : one.end].strip())
        for one in found.sections
    ]


def test_front_matter_becomes_identity_and_metadata() -> None:
    found = read(
        "---\nid: 7\ntitle: 'Ice: when?'\nurl: https://x.example/ice\npublished: 2025-01-31\n"
        "tags: [cold, 3]\nreviewed: true\n---\n\nCool it.\n"
    )
    assert (found.id, found.title, found.url) == ("7", "Ice: when?", "https://x.example/ice")
    assert found.metadata == {"published": "2025-01-31", "tags": ["cold", 3], "reviewed": True}
    assert found.text == "Cool it."


def test_front_matter_may_be_toml() -> None:
    found = read('+++\ntitle = "Ice"\ndate = 2025-01-31\n[extra]\nweight = 2\n+++\nCool it.\n')
    assert (found.title, found.text) == ("Ice", "Cool it.")
    assert found.metadata == {"published": "2025-01-31", "extra": {"weight": 2}}


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("date", "published"),
        ("pubDate", "published"),
        ("Updated", "modified"),
        ("last_modified", "modified"),
        ("lang", "language"),
        ("authors", "author"),
        ("author_role", "author_role"),
        ("last_reviewed", "last_reviewed"),
    ],
)
def test_fields_that_we_know_by_another_name_get_ours(name: str, known: str) -> None:
    assert read(f"---\n{name}: x\n---\nText.").metadata == {known: "x"}


def test_a_field_does_not_replace_one_that_has_the_name() -> None:
    found = read("---\ndate: 2024\npublished: 2023\ncanonical: https://x.example\n---\nText.")
    assert found.metadata == {"date": 2024, "published": 2023}
    assert found.url == "https://x.example"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: Front\n---\n# Body\n\nText.", "Front"),
        ("# Body\n\nText.", "Body"),
        ("## Second\n\nText.\n\n# First\n\nText.", "First"),
        ("## Only\n\nText.\n\n### Below\n\nText.", "Only"),
        ("## First\n\nText.\n\n## Second\n\nText.", ""),
        ("Text.\n\n## Heading\n\nText.", ""),
        ("Text.", ""),
    ],
)
def test_the_title_is_the_front_matters_or_the_main_heading(text: str, title: str) -> None:
    assert read(text).title == title


def test_headings_make_sections_and_one_that_repeats_the_title_goes() -> None:
    found = read("# Ice\n\nLead.\n\n## When\n\nNow.\n\n### Night\n\nNo.\n\n## How\n\nSlowly.")
    assert sections(found) == [
        ("", "Lead."),
        ("When", "Now."),
        ("When > Night", "No."),
        ("How", "Slowly."),
    ]
    assert "Ice" not in found.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Use *ice*, **not** `heat`.", "Use ice, not heat."),
        ("One\nsentence.", "One sentence."),
        ("One<br>sentence.", "One sentence."),
        ("See [the page](https://x.example).", "See the page."),
        ("Up to 4&nbsp;g &amp; more", "Up to 4 g & more"),
        ("Soft\u00adhyphen\u200b gone", "Softhyphen gone"),
        ("Aim for:\n\n- rest\n- ice", "Aim for:\nrest\nice"),
        ("1. Rest.\n2. Ice.", "Rest.\nIce."),
        ("- Out\n  - In", "Out\nIn"),
        ("- [x] Rest.\n- [ ] Ice.", "Rest.\nIce."),
        ("Ice\n: Frozen water.", "Ice\nFrozen water."),
        ("Cool it.[^1]\n\n[^1]: Smith 2019.", "Cool it.\n\nSmith 2019."),
        ("> Said so.", "Said so."),
        ("```\nx = 1\ny = 2\n```", "x = 1\ny = 2"),
        ("<div>Some <b>markup</b><script>f()</script></div>", "Some markup"),
        ("<p>One.</p>\n<p>Two.</p>", "One.\n\nTwo."),
        ("Seen.\n\n<!-- not seen -->\n\nAnd <!-- nor this -->seen.", "Seen.\n\nAnd seen."),
        ("![A knee, bent](knee.png)", "A knee, bent"),
        ('![knee](knee.png "How far to bend it")', "How far to bend it"),
        ("First.\n\nSecond.", "First.\n\nSecond."),
    ],
)
def test_marks_go_and_words_stay(text: str, expected: str) -> None:
    assert read(text).text == expected


def test_a_row_of_a_table_carries_its_column_names() -> None:
    found = read("| | Do | Not |\n|---|---|---|\n| Day one | *Rest* | Run |\n| Day two | Walk | |")
    assert found.text == "Day one | Do: Rest | Not: Run\nDay two | Do: Walk"


def test_headings_of_embedded_html_are_headings() -> None:
    found = read("Lead.\n\n<h2>When</h2>\n<p>Now.</p>")
    assert sections(found) == [("", "Lead."), ("When", "Now.")]


@pytest.mark.parametrize("heading", ["**Causes**", "__Causes__", "**Causes:**", "**Causes**:"])
def test_a_paragraph_all_in_bold_is_a_heading(heading: str) -> None:
    found = read(f"# Ice\n\n## When\n\nNow.\n\n{heading}\n\nFalls.")
    assert sections(found) == [("When", "Now."), ("When > Causes", "Falls.")]


@pytest.mark.parametrize(
    "bold", ["**Causes:** falls", "**Causes** are falls", "**Never run.**", "- **Causes**"]
)
def test_bold_words_are_no_heading(bold: str) -> None:
    found = read(f"{bold}\n\nFalls.")
    assert [section.heading_path for section in found.sections] == [()]
    assert bold.replace("**", "").strip("- ") in found.text


def test_a_heading_with_nothing_below_is_dropped_and_seen() -> None:
    found = read("# Ice\n\n## When\n\n## How\n\nSlowly.\n\n**Notes**\n\n## Sources")
    assert [(b.text, b.dropped) for b in found.blocks if b.dropped] == [
        ("When", "heading with nothing below"),
        ("Sources", "heading with nothing below"),
    ]
    assert found.text == "How\n\nSlowly.\n\nNotes"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"---\na: {'x' * 200_000}\n---\nText.", "longer than 100,000 characters"),
        ("+++\ntitle = \n+++\nText.", "front matter is not valid TOML"),
    ],
)
def test_front_matter_that_cannot_be_read_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read(text)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("title: Ice: when and how\nlang: en", {"title": "Ice: when and how", "language": "en"}),
        (
            'title: "Ice: when"\ndate: 2024-02-30\nlang: en',
            {"title": "Ice: when", "language": "en"},
        ),
        ("title: [Ice\ntags:\n- cold\n- knee", {"title": "[Ice", "tags": ["cold", "knee"]}),
        ("title: Ice\ntags: &a [cold]\nmore: *a", {"title": "Ice", "tags": ["cold"], "more": "*a"}),
        (f"title: Ice\ndeep: {'[' * 5000}", {"title": "Ice"}),
    ],
)
def test_front_matter_that_is_not_valid_is_read_as_far_as_it_can_be(
    lines: str, said: dict[str, Any]
) -> None:
    found = read(f"---\n{lines}\n---\nCool it.")
    assert found.text.endswith("Cool it.")
    assert {"title": found.title, **found.metadata} == said


@pytest.mark.parametrize(
    "between", ["On one point all agree: cool it.", "- one: a\n- two", "Ice: a\nIt is cold.\nCold."]
)
def test_text_between_two_rules_is_no_front_matter(between: str) -> None:
    found = read(f"---\n\n{between}\n\n---\n\nThen rest.")
    assert found.text.split() == [*between.replace("- ", "").split(), "Then", "rest."]
    assert not found.metadata


@pytest.mark.parametrize("text", ["", "---\ntitle: Ice\n---\n", "![](ice.png)", "![ice](i.png)"])
def test_nothing_to_read_gives_no_text(text: str) -> None:
    assert read(text).text == ""


@pytest.mark.parametrize("path", sorted(ARTICLES.glob("*.md")), ids=lambda path: path.stem)
def test_no_mark_is_left_in_the_sample_articles(path: Path) -> None:
    found = extract(path.read_bytes(), ".md")
    assert found.id == path.stem
    assert found.title and found.url and found.url.endswith(f"/{path.stem}")
    assert not {"**", "##", "](", "|--", "---"} & set(found.text.split())
    assert not any(block.dropped for block in found.blocks)


def test_a_text_too_long_for_an_article_is_still_read() -> None:
    found = read("# Ice\n\n## When\n\n" + "Cool it for ten minutes.\n\n" * 40_000)
    assert (found.title, found.sections[0].heading_path) == ("Ice", ("When",))


_MARKUP = st.lists(st.sampled_from([*"#*_-+>|`~[]()!<&:=\n\t 1.ab^\\", "---\n", "\n\n", "<!--"]))


@given(st.one_of(st.text(), _MARKUP.map("".join)))
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    try:
        read(text.encode("utf-8", "replace").decode())
    except ValueError as error:
        assert str(error)
