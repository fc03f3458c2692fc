"""Web sources: what an address serves decides what is read of it."""

import gzip
from pathlib import Path

import pytest
from web_site import CONFIG, HTML, XML, Page, Site, fetched, read, sitemap, skipped

from indexer import sources
from indexer.article import Article, Skipped
from indexer.errors import SourceError
from indexer.sources import Reading
from indexer.sources.file import LARGEST
from indexer.sources.web import Fetched

PROSE = "<p>Rest it for two days, then move it a little more every day. Ice helps it as well."
RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<link>{0}/</link><atom:link rel="self" href="{0}/feed"/>
<item><title>Knee &amp; hip</title><atom:link rel="self" href="{0}/x"/><link>{0}/knee</link></item>
<item><guid>{0}/back</guid></item>
<item><guid isPermaLink="false">tag:1</guid><link><![CDATA[ /hip ]]></link></item>
<item><title>No link</title><guid isPermaLink="false">{0}/tag</guid></item>
</channel></rss>"""
RSS_1 = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/"><channel rdf:about="{0}"><link>{0}/</link></channel>
<item rdf:about="{0}/knee"><link>{0}/knee</link></item></rdf:RDF>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><link href="{0}/"/>
<entry><link rel="self" href="{0}/self"/><link href="/knee"/></entry>
<entry><link rel="alternate" type="text/html" href="{0}/back"/></entry></feed>"""
BOMB = gzip.compress(bytes(LARGEST + 1))


def test_the_pages_of_a_sitemap_are_read_in_its_order(web: Site, store: Path) -> None:
    addresses = web.articles("/knee", "/back", "/a?b=1&amp;c=2")
    source = web.sitemap("/sitemap.xml", "/knee", "/back#top", "/a?b=1&amp;c=2", "/knee")
    web.answers["/a?b=1&c=2"] = web.answers.pop("/a?b=1&amp;c=2")
    found = read(source, store)
    assert fetched(found) == [*addresses[:2], f"{web.url}/a?b=1&c=2"]
    first = found[0]
    assert isinstance(first, Fetched)
    assert (first.suffix, first.kept, first.final_address) == (".html", "", addresses[0])
    assert b"About /knee" in first.data


def test_sitemaps_are_read_through_an_index_gzipped_or_not(web: Site, store: Path) -> None:
    addresses = web.articles("/a", "/b", "/c", "/d")
    packed = gzip.compress(sitemap(addresses[1]).encode())
    web.sitemap("/1.xml", "/a")
    web.serve("/2.xml.gz", packed, type="application/gzip")
    web.serve("/3.xml", packed, type=XML, headers={"Content-Encoding": "gzip"})
    web.sitemap("/deeper.xml", "/4.xml", index=True)
    web.sitemap("/4.xml", "/c", "/d")
    source = web.sitemap("/all.xml", "/1.xml", "/2.xml.gz", "/3.xml", "/deeper.xml", index=True)
    assert fetched(read(source, store)) == addresses


def test_blank_lines_ahead_of_a_sitemap_are_forgiven(web: Site, store: Path) -> None:
    addresses = web.articles("/a")
    assert fetched(read(web.serve("/s.xml", "\n \r\n" + sitemap(*addresses)), store)) == addresses


def test_sitemaps_that_name_each_other_end(web: Site, store: Path) -> None:
    addresses = web.articles("/a")
    web.sitemap("/a.xml", "/a")
    web.sitemap("/back.xml", "/index.xml", "/a.xml", index=True)
    source = web.sitemap("/index.xml", "/index.xml", "/back.xml", "/a.xml", index=True)
    assert fetched(read(source, store)) == addresses
    assert sorted(web.paths()) == ["/a", "/a.xml", "/back.xml", "/index.xml"]


def test_sitemaps_nested_too_deep_are_refused(web: Site, store: Path) -> None:
    for depth in range(4):
        web.sitemap(f"/{depth}.xml", f"/{depth + 1}.xml", index=True)
    with pytest.raises(SourceError, match=r"/2\.xml: sitemaps are nested deeper than 3 levels"):
        read(web.url + "/0.xml", store)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        (RSS, "application/rss+xml", ["/knee", "/back", "/hip"]),
        (RSS, HTML, ["/knee", "/back", "/hip"]),
        (RSS_1, "application/rdf+xml", ["/knee"]),
        (ATOM, "application/atom+xml; charset=utf-8", ["/knee", "/back"]),
        (ATOM, "text/xml", ["/knee", "/back"]),
    ],
)
def test_the_entries_of_a_feed_are_read(
    web: Site, store: Path, text: str, kind: str, expected: list[str]
) -> None:
    web.articles(*expected)
    source = web.serve("/feed", text.format(web.url), type=kind)
    found = read(source, store)
    assert fetched(found) == [web.url + path for path in expected]
    if text == RSS:
        assert skipped(found) == {f"{source}, entry 4": "it names no address"}


@pytest.mark.parametrize(
    ("path", "kind", "body", "suffix"),
    [
        ("/a", HTML, b"<p>Text", ".html"),
        ("/a.pdf", HTML, b"<p>Text", ".html"),
        ("/a", "application/xhtml+xml", b"<html/>", ".xhtml"),
        ("/a", XML, b"<html xmlns='http://www.w3.org/1999/xhtml'/>", None),
        ("/a", "application/pdf", b"%PDF-1.7", ".pdf"),
        ("/a", None, b"%PDF-1.7", ".pdf"),
        ("/a", None, b" <!DOCTYPE html><p>", ".html"),
        ("/a.DOCX", "application/octet-stream", b"PK", ".docx"),
        ("/a", "text/plain", b"Text", ".txt"),
        ("/a.md?raw", "text/plain", b"# Text", ".md"),
        ("/a.markdown", "text/plain", b"# Text", ".md"),
        ("/a.htm", "text/plain", b"<p>Text", ".html"),
        ("/a.xhtml", "application/octet-stream", b"<p>Text</p>", ".xhtml"),
        ("/a.pdf", "text/plain", b"Text", ".txt"),
        ("/a", "text/markdown; variant=GFM", b"# Text", ".md"),
        ("/a", "image/png", b"\x89PNG", None),
        ("/a", "application/json", b"{}", None),
        ("/a", None, b"\x89PNG", None),
    ],
)
def test_a_single_page_is_a_document_if_its_type_is_one(
    web: Site, store: Path, path: str, kind: str | None, body: bytes, suffix: str | None
) -> None:
    source = web.serve(path, body, type=kind)
    listed = web.sitemap("/sitemap.xml", path)
    if suffix is None:
        with pytest.raises(SourceError, match="document"):
            read(source, store)
        assert "document" in skipped(read(listed, store))[source]
    else:
        for found in (read(source, store), read(listed, store)):
            assert found == [Fetched(source, source, body, suffix)]


def test_an_encoding_that_only_the_header_names_becomes_utf_8(web: Site, store: Path) -> None:
    pages = [
        web.serve("/1", "<p>Café £5".encode("latin-1"), type="text/html; charset=ISO-8859-1"),
        web.serve("/2", "<p>Café £5", type="text/html; charset=ISO-8859-1"),
        web.serve("/3", "<p>Café £5".encode("utf-16-le"), type="text/html; charset=utf-16-le"),
        web.serve("/4", "<p>Café £5", type="text/html; charset=nonsense"),
    ]
    for page in pages:
        (found,) = read(page, store)
        assert isinstance(found, Fetched) and found.data.decode() == "<p>Café £5"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            "<urlset>\n<url>\n<loc></url></urlset>",
            "its XML is wrong in line 3: Opening and ending tag mismatch: loc line 3 and url.",
        ),
        ("<!DOCTYPE html><p>Sorry", "said to be application/xml, but it is an HTML page"),
        ("<urlset><url><loc>&eacute;</loc></url></urlset>", "its XML is wrong in line 1"),
        ("<urlset/>", "it lists no page"),
        (
            "<urlset><url><loc>ftp://x.example/</loc></url></urlset>",
            "no page.*entry 1: .*only http",
        ),
        ("<?xml version='1.0'?><opml/>", "XML of the kind <opml>"),
        (
            '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
            "<urlset><url><loc>&x;</loc></url></urlset>",
            "declares entities",
        ),
        (
            '<!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">'
            + "".join(
                f'<!ENTITY {now} "{f"&{before};" * 30}">'
                for before, now in zip("abcdefg", "bcdefgh", strict=True)
            )
            + ']><urlset><url a="&h;"><loc>&h;</loc></url></urlset>',
            "XML",
        ),
        ("<urlset>" + "<url>" * 10_000, "its XML is wrong"),
    ],
)
def test_a_sitemap_that_is_wrong_is_refused(web: Site, store: Path, body: str, reason: str) -> None:
    source = web.serve("/sitemap.xml", body, type=XML)
    with pytest.raises(SourceError, match=reason) as caught:
        read(source, store)
    assert str(caught.value).startswith(source)


@pytest.mark.parametrize("answer", [Page(b"", 404), Page(b"", 500), Page(b"<p>Text")])
def test_a_nested_sitemap_that_fails_fails_the_source(web: Site, store: Path, answer: Page) -> None:
    web.articles("/a")
    web.sitemap("/1.xml", "/a")
    web.serve("/2.xml", answer)
    source = web.sitemap("/sitemap.xml", "/1.xml", "/2.xml", index=True)
    with pytest.raises(SourceError, match=r"/2\.xml: "):
        read(source, store)
    assert "/a" not in web.paths()


def test_a_sitemap_that_a_sitemap_lists_as_a_page_is_named(web: Site, store: Path) -> None:
    web.sitemap("/2.xml", "/a")
    found = read(web.sitemap("/1.xml", "/2.xml"), store)
    assert "name it as a source of its own" in skipped(found)[web.url + "/2.xml"]


def test_entries_that_are_no_web_address_are_named(web: Site, store: Path) -> None:
    web.articles("/a")
    source = web.sitemap("/s.xml", "/a", "ftp://x.example/a", "http://[", "http://u:p@x.example/")
    reasons = skipped(read(source, store))
    assert list(reasons) == [f"{source}, entry {number}" for number in (2, 3, 4)]
    assert "only http:// and https://" in reasons[f"{source}, entry 2"]
    assert "not a valid web address" in reasons[f"{source}, entry 3"]
    assert "password" in reasons[f"{source}, entry 4"]


def test_pages_past_the_limit_are_counted(web: Site, store: Path) -> None:
    web.articles("/a", "/b")
    web.sitemap("/1.xml", "/a", "/b", "/a", "/c", "/d", "/d")
    web.sitemap("/2.xml", "/e")
    source = web.sitemap("/all.xml", "/1.xml", "/2.xml", index=True)
    found = read(source, store, CONFIG.model_copy(update={"max_pages": 2}))
    assert fetched(found) == [web.url + "/a", web.url + "/b"]
    (reason,) = skipped(found).values()
    assert "first 2 pages" in reason and "max_pages" in reason
    assert "2 more addresses, 1 sitemaps that were not opened" in reason
    assert not {"/c", "/e", "/2.xml"} & {*web.paths()}


def test_a_file_lists_addresses_and_its_wrong_lines_are_numbered(
    web: Site, store: Path, tmp_path: Path
) -> None:
    addresses = web.articles("/a", "/b")
    lines = ["# ours", addresses[0], "", "nonsense", f"  {addresses[1]}#part # why", "file:///x"]
    path = tmp_path / "pages.urls"
    path.write_text("\n".join(lines), encoding="utf-8")
    found = read(path, store)
    assert fetched(found) == addresses
    assert [*skipped(found)] == [f"{path}:4", f"{path}:6"]


@pytest.mark.parametrize("data", [b"", b"# only\nwords", b"\x00\x01"])
def test_a_file_without_an_address_is_refused(store: Path, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "pages.urls"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=r"pages\.urls: "):
        read(path, store)
    with pytest.raises(SourceError, match="No such file"):
        read(tmp_path / "other.urls", store)


@pytest.mark.parametrize(
    "answer",
    [
        Page(BOMB, headers={"Content-Encoding": "gzip"}),
        Page(BOMB, type="application/gzip"),
        Page(b"x" * (LARGEST + 1)),
        Page(b"", headers={"Content-Length": str(2**60)}),
        Page(gzip.compress(b"a") * 2 + BOMB, headers={"Content-Encoding": "gzip"}),
    ],
)
def test_what_is_too_large_is_skipped_however_it_is_packed(
    web: Site, store: Path, answer: Page
) -> None:
    page = web.serve("/a", answer)
    assert "limit of 20 MiB" in skipped(read(web.sitemap("/s.xml", "/a"), store))[page]


def test_a_gzipped_bomb_of_a_sitemap_is_refused(web: Site, store: Path) -> None:
    source = web.serve("/s.xml.gz", gzip.compress(bytes(51 * 2**20)), type="application/gzip")
    with pytest.raises(SourceError, match="limit of 50 MiB"):
        read(source, store)


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip"])
def test_a_compression_that_was_not_asked_for_is_named(
    web: Site, store: Path, encoding: str
) -> None:
    page = web.serve("/a", b"...", headers={"Content-Encoding": encoding})
    assert f"'{encoding}'" in skipped(read(web.sitemap("/s.xml", "/a"), store))[page]


@pytest.mark.parametrize(
    "body", [gzip.compress(b"Text" * 99)[:-9], b"\x1f\x8bno", gzip.compress(b"a") + b"\x1f\x8b?"]
)
def test_damaged_gzip_is_skipped(web: Site, store: Path, body: bytes) -> None:
    page = web.serve("/a", body, headers={"Content-Encoding": "gzip"})
    assert "gzip compression" in skipped(read(web.sitemap("/s.xml", "/a"), store))[page]


def test_gzip_in_several_parts_with_padding_is_read(web: Site, store: Path) -> None:
    body = gzip.compress(b"<p>One") + gzip.compress(b" two") + bytes(100)
    source = web.serve("/a", body, headers={"Content-Encoding": "gzip"})
    assert read(source, store) == [Fetched(source, source, b"<p>One two", ".html")]


def test_a_page_that_shows_what_a_feed_looks_like_is_a_page(web: Site, store: Path) -> None:
    page = web.serve("/a", "<!DOCTYPE html><pre><rss version=2></pre><p>Text")
    assert fetched(read(page, store)) == [page]


def test_an_entry_with_a_scheme_and_no_host_names_none(web: Site, store: Path) -> None:
    web.articles("/a")
    source = web.serve("/s.xml", sitemap("http://", "/a", "b"), type=XML)
    found = read(source, store)
    assert skipped(found)[f"{source}, entry 1"] == "'http://': the address names no host"
    assert fetched(found) == [f"{web.url}/a"]
    assert skipped(found)[f"{web.url}/b"] == "404 Not Found"


def test_a_list_of_no_right_address_shows_the_first_wrong_one(store: Path, tmp_path: Path) -> None:
    (tmp_path / "a.urls").write_text("# ours\nexample.org\n", "utf-8")
    with pytest.raises(SourceError, match=r"a\.urls:2: 'example\.org': only http:// and https://"):
        read(tmp_path / "a.urls", store)


def test_a_page_that_several_sources_list_is_read_once(web: Site, tmp_path: Path) -> None:
    web.serve("/a", f"{PROSE}<p>One.")
    web.serve("/b", f"{PROSE}<p>Two.")
    first, second = web.sitemap("/1.xml", "/a", "/gone"), web.sitemap("/2.xml", "/b", "/a", "/gone")
    (tmp_path / "a.urls").write_text(f"{web.url}/a\n", "utf-8")
    given = [first, f"{first}#again", second, f"{web.url}/a", str(tmp_path / "a.urls")]
    found = list(sources.read(given, Reading(web=CONFIG)))
    assert [one.id for one in found if isinstance(one, Article)] == [f"{web.url}/a", f"{web.url}/b"]
    assert [one.origin for one in found if isinstance(one, Skipped)] == [f"{web.url}/gone"]
    assert web.paths().count("/a") == 1
