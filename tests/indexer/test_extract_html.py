"""From a web page the article is taken, whole and in its structure, whatever theme it wears."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.config import HtmlConfig
from indexer.errors import ConfigError
from indexer.extract import Extracted, extract
from indexer.extract.html import from_html
from indexer.extract.html.steering import check

CORPUS = Path(__file__).parents[2] / "corpus"
PAGES = sorted((CORPUS / "pages").glob("*.html"))
PROSE = "It takes a paragraph of some length before anything takes this for an article's text. " * 3
OTHER = "A second paragraph, of other words and no shorter, makes sure there is an article. " * 3


def page(body: str, head: str = "") -> bytes:
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()


def read(body: str, head: str = "") -> Extracted:
    article = f"<article><h1>Ice</h1><p>{PROSE}</p>{body}<p>{OTHER}</p></article>"
    return extract(page(article, head), ".html")


def inside(found: Extracted) -> str:
    """What stands between the two paragraphs of `read`."""
    return found.text.removeprefix(PROSE.strip()).removesuffix(OTHER.strip()).strip("\n")


def dropped(found: Extracted) -> dict[str, str]:
    return {block.text: block.dropped for block in found.blocks if block.dropped}


@pytest.fixture(scope="module", params=PAGES, ids=lambda page: page.stem)
def pair(request: pytest.FixtureRequest) -> tuple[Extracted, Extracted]:
    """A messy page, and its clean twin."""
    path: Path = request.param
    twin = CORPUS / "articles" / f"{path.stem}.md"
    return extract(path.read_bytes(), ".html"), extract(twin.read_bytes(), ".md")


def test_there_are_eight_pages() -> None:
    assert len(PAGES) == 8


def test_a_messy_page_gives_the_very_text_of_its_clean_twin(
    pair: tuple[Extracted, Extracted],
) -> None:
    messy, clean = pair
    assert messy.text == clean.text
    assert [s.heading_path for s in messy.sections] == [s.heading_path for s in clean.sections]


def test_title_and_canonical_address_are_found(pair: tuple[Extracted, Extracted]) -> None:
    messy, clean = pair
    assert (messy.title, messy.url) == (clean.title, clean.url)


def test_what_is_dropped_can_be_seen_with_its_rule() -> None:
    messy = extract((CORPUS / "pages" / "muscle-relaxants.html").read_bytes(), ".html")
    rules = {rule for text, rule in dropped(messy).items() if "Zoë, our new receptionist" in text}
    assert len(rules) == 1


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>Use <b>ice</b>, not <i>heat</i>.</p>", "Use ice, not heat."),
        ("<p>Rest<br>Ice</p>", "Rest Ice"),
        ("<p>Rest.<br><br>Ice.</p>", "Rest.\n\nIce."),
        ("<p>Up to 4&nbsp;g &amp; no&shy; more</p>", "Up to 4 g & no more"),
        ("<ul><li>Use <b>ice</b>.</li><li>Rest.</li></ul>", "Use ice.\nRest."),
        ("<ul><li>Out<ul><li>In one</li><li>In two</li></ul></li></ul>", "Out\nIn one\nIn two"),
        ("<blockquote><p>Ice!</p><p>She said.</p></blockquote>", "Ice!\n\nShe said."),
        ("<blockquote>She said <b>yes</b> to it.</blockquote>", "She said yes to it."),
        ("<dl><dt>Dose</dt><dd>2.5 ml, twice a day</dd></dl>", "Dose\n2.5 ml, twice a day"),
        ("<figure><figcaption>Where to put the ice</figcaption></figure>", "Where to put the ice"),
        ("<p>Ice <del>and heat</del> helps.</p>", "Ice helps."),
        ("<p>Ice<sup>1</sup> <span class='sr-only'>unseen</span> helps.</p>", "Ice¹ helps."),
        (
            "<table><tr><th>Time</th><th>Do</th></tr><tr><td>Day<br>one</td>"
            "<td><p>Rest.</p></td></tr><tr><td>Then</td><td>Ice.</td></tr></table>",
            "Time: Day one | Do: Rest.\nTime: Then | Do: Ice.",
        ),
        (
            "<table><tr><td>Day one</td><td>Rest</td></tr><tr><td>Then</td><td></td></tr></table>",
            "Day one | Rest\nThen",
        ),
    ],
)
def test_markup_neither_joins_nor_parts_words(markup: str, expected: str) -> None:
    assert inside(read(markup)) == expected


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            "<tr><th>Age<th>Form<th>Dose<tr><td rowspan=2>Adult<td>Tablet<td>400 mg"
            "<tr><td>Syrup<td>20 ml<tr><td>Child<td colspan=2>Ask a doctor",
            "Age: Adult | Form: Tablet | Dose: 400 mg\nAge: Adult | Form: Syrup | Dose: 20 ml\n"
            "Age: Child | Form / Dose: Ask a doctor",
        ),
        (
            "<thead><tr><th rowspan=2>Age<th colspan=2>Ibuprofen<tr><th>Single<th>Daily"
            "<tbody><tr><th>Adult<td>400 mg<td>1,200 mg",
            "Age: Adult | Ibuprofen Single: 400 mg | Ibuprofen Daily: 1,200 mg",
        ),
        (
            "<tr><th>Age<th>Dose<tr><td rowspan=99999999999>Adult<td colspan=x>400 mg<tr><td>1 g",
            "Age: Adult | Dose: 400 mg\nAge: 1 g",
        ),
    ],
)
def test_spans_of_a_table_keep_cells_under_their_names(table: str, expected: str) -> None:
    assert inside(read(f"<table>{table}</table>")) == expected


def test_a_table_that_lays_out_a_page_is_no_table() -> None:
    cells = f"<td><a href=/>Home</a></td><td><h2>When</h2><p>{PROSE}</p><p>{OTHER}</p></td>"
    found = extract(page(f"<table><tr>{cells}</tr></table>"), ".html")
    assert [section.heading_path for section in found.sections] == [("When",)]


def test_a_page_laid_out_by_a_table_with_breaks_keeps_its_paragraphs() -> None:
    cells = f"<td>Home About</td><td><b>Symptoms</b><br>{PROSE}<br><br>{OTHER}</td>"
    found = extract(page(f"<table><tr>{cells}</tr></table>"), ".html")
    assert [section.heading_path for section in found.sections] == [("Symptoms",)]
    assert f"{PROSE.strip()}\n\n{OTHER.strip()}" in found.text


def test_paragraphs_in_a_cell_leave_a_table_its_columns() -> None:
    rows = "<tr><th>Medicine<th>Notes<tr><td>Naproxen<td><p>With food.</p><p>Not at night.</p>"
    assert inside(read(f"<table>{rows}</table>")) == (
        "Medicine: Naproxen | Notes: With food. Not at night."
    )


@pytest.mark.parametrize(
    "question", ["<button class=accordion>Can I run?</button>", "<label for=a>Can I run?</label>"]
)
def test_questions_of_accordions_are_read(question: str) -> None:
    found = inside(read(f"<input id=a type=checkbox>{question}<div><p>Yes, slowly.</p></div>"))
    assert found == "Can I run?\n\nYes, slowly."


def test_headings_make_sections() -> None:
    found = read(f"<h2>When</h2><p>{PROSE}</p><h3>At night</h3>")
    assert [s.heading_path for s in found.sections] == [(), ("When",), ("When", "At night")]


@pytest.mark.parametrize(
    "faked",
    [
        "<p><b>At night</b></p>",
        "<p><strong>At night:</strong></p>",
        "<div><b>At night</b><br>Sleep.</div>",
        "<div role='heading' aria-level='3'>At night</div>",
    ],
)
def test_lines_made_to_look_like_headings_are_headings(faked: str) -> None:
    found = read(f"<h2>When</h2><p>By day.</p>{faked}")
    assert found.sections[-1].heading_path == ("When", "At night")


@pytest.mark.parametrize(
    "bold", ["<p><b>Never give aspirin to a child.</b></p>", "<p><b>Dose:</b> one a day</p>"]
)
def test_bold_sentences_and_openings_are_no_headings(bold: str) -> None:
    assert {section.heading_path for section in read(bold).sections} == {()}


def test_a_heading_whose_text_was_dropped_goes_too() -> None:
    links = "".join(f"<li><a href=/{n}>Another article of ours {n}</a></li>" for n in range(4))
    body = f"<article><p>{PROSE}</p><p>{OTHER}</p><h2>More</h2><ul>{links}</ul></article>"
    found = extract(page(body), ".html")
    assert "More" not in found.text
    assert dropped(found)["More"] == "heading with nothing below"


def test_what_unfolds_at_a_click_is_read() -> None:
    found = read(
        "<h3><button aria-expanded='false'>Can I drive?</button></h3>"
        "<div class='accordion__panel' aria-hidden='true'><p>Not for two days.</p></div>"
        "<details><summary>Can I fly?</summary><p>Yes, after a week.</p></details>"
    )
    for text in ("Can I drive?", "Not for two days.", "Can I fly?", "Yes, after a week."):
        assert text in found.text


@pytest.mark.parametrize(
    ("markup", "rule"),
    [
        ("<nav><p>Furniture here</p></nav>", "navigation"),
        ("<div class='cookie-banner'><p>Furniture here</p></div>", "cookie note"),
        ("<div class='sharePost'><p>Furniture here</p></div>", "share links"),
        ("<div id='comments'><p>Furniture here</p></div>", "comments"),
        ("<div style='display:none'><p>Furniture here</p></div>", "unseen"),
        ("<div role='search'><p>Furniture here</p></div>", "search"),
        ("<p>Was this page helpful?</p>", "page feedback"),
        ("<p>Sign up to our newsletter</p>", "newsletter or login"),
        ("<p class='wp-caption-text'>A knee. Photo: Ann Lee</p>", "picture with its credit"),
        (
            "<div><h4>Flu jabs</h4><p>£16, no appointment, weekdays from noon.</p></div>",
            "notice of a service",
        ),
    ],
)
def test_furniture_in_the_middle_is_dropped_and_named(markup: str, rule: str) -> None:
    found = read(markup)
    assert inside(found) == ""
    assert rule in dropped(found).values()


@pytest.mark.parametrize(
    "text",
    [
        "Follow your doctor's advice.",
        "Watch for signs of <a href=/sepsis>sepsis</a>.",
        "Listen to your body",
        "Skip the next dose if it is nearly time for it.",
        "Recommended dose: 400 mg",
        "Share this with your doctor.",
        "Print the form and bring it with you.",
        "Comments about your weight can hurt.",
        "Call 999 if you can't breathe.",
    ],
)
def test_advice_that_sounds_like_furniture_is_kept(text: str) -> None:
    kept = inside(read(f"<p>{text}</p>"))
    assert kept == text.replace("<a href=/sepsis>", "").replace("</a>", "")


@pytest.mark.parametrize(
    ("markup", "kept"),
    [
        ("<aside><h3>Call 999 if</h3><ul><li>it is blue</li></ul></aside>", "it is blue"),
        ("<div class='alert alert-info'><p>Call 999 at once.</p></div>", "Call 999 at once."),
        ("<section id='foot-pain'><h2>Foot pain</h2><p>It eases.</p></section>", "It eases."),
        ("<h2 id='recommended-dose'>Recommended dose</h2><p>400 mg</p>", "Recommended dose"),
        ("<h3>Can I run?</h3><div hidden><p>Yes, when it is mild.</p></div>", "Yes, when"),
        ("<p>Causes:</p><ul><li><a href=/a>Gout</a></li><li><a href=/b>Flu</a></li></ul>", "Flu"),
        ("<figure><figcaption>Picture of tinea between the toes</figcaption></figure>", "tinea"),
        ("<p>Reviewed 12 May 2024: do not take aspirin under 16.</p>", "aspirin under 16"),
        ("<p>Follow up on the X-ray after six weeks.</p>", "six weeks"),
    ],
)
def test_what_only_looks_like_furniture_is_kept(markup: str, kept: str) -> None:
    assert kept in inside(read(markup))


def test_care_cards_beside_a_short_text_are_kept() -> None:
    cards = (
        "<div class='care-card'><h3>See a GP if:</h3><ul><li>you have diabetes</li></ul></div>"
        "<div class='warning-callout'><h3>Aspirin</h3><p>Not for under 16s.</p></div>"
    )
    found = extract(page(f"<main><h1>Heel</h1><section><p>{PROSE}</p></section>{cards}"), ".html")
    assert "you have diabetes" in found.text
    assert "Not for under 16s." in found.text


def test_a_lead_in_the_pages_header_is_kept() -> None:
    lead = "Gout causes sudden, severe pain in the big toe."
    head = f"<header><h1>Gout</h1><p>{lead}</p></header>"
    found = extract(page(f"{head}<div><p>{PROSE}</p><p>{OTHER}</p></div>"), ".html")
    assert found.text.startswith(lead)


def test_sections_about_visits_are_no_notices() -> None:
    sections = "".join(
        f"<div class='part'><h3>{title}</h3><p>{text}</p></div>"
        for title, text in (
            ("How to book", "For an appointment call on a weekday, from 9 am to 5 pm."),
            ("What it costs", "The first appointment is £40, at the weekend £60."),
        )
    )
    assert "from 9 am to 5 pm" in read(sections).text


def cards(*texts: tuple[str, str], more: str = "", linked: bool = False) -> str:
    """Boxes beside each other, of a linked title and a text each."""
    made = "".join(
        f"<a href=/{title}><h3>{title}</h3><p>{text}</p></a>"
        if linked
        else f"<div><h3><a href=/{title}>{title}</a></h3><p>{text}</p>{more}</div>"
        for title, text in texts
    )
    return f"<div class=cards>{made}</div>"


DOSES = (
    ("Ibuprofen", "Take 400 mg three times a day, with food."),
    ("Paracetamol", "Take 1 g up to four times a day."),
    ("Naproxen", "Take 250 mg in the morning."),
)
FACTS = (
    ("Gout", "Crystals make the joint hot."),
    ("Sprain", "A ligament is torn."),
    ("Bursitis", "A cushion over the bone swells."),
)
STARTS = (
    ("A run in the rain", "Last week we went out in the rain and found that…"),
    ("Shoes for winter", "When the days get shorter you will want…"),
    ("Our new clinic", "We have moved, and the kettle…"),
)
READ_MORE = "<a href=/x>Read more</a>"


@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("texts", [DOSES, FACTS])
def test_linked_cards_that_tell_facts_are_text(
    texts: tuple[tuple[str, str], ...], linked: bool
) -> None:
    found = read(cards(*texts, linked=linked))
    assert inside(found) == "\n\n".join(text for card in texts for text in card)


@pytest.mark.parametrize("linked", [True, False])
def test_doses_on_cards_are_kept_below_the_article_too(linked: bool) -> None:
    text = f"<div><p>{PROSE}</p><p>{OTHER}</p></div>"
    found = extract(
        page(f"<main><h1>Pain</h1>{text}{cards(*DOSES, linked=linked)}</main>"), ".html"
    )
    assert all(text in found.text for card in DOSES for text in card)


def test_cards_that_are_most_of_a_page_are_its_text() -> None:
    short = "<p>Three things can make a joint hurt.</p>"
    found = extract(page(f"<main><h1>Joints</h1>{short}{cards(*FACTS)}</main>"), ".html")
    assert all(text in found.text for card in FACTS for text in card)


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize("place", ["amid", "below"])
@pytest.mark.parametrize(
    "teasers",
    [
        lambda n: cards(*STARTS[:n]),
        lambda n: cards(*STARTS[:n], linked=True),
        lambda n: cards(*((title, "We went out.") for title, _ in STARTS[:n]), more=READ_MORE),
    ],
    ids=["breaking off", "linked", "pointing on"],
)
def test_teasers_of_other_articles_are_dropped(
    teasers: Callable[[int], str], place: str, size: int
) -> None:
    text = f"<p>{PROSE}</p>{teasers(size)}<p>{OTHER}</p>"
    if place == "below":
        text = f"<p>{PROSE}</p><p>{OTHER}</p>{teasers(size)}"
    found = extract(page(f"<main><h1>Ice</h1>{text}</main>"), ".html")
    assert inside(found) == ""


def test_three_linked_titles_and_cards_below_all_text_are_teasers() -> None:
    titles = "".join(
        f"<li><h4><a href=/{n}>Another article of ours {n}</a></h4></li>" for n in "abc"
    )
    assert inside(read(f"<ul>{titles}</ul>")) == ""
    text = f"<div><p>{PROSE}</p><p>{OTHER}</p></div>"
    found = extract(page(f"<main><h1>Ice</h1>{text}{cards(*FACTS)}</main>"), ".html")
    assert inside(found) == ""


def test_headings_that_are_links_head_their_text() -> None:
    text = "".join(f"<h2><a href=/{title}>{title}</a></h2><p>{said}</p>" for title, said in FACTS)
    assert inside(read(text)) == "\n\n".join(text for card in FACTS for text in card)


@pytest.mark.parametrize(
    "form",
    [
        "<form>{}</form>",
        "<form id=aspnetForm method=post><input type=hidden name=__VIEWSTATE>{}</form>",
    ],
)
def test_a_form_without_fields_is_none(form: str) -> None:
    told = "<p>Do not take it with alcohol.</p>"
    assert inside(read(form.format(told))) == "Do not take it with alcohol."
    with_field = form.format(f"<p>Tell us what you drink.</p>{'<input type=text>'}")
    assert inside(read(with_field)) == ""


def test_a_short_page_that_one_form_wraps_is_read() -> None:
    wrapped = "<form><input name=q><h1>Ice</h1><p>Ten minutes.</p><p>Then rest.</p></form>"
    assert extract(page(wrapped), ".html").text == "Ten minutes.\n\nThen rest."


FIELD = (
    "<div class='field field--name-field-dose'><div class='field__label'>Dose</div>"
    "<div class='field__item'>400 mg, three times a day</div></div>"
)
BODY = f"<div class='text field field--name-body'><p>{PROSE}</p><p>{OTHER}</p><p>{PROSE}</p></div>"


@pytest.mark.parametrize("fields", [FIELD + BODY, BODY + FIELD])
def test_fields_of_a_record_are_the_article_with_its_body(fields: str) -> None:
    tags = "<div class='field field--name-field-tags'><div>Tags</div><a href=/t>Cold</a></div>"
    found = extract(page(f"<div><h1>Ice</h1><div>{fields}{tags}</div></div>"), ".html")
    assert "Dose" in found.text
    assert "400 mg, three times a day" in found.text
    assert "Cold" not in found.text


@pytest.mark.parametrize("tag", ["main", "article", "div"])
@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ("<p>Keep it dry for two days.</p>", "Keep it dry for two days."),
        ("<h3>After</h3><p>Rest well.</p>", "After\n\nRest well."),
    ],
)
def test_a_small_box_of_text_beside_a_long_one_is_read(tag: str, box: str, expected: str) -> None:
    long = f"<div class=intro><p>{PROSE}</p><p>{OTHER}</p><p>{PROSE}</p></div>"
    links = (
        "<div class=rel><ul><li><a href=/a>Another</a></li><li><a href=/b>More</a></li></ul></div>"
    )
    built = f"<{tag}><h1>Ice</h1>{long}<div class=note>{box}</div>{links}</{tag}>"
    found = extract(page(f"<nav><a href=/>Home</a></nav>{built}"), ".html")
    assert found.text.endswith(f"\n\n{expected}")


@pytest.mark.parametrize(
    "names",
    [
        "box-social",
        "field field--name-field-topics",
        "read-more-text",
        "read-more-text hidden",
        "follow-up",
        "foot-pain",
        "most-common",
        "similar-conditions",
        "related-symptoms",
        "popular-myths",
        "sharing-needles",
        "consent-talk",
        "cancer-register",
        "sponsored-study",
        "rating-scale",
        "elementor-icon-list-items",
        "carousel-item",
        "pull-left",
        "sidebar-box",
        "card-footer",
        "panel-header",
        "teaser",
        "date",
    ],
)
def test_names_that_sound_like_furniture_take_no_sentence(names: str) -> None:
    for told in (
        "Rest for two days.",
        "Tell your nurse before you go home, and take your tablets.",
    ):
        assert inside(read(f"<div class='{names}'><p>{told}</p></div>")) == told


@pytest.mark.parametrize(
    "attributes",
    ["class='read-more-text' hidden", "class=more style='display:none'", "id=more hidden"],
)
def test_text_that_unfolds_below_read_more_is_read(attributes: str) -> None:
    assert (
        inside(read(f"<div {attributes}><p>Rest for two days.</p></div>")) == "Rest for two days."
    )


def test_comments_longer_than_a_short_article_are_dropped() -> None:
    article = f"<article><h1>Ice</h1><p>{PROSE}</p></article>"
    comments = f"<div class=comment-list>{f'<p>{OTHER}</p>' * 4}</div>"
    assert extract(page(article + comments), ".html").text == PROSE.strip()


def test_a_lead_named_teaser_needs_no_full_stop() -> None:
    assert inside(read("<p class=teaser>Ice helps most on the first day</p>")) != ""


def test_a_standfirst_on_the_titles_subject_is_the_lead() -> None:
    assert inside(read("<p class=standfirst>Use ice with care.</p>")) == ""
    head = "<h1>Ice packs</h1><p class=standfirst>Cold packs dull pain for an hour.</p>"
    found = extract(page(f"<article>{head}<p>{PROSE}</p><p>{OTHER}</p></article>"), ".html")
    assert found.text.startswith("Cold packs dull pain")


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            "<tr><td><b>Age</b><td><strong>Dose</strong><tr><td>Adult<td>1 g",
            "Age: Adult | Dose: 1 g",
        ),
        ("<thead><tr><td>Age<td>Dose<tbody><tr><td>Adult<td>1 g", "Age: Adult | Dose: 1 g"),
        ("<tr><td colspan=2><b>Doses</b><tr><td>Adult<td>1 g", "Doses\nAdult | 1 g"),
        (
            "<tr><td><b>Age</b><td><b>Dose</b><tr><td><b>Adult</b><td><b>1 g</b>",
            "Age | Dose\nAdult | 1 g",
        ),
        ("<tr><th>Rest first<th>Then ice", "Rest first | Then ice"),
        ("<caption>Doses</caption><tr><td>Adult<td>1 g", "Doses\n\nAdult | 1 g"),
    ],
)
def test_the_names_of_a_table_are_found_and_nothing_of_it_is_lost(
    table: str, expected: str
) -> None:
    assert inside(read(f"<table>{table}</table>")) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>Do this:<br>- Rest<br>- Ice</p>", "Do this:\nRest\nIce"),
        ("<div>• Rest<br>• Ice<br><br>Then go on.</div>", "Rest\nIce\n\nThen go on."),
        ("<p>Do this:</p><p>* Rest</p><p>* Ice</p>", "Do this:\nRest\nIce"),
        ("<p>1. Rest<br>2. Ice</p>", "1. Rest\n\n2. Ice"),
        (
            "<p>Rest – or</p><p>– if you like –</p><p>ice.</p>",
            "Rest – or\n\n– if you like –\n\nice.",
        ),
    ],
)
def test_lines_with_bullets_are_items(markup: str, expected: str) -> None:
    assert inside(read(markup)) == expected


@pytest.mark.parametrize(
    "title", ["Older", "Promoted", "Your privacy", "Keep in touch", "Comments"]
)
@pytest.mark.parametrize("below", ["<p>It helps.</p>", "<ul><li>rest</li><li>ice</li></ul>"])
def test_headings_that_sound_like_furniture_stay_with_their_text(title: str, below: str) -> None:
    found = read(f"<h2>{title}</h2>{below}")
    assert found.sections[-1].heading_path == (title,)


@pytest.mark.parametrize("name", ["Comments", "Your privacy", "Older", "Print"])
@pytest.mark.parametrize("item", ["<li>{}</li>", "<li><a href=/x>{}</a></li>"])
def test_a_list_is_kept_whole(name: str, item: str) -> None:
    items = "".join(item.format(one) for one in ("Your sleep", name, "What you eat"))
    found = inside(read(f"<p>Think of:</p><ul>{items}</ul>"))
    assert found == f"Think of:\nYour sleep\n{name}\nWhat you eat"


@pytest.mark.parametrize(
    "sentence",
    [
        "More than <a href=/a>two in three people</a> get it.",
        "Ask for <a href=/a>a blood test at the hospital</a>.",
        "<a href=/a>Ibuprofen and naproxen</a> can help.",
        "Call <a href='tel:111'>111</a>",
    ],
)
def test_sentences_with_a_link_are_no_links(sentence: str) -> None:
    assert inside(read(f"<p>{sentence}</p>")) == re.sub("<.*?>", "", sentence)


@pytest.mark.parametrize(
    "below",
    [
        "<section><h2>Our partners</h2><p>Harbour Trust</p><p>Northern Bikes</p></section>",
        "<h2>Our partners</h2><ul><li>Harbour Trust</li><li>Northern Bikes</li></ul>",
        "<h2>Our partners</h2><p>Harbour Trust</p><p>“They were kind to me.” – Ann</p>",
        "<h2>You may also like…</h2><p>Running in the rain</p><p>Shoes for winter</p>",
        "<div id=chat><p>Hi! How can we help you today?</p></div>",
        "<div class=live-chat><p>Hi! How can we help you today?</p></div>",
        "<div class=intercom-launcher><p>Hi! How can we help you today?</p></div>",
    ],
)
def test_partners_pointers_and_greetings_below_an_article_are_dropped(below: str) -> None:
    text = f"<article><h1>Ice</h1><p>{PROSE}</p><p>{OTHER}</p>{below}</article>"
    assert inside(extract(page(text), ".html")) == ""


@pytest.mark.parametrize(
    "below",
    [
        "<h2>Partners</h2><ul><li>tell anyone you had sex with</li><li>treat both</li></ul>",
        "<h3>Recommended</h3><ul><li>Plenty of water</li><li>Bread</li></ul>",
        "<h2>Reviews</h2><p>Two reviews found that it works.</p>",
    ],
)
def test_sections_of_an_article_that_sound_like_partners_are_kept(below: str) -> None:
    text = f"<article><h1>Ice</h1><p>{PROSE}</p><p>{OTHER}</p>{below}</article>"
    assert extract(page(text), ".html").sections[-1].heading_path


def test_a_name_on_most_of_the_prose_means_nothing() -> None:
    parts = "".join(f"<div class='sidebar'><p>{OTHER}{n}.</p></div>" for n in range(6))
    assert all(f"{OTHER}{n}." in read(parts).text for n in range(6))


def test_a_page_built_of_sections_is_one_article_even_if_one_is_longest() -> None:
    long = f"<section class='block'>{f'<p>{PROSE}</p>' * 8}</section>"
    alike = f"<section class='block'><h2>Alike</h2><p>{OTHER[:80]}.</p></section>"
    between = "<div class='quote'><p>A short line in between.</p></div>"
    unlike = f"<div class='more text'><h2>Unlike</h2><ul>{f'<li>{OTHER}</li>' * 3}</ul></div>"
    first = "<div class='title'><h2>First</h2></div>"
    elsewhere = f"<section class='other'><p>{OTHER[:100]} Elsewhere.</p></section>"
    built = f"<main><div>{first}{long}{alike}{between}{unlike}</div></main>{elsewhere}"
    found = extract(page(built), ".html")
    assert [s.heading_path for s in found.sections] == [("First",), ("Alike",), ("Unlike",)]
    assert "in between" in found.text
    assert "Elsewhere" not in found.text


class TestTheOwnerSteers:
    """Selectors in the config, attributes in the page."""

    ARTICLE = f"<article><p>{OTHER}</p><p>{OTHER}</p></article>"
    BODY = f"<div class='promo' {{}}><p>{PROSE}</p></div>{ARTICLE}"

    def test_by_selectors(self) -> None:
        data = page(self.BODY.format(""))
        assert PROSE.strip() not in from_html(data).text
        assert from_html(data, HtmlConfig(include=(".promo",))).text == PROSE.strip()
        found = from_html(data, HtmlConfig(exclude=("article p:first-child",)))
        assert found.text == OTHER.strip()

    @pytest.mark.parametrize("said", ["data-plainsearch='include'", "DATA-PLAINSEARCH=include"])
    def test_by_opting_in(self, said: str) -> None:
        assert from_html(page(self.BODY.format(said))).text == PROSE.strip()

    @pytest.mark.parametrize("said", ["data-plainsearch='exclude'", "data-nosnippet"])
    def test_by_opting_out(self, said: str) -> None:
        found = read(f"<div {said}><p>{OTHER} Not this.</p></div>")
        assert inside(found) == ""
        assert "excluded by the site" in dropped(found).values()

    def test_a_wrong_selector_is_named(self) -> None:
        with pytest.raises(ConfigError, match=r"'html.exclude': 'p\[' is not a CSS selector"):
            check(HtmlConfig(exclude=("p[",)))


class TestMetadata:
    """What a page says of itself, however it says it."""

    def test_schema_org_for_medical_pages(self) -> None:
        script = """<script type="application/ld+json">{"@graph": [
            {"@type": "WebPage", "datePublished": "2019-01-01", "inLanguage": "en-GB"},
            {"@type": ["MedicalWebPage"], "lastReviewed": "2025-03-04",
             "reviewedBy": {"@type": "Person", "name": "Dr Ann Lee"},
             "author": [{"name": "Bo Ek"}, {"name": "Cy Oz"}],
             "medicalAudience": {"@type": "MedicalAudience", "audienceType": "Patient"},
             "about": [{"@type": "MedicalCondition", "name": "Gout"}, {"name": "Arthritis"}],
             "datePublished": "2024-02-03T10:00:00Z", "dateModified": "4 March 2025"}]}</script>"""
        assert read("", script).metadata == {
            "about": ["Gout", "Arthritis"],
            "audience": ["Patient"],
            "author": "Bo Ek, Cy Oz",
            "language": "en-GB",
            "last_reviewed": "2025-03-04",
            "modified": "2025-03-04",
            "published": "2024-02-03",
            "reviewed_by": "Dr Ann Lee",
        }

    def test_open_graph_and_plain_tags(self) -> None:
        head = (
            "<meta property='og:site_name' content='Harbour'><meta name=author content='Ann Lee'>"
            "<meta property='article:published_time' content='2024-02-03T10:00:00+00:00'>"
            "<meta name=keywords content='ice, heat , ice'>"
        )
        assert read("", head).metadata == {
            "author": "Ann Lee",
            "published": "2024-02-03",
            "site": "Harbour",
            "tags": ["ice", "heat"],
        }

    @pytest.mark.parametrize(
        "head",
        [
            "<meta name=date content='0000-00-00'><meta name=author content='https://x.example/a'>",
            "<meta name=date content='03/04/2024'><meta name=author content=admin>",
            "<script type='application/ld+json'>{not json</script>",
            "<script type='application/ld+json'>" + "[" * 100_000 + "</script>",
            "<script type='application/ld+json'>{'@type': 'Article', 'author': [[]]}</script>",
            '<script type="application/ld+json">{"@type": 7, "@graph": {"a": []}}</script>',
            '<script type="application/ld+json">{"@type":"Article","about":[[["x"]],3]}</script>',
            "<link rel=canonical href='http://['><meta property='og:url' content='javascript:x'>",
        ],
    )
    def test_nonsense_is_left_out(self, head: str) -> None:
        found = read("", head)
        assert (found.metadata, found.url) == ({}, None)

    def test_the_canonical_address_is_made_whole(self) -> None:
        head = "<base href='https://x.example/a/'><link rel='canonical' href='../b'>"
        assert read("", head).url == "https://x.example/b"

    @pytest.mark.parametrize(
        ("markup", "title"),
        [
            ("<title>Ice | Harbour</title><h1>Ice and heat</h1>", "Ice and heat"),
            ("<title>Ice | Harbour</title><h1>Harbour</h1><h1>Ice</h1>", "Ice"),
            ("<title>Ice | Harbour</title><h2>Ice</h2>", "Ice"),
            ("<title>Ice – Harbour</title><meta property=og:site_name content=Harbour>", "Ice"),
            ("<title>Harbour | Ice</title><meta property=og:site_name content=Harbour>", "Ice"),
            (
                "<title>Ice - Harbour</title><meta property=og:title content=Harbour>"
                "<meta property=og:site_name content=harbour>",
                "Ice",
            ),
            (
                "<title>Harbour | Ice</title><meta property=og:site_name content=Harbour>"
                "<body><header><h1>Ice</h1></header><h1>Heat</h1>",
                "Ice",
            ),
            ("<title>Harbour</title><meta property=og:site_name content=Harbour>", "Harbour"),
            ("<title>Ice &amp;\n heat</title>", "Ice & heat"),
            ("", ""),
        ],
    )
    def test_the_title(self, markup: str, title: str) -> None:
        assert extract(page(f"<p>{PROSE}</p><p>{OTHER}</p>", markup), ".html").title == title


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8", "iso-8859-1"),
        ("cp1252", "iso-8859-1"),
        ("cp1252", "utf-8"),
        ("cp1252", "no-such-charset"),
        ("cp1251", "windows-1251"),
        ("utf-16", ""),
        ("utf-16-le", ""),
        ("utf-16-be", "utf-8"),
        ("utf-8-sig", "cp1252"),
        ("shift_jis", "x-sjis\"><meta charset='shift_jis"),
        ("iso2022_jp", "iso-2022-jp"),
        ("gb18030", "gb2312"),
        ("euc_kr", "euc-kr"),
    ],
)
def test_any_encoding_whatever_is_declared(encoding: str, declared: str) -> None:
    words = {
        "cp1251": "Ибупрофен снимает боль",
        "shift_jis": "痛みを和らげる薬です",
        "iso2022_jp": "痛みを和らげる薬です",
        "gb18030": "布洛芬可以缓解疼痛",
        "euc_kr": "이부프로펜은 통증을 줄입니다",
    }.get(encoding, "Zoë’s knee – a café, £5")
    head = f"<meta charset='{declared}'>" if declared else ""
    markup = page(f"<p>{PROSE}</p><p>{words} {OTHER}</p>", head).decode()
    assert words in extract(markup.encode(encoding), ".html").text


def test_scripts_styles_and_comments_are_not_read() -> None:
    found = read("<script>var secret</script><style>.secret{}</style><!-- secret -->")
    assert not any("secret" in block.text for block in found.blocks)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html></html>",
        b"<html><body></body></html>",
        b"<html><body><script>f()</script></body></html>",
        b"<html><body><nav><p>Home</p></nav></body></html>",
        b"\x00\x01\x02",
        b"<frameset><frame src=a></frameset>",
    ],
)
def test_a_page_without_text_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no article text"):
        extract(data, ".html")


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("<div>" * 100_000, "nested more than"),
        ("<ul><li>a " * 100_000, "nested more than"),
        ("<p>a</p>" * 500_000, "more than 500,000 tags"),
    ],
)
def test_what_would_take_minutes_is_refused(markup: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        extract(f"<p>{PROSE}</p>{markup}".encode(), ".html")


@pytest.mark.parametrize(
    "markup",
    [
        "<b>" * 100_000,
        "<a href=x>" * 100_000,
        "<p>" + "word and more. " * 700_000,
        "<div " + " ".join(f'a{n}="1"' for n in range(200_000)) + ">",
        "<div class='" + "a-" * 2_000_000 + "'>",
        "<p>" + "a > " * 200_000,
        "<table>" + "<tr><td>" * 4_000,
        " " * 10_000_000,
    ],
    ids=["bold", "links", "one paragraph", "attributes", "class", "crumbs", "tables", "spaces"],
)
def test_monstrous_pages_are_read(markup: str) -> None:
    assert extract(f"<p>{PROSE}</p><div>{markup}".encode(), ".html").text


_TAGS = st.sampled_from(
    "<p> </p> <div> </div> <h2> </h3> <ul> <li> </ul> <table> <tr> <td> <th> </table> <b> </b> <a> "
    "</a> <br> <hr> <nav> </nav> <article> <form> <svg> <math> <template> <select> <plaintext> "
    "<dl> <dt> <dd> <button> <details> <summary> <!-- --> <![CDATA[ ]]> &amp; &#0; &#xD800;".split()
)
_WORDS = st.text(max_size=80) | st.sampled_from([PROSE, OTHER, "Home", "Share this:", "Ice:"])


@given(st.lists(_TAGS | _WORDS, max_size=40))
def test_any_markup_is_read_or_refused(parts: list[str]) -> None:
    try:
        found = from_html("".join(parts).encode("utf-8", "surrogatepass"))
    except ValueError:
        return
    for section in found.sections:
        assert 0 <= section.start <= section.end <= len(found.text)


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        from_html(b"<p>" + data)
    except ValueError:
        return


@given(st.lists(st.text("abcdefgh ", min_size=1, max_size=300), min_size=1, max_size=8))
def test_paragraphs_of_an_article_are_kept_in_order(words: list[str]) -> None:
    told = [f"{PROSE}{' '.join(one.split())}." for one in words]
    found = extract(page("".join(f"<p>{one}</p>" for one in told)), ".html")
    assert found.text == "\n\n".join(told)


def test_xhtml_is_read_as_what_it_is() -> None:
    page = b"""<?xml version="1.0" encoding="iso-8859-1"?>
    <html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="menu.js" /></head><body>
    <div class="menu"/><h1>Caf\xe9 elbow</h1><p id="a"/><p>Rest the elbow for two days,<br/>then
    move it a little more every day. <a id="x"/>Ice helps.</p></body></html>"""
    found = extract(page, ".xhtml")
    assert (found.title, found.text) == (
        "Caf\u00e9 elbow",
        "Rest the elbow for two days, then move it a little more every day. Ice helps.",
    )


@pytest.mark.parametrize(
    "said",
    [
        "Last reviewed 12 May 2024. Do not use it under 16.",
        "Updated boosters are given from 1 October 2024.",
        "Watch for these alerts: rash, fever and a stiff neck.",
        "Contact us through our app if the bleeding lasts over ten minutes.",
        "Follow the sick day rules in the newsletter: stop it while vomiting.",
        "Picture taken by a parent: if the rash does not fade, call 999.",
    ],
)
def test_a_sentence_is_kept_though_it_opens_like_furniture(said: str) -> None:
    assert inside(read(f"<p>{said}</p>")) == said


def test_of_a_caption_that_says_a_dose_only_the_credit_goes() -> None:
    told = "Inject 0.3 mg into the thigh and call 999."
    found = read(f"<figure><figcaption class='caption'>{told} Image: iStock</figcaption></figure>")
    assert inside(found) == told


def test_a_link_that_bids_to_call_for_help_is_kept() -> None:
    assert inside(read("<p><a href=/111>Get help from NHS 111</a></p>")) == "Get help from NHS 111"


def test_slides_are_kept_though_links_turn_them() -> None:
    slides = "".join(f"<div class=slide><p>Do the {n} step slowly.</p></div>" for n in "abc")
    turns = "<a href=#c>Previous</a><a href=#c>Next</a>"
    found = read(f"<div class=carousel>{slides}{turns}</div>")
    assert inside(found) == "\n\n".join(f"Do the {n} step slowly." for n in "abc")


def test_a_sidebar_without_links_that_says_when_to_call_is_kept() -> None:
    told = "<h3>Emergency</h3><p>Call 999 if you cannot breathe.</p>"
    article = f"<h1>Ice</h1><p>{PROSE}</p><p>{OTHER}</p>"
    found = extract(page(f"<div>{article}</div><div class=sidebar>{told}</div>"), ".html")
    assert found.text.endswith("Call 999 if you cannot breathe.")


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("Take 1<sup>1</sup>/<sub>2</sub> tablets.", "Take 1 1/2 tablets."),
        ("Take <sup>1</sup>/<sub>2</sub> a tablet.", "Take 1/2 a tablet."),
        ("Below 1.5 x 10<sup>9</sup>/L it is low.", "Below 1.5 x 10⁹/L it is low."),
        ("Take 5<sup>1</sup> ml.", "Take 5¹ ml."),
        ("Vitamin B<sub>12</sub> helps.", "Vitamin B12 helps."),
        ("The 1<sup>st</sup> day.", "The 1st day."),
    ],
)
def test_raised_digits_make_no_other_number(markup: str, expected: str) -> None:
    assert inside(read(f"<p>{markup}</p>")) == expected


@pytest.mark.parametrize(
    "tabs",
    [
        "<ul class='nav nav-tabs'><li><a href='#t1'>Adults</a></li><li><a href='#t2'>Children</a>"
        "</li></ul><div id=t1><p>400 mg</p></div><div id=t2 hidden><p>100 mg</p></div>",
        "<div role=tablist><button role=tab aria-controls=t1>Adults</button><button role=tab "
        "aria-controls=t2>Children</button></div><div role=tabpanel id=t1><p>400 mg</p></div>"
        "<div role=tabpanel id=t2 style='display:none'><p>100 mg</p></div>",
        "<div class=w><a href='' role=button>Adults</a></div><div><p>400 mg</p></div>"
        "<div class=w><a href='' role=button>Children</a></div><div role=region hidden>"
        "<p>100 mg</p></div>",
    ],
    ids=["linked", "buttons", "toggles"],
)
def test_what_opens_at_a_tab_stands_below_its_label(tabs: str) -> None:
    assert inside(read(tabs)) == "Adults\n\n400 mg\n\nChildren\n\n100 mg"


_TERMS = "<ul><li><a href=/w>warfarin</a></li><li><a href=/l>lithium</a></li></ul>"


def test_linked_terms_under_a_heading_in_the_midst_of_the_text_are_kept() -> None:
    found = read(f"<h2>Do not take it with</h2>{_TERMS}")
    assert inside(found).endswith("warfarin\nlithium")


@pytest.mark.parametrize("heading", ["Related topics", "In this guide", "See also"])
def test_links_to_elsewhere_in_the_midst_of_the_text_are_dropped(heading: str) -> None:
    assert "lithium" not in read(f"<h2>{heading}</h2>{_TERMS}").text


def test_a_list_of_the_headings_below_is_dropped() -> None:
    found = read(f"{_TERMS}<h2>Warfarin</h2><p>{PROSE}</p><h2>Lithium</h2>")
    assert "lithium" not in found.text


def test_a_table_that_names_its_rows_is_read_by_its_columns() -> None:
    rows = "<tr><th>Age</th><td>3 months</td><td>2 years</td></tr>"
    rows += "<tr><th>Dose</th><td>60 mg</td><td>120 mg</td></tr>"
    found = inside(read(f"<table>{rows}</table>"))
    assert found == "Age: 3 months | Dose: 60 mg\nAge: 2 years | Dose: 120 mg"


def test_a_picture_alone_in_a_cell_says_what_it_shows() -> None:
    rows = "<tr><th>Food</th><th>Safe</th></tr><tr><td>Kale</td><td><img alt=No></td></tr>"
    assert inside(read(f"<table>{rows}</table>")) == "Food: Kale | Safe: No"


@pytest.mark.parametrize(
    "header",
    [
        "<header><h1 class=site-title><a href=/>Town Clinic</a></h1></header>",
        "<header><h1 class=logo>The Clinic</h1></header>",
        "<div><h1>Town Clinic</h1></div>",
    ],
)
def test_the_sites_name_is_no_title_though_it_is_a_main_heading(header: str) -> None:
    article = f"<main><h2>Shin pain</h2><p>{PROSE}</p><p>{OTHER}</p></main>"
    found = extract(page(header + article, "<title>Shin pain | Town Clinic</title>"), ".html")
    assert found.title == "Shin pain"


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Sore knee<span style='display: block'>causes</span>", "Sore knee causes"),
        ("<span class=d-block>Sore knee</span>Causes", "Sore knee Causes"),
        ("Sore knee<span class=page-subtitle>causes</span>", "Sore knee causes"),
        ("Sore knee<span>Causes</span>", "Sore knee Causes"),
        ("Sore knee?<span>Causes</span>", "Sore knee? Causes"),
        ("Why your i<span>Phone</span> hurts you", "Why your iPhone hurts you"),
        ("Medi<span>Care</span>", "MediCare"),
        ("Sore k<span>nee</span>s", "Sore knees"),
        ("Vitamin B<span style='display:inline-block'>12</span>", "Vitamin B12"),
    ],
)
def test_parts_of_a_heading_are_parted_unless_they_may_be_one_word(
    heading: str, expected: str
) -> None:
    assert read(f"<h2>{heading}</h2><p>Rest.</p>").sections[-1].heading_path == (expected,)


def test_a_title_has_the_spaces_of_its_heading() -> None:
    found = extract(page(f"<h1>Vitamin B<span>12</span></h1><p>{PROSE}</p><p>{OTHER}</p>"), ".html")
    assert (found.title, inside(found)) == ("Vitamin B12", "")


@pytest.mark.parametrize(
    "line",
    [
        "<p><b>Sore knee</b></p>",
        "<p><span style='color: red; font-weight: bold'>Sore knee</span></p>",
        "<div><span style=font-weight:600>Sore <i>knee</i></span></div>",
        "<p><font size=5>Sore knee</font></p>",
        "<p style='font-weight:700'>Sore knee:</p>",
        "<div style='font-weight:bold'>Sore knee</div>",
    ],
)
def test_lines_styled_as_headings_become_headings(line: str) -> None:
    assert read(f"{line}<p>Rest it.</p>").sections[-1].heading_path == ("Sore knee",)


@pytest.mark.parametrize(
    "line",
    [
        "<p><span style='font-weight: 400'>Sore knee</span></p>",
        "<b style='font-weight: normal'><p>Sore knee</p></b>",
        "<p><font size=3>Sore knee</font></p>",
        "<p style='font-weight: bold'>Rest your sore knee.</p>",
        "<p><span style='font-weight: bold'>Sore knee</span> after a fall</p>",
        "<div style='font-weight: bold'><p>Sore knee</p><p>Sore hip</p></div>",
        "<ul><li style='font-weight: bold'>Sore knee</ul>",
    ],
)
def test_other_styled_lines_are_no_headings(line: str) -> None:
    assert {section.heading_path for section in read(f"{line}<p>Rest it.</p>").sections} == {()}


def test_on_a_page_that_is_all_in_large_letters_size_marks_no_heading() -> None:
    large = f"<font size=5><p>Sore knee</p><p>{PROSE}</p><p>{OTHER}</p></font>"
    found = extract(page(f"<h1>Ice</h1>{large}"), ".html")
    assert {section.heading_path for section in found.sections} == {()}


@pytest.mark.parametrize(
    ("head", "body", "why"),
    [
        ("<title>Page not found | Harbour</title>", "<h1>Sorry</h1>", "an error page"),
        ("<title>Harbour | 404 - Not here</title>", "", "an error page"),
        ("", "<h1>Oops! That page can’t be found.</h1>", "an error page"),
        ("<title>404 Not Found</title>", "<h1>404 Not Found</h1>", "an error page"),
        ("<title>Just a moment...</title>", "<h1>harbour.example</h1>", "a check for robots"),
        ("", "<h1>Checking your browser…</h1>", "a check for robots"),
    ],
)
def test_what_a_server_sends_in_an_articles_stead_is_refused(
    head: str, body: str, why: str
) -> None:
    said = "<p>It seems that nothing is here. Perhaps go back to the page before this one.</p>"
    with pytest.raises(ValueError, match=why):
        extract(page(f"{body}{said}", head), ".html")


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Page not found", f"<p>{PROSE}</p>" * 2 + f"<p>{OTHER}</p>" * 2),
        ("Page not found: why links break", "<p>Pages move, and what points there breaks.</p>"),
        ("Just a moment", "<p>A pause of a minute between two tasks rests the eyes.</p>"),
        ("Page not found", "<p>In an emergency, call 999 for an ambulance.</p>"),
        ("Bus 404 to the clinic", "<p>The bus leaves each hour from the harbour.</p>"),
    ],
)
def test_what_may_be_an_article_is_read_whatever_its_title(title: str, body: str) -> None:
    assert extract(page(f"<h1>{title}</h1>{body}"), ".html").title == title
