"""Nothing that isn't on the public internet is asked for, however its address is written."""

import socket
import ssl
import subprocess
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_site import CONFIG, Clock, Page, Site, article, fetched, read, skipped

from indexer.config import WebConfig
from indexer.errors import SourceError
from indexer.sources.web import Edge, Fetched, PageStore, pages
from indexer.sources.web.address import normal, routable
from indexer.sources.web.unread import Unread

PUBLIC = "93.184.216.34"
STRICT = WebConfig(rate=100)


class Internet:
    """Names that resolve as told; public addresses lead to the test's own site."""

    def __init__(self, **names: Sequence[str] | Callable[[], Sequence[str]]) -> None:
        self.names = names
        self.connected: list[str] = []
        self.sockets: list[socket.socket] = []

    def resolve(self, host: str, port: int) -> Sequence[str]:
        found = self.names.get(host.partition(".")[0])
        if found is None:
            return Edge().resolve(host, port)
        return found() if callable(found) else found

    def connect(self, address: str, port: int, timeout: float | None) -> socket.socket:
        self.connected.append(address)
        if address == PUBLIC:
            self.sockets.append(socket.create_connection(("127.0.0.1", port), timeout))
            return self.sockets[-1]
        raise ConnectionRefusedError(111, "Connection refused")

    def edge(self) -> Edge:
        return Clock().edge(resolve=self.resolve, connect=self.connect)


def public(web: Site, path: str) -> str:
    """The address of a path of the site, by a name that is public."""
    return f"http://site.example:{web.port}{path}"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "LOCALHOST.",
        "127.1",
        "0x7f000001",
        "0x7f.1",
        "2130706433",
        "017700000001",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:10.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "10.1.2.3",
        "169.254.169.254",
        "192.168.0.1",
        "100.64.0.1",
        "224.0.0.1",
    ],
)
def test_a_private_host_is_refused_in_every_spelling(web: Site, store: Path, host: str) -> None:
    internet = Internet(site=[PUBLIC])
    web.articles("/a")
    address = f"http://{host}:{web.port}/a"
    with pytest.raises(SourceError, match=r"not on the public internet|can't be resolved"):
        read(address, store, STRICT, internet.edge())
    assert internet.connected == []
    web.sitemap("/s.xml", address)
    (reason,) = skipped(read(public(web, "/s.xml"), store, STRICT, internet.edge())).values()
    assert "not on the public internet" in reason or "can't be resolved" in reason
    assert set(internet.connected) == {PUBLIC}
    assert "/a" not in web.paths()


def test_private_hosts_are_read_where_that_is_allowed(web: Site, store: Path) -> None:
    (page,) = web.articles("/a")
    other = page.replace("127.0.0.1", "127.1")
    web.sitemap("/s.xml", page, other)
    assert fetched(read(f"http://localhost:{web.port}/s.xml", store, CONFIG)) == [page, other]


@pytest.mark.parametrize("name", ["site", "here"])
def test_a_redirect_to_a_private_host_is_refused(web: Site, store: Path, name: str) -> None:
    internet = Internet(site=[PUBLIC], here=["10.0.0.1"])
    target = web.articles("/a")[0] if name == "site" else "http://here.example/a"
    web.serve("/r", Page(status=302, headers={"Location": target}))
    web.sitemap("/s.xml", public(web, "/r"))
    found = skipped(read(public(web, "/s.xml"), store, STRICT, internet.edge()))
    assert f"it redirects to {target}: '" in found[public(web, "/r")]
    assert "/a" not in web.paths() and set(internet.connected) == {PUBLIC}


def test_one_private_address_among_public_ones_is_enough(store: Path) -> None:
    internet = Internet(site=[PUBLIC, "::ffff:10.0.0.1"])
    with pytest.raises(SourceError, match="not on the public internet"):
        read("http://site.example/a", store, STRICT, internet.edge())
    assert internet.connected == []


def test_a_name_that_changes_between_check_and_connection_gains_nothing(
    web: Site, store: Path
) -> None:
    answers = iter([[PUBLIC]])
    internet = Internet(site=lambda: next(answers, ["127.0.0.1"]))
    web.serve("/a", Page(article("/a").encode(), headers={"Connection": "close"}))
    web.serve("/robots.txt", Page(b"", headers={"Connection": "close"}))
    with pytest.raises(SourceError, match=r"'site\.example' is at 127\.0\.0\.1"):
        read(public(web, "/a"), store, STRICT, internet.edge())
    # The second connection resolved anew, and was not made.
    assert internet.connected == [PUBLIC]


def test_a_name_is_resolved_once_and_what_was_checked_is_connected_to(
    web: Site, store: Path
) -> None:
    answers = iter([[PUBLIC]])
    internet = Internet(site=lambda: next(answers, ["127.0.0.1"]))
    web.articles("/a")
    # One connection for robots.txt and the page: were the name resolved again, it would be private.
    assert fetched(read(public(web, "/a"), store, STRICT, internet.edge())) == [public(web, "/a")]
    assert internet.connected == [PUBLIC]


def test_a_name_that_becomes_private_between_two_pages_is_refused_from_then_on(
    web: Site, store: Path, tmp_path: Path
) -> None:
    answers = iter([[PUBLIC]] * 3)
    internet = Internet(site=lambda: next(answers, ["10.0.0.1", PUBLIC]))
    for path in ("/robots.txt", "/a", "/b", "/c"):
        web.serve(path, Page(article(path).encode(), headers={"Connection": "close"}))
    listed = [public(web, path) for path in ("/a", "/b", "/c")]
    (tmp_path / "list.urls").write_text("\n".join(listed), "utf-8")
    found = read(tmp_path / "list.urls", store, STRICT, internet.edge())
    assert fetched(found) == listed[:2]
    assert "'site.example' is at 10.0.0.1" in skipped(found)[listed[2]]
    assert internet.connected == [PUBLIC] * 3 and "/c" not in web.paths()


def test_where_robots_txt_redirects_to_is_checked_too(web: Site, store: Path) -> None:
    internet = Internet(site=[PUBLIC], inner=["169.254.169.254"])
    inner = f"http://inner.example:{web.port}/latest"
    web.serve("/robots.txt", Page(status=301, headers={"Location": inner}))
    web.articles("/a")
    with pytest.raises(SourceError, match=r"'inner\.example' is at 169\.254\.169\.254"):
        read(public(web, "/a"), store, STRICT, internet.edge())
    assert internet.connected == [PUBLIC] and web.paths() == []


def test_the_systems_own_resolver_is_the_one_that_is_checked(
    web: Site, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names resolve by the C library's call, at the edge of Python; the sockets are real."""
    own, asked = socket.getaddrinfo, []

    def rebinding(host: str, *rest: Any, **options: Any) -> Any:  # noqa: ANN401 (getaddrinfo's)
        if host != "rebinding.example":
            return own(host, *rest, **options)
        asked.append(host)
        return own("127.0.0.1", *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    web.articles("/a")
    address = f"http://rebinding.example:{web.port}/a"
    with pytest.raises(SourceError, match=r"'rebinding\.example' is at 127\.0\.0\.1"):
        read(address, store, STRICT)
    assert asked and web.asked == []
    assert fetched(read(address, store, CONFIG)) == [address]  # it would have answered


def test_the_next_address_of_a_name_is_tried(web: Site, store: Path) -> None:
    internet = Internet(site=["2606:2800:21f::1", PUBLIC])
    web.articles("/a")
    assert fetched(read(public(web, "/a"), store, STRICT, internet.edge())) == [public(web, "/a")]
    assert internet.connected == ["2606:2800:21f::1", PUBLIC]


def test_of_many_hosts_few_are_kept_connected(web: Site, store: Path) -> None:
    internet = Internet(**{f"s{number}": [PUBLIC] for number in range(40)})
    web.articles("/a", "/b")
    hosts = [f"http://s{number}.example:{web.port}" for number in range(40)]
    web.sitemap("/s.xml", *(host + path for path in ("/a", "/b") for host in hosts))
    found = pages(f"{hosts[0]}/s.xml", STRICT, PageStore(store), internet.edge())
    for one in found:
        assert isinstance(one, Fetched)
        assert sum(made.fileno() != -1 for made in internet.sockets) <= 10
    assert web.paths().count("/b") == 40
    assert all(made.fileno() == -1 for made in internet.sockets)


def test_the_environments_proxy_is_not_used(
    web: Site, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    (page,) = web.articles("/a")
    assert fetched(read(page, store)) == [page]


@pytest.mark.parametrize(
    "address",
    ["ftp://x.example/a", "file:///etc/passwd", "http://", "http://u:p@x.example/", "://", "a://b"],
)
def test_other_addresses_are_refused(store: Path, address: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(address, store)
    assert str(caught.value).startswith(f"{address}: ")


@pytest.mark.parametrize("host", ["a..b", "a" * 64, ".", "%00", "a b"])
def test_hosts_that_are_no_names_are_refused(store: Path, host: str) -> None:
    with pytest.raises(SourceError, match=r"valid|resolved"):
        read(f"http://{host}/", store)


def test_tls_verifies_the_name_though_an_ip_address_is_dialled(
    web: Site, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=site.example".split()
    names = ["-addext", "subjectAltName=DNS:site.example", "-keyout", key, "-out", certificate]
    try:
        subprocess.run([*command, *names], check=True, capture_output=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("openssl makes no certificate here")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    web.server.socket = context.wrap_socket(web.server.socket, server_side=True)
    web.articles("/a")
    address = f"https://site.example:{web.port}/a"
    internet = Internet(site=[PUBLIC], other=[PUBLIC])
    with pytest.raises(SourceError, match=r"no secure connection: self.signed certificate"):
        read(address, store, STRICT, internet.edge())
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert fetched(read(address, store, STRICT, internet.edge())) == [address]
    with pytest.raises(SourceError, match="no secure connection: Hostname mismatch"):
        read(address.replace("site", "other"), store, STRICT, internet.edge())


@pytest.mark.parametrize(
    ("ip", "expected"),
    [
        (PUBLIC, True),
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("64:ff9b::808:808", True),
        ("::ffff:8.8.8.8", True),
        ("2002:808:808::1", True),
        ("0.0.0.0", False),
        ("192.0.0.8", False),
        ("192.0.2.1", False),
        ("198.18.0.1", False),
        ("203.0.113.1", False),
        ("239.1.1.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("64:ff9b:1::808:808", False),
        ("100::1", False),
        ("2001::1", False),
        ("2001:db8::1", False),
        ("3fff::1", False),
        ("fc00::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("::8.8.8.8", False),
        ("fe80::1%eth0", False),
    ],
)
def test_which_addresses_are_public(ip: str, expected: bool) -> None:
    assert routable(ip_address(ip)) is expected


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_as_public_in_ipv6(ip: IPv4Address) -> None:
    number = int(ip)
    spellings = (0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80)
    assert {routable(IPv6Address(one)) for one in spellings} == {routable(ip)}
    assert routable(ip) <= ip.is_global


@given(st.text(max_size=30).map("http://x.example/{}".format) | st.text(max_size=40))
def test_the_one_spelling_of_an_address_is_its_own(address: str) -> None:
    try:
        found = normal(address)
    except Unread:
        return
    assert found.isascii() and found.isprintable() and " " not in found
    assert normal(found) == found
