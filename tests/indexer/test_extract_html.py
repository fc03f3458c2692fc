"""From a web page the article is taken, whole and in its structure, whatever theme it wears."""

from pathlib import Path

import pytest

from indexer.extract import Extracted, extract
from indexer.sentence import sentences

CORPUS = Path(__file__).parents[2] / "corpus"
PAGES = sorted((CORPUS / "pages").glob("*.html"))
PROSE = "It takes a paragraph of some length before anything takes this for an article's text. " * 3


def read(body: str, head: str = "") -> Extracted:
    article = f"<article><h1>Ice</h1><p>{PROSE}</p>{body}<p>{PROSE}</p></article>"
    page = f"<html><head>{head}</head><body>{article}</body></html>"
    return extract(page.encode(), ".html")


@pytest.fixture(scope="module", params=PAGES, ids=lambda page: page.stem)
def pair(request: pytest.FixtureRequest) -> tuple[Extracted, Extracted]:
    """A page, and the article that it shows."""
    page: Path = request.param
    twin = CORPUS / "articles" / f"{page.stem}.md"
    return extract(page.read_bytes(), ".html"), extract(twin.read_bytes(), ".md")


def test_there_are_eight_pages() -> None:
    assert len(PAGES) == 8


def test_a_page_keeps_every_sentence_of_its_article(pair: tuple[Extracted, Extracted]) -> None:
    page, article = pair
    bodies = [article.text[section.start : section.end] for section in article.sections]
    missing = [b[x:y] for b in bodies for x, y in sentences(b) if b[x:y] not in page.text]
    assert missing == []


def test_title_and_canonical_address_are_found(pair: tuple[Extracted, Extracted]) -> None:
    page, article = pair
    assert (page.title, page.url) == (article.title, article.url)


def test_headings_stay_even_where_tables_lay_out_the_page() -> None:
    page = extract((CORPUS / "pages" / "muscle-relaxants.html").read_bytes(), ".html")
    assert ("The main types", "Methocarbamol") in {s.heading_path[-2:] for s in page.sections}


def test_a_page_in_windows_1252_is_decoded() -> None:
    data = (CORPUS / "pages" / "muscle-relaxants.html").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    assert "Zoë, our new receptionist" in extract(data, ".html").text


def test_metadata_is_kept() -> None:
    page = extract((CORPUS / "pages" / "osteoporosis.html").read_bytes(), ".html")
    assert page.metadata["author"] == "Dr Araminta Sole"
    assert page.metadata["published"] == "2023-10-24"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>Use <b>ice</b>, not <i>heat</i>.</p>", "Use ice, not heat."),
        ("<p>Rest<br>Ice</p>", "Rest Ice"),
        ("<p>Up to 4&nbsp;g &amp; no&shy; more</p>", "Up to 4 g & no more"),
        ("<ul><li>Use <b>ice</b>.</li><li>Rest.</li></ul>", "Use ice.\nRest."),
        ("<ul><li>Out<ul><li>In one</li><li>In two</li></ul></li></ul>", "Out\nIn one\nIn two"),
        ("<blockquote><p>Ice!</p><p>She said.</p></blockquote>", "Ice!\n\nShe said."),
        ("<blockquote>She said <b>yes</b> to it.</blockquote>", "She said yes to it."),
        (
            "<table><tr><th>Time</th><th>Do</th></tr><tr><td>Day<br>one</td>"
            "<td><p>Rest.</p><p>Ice.</p></td></tr></table>",
            "Time | Do\nDay one | Rest. Ice.",
        ),
    ],
)
def test_markup_neither_joins_nor_parts_words(markup: str, expected: str) -> None:
    assert f"\n\n{expected}\n\n" in read(markup).text


def test_headings_make_sections() -> None:
    page = read(f"<h2>When</h2><p>{PROSE}</p><h3>At night</h3>")
    assert [s.heading_path for s in page.sections] == [(), ("When",), ("When", "At night")]


def test_scripts_styles_and_comments_are_not_read() -> None:
    page = read("<script>var secret</script><style>.secret{}</style><!-- secret -->")
    assert "secret" not in page.text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html></html>",
        b"<html><body></body></html>",
        b"<html><body><script>f()</script></body></html>",
        b"\x00\x01\x02",
    ],
)
def test_a_page_without_text_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no article text"):
        extract(data, ".html")
