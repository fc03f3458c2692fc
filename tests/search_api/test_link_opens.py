"""A real browser, sent to a link, scrolls to the very sentence, whatever stands there twice."""

from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote, urldefrag

import pytest
from client import Plainsearch, serving
from playwright.sync_api import Browser, expect

from search_api.link import link
from search_api.question import Question
from search_api.searcher import Searcher

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Sore knees</title>
<link rel="canonical" href="{address}">
<style>p, h2, tr, li, details {{ margin-bottom: 3000px }} tr {{ display: table-row }}</style>
</head>
<body>
<nav><ul>
<li><a href="/rest">Rest your knee for two days and see what our readers say</a></li>
<li><a href="/doses">Doses</a></li>
</ul></nav>
<main><article>
<h1 id="title">Sore knees</h1>
<p id="lead">A knee that hurts after a long walk is rarely broken. Most get well in a week or two,
if you let them.</p>
<p id="rest">Rest your knee for two days and see. Then walk a little, on flat ground - not uphill -
with sticks &amp; shoes that fit; a well-shod foot (<em>yours</em>) spares the knee.</p>
<h2 id="left">The left knee</h2>
<p id="left-bend">Bend it ten times, morning and night. It may click, and that does no harm.</p>
<h2 id="right">The right knee</h2>
<p id="right-bend">Bend it ten times, morning and night. It may click, and that does no harm.</p>
<h2 id="others">In other words</h2>
<p id="arabic" dir="rtl">أرح ركبتك يومين، ثم امش قليلا على أرض مستوية. لا تصعد السلالم.</p>
<p id="hebrew" dir="rtl">תנו לברך לנוח יומיים, ואז לכו קצת. אל תעלו במדרגות.</p>
<p id="emoji">🦵 Legs up, says the nurse 👩‍⚕️ – and ice on it! 🧊
Ten minutes are enough, café or not.</p>
<p id="japanese">膝が痛いときは二日休みます。そのあと少し歩きます。</p>
<h2 id="list">What helps</h2>
<ul><li id="ice">Ice, in a towel</li><li id="warmth">Warmth, from the third day on</li></ul>
<h2 id="doses">Doses</h2>
<table><tr><th>Medicine</th><th>Most a day</th></tr>
<tr><td>Willow bark tea</td><td>Three cups</td></tr></table>
<h2 id="end">And then</h2>
<p id="last">Bend it ten times, morning and night. If it hurts more, stop.</p>
</article></main>
</body>
</html>
"""
QUOTED = [  # the article's sentences in their order, and the element that holds each
    ("A knee that", "lead"), ("Most get well", "lead"), ("Rest your knee", "rest"),
    ("Then walk", "rest"), ("Bend it ten", "left-bend"), ("It may click", "left-bend"),
    ("Bend it ten", "right-bend"), ("It may click", "right-bend"), ("أرح ركبتك", "arabic"),
    ("لا تصعد", "arabic"), ("תנו לברך", "hebrew"), ("אל תעלו", "hebrew"), ("🦵 Legs", "emoji"),
    ("🧊 Ten minutes", "emoji"), ("膝が", "japanese"), ("そのあと", "japanese"), ("Ice, in", "ice"),
    ("Warmth", "warmth"), ("Medicine: Willow", "doses"), ("Bend it ten", "last"),
    ("If it hurts", "last"),
]  # fmt: skip


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Address of the page, served on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(PAGE.format(address="").encode())

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/knees"
        server.shutdown()


@pytest.fixture(scope="module")
def knees(site: str, tmp_path_factory: pytest.TempPathFactory, plainsearch: Plainsearch) -> Path:
    """An index of the page."""
    folder = tmp_path_factory.mktemp("knees")
    (folder / "knees.html").write_text(PAGE.format(address=site), "utf-8")
    done = plainsearch("index", folder / "knees.html", "--index", folder / "index")
    assert done.returncode == 0, done.stderr
    return folder / "index"


def links(index: Path) -> list[tuple[str, str]]:
    """Every sentence of the article with the link to it."""
    store = Searcher.open(index).snapshot.store
    article = store.article(0)
    found = []
    for passage in store.passages(0):
        for span in passage.sentences:
            made = link(article, passage, span)
            assert made is not None
            found.append((article.text[slice(*span)], made))
    return found


def test_every_sentence_is_scrolled_to_where_it_stands(
    knees: Path, site: str, browser: Browser
) -> None:
    found = links(knees)
    assert len(found) == len(QUOTED)
    places = {identity for _, identity in QUOTED}
    for (sentence, made), (start, identity) in zip(found, QUOTED, strict=True):
        assert sentence.startswith(start) and urldefrag(made)[0] == site
        with browser.new_context() as context:
            page = context.new_page()
            page.goto(made)
            expect(page.locator(f"#{identity}"), made).to_be_in_viewport()
            for other in places - {identity}:
                expect(page.locator(f"#{other}"), made).not_to_be_in_viewport()


def test_an_unchanged_page_keeps_its_links(
    site: str, tmp_path: Path, plainsearch: Plainsearch
) -> None:
    folder, index = tmp_path / "pages", tmp_path / "index"
    folder.mkdir()
    (folder / "a.html").write_text(PAGE.format(address=site), "utf-8")
    assert plainsearch("index", folder, "--index", index).returncode == 0
    before = links(index)
    (folder / "b.md").write_text("# Tea\n\nWarm the pot before you brew the tea.\n", "utf-8")
    done = plainsearch("index", folder, "--index", index)
    assert "2 articles: 1 new, 0 changed" in done.stdout
    assert links(index) == before


def test_a_reader_who_follows_a_result_sees_its_sentence(
    knees: Path, environment: Mapping[str, str], browser: Browser
) -> None:
    question = "should I rest my knee for two days?"
    best = Searcher.open(knees).ask(Question(question)).results[0].passages[0]
    shown = next(place for start, place in QUOTED if best.excerpt.text.startswith(start))
    with serving(knees, environment, "--workers", "1") as address, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}/?q={quote(question)}")
        page.locator("ol.results h2 a").click()
        expect(page.locator(f"#{shown}")).to_be_in_viewport()
