"""Plain text finds its title and headings again, and loses what a site put below."""

from pathlib import Path

import pytest

from indexer.extract import Extracted, extract
from indexer.sentence import sentences

CORPUS = Path(__file__).parents[2] / "corpus"
SCRAPED = sorted((CORPUS / "scraped").glob("*.txt"))


def read(text: str) -> Extracted:
    return extract(text.encode(), ".txt")


def sections(found: Extracted) -> list[tuple[str, str]]:
    return [
        (" > ".join(one.heading_path), found.text[one.start : one.end].strip())
        for one in found.sections
    ]


def test_a_doubled_title_is_taken_once_and_is_not_in_the_text() -> None:
    found = read("Knee pain\n\nKnee pain\n\nRest it for two days.\n")
    assert (found.title, found.text) == ("Knee pain", "Rest it for two days.")


@pytest.mark.parametrize(
    "text", ["Rest it for two days.", "Knee pain", "- rest\n\nRest it.", "lower case\n\nRest it."]
)
def test_what_reads_like_text_is_no_title(text: str) -> None:
    found = read(text)
    assert found.title == ""
    assert found.text.split()[-1] == text.split()[-1]


@pytest.mark.parametrize("heading", ["At home", "At home:", "  At home :  ", "What helps?"])
def test_a_short_line_above_prose_is_a_heading(heading: str) -> None:
    found = read(f"Knee pain\n\nLead text.\n\n{heading}\n\nIce it.\n")
    assert sections(found) == [("", "Lead text."), (heading.strip(" :"), "Ice it.")]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_wrapped_lines_are_joined_again(newline: str) -> None:
    lines = ["Rest the knee for two days and cool", "it three times an hour, but not", "longer."]
    assert read(newline.join(lines)).text == " ".join(lines)


@pytest.mark.parametrize("mark", ["-", "*", "•", "–", "1.", "2)"])
def test_bullets_make_items_without_their_marks(mark: str) -> None:
    found = read(
        f"Knee pain\n\nRest it. Aim for:\n{mark} rest\n{mark} ice, three times\n{mark} care\n"
    )
    assert found.text == "Rest it. Aim for:\nrest\nice, three times\ncare"


def test_short_lines_together_are_items() -> None:
    assert read("Rest it.\n\nice\nsleep\nwait").text == "Rest it.\n\nice\nsleep\nwait"


@pytest.mark.parametrize(
    "line",
    [
        "Our Partners",
        "Recent Posts: Harbour Clinic",
        "You may also like",
        "Share this: Print",
        "<< Prev",
        "Leave a comment",
        "Continue Reading",
        "Appointments & Enquiries",
    ],
)
def test_everything_from_the_first_line_of_furniture_on_is_dropped(line: str) -> None:
    article = "Knee pain\n\nRest it.\n\nCool it.\n\nWalk again."
    assert read(f"{article}\n\n{line}\n\nBuy our insoles.") == read(article)


@pytest.mark.parametrize(
    "text",
    [
        "Our partners\n\nRest it.\n\nCool it.",
        "Knee pain\n\nRest it.\n\nCool it.\n\nShare this idea with your GP.\n\nWalk.",
        "Knee pain\n\nRest it.\n\nCool it.\n\nRecent news of trials is good.\n\nWalk.",
    ],
)
def test_furniture_counts_only_below_an_article_and_where_it_is_no_sentence(text: str) -> None:
    found = read(text)
    assert "\n\n".join([found.title, found.text]) == text


@pytest.mark.parametrize("path", SCRAPED, ids=lambda path: path.stem)
def test_a_scraped_page_keeps_its_articles_prose_and_drops_the_tail(path: Path) -> None:
    found = extract(path.read_bytes(), ".txt")
    article = extract((CORPUS / "articles" / f"{path.stem}.md").read_bytes(), ".md")
    bodies = [article.text[section.start : section.end] for section in article.sections]
    prose = [body[x:y] for body in bodies for x, y in sentences(body)]
    # Rows of tables and lines that a heading may have been made of stand otherwise.
    prose = [one for one in prose if one.endswith(".") and " | " not in one]
    assert len(prose) > 40
    assert [one for one in prose if one not in found.text] == []
    assert found.title == article.title
    for tail in ("Our Partners", "Recent Posts", "Continue Reading"):
        assert tail in path.read_text(encoding="utf-8")
        assert tail not in found.text


def test_there_are_three_scraped_texts() -> None:
    assert len(SCRAPED) == 3


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff", "\u200b"])
def test_nothing_to_read_gives_no_text(text: str) -> None:
    assert read(text).text == ""
