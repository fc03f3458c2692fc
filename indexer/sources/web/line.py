"""A connection to one host: only to IP addresses that were checked, and cut when time is up."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from ipaddress import ip_address
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, ReadTimeoutError, SSLError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url

from indexer.sources.web.address import PORTS, routable
from indexer.sources.web.edge import Edge
from indexer.sources.web.unread import Again, ForNow, Refused

PATIENCE = 6
"""A page may take so many times the timeout as a whole: slow drips end too."""
_TRIED = 3
"""So many of a name's IP addresses are tried."""

_Dial = Callable[[str, int, float | None], socket.socket]


class Line:
    """Connects to one host, keeps the connection open between requests.

    A name is resolved when a connection is made, all of its IP addresses are checked, and one
    of these very addresses is connected to: a name that resolves differently a moment later
    changes nothing. TLS still verifies the certificate against the name.
    """

    def __init__(self, url: Url, edge: Edge, private: bool) -> None:
        """A line to the host of `url`; `private` allows hosts that aren't on the internet."""
        self._url, self._edge, self._private = url, edge, private
        self._pool: HTTPConnectionPool | None = None
        self._handle: socket.socket | None = None
        self._late = threading.Event()

    @contextmanager
    def answer(
        self, target: str, headers: Mapping[str, str], timeout: float
    ) -> Iterator[BaseHTTPResponse]:
        """Ask for a path; the answer's body is read inside the context.

        Raises:
            Refused: the host must not be connected to.
            ForNow: there is no answer, or it broke off or took too long.
        """
        self._late.clear()
        watchdog = threading.Timer(PATIENCE * timeout, self._end)
        watchdog.daemon = True
        watchdog.start()
        try:
            response = self._opened().urlopen(
                "GET",
                target,
                headers=headers,
                redirect=False,
                retries=False,
                preload_content=False,
                decode_content=False,
                timeout=Timeout(connect=timeout, read=timeout),
            )
            with closing(response):
                yield response
        except (HTTPError, OSError) as error:
            self._cut()
            if not self._late.is_set():
                raise _unread(error, timeout) from error
        except BaseException:
            self._cut()
            raise
        finally:
            watchdog.cancel()
        if self._late.is_set():
            raise ForNow(f"it was not read to its end within {PATIENCE * timeout:g} seconds")

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._pool:
            self._pool.close()
        self._pool = None
        self._cut()

    def _opened(self) -> HTTPConnectionPool:
        if self._pool is None:
            scheme, host = str(self._url.scheme), str(self._url.host).strip("[]")
            pool = _SecurePool if scheme == "https" else _PlainPool
            # No proxy is taken from the environment: it would resolve names by itself.
            self._pool = pool(host, self._url.port or PORTS[scheme], maxsize=1, dial=self._dial)
        return self._pool

    def _dial(self, host: str, port: int, timeout: float | None) -> socket.socket:
        try:
            found = self._edge.resolve(host, port)
        except UnicodeError:
            raise Refused(f"'{host}' is no valid host name") from None
        except OSError as error:
            raise Again(f"the name '{host}' can't be resolved: {error.strerror}") from None
        addresses = list(dict.fromkeys(map(ip_address, found)))
        for address in addresses:
            if not (self._private or routable(address)):
                raise Refused(
                    f"'{host}' is at {address}, which is not on the public internet; if that is "
                    "meant, set private = true under [web] in the config"
                )
        reason = "the name has no IP address"
        for address in addresses[:_TRIED]:
            try:
                made = self._edge.connect(str(address), port, timeout)
            except OSError as error:
                reason = error.strerror or str(error)
                continue
            return self._watched(made)
        raise Again(f"no connection to '{host}': {reason}")

    def _watched(self, made: socket.socket) -> socket.socket:
        # A second handle, since TLS takes the first one over.
        self._cut()
        self._handle = made.dup()
        if self._late.is_set():  # time was up while connecting
            self._cut()
        return made

    def _end(self) -> None:
        self._late.set()
        self._cut()

    def _cut(self) -> None:
        handle, self._handle = self._handle, None
        if handle:
            with suppress(OSError):  # it is closed already
                handle.shutdown(socket.SHUT_RDWR)
            handle.close()


class _Checked:
    """Of a connection: dialled by its line."""

    def __init__(self, *args: Any, dial: _Dial, **options: Any) -> None:  # noqa: ANN401
        self._dial = dial
        super().__init__(*args, **options)

    def _new_conn(self) -> socket.socket:
        return self._dial(self._dns_host, self.port, self.timeout)  # type: ignore[attr-defined]


class _Plain(_Checked, HTTPConnection):
    pass


class _Secure(_Checked, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


def _unread(error: Exception, timeout: float) -> ForNow:
    if isinstance(error, ReadTimeoutError):
        return Again(f"no answer within {timeout:g} seconds")
    inner = error.args[-1] if error.args else error
    if isinstance(error, SSLError):
        said = getattr(inner, "verify_message", "") or getattr(inner, "reason", "") or error
        return ForNow(f"no secure connection: {said}")
    return Again(f"the connection broke off: {inner}")
