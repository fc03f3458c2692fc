"""The server as its operator runs it, and requests as its clients send them."""

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import urlencode

PROGRAM = Path(sys.executable).with_name("plainsearch")
PATIENCE = 60.0
"""Seconds after which a server that is not ready counts as broken."""

Plainsearch = Callable[..., subprocess.CompletedProcess[str]]
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for one request."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> Document:
        """The body, read as JSON."""
        found: Document = json.loads(self.body)
        return found


def send(request: urllib.request.Request) -> Reply:
    """Send a request; an answer of any status comes back as it is."""
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return Reply(response.status, response.headers, response.read())
    except urllib.error.HTTPError as response:
        with response:
            return Reply(response.code, response.headers, response.read())


def get(
    address: str, path: str, headers: Mapping[str, str] | None = None, **query: object
) -> Reply:
    """GET a path; a list in the query is sent as several values."""
    sent = urlencode({"filter" if key == "filters" else key: query[key] for key in query}, True)
    whole = f"{address}{path}{'?' if sent else ''}{sent}"
    return send(urllib.request.Request(whole, headers=dict(headers or {})))


def post(address: str, path: str, body: object, kind: str = "application/json") -> Reply:
    """POST a body: bytes as they are, anything else as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": kind}
    return send(urllib.request.Request(address + path, data, headers, method="POST"))


@contextmanager
def serving(index: Path, environment: Mapping[str, str], *options: str) -> Iterator[str]:
    """Run ``plainsearch serve`` on a free port until the block ends; gives its address."""
    with TemporaryFile("w+", encoding="utf-8") as said:
        process = subprocess.Popen(
            [PROGRAM, "serve", "--index", str(index), "--port", "0", *options],
            env=dict(environment),
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
        try:
            yield _ready(process, said)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _ready(process: subprocess.Popen[bytes], said: IO[str]) -> str:
    address = None
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        said.seek(0)
        address = re.search(r"http://[^/\s]+", said.read())
        try:
            if address and get(address[0], "/readyz").status == 200:
                return address[0]
        except OSError:
            pass  # it listens before its workers are up
        time.sleep(0.05)
    said.seek(0)
    raise AssertionError(f"the server did not get ready: {said.read()}")
