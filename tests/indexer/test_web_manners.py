"""How hosts are asked: within robots.txt, at a pace, again after a while, never for ever."""

import socket
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from web_site import CONFIG, Clock, Handler, Page, Site, fetched, read, site, skipped

from indexer.config import WebConfig
from indexer.errors import SourceError
from indexer.sources.web import Fetched

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
IMPATIENT = CONFIG.model_copy(update={"timeout": 0.2})


def test_what_robots_txt_forbids_is_not_asked_for(web: Site, store: Path) -> None:
    addresses = web.articles("/a", "/private/b", "/private/open")
    web.serve("/c", Page(status=302, headers={"Location": "/private/b"}))
    rules = "User-agent: other\nDisallow: /\n\nUser-agent: PlainSearch\nAllow: /private/o\n"
    web.serve("/robots.txt", f"{rules}Disallow: /private", type="text/plain")
    source = web.sitemap("/s.xml", "/a", "/private/b", "/private/open", "/c")
    found = read(source, store)
    assert fetched(found) == [addresses[0], addresses[2]]
    assert skipped(found) == {
        addresses[1]: "robots.txt of its host forbids it",
        f"{web.url}/c": f"it redirects to {addresses[1]}: robots.txt of its host forbids it",
    }
    assert web.paths() == ["/s.xml", "/a", "/private/open", "/c"]
    assert [path for path, _ in web.asked].count("/robots.txt") == 1


def test_a_name_of_ones_own_is_told_and_is_what_robots_txt_is_searched_for(
    web: Site, store: Path
) -> None:
    (page,) = web.articles("/a")
    web.serve("/robots.txt", "User-agent: ours\nDisallow: /\n")
    agent = "Ours/2.0 (+https://x.example/about)"
    with pytest.raises(SourceError, match=r"robots\.txt of its host forbids it"):
        read(page, store, WebConfig(private=True, user_agent=agent))
    assert read(page, store)
    assert web.asked[0][1]["user-agent"] == agent
    assert web.asked[-1][1]["user-agent"].startswith("plainsearch/0.")


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_without_a_robots_txt_all_is_allowed(web: Site, store: Path, status: int) -> None:
    addresses = web.articles("/a")
    web.serve("/robots.txt", Page(b"User-agent: *\nDisallow: /", status))
    assert fetched(read(web.sitemap("/s.xml", "/a"), store)) == addresses


def test_robots_txt_may_be_elsewhere(web: Site, store: Path) -> None:
    addresses = web.articles("/a", "/b")
    web.serve("/robots.txt", Page(status=301, headers={"Location": "/r"}))
    web.serve("/r", "\ufeffUser-agent: *\nDisallow: /b\n")
    assert fetched(read(web.sitemap("/s.xml", "/a", "/b"), store)) == addresses[:1]


@pytest.mark.parametrize(
    "robots", [Page(status=500), Page(status=503), Page(status=429), lambda handler: None]
)
def test_a_host_whose_robots_txt_fails_is_not_read(
    web: Site, store: Path, tmp_path: Path, robots: Page
) -> None:
    addresses = web.articles("/a", "/b")
    web.serve("/robots.txt", robots)
    path = tmp_path / "list.urls"
    path.write_text("\n".join(addresses), encoding="utf-8")
    found = skipped(read(path, store))
    assert list(found) == addresses
    assert all("its host is not read, since /robots.txt" in one for one in found.values())
    assert web.paths() == []
    assert len(web.asked) == 4  # tried again, but not for each page
    with pytest.raises(SourceError, match=r"since /robots\.txt can't be"):
        read(addresses[0], store)


@pytest.mark.parametrize(
    ("rate", "robots", "expected"),
    [
        (2, "", 0.5),
        (0.5, "", 2.0),
        (2, "User-agent: *\nCrawl-delay: 3", 3.0),
        (2, "User-agent: *\nCrawl-delay: 9999999", 10.0),
        (0.1, "User-agent: *\nCrawl-delay: 3", 10.0),
    ],
)
def test_requests_are_paced(
    web: Site, store: Path, rate: float, robots: str, expected: float
) -> None:
    web.serve("/robots.txt", robots)
    web.articles("/a", "/b", "/c")
    clock = Clock()
    source = web.sitemap("/s.xml", "/a", "/b", "/c")
    assert len(read(source, store, WebConfig(private=True, rate=rate), clock.edge())) == 3
    assert len(clock.slept) == 4  # ahead of each request but the first
    assert max(clock.slept) <= expected
    assert sum(clock.slept[1:]) > 0.8 * 3 * expected


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_host_in_trouble_is_asked_again_later_and_later(
    web: Site, store: Path, status: int
) -> None:
    page = web.serve("/a", Page(status=status), Page(status=status), "<p>Text")
    clock = Clock()
    assert fetched(read(page, store, edge=clock.edge())) == [page]
    waits = [seconds for seconds in clock.slept if seconds > 0.1]
    assert len(waits) == 2 and 0.5 <= waits[0] <= 1.5 and 1 <= waits[1] <= 3


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("7", 7.0),
        (format_datetime(NOW + timedelta(seconds=60), usegmt=True), 60.0),
        (format_datetime(NOW - timedelta(seconds=60), usegmt=True), None),
        ("soon", None),
        ("-5", None),
    ],
)
def test_a_host_that_says_when_to_come_back_is_obeyed(
    web: Site, store: Path, after: str, expected: float | None
) -> None:
    page = web.serve("/a", Page(status=503, headers={"Retry-After": after}), "<p>Text")
    clock = Clock()
    assert fetched(read(page, store, edge=clock.edge(now=lambda: NOW))) == [page]
    (wait,) = [seconds for seconds in clock.slept if seconds > 0.1]
    assert wait == expected if expected else wait <= 1.5


def test_a_host_that_asks_for_too_much_patience_is_left(web: Site, store: Path) -> None:
    page = web.serve("/a", Page(status=503, headers={"Retry-After": "86400"}), "<p>Text")
    found = skipped(read(web.sitemap("/s.xml", "/a"), store))
    assert found == {page: "it answers 503 Service Unavailable"}


@pytest.mark.parametrize(
    ("status", "reason"),
    [(404, "404 Not Found"), (410, "410 Gone"), (403, "403 Forbidden"), (204, "204 No Content")],
)
def test_a_page_that_is_refused_is_asked_for_once(
    web: Site, store: Path, status: int, reason: str
) -> None:
    page = web.serve("/a", Page(b"", status))
    source = web.sitemap("/s.xml", "/a")
    assert skipped(read(source, store)) == {page: reason}
    assert web.paths().count("/a") == 1
    with pytest.raises(SourceError, match=f"^{page}: {reason}"):
        read(page, store)


def test_redirects_are_followed_and_the_last_address_is_told(web: Site, store: Path) -> None:
    (final,) = web.articles("/näh e")
    web.answers["/n%C3%A4h%20e"] = web.answers.pop("/näh e")
    web.serve("/a", Page(status=301, headers={"Location": "b?c=1#top"}))
    web.serve("/b?c=1", Page(b"moved", 308, headers={"Location": "/n\u00c3\u00a4h e"}))
    (found,) = read(web.url + "/a", store)
    assert isinstance(found, Fetched)
    assert (found.address, found.final_address) == (web.url + "/a", f"{web.url}/n%C3%A4h%20e")
    assert final.endswith("/näh e")


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/a", "go round in a circle, at {0}/a"),
        ("/more1", "more than 5 redirects"),
        ("file:///etc/passwd", "redirects to file:///etc/passwd: only http"),
        ("http://u:p@x.example/", "user name or password"),
        ("", "302 Found and does not say where to"),
    ],
)
def test_redirects_that_lead_nowhere_are_named(
    web: Site, store: Path, location: str, reason: str
) -> None:
    page = web.serve("/a", Page(status=302, headers={"Location": location} if location else {}))
    for number in range(1, 9):
        web.serve(f"/more{number}", Page(status=302, headers={"Location": f"/more{number + 1}"}))
    found = skipped(read(web.sitemap("/s.xml", "/a"), store))
    assert reason.format(web.url) in found[page]


def headers_drip(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    _drip(handler, b"X-More: 1\r\n")


def body_drips(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    _drip(handler, b"<p>more")


def chunks_drip(handler: Handler) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    handler.wfile.write(head)
    _drip(handler, b"1\r\nx\r\n")


def _drip(handler: Handler, piece: bytes) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        handler.wfile.write(piece)
        time.sleep(0.05)


@pytest.mark.parametrize("drip", [headers_drip, body_drips, chunks_drip])
def test_a_page_that_drips_ends(web: Site, store: Path, drip: Page) -> None:
    page = web.serve("/a", drip)
    addresses = web.articles("/b")
    found = read(web.sitemap("/s.xml", "/a", "/b"), store, IMPATIENT)
    assert skipped(found) == {page: "it was not read to its end within 1.2 seconds"}
    assert fetched(found) == addresses


def test_a_handshake_that_drips_ends(store: Path) -> None:
    def serve(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection, suppress(OSError):
            connection.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
            while True:
                connection.sendall(b"\x03")
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        with pytest.raises(SourceError, match=r"no answer within 0\.2 seconds"):
            read(f"https://127.0.0.1:{server.getsockname()[1]}/a", store, IMPATIENT)
        thread.join()


def test_a_silent_host_is_not_waited_for(web: Site, store: Path) -> None:
    page = web.serve("/a", lambda handler: time.sleep(1))
    found = skipped(read(web.sitemap("/s.xml", "/a"), store, IMPATIENT))
    assert found == {page: "no answer within 0.2 seconds"}
    assert web.paths().count("/a") == 4


def cut_short(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<p>Half")


def garbage(handler: Handler) -> None:
    handler.wfile.write(b"\x16\x03\x01 no HTTP at all\r\n\r\n")


@pytest.mark.parametrize("answer", [cut_short, garbage, lambda handler: None])
def test_half_an_answer_is_none(web: Site, store: Path, answer: Page) -> None:
    page = web.serve("/a", answer)
    found = skipped(read(web.sitemap("/s.xml", "/a"), store))
    assert "connection broke off" in found[page]
    web.serve("/a", answer, "<p>Text")
    assert fetched(read(page, store)) == [page]


def test_a_host_that_only_fails_is_given_up(web: Site, store: Path) -> None:
    names = [f"/{number}" for number in range(30)]
    for name in names:
        web.serve(name, Page(status=500))
    found = skipped(read(web.sitemap("/s.xml", *names), store))
    assert len(found) == 30
    assert "500 Internal Server Error" in found[web.url + "/9"]
    assert "10 addresses of its host failed in a row" in found[web.url + "/10"]
    assert web.paths()[-1] == "/9"


def test_failures_between_successes_give_no_host_up(web: Site, store: Path) -> None:
    names = [f"/{number}" for number in range(24)]
    web.articles(*names)
    for name in names[::2]:
        web.serve(name, Page(status=500))
    assert len(fetched(read(web.sitemap("/s.xml", *names), store))) == 12


def test_a_host_that_is_not_there_is_named(store: Path) -> None:
    with site() as gone:
        address = gone.url + "/a"
    with pytest.raises(SourceError, match=r"no connection to '127\.0\.0\.1': Connection refused"):
        read(address, store)
    with pytest.raises(SourceError, match=r"the name 'nowhere\.invalid' can't be resolved"):
        read("http://nowhere.invalid/a", store)


def test_one_connection_serves_many_pages(web: Site, store: Path) -> None:
    ports: set[int] = set()

    def noting(handler: Handler) -> None:
        handler.close_connection = False
        ports.add(handler.client_address[1])
        handler.wfile.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno")

    names = [f"/{number}" for number in range(5)]
    for name in names:
        web.serve(name, noting)
    read(web.sitemap("/s.xml", *names), store)
    assert len(ports) == 1
