"""Kept copies: asked whether they are still right, used when all else fails, forgotten in time."""

import os
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from web_site import CONFIG, Clock, Handler, Page, Site, fetched, read, skipped

from indexer.errors import SourceError
from indexer.sources.web import Edge, Fetched, PageStore, pages

DAY = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


def on(day: datetime) -> Edge:
    return Clock().edge(now=lambda: day)


def etagged(handler: Handler) -> None:
    handler.close_connection = False
    if handler.headers["If-None-Match"] == '"1"':
        handler.wfile.write(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n')
    else:
        head = b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Type: text/html\r\nContent-Length: 7\r\n'
        handler.wfile.write(head + b"\r\n<p>Text")


@pytest.mark.parametrize("redirected", [False, True])
def test_a_page_that_is_still_the_same_comes_from_its_copy(
    web: Site, store: Path, redirected: bool
) -> None:
    page = final = web.serve("/a", etagged)
    if redirected:
        page = web.serve("/r", Page(status=302, headers={"Location": "/a"}))
    expected = [Fetched(page, final, b"<p>Text", ".html")]
    for source in (web.sitemap("/s.xml", page), page):
        assert read(source, store) == expected == read(source, store)
    asked = [headers.get("if-none-match") for path, headers in web.asked if path == "/a"]
    assert asked == [None, '"1"', '"1"', '"1"']
    assert {headers.get("if-none-match") for path, headers in web.asked if path != "/a"} == {None}


def test_a_page_with_a_date_is_asked_by_it_and_a_new_one_read(web: Site, store: Path) -> None:
    date = "Mon, 04 May 2026 03:02:01 GMT"
    page = web.serve(
        "/a", Page(b"<p>Old", headers={"Last-Modified": date}), Page(status=304), "<p>New"
    )
    said = [
        found.data for _ in range(3) for found in read(page, store) if isinstance(found, Fetched)
    ]
    assert said == [b"<p>Old", b"<p>Old", b"<p>New"]
    asked = [headers.get("if-modified-since") for path, headers in web.asked if path == "/a"]
    assert asked == [None, date, date]


def test_304_to_a_question_that_was_not_asked_is_no_page(web: Site, store: Path) -> None:
    page = web.serve("/a", Page(status=304))
    assert skipped(read(web.sitemap("/s.xml", "/a"), store)) == {page: "304 Not Modified"}


@pytest.mark.parametrize("failing", [Page(status=500), lambda handler: None])
def test_a_page_that_fails_for_now_comes_from_its_copy_which_is_said(
    web: Site, store: Path, failing: Page
) -> None:
    source = web.sitemap("/s.xml", "/a")
    page = web.serve("/a", "<p>Text")
    read(source, store, edge=on(DAY))
    web.serve("/a", failing)
    for later in (1, 2, 3):
        for asked in (source, page):
            (found,) = read(asked, store, edge=on(DAY + timedelta(days=later)))
            assert isinstance(found, Fetched) and found.data == b"<p>Text"
            assert found.kept.endswith("; the copy of 2026-05-04 is used")


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_takes_its_copy_along(web: Site, store: Path, status: int) -> None:
    source = web.sitemap("/s.xml", "/a")
    web.serve("/a", "<p>Text")
    read(source, store)
    web.serve("/a", Page(status=status))
    assert fetched(read(source, store)) == []
    web.serve("/a", Page(status=500))
    assert fetched(read(source, store)) == []


def test_what_is_no_longer_listed_is_forgotten_when_a_run_ends_well(web: Site, store: Path) -> None:
    web.articles("/a", "/b")
    read(web.sitemap("/s.xml", "/a", "/b"), store)
    source = web.sitemap("/s.xml", "/b")
    with pytest.raises(SourceError), PageStore(store) as kept:
        list(pages(source, CONFIG, kept, on(DAY)))
        raise SourceError("Another source fails.")
    with PageStore(store) as kept:
        assert kept.copy(f"{web.url}/a", DAY) and kept.copy(f"{web.url}/b", DAY)
        list(pages(source, CONFIG, kept, on(DAY)))
    kept = PageStore(store)
    assert kept.copy(f"{web.url}/a", DAY) is None and kept.copy(f"{web.url}/b", DAY)
    kept.close()


def test_a_run_that_stopped_goes_on_where_it_stopped(web: Site, store: Path) -> None:
    names = [f"/{number}" for number in range(6)]
    addresses = web.articles(*names)
    source = web.sitemap("/s.xml", *names)
    kept = PageStore(store)
    found = pages(source, CONFIG, kept, on(DAY))
    assert fetched([next(found) for _ in range(3)]) == addresses[:3]
    found.close()  # type: ignore[attr-defined]
    kept.close()

    assert fetched(read(source, store, edge=on(DAY + timedelta(hours=3)))) == addresses
    assert [path for path in web.paths() if path != "/s.xml"] == names  # each once
    web.asked.clear()
    assert fetched(read(source, store, edge=on(DAY + timedelta(hours=3)))) == addresses
    assert web.paths() == ["/s.xml", *names]  # a new run


def test_what_a_stopped_run_fetched_long_ago_is_asked_for_again(web: Site, store: Path) -> None:
    (page,) = web.articles("/a")
    for later, expected in ((0, 1), (23, 1), (25, 2)):
        kept = PageStore(store)
        edge = on(DAY + timedelta(hours=later))
        assert len(list(pages(web.sitemap("/s.xml", page), CONFIG, kept, edge))) == 1
        kept.close()
        assert web.paths().count("/a") == expected


KILLED = """
import sys
from pathlib import Path
from indexer.config import WebConfig
from indexer.sources.web import PageStore, pages
with PageStore(Path(sys.argv[2])) as store:
    for page in pages(sys.argv[1], WebConfig(private=True, rate=100), store):
        print(page.address, flush=True)
"""


def test_a_killed_run_is_resumed(web: Site, store: Path) -> None:
    names = [f"/{number}" for number in range(8)]
    addresses = web.articles(*names)
    source = web.sitemap("/s.xml", *names)
    web.serve("/5", lambda handler: time.sleep(60))
    command = [sys.executable, "-c", KILLED, source, str(store)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        assert [process.stdout.readline().strip() for _ in range(5)] == addresses[:5]
        process.kill()
    web.articles("/5")
    web.asked.clear()
    assert fetched(read(source, store)) == addresses
    assert web.paths() == ["/s.xml", "/5", "/6", "/7"]


def test_a_damaged_store_is_begun_anew(web: Site, store: Path) -> None:
    source = web.serve("/a", etagged)
    store.parent.mkdir()
    store.write_bytes(b"no database" * 500)
    assert read(source, store) == read(source, store)
    with sqlite3.connect(store) as db:
        db.execute("UPDATE pages SET body = 'damaged', fetched = 'once'")
    db.close()
    assert fetched(read(source, store)) == [source]


def test_a_store_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path, tmp_path / "file" / "pages.sqlite"):
        with pytest.raises(SourceError, match=str(tmp_path)):
            PageStore(path)
