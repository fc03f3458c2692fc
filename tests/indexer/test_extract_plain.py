"""Plain text finds its title and headings again; site furniture is dropped, and seen as such."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.extract import Extracted, extract

CORPUS = Path(__file__).parents[2] / "corpus"
SCRAPED = sorted((CORPUS / "scraped").glob("*.txt"))

LEAD = "Rest the knee for two days and cool it three times an hour, but not for longer than that."
MORE = "Walk again as soon as it bears your weight, a little further every day than the day before."
LAST = "See a doctor if it swells, if it locks, or if it still hurts after six weeks of doing this."


def read(text: str) -> Extracted:
    return extract(text.encode(), ".txt")


def page(*parts: str) -> Extracted:
    return read("\n\n".join(parts))


def dropped(found: Extracted) -> list[tuple[str, str]]:
    return [(block.dropped, block.text) for block in found.blocks if block.dropped]


def sections(found: Extracted) -> list[tuple[str, str]]:
    return [
        (" > ".join(one.heading_path), found.text[one.start : one.end].strip())
        for one in found.sections
    ]


def test_a_doubled_title_is_taken_once_and_is_not_in_the_text() -> None:
    found = read("Knee pain\n\nKnee pain\n\nRest it for two days.\n")
    assert (found.title, found.text) == ("Knee pain", "Rest it for two days.")
    assert dropped(found) == [("said twice", "Knee pain")]


def test_a_doubled_title_right_below_a_menu_is_the_title() -> None:
    found = read(f"Home\nAbout us\nContact\nGout\nGout\n\n{LEAD}\n\n{MORE}")
    assert (found.title, found.text) == ("Gout", f"{LEAD}\n\n{MORE}")


@pytest.mark.parametrize(
    "text", ["Rest it for two days.", "Knee pain", "- rest\n\nRest it.", "lower case\n\nRest it."]
)
def test_what_reads_like_text_is_no_title(text: str) -> None:
    found = read(text)
    assert found.title == ""
    assert found.text.split()[-1] == text.split()[-1]


def test_lines_that_name_their_value_above_all_are_title_and_metadata() -> None:
    found = read(
        "Title: Knee pain\nAuthor: Dr A. Sole\nDate: 2024-05-01\nLast updated: 2025\n"
        "Canonical: https://x.example/knee\n\nKnee pain\n\nNote: rest it.\n"
    )
    assert (found.title, found.url) == ("Knee pain", "https://x.example/knee")
    assert found.metadata == {"author": "Dr A. Sole", "published": "2024-05-01", "modified": "2025"}
    assert found.text == "Note: rest it."


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "Posted on 12 June 2023 by Dr Ada Sole",
            {"published": "2023-06-12", "author": "Dr Ada Sole"},
        ),
        ("Published: June 12th, 2023", {"published": "2023-06-12"}),
        ("Page last reviewed: 2023-06-12", {"modified": "2023-06-12"}),
        ("12 June 2023 – by Ada Sole, physiotherapist | 3 comments", {"published": "2023-06-12"}),
        ("By Ada Sole", {"author": "Ada Sole"}),
        ("Published 31 June 2023", {}),
        ("5 min read", {}),
    ],
)
def test_lines_on_author_and_dates_become_metadata(line: str, said: dict[str, str]) -> None:
    found = page("Knee pain", line, LEAD, MORE)
    assert found.text == f"{LEAD}\n\n{MORE}"
    assert said.items() <= found.metadata.items()
    assert dropped(found) == [("byline", line)]


@pytest.mark.parametrize(
    "line", ["12 June 2023", "By walking", "Published work on knees is scarce."]
)
def test_within_the_article_such_lines_are_text(line: str) -> None:
    assert line in page("Knee pain", LEAD, line, MORE).text


@pytest.mark.parametrize("heading", ["At home", "At home:", "  At home :  ", "What helps?"])
def test_a_short_line_above_prose_is_a_heading(heading: str) -> None:
    found = read(f"Knee pain\n\nLead text.\n\n{heading}\n\nIce it.\n")
    assert sections(found) == [("", "Lead text."), (heading.strip(" :"), "Ice it.")]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("CAUSES\n\nFalls.\n\nAt home\n\nA stair.\n\nCARE\n\nIce.", "CAUSES|CAUSES > At home|CARE"),
        (f"Care\n{LEAD}\n\nAt home\n{MORE}", "Care|At home"),
        ("CAUSES\nFalls and blows.\n\nCARE\nIce.", "CAUSES|CARE"),
        ("1. Causes\n\nFalls.\n\n1.1 At home\n\nA stair.\n\n2. Care\n\nIce.",
         "1. Causes|1. Causes > 1.1 At home|2. Care"),
        ("What causes it?\nFalls and blows.\n\nWhat helps?\nIce.", "What causes it?|What helps?"),
        ("Causes\n======\nFalls.\n\nAt home\n-------\nA stair.", "Causes|Causes > At home"),
        ("## Causes\nFalls.\n\n### At home\n\nA stair.", "Causes|Causes > At home"),
        ("**Causes**\n\nFalls.\n\n__Care:__\n\nIce.", "Causes|Care"),
        ("Causes\n\nAt home\n\nA stair.", "Causes > At home"),
    ],
)  # fmt: skip
def test_headings_are_known_by_their_form(text: str, paths: str) -> None:
    found = read(f"Knee pain\n\nLead text.\n\n{text}")
    assert "|".join(path for path, _ in sections(found)[1:]) == paths


@pytest.mark.parametrize(
    "text",
    [
        "1. Rest\n2. Ice\n\nThen walk.",
        "Rest\n\nIce\n\nSleep\n\nWait",
        "Other things that help:\n\n- rest\n- ice",
        "**Never** run on it.",
    ],
)
def test_lists_and_sentences_are_no_headings(text: str) -> None:
    found = read(f"Knee pain\n\nLead text.\n\n{text}")
    assert [path for path, _ in sections(found)] == [""]


def test_a_heading_with_nothing_below_is_dropped_and_seen_or_text() -> None:
    found = read("Knee pain\n\nLead text.\n\n## Causes\n\n## Care\n\nIce.\n\nSources")
    assert dropped(found) == [("heading with nothing below", "Causes")]
    assert sections(found) == [("", "Lead text."), ("Care", "Ice.\n\nSources")]


@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_a_call_for_help_marked_as_a_heading_is_text_where_nothing_is_below(suffix: str) -> None:
    found = extract(f"# Knees\n\n{LEAD}\n\n## Call 999 if it is blue".encode(), suffix)
    assert sections(found) == [("", f"{LEAD}\n\nCall 999 if it is blue")]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_wrapped_lines_are_joined_again(newline: str) -> None:
    lines = ["Rest the knee for two days and cool", "it three times an hour, but not", "longer."]
    assert read(newline.join(lines)).text == " ".join(lines)


@pytest.mark.parametrize("mark", ["-", "*", "•", "–", "1.", "2)", "(a)"])
def test_bullets_make_items_without_their_marks(mark: str) -> None:
    found = read(
        f"Knee pain\n\nRest it. Aim for:\n{mark} rest\n{mark} ice, three times\n{mark} care\n"
    )
    assert found.text == "Rest it. Aim for:\nrest\nice, three times\ncare"


def test_short_lines_together_are_items() -> None:
    assert read("Rest it.\n\nice\nsleep\nwait").text == "Rest it.\n\nice\nsleep\nwait"


def test_lines_of_a_list_in_a_text_that_is_not_wrapped_stay_apart() -> None:
    items = ["rest it on a chair that is low enough", "ice it under a cloth for ten minutes"]
    assert "\n".join(items) in page("Knee pain", f"{LEAD} {MORE} {LAST}", "\n".join(items)).text


def test_where_no_line_is_blank_each_long_one_is_a_paragraph() -> None:
    found = read("\n".join(["Knee pain", LEAD * 2, "Care", MORE * 2, "See a doctor", LAST * 2]))
    assert found.title == "Knee pain"
    assert sections(found) == [("", LEAD * 2), ("Care", MORE * 2), ("See a doctor", LAST * 2)]


def test_rows_of_a_drawn_table_carry_the_names_of_their_columns() -> None:
    found = page("Knee pain", LEAD, "| Age | Dose |\n|---|:--|\n| 9 | 500 mg |\n| 12 | |", MORE)
    assert found.text == f"{LEAD}\n\nAge: 9 | Dose: 500 mg\nAge: 12\n\n{MORE}"


def test_cells_parted_by_tabs_are_a_row() -> None:
    assert read("Rest it.\n\nDay one\tRest\nDay two\t\tWalk").text == (
        "Rest it.\n\nDay one | Rest\nDay two | Walk"
    )


TEASERS = (
    "Hip pain\n\nHip pain\n\nLying on the sore side, lying on the good side, giving up, making tea."
    "\n\nNeck pain\n\nNeck pain\n\nShoulders back, chin in? We asked five of them how they sit."
)
PRAISE = (
    "Back on the dance floor\n\nI had not danced for a year when I met my surgeon, and I was told "
    "that my shoes could go to the charity shop. Continue Reading\n\nMonika M."
)


@pytest.mark.parametrize(
    ("opening", "rule"),
    [
        ("Our Partners", "partners"),
        ("Recent Posts: Harbour Clinic", "related articles"),
        ("You may also like", "related articles"),
        ("More from the sports desk", "related articles"),
        ("Related news", "related articles"),
        ("<< Prev\nNext >>", "previous and next"),
        ("Leave a comment", "comments"),
        ("2 thoughts on “Knee pain”", "comments"),
        ("Testimonials", "testimonials"),
        ("Appointments & Enquiries", "contact details"),
    ],
)
@pytest.mark.parametrize("below", [TEASERS, PRAISE, "Saltmarsh Hydro Pool", "Buy our insoles."])
def test_below_the_article_a_block_of_furniture_is_dropped_whole(
    opening: str, rule: str, below: str
) -> None:
    article = page("Knee pain", LEAD, MORE, "Care", LAST)
    found = page("Knee pain", LEAD, MORE, "Care", LAST, opening, below)
    assert (found.title, found.text, found.sections) == (
        article.title,
        article.text,
        article.sections,
    )
    assert [block.text for block in found.blocks if not block.dropped] == [
        block.text for block in article.blocks
    ]
    assert dropped(found)[0] == (rule, opening.split("\n")[0])


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("Share this: Print Facepage", "share links"),
        ("Share on Facebook", "share links"),
        ("Continue Reading", "teaser link"),
        ("Read more: hips at night", "teaser link"),
        ("Back to top", "navigation"),
        ("Back to Health A-Z", "navigation"),
        ("Home | About us | Contact", "navigation"),
        ("Home About us Our team Contact", "navigation"),
        ("Home\nAbout us\nContact", "navigation"),
        ("Home > Advice > Knees", "breadcrumbs"),
        ("You are here: Home » Knees", "breadcrumbs"),
        ("Sign up for our newsletter and never miss a tip!", "newsletter or login"),
        ("This website uses cookies to count visitors. They are kept for a day.", "cookie note"),
        ("© 2024 Harbour Clinic. All rights reserved.", "copyright"),
        ("Filed under: Knees", "tags"),
        ("Was this page helpful?", "page feedback"),
        ("Advertisement", "advertisement"),
    ],
)
def test_lines_of_furniture_go_wherever_they_stand(line: str, rule: str) -> None:
    article = page("Knee pain", LEAD, MORE, LAST)
    parts = ["Knee pain", LEAD, MORE, LAST]
    for at in range(len(parts) + 1):
        found = page(*parts[:at], line, *parts[at:])
        assert (found.title, found.text) == (article.title, article.text)
        assert {one for one, _ in dropped(found)} == {rule}


def test_above_the_article_menus_and_what_stands_over_them_go() -> None:
    found = page(
        "Skip to content",
        "Harbour Clinic",
        "Home\nConditions\nBack & neck\nOur team\nFees\nContact",
        "Search",
        "Home > Advice > Knee pain",
        "Knee pain",
        "Posted on 12 June 2023 by Ada Sole",
        LEAD,
        MORE,
    )
    assert (found.title, found.text) == ("Knee pain", f"{LEAD}\n\n{MORE}")
    assert ("above the article", "Harbour Clinic") in dropped(found)


@pytest.mark.parametrize(
    "menu",
    [
        "Home | About | Contact\n",
        "Home | Knees | Hips | Shoulders | Contact\n",
        "Home\nAbout us\nContact\n",
        "Home\nWomen's health\nMen's health\nContact\n",
        "Harbour Clinic\nHome | About | Contact\n",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_the_title_is_found_right_below_a_menu(menu: str, gap: str) -> None:
    found = read(f"{menu}Knee pain{gap}" + gap.join([LEAD, MORE, "Care", LAST]))
    assert found.title == "Knee pain"
    assert sections(found) == [("", "\n\n".join([LEAD, MORE])), ("Care", LAST)]


def test_a_warning_above_the_menu_is_kept_and_is_no_title() -> None:
    warning = "Call 999 if you can't breathe"
    found = page(warning, "Home\nAbout us\nContact", "Knee pain", LEAD, MORE)
    assert (found.title, sections(found)) == (
        "Knee pain", [("", f"{warning}\n\n{LEAD}\n\n{MORE}")],
    )  # fmt: skip


HELP = "If the pain spreads to your arm, call an ambulance."


@pytest.mark.parametrize("opening", ["Useful links", "See also", "Related topics", "Quick links"])
@pytest.mark.parametrize(
    "links", ["\nAngina\nHeartburn", "\n\nAngina", "\n\n- Angina\n- Heartburn"]
)
@pytest.mark.parametrize("advice", [HELP, "Keep a diary of your pain."])
def test_below_a_list_of_links_the_article_goes_on_with_a_sentence(
    opening: str, links: str, advice: str
) -> None:
    found = page("Chest pain", LEAD, MORE, opening + links, advice)
    assert sections(found) == [("", f"{LEAD}\n\n{MORE}\n\n{advice}")]
    assert {rule for rule, _ in dropped(found)} == {"links"}


def test_below_a_box_of_links_one_more_section_is_kept() -> None:
    found = page("Knee pain", LEAD, MORE, "Related articles\nHip pain\nNeck pain", "Care", LAST)
    assert sections(found) == [("", f"{LEAD}\n\n{MORE}"), ("Care", LAST)]


@pytest.mark.parametrize("opening", ["See also", "Related articles"])
def test_bullets_below_a_heading_of_their_own_are_none_of_the_links(opening: str) -> None:
    found = page("Knee pain", LEAD, MORE, opening, "Hip pain", "Warning signs", "- fever\n- a rash")
    assert sections(found)[1:] == [("Warning signs", "fever\na rash")]
    assert [text for _, text in dropped(found)] == [opening, "Hip pain"]


def test_what_readers_say_of_doses_goes_with_the_comments() -> None:
    said = "2 comments", "Jane says:\nI take 4 tablets of 500 mg every hour.", "Bob: drink bleach."
    found = page("Knee pain", LEAD, MORE, *said)
    assert found.text == f"{LEAD}\n\n{MORE}"
    assert {rule for rule, _ in dropped(found)} == {"comments"}


@pytest.mark.parametrize("word", ["Next", "Previous"])
def test_a_lone_word_of_a_pager_does_not_take_the_rest_of_the_article(word: str) -> None:
    assert page("Knee pain", LEAD, MORE, word, "At home", LAST).text.endswith(LAST)


def test_below_headlines_two_short_paragraphs_in_a_row_are_kept() -> None:
    box = "You may also like\n\nKidney stones\n\nDiet and joints"
    found = page(
        "Gout", LEAD, MORE, box, "What to eat", "Eat a few cherries.", "Drink water with them."
    )
    assert sections(found)[-1] == ("What to eat", "Eat a few cherries.\n\nDrink water with them.")


@pytest.mark.parametrize(
    "opening",
    ["Our Partners", "Recent posts", "Leave a comment", "Testimonials", "Appointments & Enquiries"],
)
@pytest.mark.parametrize(
    "advice",
    [
        HELP,
        "Adults: 400 mg every six hours",
        "Take one or two tablets with food.",
        "In an emergency, call 999.",
        "Call 111",
        "Under 12: ask a pharmacist",
        "Call 999 if you have:\n- chest pain\n- a blue leg\n\nDo not drive yourself.",
    ],
)
def test_doses_and_calls_for_help_stay_wherever_they_stand(opening: str, advice: str) -> None:
    found = page("Chest pain", LEAD, MORE, opening, "Saltmarsh Hydro Pool", advice, "Hip pain")
    bare = advice.replace("- ", "")
    assert found.text.split("\n\n", 2)[2].split() == bare.split()
    assert [text for _, text in dropped(found)] == [opening, "Saltmarsh Hydro Pool", "Hip pain"]


@pytest.mark.parametrize("entry", ["When to call 999", "A&E", "Emergency department", "Find a GP"])
def test_links_to_such_pages_are_but_links(entry: str) -> None:
    found = page("Chest pain", LEAD, MORE, f"Quick links\nHome\n{entry}")
    assert found.text == f"{LEAD}\n\n{MORE}"


STORY = (
    "How I chose my surgeon",
    "I had limped for a year when my doctor sent me to the hospital. I was told to wait.",
    "I asked everyone I knew, and my sister sent me a list of names.",
)
TOLD = "I was told that my surgeon had hardly any, and I read all of them twice before I chose."


def test_a_story_may_tell_of_reviews() -> None:
    found = page(*STORY, "Reviews", TOLD, "She was the third.")
    assert sections(found)[-1] == ("Reviews", f"{TOLD}\n\nShe was the third.")


@pytest.mark.parametrize(
    "praise", [f"{TOLD}\n\nMonika M.", f"“{TOLD}”", f"{TOLD}\n\n– Anna, Leeds"]
)
@pytest.mark.parametrize("opening", ["Reviews", "Testimonials"])
def test_what_is_signed_or_quoted_is_praise_below_a_story_too(opening: str, praise: str) -> None:
    assert opening not in page(*STORY, opening, praise).text


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Discussion", "Ice helps a little."),
        ("Partners", "Tell your partner."),
        ("Recommended", "Beans and greens with every meal."),
        ("Recommended", "Adults: two tablets a day"),
        ("Help", "Sit up straight."),
        ("3 responses to treatment", "They were seen early."),
    ],
)
def test_a_short_section_may_have_such_a_heading(heading: str, text: str) -> None:
    found = page("Knee pain", LEAD, MORE, heading, text, "Walking", "Use a stick.")
    assert sections(found)[1:] == [(heading, text), ("Walking", "Use a stick.")]


@pytest.mark.parametrize(
    "line",
    [
        "Next: 400 mg after six hours",
        "Next: bend the other knee",
        "Vitamin D3 5mg",
        "Read the full leaflet before the first dose",
        "Warm → stretch →",
        "« Rest the knee »",
        "Published on 12 June 2023, the guideline advises against bed rest.",
        "© 2024 Harbour Clinic. In an emergency, call 999.",
    ],
)
def test_what_only_opens_like_furniture_is_kept(line: str) -> None:
    for parts in ([LEAD, line, MORE, LAST], [LEAD, MORE, line]):
        found = page("Knee pain", *parts)
        assert (found.text, dropped(found)) == ("\n\n".join(parts), [])


def test_a_pager_is_dropped_and_what_is_below_a_page_number_is_kept() -> None:
    pager = "Previous: Hip pain\n\nNext: Neck pain"
    found = page("Knee pain", LEAD, "Page 1 of 2", MORE, "Go on.", pager, TEASERS)
    assert found.text == "\n\n".join([LEAD, MORE, "Go on."])


def test_a_telephone_number_alone_at_the_end_is_kept() -> None:
    found = page("Poisoning", LEAD, MORE, "Poisons line", "Tel: 0344 496 0123")
    assert found.text.endswith("Poisons line\n\nTel: 0344 496 0123")


def test_a_table_of_contents_is_dropped() -> None:
    contents = "Contents\nCauses\nCare"
    found = page("Knee pain", LEAD, contents, "Causes", MORE, "Care", LAST)
    assert sections(found) == [("", LEAD), ("Causes", MORE), ("Care", LAST)]
    assert [text for _, text in dropped(found)] == contents.split("\n")


@pytest.mark.parametrize(
    "box",
    [
        "Sign up for our newsletter\n\nYour email address\n\nSubscribe",
        "Related articles\n\nHip pain\n\nNeck pain\n\nAnkle sprain",
        "Our partners\n\nSaltmarsh Hydro Pool",
        "Share this: Print Facepage",
    ],
)
def test_furniture_in_the_middle_goes_and_the_article_goes_on(box: str) -> None:
    found = page("Knee pain", LEAD, MORE, box, "Care", MORE, LAST)
    assert sections(found) == [("", f"{LEAD}\n\n{MORE}"), ("Care", f"{MORE}\n\n{LAST}")]
    assert " ".join(text for _, text in dropped(found)) == " ".join(box.split())


@pytest.mark.parametrize(
    "heading",
    [
        "Appointments",
        "Book an appointment",
        "Related news",
        "Testimonials",
        "Partners",
        "Comments",
        "Share this decision with your doctor",
        "Services",
        "Contact",
        "News",
        "Recent news of trials",
        "About the knee",
    ],
)
@pytest.mark.parametrize("below", [[MORE], [MORE, LAST], [MORE, "Care", LAST]])
def test_an_article_may_have_headings_that_furniture_has(heading: str, below: list[str]) -> None:
    found = page("Knee pain", LEAD, heading, *below)
    assert dropped(found) == []
    assert found.text == "\n\n".join([LEAD, heading, *below])
    assert (heading,) in [section.heading_path for section in found.sections]


@pytest.mark.parametrize(
    "text",
    [
        "Our partners\n\nRest it.\n\nCool it.",
        "Knee pain\n\nRest it.\n\nCool it.\n\nShare this idea with your GP.\n\nWalk.",
        "Knee pain\n\nRest it.\n\nCool it.\n\nRecent news of trials is good.\n\nWalk.",
        f"Making an appointment\n\n{LEAD}\n\nAppointments and enquiries\n\n{MORE}",
        f"Knee pain\n\n{LEAD}\n\nHelp\n\nKnee Care: 020 7946 0123\nHips: 020 7946 0124\n\n{LAST}",
        f"Knee pain\n\n{LEAD}\n\nRest\nHome\nYes\nYes\nNo\n\n{LAST}",
    ],
)
def test_nothing_of_an_article_goes(text: str) -> None:
    found = read(text)
    assert " ".join([found.title, found.text]).split() == text.split()


@pytest.mark.parametrize("path", SCRAPED, ids=lambda path: path.stem)
def test_a_scraped_page_holds_its_article_word_for_word(path: Path) -> None:
    found = extract(path.read_bytes(), ".txt")
    twin = (CORPUS / "articles" / path.name).with_suffix(".md").read_text(encoding="utf-8")
    body = twin.split("---\n", 2)[2].splitlines()
    headings = [line.strip("# ") for line in body if line.startswith("#")]
    lines = [line for line in body if not line.startswith(("#", "|--"))]
    # What plain text can't say: bullets, and which cells make a row.
    expected = [re.sub(r"^(?:- |\d+\. )", "", line).replace("|", " ") for line in lines]
    kept = [block for block in found.blocks if not block.dropped]
    words = " ".join(block.text for block in kept if block.kind != "heading").split()
    assert words == " ".join(expected).split()
    assert [block.text for block in kept if block.kind == "heading"] == headings
    assert found.title == extract(twin.encode(), ".md").title


def test_there_are_three_scraped_texts() -> None:
    assert len(SCRAPED) == 3


@pytest.mark.parametrize("path", SCRAPED, ids=lambda path: path.stem)
def test_text_that_was_read_reads_the_same_again(path: Path) -> None:
    found = extract(path.read_bytes(), ".txt")
    again = read(f"{found.title}\n\n{found.text}")
    assert (again.title, again.text) == (found.title, found.text)
    assert dropped(again) == []


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff", "\u200b", "---\n\n....\n* * *"])
def test_nothing_to_read_gives_no_text(text: str) -> None:
    assert read(text).text == ""


_WORDS = st.lists(st.sampled_from("knee joint walk rest stairs bend tablet".split()), min_size=12)
_PROSE = _WORDS.map(lambda words: " ".join(words).capitalize() + ".")
_FURNITURE = st.sampled_from(
    [
        "Share this: Facepage Print",
        "Home\nAbout us\nContact us",
        "Home > Advice",
        "Sign up for our newsletter",
        "Back to top",
        "We use cookies to count visitors.",
        "© 2024 Harbour Clinic",
        "Continue Reading",
    ]
)


@given(st.lists(st.tuples(_PROSE, st.lists(_FURNITURE, max_size=2)), min_size=1, max_size=8))
def test_every_sentence_of_the_article_is_kept_in_order(
    parts: list[tuple[str, list[str]]],
) -> None:
    prose = [f"{number} {sentence}" for number, (sentence, _) in enumerate(parts)]
    mixed = [
        one for text, (_, furniture) in zip(prose, parts, strict=True) for one in (text, *furniture)
    ]
    assert page("Knee pain", *mixed).text == "\n\n".join(prose)


_ADVICE = [HELP, "Call 999", "Adults: 400 mg", "Take two tablets", "Over 65: see your doctor"]
_ANYTHING = ["Home", "Contact", "Our partners", "Reviews", "See also", "Hip pain", "Next: Hip pain"]


@given(
    st.lists(st.sampled_from([LEAD, MORE, "I came to my clinic.", *_ANYTHING]), max_size=12),
    st.permutations(_ADVICE),
    st.data(),
)
def test_no_dose_or_call_for_help_is_dropped(
    parts: list[str], advice: list[str], data: st.DataObject
) -> None:
    for line in advice:
        parts.insert(data.draw(st.integers(0, len(parts))), line)
    found = read("".join(part + data.draw(st.sampled_from(["\n", "\n\n"])) for part in parts))
    assert not {text for _, text in dropped(found)} & set(advice)
    kept = " ".join([found.title, *(one.text for one in found.blocks if not one.dropped)])
    assert all(line in kept for line in advice)


_LINES = st.lists(
    st.sampled_from(
        [LEAD, "Rest", "", "- ice", "1. One", "Recent posts", "<< Prev", "Home", "CAPS ON", "==="]
    )
)


@given(st.one_of(st.text(), _LINES.map("\n".join)))
def test_any_text_is_read_and_no_line_is_lost_unseen(text: str) -> None:
    try:
        found = read(text.encode("utf-8", "replace").decode())
    except ValueError as error:
        assert "zero bytes" in str(error)
        return
    seen = " ".join([found.title, *map(str, found.metadata.values()), str(found.url)])
    seen += " ".join(block.text for block in found.blocks)
    for word in re.findall(r"[a-zA-Z]{2,}", text):
        assert word in seen or re.search(r"(?i)^(title|author|date|url|id|tags):?", text)


def test_where_a_heading_was_lost_the_one_above_ends() -> None:
    prose = "This is a sentence of the article, and it is long enough to be prose."
    text = f"Knees\n\n{prose}\n\nRest:\n\n{prose}\n\n{prose}\n\n{prose}\n\n\n{prose} Ice it."
    assert [path for path, _ in sections(read(text))][-2:] == ["Rest", ""]
