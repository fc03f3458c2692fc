"""Whatever a host sends: a page, or a reason; never a traceback, never for ever."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web_site import CONFIG, Handler, Site, read, site

from indexer.article import Skipped
from indexer.sources.web import Fetched
from indexer.sources.web.gzipped import unpacked, unpacking
from indexer.sources.web.listing import Listing, listing
from indexer.sources.web.unread import ForNow, Unread

IMPATIENT = CONFIG.model_copy(update={"timeout": 0.2})


@pytest.fixture(scope="module")
def web() -> Iterator[Site]:
    with site() as made:
        yield made


LINES = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 302 Found\r\n",
        b"HTTP/1.1 503 Wait\r\n",
        b"HTTP/1.1 999\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/2 200\r\n",
        b"Content-Length: 5\r\n",
        b"Content-Length: 3, 5\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: \xb2\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Encoding: gzip\r\n",
        b"Content-Type: text/html; charset=\xff\r\n",
        b"Content-Type: text/html; charset*=utf-8''%ff\r\n",
        b"Content-Type: text/xml\r\n",
        b"Location: //[\r\n",
        b"Location: http://\xff/\r\n",
        b"Location: /a\r\n",
        b"Retry-After: Mon, 99 Nov 0000 99:99:99 +9999\r\n",
        b"Retry-After: Mon, 01 Jan 9999 00:00:00 -2359\r\n",
        b"Set-Cookie\r\n",
        b" folded\r\n",
        b"X: " + b"y" * 70_000 + b"\r\n",
        b"\r\n",
        b"5\r\nhello\r\n",
        b"ffffffffffffffffff\r\n",
        b"0\r\n\r\n",
        b"<urlset>",
        b"<rss><item/></rss>",
        gzip.compress(b"<p>Text"),
    ]
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(LINES | st.binary(max_size=20), max_size=8).map(b"".join), st.booleans())
def test_any_answer_gives_a_page_or_a_reason(web: Site, answer: bytes, sound: bool) -> None:
    def say(handler: Handler) -> None:
        handler.wfile.write((b"HTTP/1.1 200 OK\r\n" if sound else b"") + answer)

    web.serve("/a", say)
    with TemporaryDirectory() as folder:
        source = web.sitemap("/s.xml", "/a")
        (found,) = read(source, Path(folder) / "pages.sqlite", IMPATIENT)
    assert isinstance(found, Fetched) or (isinstance(found, Skipped) and found.reason)


MARKUP = st.sampled_from(
    [
        "<urlset>", "</urlset>", "<url>", "</url>", "<loc>", "</loc>", "<loc/>", "<rss>", "</rss>",
        "<item>", "</item>", "<link>", "</link>", "<link href='/a'/>", "<feed>", "</feed>",
        "<guid>", "</guid>", "<!-- -->", "<?x?>", "&amp;", "&x;", "<![CDATA[", "]]>", "/a",
        "<!DOCTYPE rss [<!ENTITY x 'y'>]>", "<?xml version='1.0' encoding='utf-16'?>",
    ]
)  # fmt: skip


@given(st.lists(MARKUP | st.text(max_size=5), max_size=20).map("".join))
def test_any_xml_is_a_listing_or_refused(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    try:
        found = listing("http://x.example/", "text/xml", data)
    except Unread as why:
        assert "XML" in str(why)
    else:
        assert found is None or (isinstance(found, Listing) and "&" not in "".join(found.entries))


@given(st.lists(st.binary(max_size=2000), max_size=4), st.integers(1, 50), st.binary(max_size=8))
def test_gzip_is_unpacked_as_python_does_however_it_is_cut(
    members: list[bytes], size: int, padding: bytes
) -> None:
    packed = b"".join(map(gzip.compress, members)) + padding.replace(b"\x1f", b"")
    packed = packed if members else b""
    pieces = [packed[start : start + size] for start in range(0, len(packed), size)]
    expected = b"".join(members)
    assert b"".join(unpacking(pieces, 10_000)) == expected == unpacked(packed, 10_000)


@given(st.binary(max_size=3000), st.integers(0, 3000))
def test_no_more_is_unpacked_than_is_allowed(data: bytes, largest: int) -> None:
    if len(data) <= largest:
        assert unpacked(gzip.compress(data), largest) == data
    else:
        with pytest.raises(Unread, match="larger than the limit"):
            unpacked(gzip.compress(data), largest)


@given(st.binary(max_size=200))
def test_what_is_no_gzip_is_named(data: bytes) -> None:
    try:
        assert unpacked(data, 10_000) == (zlib.decompress(data, 31) if data else b"")
    except ForNow as why:
        assert "gzip compression" in str(why)
