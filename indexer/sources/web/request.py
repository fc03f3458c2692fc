"""One question to a host and its answer, read within limits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from urllib3.response import BaseHTTPResponse

from indexer.sources.web.gzipped import over, unpacking
from indexer.sources.web.line import Line
from indexer.sources.web.unread import Unread

_PIECE = 2**16
_SMALL = 2**18
"""Of an answer that holds no document so much is read, to keep the connection."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host answers."""

    address: str
    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes
    """Unpacked; empty unless the status is 200."""

    @property
    def said(self) -> str:
        """The status in words: '404 Not Found'."""
        try:
            return f"{self.status} {HTTPStatus(self.status).phrase}"
        except ValueError:
            return str(self.status)


def request(
    line: Line, address: str, target: str, headers: Mapping[str, str], timeout: float, largest: int
) -> Answer:
    """Ask for an address once.

    Args:
        line: to the address's host.
        address: in full.
        target: its path and query.
        headers: to send besides the usual ones.
        timeout: seconds to wait for a connection, and for each part of the answer.
        largest: bytes that the document may have, packed and unpacked.

    Raises:
        Unread: the host must not be connected to, or the document is too large.
        ForNow: there is no whole answer.
    """
    # Other compressions would have to be unpacked within limits too, for a few per cent.
    asked = {"accept": "*/*", "accept-encoding": "gzip", **headers}
    with line.answer(target, asked, timeout) as response:
        said = {name.lower(): _text(value) for name, value in response.headers.items()}
        if response.status == HTTPStatus.OK:
            body = b"".join(_unpacked(response, said, largest))
        else:
            body = b""
            _drain(response)
        return Answer(address, response.status, said, body)


def _text(header: str) -> str:
    """A header's text: HTTP says Latin-1, many servers send UTF-8."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


def _unpacked(response: BaseHTTPResponse, said: Mapping[str, str], largest: int) -> Iterator[bytes]:
    length = said.get("content-length", "")
    if length.isdecimal() and int(length) > largest:
        raise Unread(over(largest))
    encoding = said.get("content-encoding", "").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        return unpacking(_pieces(response, largest), largest)
    if encoding not in ("", "identity"):
        raise Unread(f"it came compressed as '{encoding}', though only gzip was asked for")
    return _pieces(response, largest)


def _pieces(response: BaseHTTPResponse, largest: int) -> Iterator[bytes]:
    size = 0
    while piece := response.read1(_PIECE, decode_content=False):
        size += len(piece)
        if size > largest:
            raise Unread(over(largest))
        yield piece


def _drain(response: BaseHTTPResponse) -> None:
    size = 0
    while size < _SMALL and (piece := response.read1(_PIECE, decode_content=False)):
        size += len(piece)
