"""A web site of this machine's own, and a clock that only sleeping moves."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from indexer.article import Skipped
from indexer.config import WebConfig
from indexer.sources.web import Edge, Fetched, PageStore, pages

HTML = "text/html; charset=utf-8"
XML = "application/xml"
XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"

CONFIG = WebConfig(private=True, rate=100)


@dataclass(frozen=True)
class Page:
    """What a path is answered with."""

    body: bytes = b""
    status: int = 200
    type: str | None = HTML
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = BaseHTTPRequestHandler
Served = Page | Callable[[Handler], None]


class Site:
    """Answers paths; several answers to one path are given in turn, the last one for good."""

    def __init__(self) -> None:
        self.answers: dict[str, deque[Served]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Answering(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                site.asked.append((self.path, headers))
                waiting = site.answers.get(self.path) or deque([Page(b"gone", 404)])
                served = waiting.popleft() if len(waiting) > 1 else waiting[0]
                if isinstance(served, Page):
                    send(self, served)
                else:
                    self.close_connection = True
                    served(self)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, *_: object) -> None:
                pass  # clients that hang up are what is tested

        self.server = Server(("127.0.0.1", 0), Answering)
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}"

    def serve(self, path: str, *answers: Served | str | bytes, **options: Any) -> str:  # noqa: ANN401 (Page's own)
        """Answer a path; gives its address. Text is a page with Page's `options`."""
        self.answers[path] = deque(
            Page(one.encode() if isinstance(one, str) else one, **options)
            if isinstance(one, str | bytes)
            else one
            for one in answers
        )
        return self.url + path

    def sitemap(self, path: str, *listed: str, index: bool = False) -> str:
        """Serve a sitemap of paths or addresses."""
        return self.serve(
            path, sitemap(*(self._full(one) for one in listed), index=index), type=XML
        )

    def _full(self, path: str) -> str:
        return path if "://" in path else self.url + path

    def articles(self, *names: str) -> list[str]:
        """Serve a short page under each path."""
        return [self.serve(name, article(name)) for name in names]

    def paths(self) -> list[str]:
        """What was asked for, robots.txt left out."""
        return [path for path, _ in self.asked if path != "/robots.txt"]


def send(handler: Handler, page: Page) -> None:
    handler.send_response(page.status)
    headers = {"Content-Length": str(len(page.body)), **page.headers}
    if page.type is not None:
        headers["Content-Type"] = page.type
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(page.body)


@contextmanager
def site() -> Iterator[Site]:
    made = Site()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        thread.join()


def article(name: str) -> str:
    return f"<!doctype html><title>{name}</title><h1>{name}</h1><p>About {name}: rest it."


def sitemap(*addresses: str, index: bool = False) -> str:
    outer, inner = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    entries = "".join(f"<{inner}><loc>\n {one} </loc></{inner}>" for one in addresses)
    return f'<?xml version="1.0"?><{outer} xmlns="{XMLNS}">{entries}</{outer}>'


class Clock:
    """Time that passes by itself, and at once where somebody sleeps."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def monotonic(self) -> float:
        return time.monotonic() + sum(self.slept)

    def edge(self, **others: Any) -> Edge:  # noqa: ANN401 (Edge's own)
        return replace(Edge(sleep=self.sleep, monotonic=self.monotonic), **others)


Found = Fetched | Skipped


def read(
    source: str | Path,
    store: Path,
    config: WebConfig = CONFIG,
    edge: Edge | None = None,
) -> list[Found]:
    """A whole run over one source."""
    with PageStore(store) as kept:
        return list(pages(str(source), config, kept, edge or Clock().edge()))


def fetched(found: Sequence[Found]) -> list[str]:
    return [one.address for one in found if isinstance(one, Fetched)]


def skipped(found: Sequence[Found]) -> dict[str, str]:
    return {one.origin: one.reason for one in found if isinstance(one, Skipped)}
