"""What stands on many pages of a site goes, and what only looks like it stays."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import sources
from indexer.article import Article
from indexer.extract.extracted import Block, Extracted, stands_in_text
from indexer.recurring import Recurring, Site

NAMES = [
    f"{part} {trouble}"
    for trouble in ("sprain", "bursitis", "fracture", "cramp", "arthritis")
    for part in ("Ankle", "Elbow", "Finger", "Heel", "Hip", "Knee", "Shoulder", "Wrist")
]
# Nothing here is known to extractors, which drop what gives itself away on one page.
LINE = "Marle Valley Clinic, open on every weekday"
CALL = "Call 999 if the limb turns cold, blue or numb after the injury."
DISCLAIMER = (
    "The text on this website was written for general information and stands in for no visit to "
    "your own doctor, who knows you and your history."
)
NEWSLETTER = (
    "Our letter comes out on the first of the month, with advice from our nurses and some news."
)
PARTNERS = ["Larkfield Pharmacy", "Otterburn Gym and Pool", "The Walking Club of Marle"]

Element = tuple[str, str | Sequence[str]]


@dataclass(frozen=True)
class Form:
    """How a page is written down."""

    suffix: str
    render: Callable[[str, Sequence[Element]], str]


def as_text(title: str, elements: Sequence[Element]) -> str:
    parts = [title]
    for _, content in elements:
        parts.append(content if isinstance(content, str) else "\n".join(f"- {c}" for c in content))
    return "\n\n".join(parts) + "\n"


def as_html(title: str, elements: Sequence[Element]) -> str:
    lines = [f"<h1>{escape(title)}</h1>"]
    for kind, content in elements:
        if isinstance(content, str):
            lines.append(f"<{kind}>{escape(content)}</{kind}>")
        else:
            lines.append(f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in content)}</ul>")
    head = f"<title>{escape(title)}</title>"
    body = "\n".join(lines)
    return f"<html><head>{head}</head><body><article>{body}</article></body></html>"


FORMS = [Form(".txt", as_text), Form(".html", as_html)]
form = pytest.mark.parametrize("form", FORMS, ids=lambda one: one.suffix)


def article(name: str) -> list[Element]:
    """An article of a site where all have the same headings."""
    low = name.lower()
    return [
        ("p", f"A {low} is seen by every nurse now and then. This is what helps with a {low}."),
        ("h2", "Symptoms"),
        ("p", f"With a {low} you feel a dull ache that grows as the day goes on, mostly at night."),
        ("ul", ["Swelling", f"Stiffness that is typical of a {low}", f"Warm skin over the {low}"]),
        ("h2", "Causes"),
        ("p", f"Nobody knows for sure why a {low} comes on; falls and long strain play a part."),
        ("h2", "When to see a doctor"),
        ("p", f"See a doctor when a {low} is no better after two weeks of rest at home."),
    ]


def furnished(elements: Sequence[Element]) -> list[Element]:
    return [
        *elements,
        ("p", LINE),
        ("h2", "Friends of the clinic"),
        ("ul", PARTNERS),
        ("p", NEWSLETTER),
        ("p", DISCLAIMER),
    ]


def write(folder: Path, pages: Sequence[tuple[str, Sequence[Element]]], form: Form) -> Path:
    folder.mkdir(exist_ok=True)
    for at, (title, elements) in enumerate(pages):
        path = folder / f"{at:02d}{form.suffix}"
        path.write_text(form.render(title, elements), encoding="utf-8")
    return folder


def texts(*folders: Path) -> dict[str, str]:
    """Articles' texts by their titles."""
    read = sources.read([*map(str, folders)])
    return {one.title: one.text for one in read if isinstance(one, Article)}


def strings(elements: Sequence[Element]) -> Iterator[str]:
    for _, content in elements:
        yield from [content] if isinstance(content, str) else content


@form
def test_furniture_of_forty_articles_goes_and_all_of_the_articles_stays(
    tmp_path: Path, form: Form
) -> None:
    pages = []
    for at, name in enumerate(NAMES):
        own = article(name) + ([("p", CALL)] if at % 8 == 0 else [])
        pages.append((name, furnished(own)))
    found = texts(write(tmp_path / "site", pages, form))
    assert list(found) == NAMES
    for at, name in enumerate(NAMES):
        for said in strings(article(name)):
            assert said in found[name]
        assert (CALL in found[name]) == (at % 8 == 0)
        for said in (LINE, "Friends of the clinic", *PARTNERS, NEWSLETTER, DISCLAIMER):
            assert said not in found[name]


@form
def test_articles_keep_their_headings_as_sections(tmp_path: Path, form: Form) -> None:
    pages = [(name, furnished(article(name))) for name in NAMES]
    folder = write(tmp_path / "site", pages, form)
    for one in sources.read([str(folder)]):
        assert isinstance(one, Article)
        paths = [section.heading_path for section in one.sections]
        assert paths == [(), ("Symptoms",), ("Causes",), ("When to see a doctor",)]


@form
def test_furniture_of_some_pages_only_goes_where_it_is_a_line_at_the_edge(
    tmp_path: Path, form: Form
) -> None:
    comment, prose = "Leave us a comment below", "Two nurses of ours read and checked this page."
    pages = []
    for at, name in enumerate(NAMES):
        blog: list[Element] = [("p", prose), ("p", comment)] if at % 4 == 0 else []
        pages.append((name, article(name) + blog))
    found = texts(write(tmp_path / "site", pages, form))
    assert not any(comment in text for text in found.values())
    assert sum(prose in text for text in found.values()) == 10


@form
def test_doses_and_calls_for_help_stay_on_however_many_pages(tmp_path: Path, form: Form) -> None:
    said: list[Element] = [
        ("p", "Call 999 now if you can't breathe."),
        ("p", "Ibuprofen 400 mg three times a day."),
        ("p", "Call us if you have:"),
        ("ul", ["A fever", "A hot joint"]),
    ]
    pages = [(name, [*article(name), *said]) for name in NAMES]
    found = texts(write(tmp_path / "site", pages, form))
    assert all(one in text for text in found.values() for one in strings(said))


@form
def test_a_warning_common_to_half_the_articles_stays(tmp_path: Path, form: Form) -> None:
    warning: list[Element] = [
        ("p", "Call the emergency number if you have:"),
        ("ul", ["Chest pain", "A sudden fever", "Trouble speaking"]),
    ]
    pages = [(name, article(name) + warning * (at % 2)) for at, name in enumerate(NAMES)]
    found = texts(write(tmp_path / "site", pages, form))
    for name in NAMES[1::2]:
        assert all(said in found[name] for said in strings(warning))


@form
@pytest.mark.parametrize(("share", "stays"), [(0.7, True), (1.0, False)])
def test_prose_amid_the_articles_goes_only_where_nearly_all_have_it(
    tmp_path: Path, form: Form, share: float, stays: bool
) -> None:
    trials = "Studies near here may be looking for patients with this trouble; the list is open."
    pages = []
    for at, name in enumerate(NAMES):
        own = article(name)
        has = at < share * len(NAMES)
        pages.append((name, [*own[:3], *([("p", trials)] if has else []), *own[3:]]))
    found = texts(write(tmp_path / "site", pages, form))
    assert any(trials in text for text in found.values()) == stays


def test_a_line_that_may_stand_for_a_heading_stays_and_one_below_the_title_goes(
    tmp_path: Path,
) -> None:
    read, glance, top = "A text of the clinic of Marle", "At a glance", "Back to the top"
    pages = []
    for name in NAMES:
        own = article(name)
        line: list[Element] = [("p", read)]
        pages.append((name, [*line, own[0], ("p", glance), *own[2:4], ("p", top), *own[4:]]))
    found = texts(write(tmp_path / "site", pages, FORMS[1]))
    for text in found.values():
        assert glance in text and read not in text and top not in text


@form
def test_what_introduces_a_list_stays_with_it(tmp_path: Path, form: Form) -> None:
    intro = "What most people do first at home, with a good book and some tea beside them:"
    pages = []
    for name in NAMES:
        own: list[Element] = [
            ("p", intro),
            ("ul", [f"A cold pack on the {name}", "Rest", f"Tape round the {name}"]),
        ]
        pages.append((name, own + article(name)))
    found = texts(write(tmp_path / "site", pages, form))
    assert all(intro in text and "\nRest\n" in text for text in found.values())


@form
def test_a_site_of_three_pages_loses_lines_at_the_edges_only(tmp_path: Path, form: Form) -> None:
    warning: list[Element] = [("h2", "Call us if you have"), ("ul", ["Fever", "A rash", "Chills"])]
    pages = [
        (name, [*article(name), *warning, ("p", DISCLAIMER), ("p", LINE)]) for name in NAMES[:3]
    ]
    found = texts(write(tmp_path / "site", pages, form))
    for name in NAMES[:3]:
        for said in (*strings(article(name)), *strings(warning), DISCLAIMER):
            assert said in found[name]
        assert LINE not in found[name]


@form
@pytest.mark.parametrize("pages", [1, 2])
def test_two_pages_lose_nothing(tmp_path: Path, form: Form, pages: int) -> None:
    site = [(name, furnished(article(name))) for name in NAMES[:pages]]
    found = texts(write(tmp_path / "site", site, form))
    assert all(LINE in text and DISCLAIMER in text for text in found.values())


@form
def test_two_versions_of_each_leaflet_keep_what_they_share(tmp_path: Path, form: Form) -> None:
    pages = []
    for name in NAMES[:10]:
        for reader in ("parents", "children"):
            note: list[Element] = [("p", f"This {name} leaflet is for {reader} and for schools.")]
            pages.append((f"{name} for {reader}", article(name) + note + [("p", LINE)]))
    found = texts(write(tmp_path / "site", pages, form))
    assert len(found) == 20
    for title, text in found.items():
        name = title.partition(" for ")[0]
        assert all(said in text for said in strings(article(name)))
        assert LINE not in text


@form
@pytest.mark.parametrize("copies", [6, 12, 18])
def test_near_copies_are_no_furniture_of_each_other(
    tmp_path: Path, form: Form, copies: int
) -> None:
    """One leaflet for each of several clinics, among as many or fewer other articles."""
    copied = article("Gout attack")
    pages = [
        (f"Gout in {name.split()[0]}{at}", [*copied, ("p", f"Ask for Dr {name}."), ("p", LINE)])
        for at, name in enumerate(NAMES[:copies])
    ]
    pages += [(name, [*article(name), ("p", LINE)]) for name in NAMES[-6:]]
    found = texts(write(tmp_path / "site", pages, form))
    assert len(found) == copies + 6
    for title, _ in pages[:copies]:
        assert all(said in found[title] for said in strings(copied))
    assert not any(LINE in text for text in found.values())


@form
def test_a_page_that_would_lose_everything_is_kept_whole(tmp_path: Path, form: Form) -> None:
    pages = [(name, furnished(article(name))) for name in NAMES]
    pages.append(("About this website", furnished([])))
    found = texts(write(tmp_path / "site", pages, form))
    assert DISCLAIMER in found["About this website"] and DISCLAIMER not in found[NAMES[0]]


@form
def test_numbers_and_case_make_no_difference(tmp_path: Path, form: Form) -> None:
    pages = [
        (name, [*article(name), ("p", f"{'READ' if at % 2 else 'Read'} by {at * 321:,} people")])
        for at, name in enumerate(NAMES)
    ]
    found = texts(write(tmp_path / "site", pages, form))
    assert not any("people" in text for text in found.values())


def test_sites_are_told_apart_by_folder_and_by_host(tmp_path: Path) -> None:
    """What all pages of a small site share stays, however large the site beside it."""
    pages = [(name, furnished(article(name))) for name in NAMES]
    large = write(tmp_path / "large", pages, FORMS[0])
    small = write(tmp_path / "small", [("Tea", furnished(article("Tea ache")))], FORMS[0])
    found = texts(large, small)
    assert DISCLAIMER in found["Tea"] and DISCLAIMER not in found[NAMES[0]]
    for folder, host in ((large, "large.example"), (small, "small.example")):
        for path in folder.iterdir():
            body = path.read_text(encoding="utf-8")
            head = f"---\ntitle: {body.splitlines()[0]}\nurl: https://{host}/{path.stem}\n---\n"
            (tmp_path / f"{folder.name}{path.stem}.md").write_text(head + body, encoding="utf-8")
            path.unlink()
    found = texts(tmp_path)
    assert DISCLAIMER in found["Tea"] and DISCLAIMER not in found[NAMES[0]]


def test_a_title_that_every_page_has_gives_way_to_its_own_heading(tmp_path: Path) -> None:
    pages = [("Marle Valley Clinic", [("h2", name), *article(name)]) for name in NAMES]
    found = texts(write(tmp_path / "site", pages, FORMS[1]))
    assert sorted(found) == sorted(NAMES)
    assert "Symptoms" in found[NAMES[0]] and not found[NAMES[0]].startswith(NAMES[0])


def test_records_are_left_as_they_are(tmp_path: Path) -> None:
    line = '{{"_id": "{0}", "title": "{0}", "text": "All about {0}.\\n\\nShare this"}}\n'
    path = tmp_path / "a.jsonl"
    path.write_text("".join(line.format(name) for name in NAMES), encoding="utf-8")
    assert all(text.endswith("\n\nShare this") for text in texts(path).values())


def counted(pages: Sequence[Extracted]) -> Site:
    counts = Recurring()
    for one in pages:
        counts.count("site", one)
    return counts.sites()["site"]


def test_the_rule_says_on_how_many_pages_a_block_stands() -> None:
    own = [Block("text", f"Only the {name} page says this, and says it once.") for name in NAMES]
    pages = [Extracted(b.text, (b, Block("text", LINE))) for b in own]
    found = counted(pages).without_furniture(pages[0])
    assert [block.dropped for block in found.blocks] == ["", "on 40 of 40 pages"]


_words = st.sampled_from(["Rest", "Ice", "Share this", "Symptoms", "Ask us.", "Try these:", "Tea"])
_blocks = st.builds(
    Block,
    st.sampled_from(["heading", "text", "item"]),
    _words,
    st.integers(1, 3),
    st.sampled_from(["", "", "", "navigation"]),
)
_pages = st.lists(
    st.builds(
        Extracted,
        _words,
        st.lists(st.one_of(_blocks, st.builds(Block, st.just("text"), st.text(max_size=9))))
        .map(tuple),
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


@settings(deadline=None)
@given(_pages, st.randoms())
def test_the_order_of_pages_makes_no_difference(pages: list[Extracted], random: object) -> None:
    shuffled = list(pages)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = counted(pages), counted(shuffled)
    assert [one.without_furniture(p) for p in pages] == [other.without_furniture(p) for p in pages]


@settings(deadline=None)
@given(_pages)
def test_a_heading_goes_only_with_all_that_stands_under_it(pages: list[Extracted]) -> None:
    site = counted(pages)
    for page in pages:
        found = site.without_furniture(page)
        assert [block.text for block in found.blocks] == [block.text for block in page.blocks]
        had = any(b.text and not b.dropped and b.kind != "heading" for b in page.blocks)
        has = any(b.text and not b.dropped and b.kind != "heading" for b in found.blocks)
        assert had == has
        for at, block in enumerate(found.blocks):
            if block.kind == "heading" and block.dropped.startswith("on "):
                for below in found.blocks[at + 1 :]:
                    if below.kind == "heading" and below.level <= block.level:
                        break
                    # A heading that repeats the title is no part of the text.
                    assert below.dropped or not stands_in_text(below, page.title)
