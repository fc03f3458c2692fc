"""The search page in a real browser: complete without JavaScript, for keyboards and phones."""

from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from client import get
from playwright.sync_api import Browser, Page, expect

QUESTION = "my lower back hurts when I sit, what can I take?"
FAR_OFF = "who won the football world cup in 1966"
HOSTILE = "<script>alert(1)</script> \"knee\" 'pain' & <b>bold</b>"
PAGES = {
    "home": "/",
    "results": f"/?q={quote(QUESTION)}",
    "second page": f"/?q={quote(QUESTION)}&offset=10",
    "no more": "/?q=knee&offset=1000",
    "none": f"/?q={quote(FAR_OFF)}",
    "error": f"/?q={'a' * 5_001}",
    "hostile": f"/?q={quote(HOSTILE)}",
}

Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Open]:
    """Open a path in a window of its own, by default without JavaScript."""
    contexts = []

    def opened(path: str, **options: object) -> Page:
        context = browser.new_context(**{"java_script_enabled": False, **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.goto(server + path)
        return page

    yield opened
    for context in contexts:
        context.close()


def test_typing_a_question_and_enter_gives_excerpts_with_links_to_them(visit: Open) -> None:
    page = visit("/")
    page.get_by_label("Your question, in your own words").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page).to_have_title(f"{QUESTION} – Search the articles")
    expect(page.get_by_role("status")).to_have_text("From our articles, word for word:")
    expect(page.get_by_label("Your question, in your own words")).to_have_value(QUESTION)
    results = page.locator("ol.results > li")
    expect(results).to_have_count(10)
    first = results.first
    assert ":~:text=" in (first.locator("h2 a").get_attribute("href") or "")
    expect(first.locator("blockquote strong").first).not_to_be_empty()
    expect(first.locator("mark").first).to_be_visible()


def test_the_page_shows_what_the_api_says(visit: Open, server: str) -> None:
    found = get(server, "/v1/search", q=QUESTION).document["results"][0]
    result = visit(PAGES["results"]).locator("ol.results > li").first
    assert result.locator("h2").inner_text() == found["article"]["title"]
    assert result.locator("h2 a").get_attribute("href") == found["passages"][0]["link"]
    for quoted, passage in zip(result.locator("blockquote").all(), found["passages"], strict=True):
        assert quoted.text_content() is not None
        assert (quoted.text_content() or "").strip() == passage["text"]
        marked = "".join(part.text_content() or "" for part in quoted.locator("strong").all())
        assert marked == passage["excerpt"]["text"]


def test_the_button_asks_too(visit: Open) -> None:
    page = visit("/")
    page.get_by_role("searchbox").fill("gout")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="Gout", exact=True)).to_be_visible()


def test_a_question_with_a_slip_is_shown_as_it_was_read(visit: Open) -> None:
    page = visit("/?q=can+a+torn+menicus+heal")
    expect(page.get_by_text("Read as “can a torn meniscus heal”")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("can a torn menicus heal")
    expect(visit("/?q=can+a+torn+meniscus+heal").get_by_text("Read as")).to_have_count(0)


def test_when_nothing_answers_the_page_says_so(visit: Open) -> None:
    page = visit(PAGES["none"])
    expect(page.get_by_role("heading", name="Nothing here answers that")).to_be_visible()
    expect(page.locator("ol.results")).to_have_count(0)
    expect(page.get_by_role("navigation")).to_have_count(0)


@pytest.mark.parametrize("path", ["/", "/?q=", "/?q=%20%20"])
def test_without_a_question_there_is_a_hint_and_the_box_has_the_focus(
    visit: Open, path: str
) -> None:
    page = visit(path)
    expect(page.get_by_text("Ask as you would ask a person")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_a_question_too_long_is_refused_in_words(visit: Open, server: str) -> None:
    assert get(server, PAGES["error"]).status == 400
    page = visit(PAGES["error"])
    expect(page.get_by_role("alert")).to_contain_text("5,001 characters; at most 5,000")
    expect(page.get_by_role("searchbox")).to_have_attribute("aria-invalid", "true")


def test_a_hostile_question_is_shown_as_text(visit: Open) -> None:
    page = visit("/", java_script_enabled=True)
    ran: list[str] = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.get_by_role("searchbox").fill(HOSTILE)
    page.keyboard.press("Enter")
    expect(page).to_have_title(f"{HOSTILE} – Search the articles")
    expect(page.get_by_role("searchbox")).to_have_value(HOSTILE)
    expect(page.locator("script, b")).to_have_count(0)
    assert ran == []


def test_the_keyboard_alone_reaches_everything(visit: Open) -> None:
    page = visit(PAGES["results"])
    stops = [
        page.get_by_role("link", name="Skip to the results"),
        page.get_by_role("link", name="Search the articles"),
        page.get_by_role("searchbox"),
        page.get_by_role("button", name="Search"),
        page.locator("ol.results h2 a").first,
        page.locator("ol.results summary").first,
        page.locator("ol.results h2 a").nth(1),
    ]
    for stop in stops:
        page.keyboard.press("Tab")
        expect(stop).to_be_focused()
        expect(stop).to_be_in_viewport()


def test_the_skip_link_leads_past_the_form_to_the_results(visit: Open) -> None:
    page = visit(PAGES["results"])
    for key in ("Tab", "Enter", "Tab"):
        page.keyboard.press(key)
    expect(page.locator("ol.results h2 a").first).to_be_focused()


def test_the_rest_of_an_article_opens_without_javascript(visit: Open) -> None:
    article = visit(PAGES["results"]).locator("ol.results > li").first
    others = article.locator("details blockquote")
    expect(others.first).not_to_be_visible()
    article.locator("summary").click()
    expect(others.first).to_be_visible()


def test_pages_of_results_follow_each_other_and_lead_back(visit: Open) -> None:
    page = visit(PAGES["results"])

    def titles() -> list[str]:
        return page.locator("ol.results h2").all_inner_texts()

    first = titles()
    expect(page.get_by_role("link", name="Earlier results")).to_have_count(0)
    page.get_by_role("link", name="More results").click()
    expect(page.locator("ol.results")).to_have_attribute("start", "11")
    expect(page.get_by_role("searchbox")).to_have_value(QUESTION)
    assert len({*first, *titles()}) == 20
    page.get_by_role("link", name="Earlier results").click()
    expect(page.locator("ol.results")).to_have_attribute("start", "1")
    assert titles() == first


@pytest.mark.parametrize("offset", ["-5", "x", "99999999999999999999"])
def test_an_odd_offset_does_no_harm(visit: Open, offset: str) -> None:
    page = visit(f"/?q=knee&offset={offset}")
    expect(page.locator("ol.results, .notice")).to_have_count(1)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [320, 360])
def test_nothing_scrolls_sideways_on_a_phone(visit: Open, name: str, width: int) -> None:
    size = {"width": width, "height": 740}
    page = visit(PAGES[name], java_script_enabled=True, viewport=size)
    shown, there = page.evaluate(
        "[document.documentElement.clientWidth, document.documentElement.scrollWidth]"
    )
    assert there <= shown == width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_wrong(visit: Open, name: str, scheme: str) -> None:
    page = visit(PAGES[name], java_script_enabled=True, color_scheme=scheme)
    for summary in page.locator("summary").all():
        summary.click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_nothing_is_loaded_from_elsewhere(visit: Open, server: str) -> None:
    page = visit("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    failed: list[str] = []
    page.on("console", lambda message: failed.append(message.text))
    page.goto(server + PAGES["results"])
    assert len(asked) >= 2 and all(url.startswith(server) for url in asked)
    assert failed == []
