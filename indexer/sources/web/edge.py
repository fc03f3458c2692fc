"""Where a run touches the world outside: clock, sleep, names, connections."""

import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime


def _now() -> datetime:
    return datetime.now(UTC)


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def _connect(address: str, port: int, timeout: float | None) -> socket.socket:
    return socket.create_connection((address, port), timeout)


@dataclass(frozen=True, slots=True)
class Edge:
    """The world as it is; tests put their own clock and resolver here."""

    now: Callable[[], datetime] = _now
    """The time of day, in UTC."""
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    resolve: Callable[[str, int], Sequence[str]] = _resolve
    """Name and port → IP addresses, best first."""
    connect: Callable[[str, int, float | None], socket.socket] = _connect
    """IP address, port and seconds to wait → a connection."""
