"""Asks the web for addresses: robots.txt first, redirects followed, each hop checked."""

from collections.abc import Mapping
from importlib.metadata import version

from urllib3.util import Url, parse_url

from indexer.config import WebConfig
from indexer.sources.file import LARGEST
from indexer.sources.web import robots
from indexer.sources.web.address import normal
from indexer.sources.web.edge import Edge
from indexer.sources.web.host import Host
from indexer.sources.web.request import Answer
from indexer.sources.web.robots import Rules
from indexer.sources.web.unread import ForNow, Refused, Unread

_REDIRECTS = 5
_OPEN = 8
"""Connections that stay open: a list may name thousands of hosts."""
_REDIRECT = {301, 302, 303, 307, 308}


class Client:
    """Asks for addresses, politely, and remembers what the hosts allow."""

    def __init__(self, config: WebConfig, edge: Edge) -> None:
        """A client that has asked nothing yet."""
        self._config, self._edge = config, edge
        self._agent = config.user_agent or f"plainsearch/{version('plainsearch')}"
        self._hosts: dict[tuple[str | None, str | None, int | None], Host] = {}
        self._open: dict[Host, None] = {}  # the one used last is last

    def get(
        self,
        address: str,
        known: tuple[str, Mapping[str, str]] | None = None,
        largest: int = LARGEST,
    ) -> Answer:
        """The answer at the end of an address's redirects; its status is 200 or 304.

        Args:
            address: as `normal` spells it.
            known: where a kept copy was found in the end, and the headers that ask whether it
                is still the same.
            largest: bytes that the document may have.

        Raises:
            Unread: robots.txt forbids it, its host must not be connected to, it is gone …
            ForNow: it can't be had in this run.
        """
        answer = self._followed(address, known, largest, obey=True)
        if answer.status == 200 or (answer.status == 304 and known):
            return answer
        raise Unread(answer.said)

    def close(self) -> None:
        """Close all connections."""
        for host in self._open:
            host.close()

    def _followed(
        self,
        address: str,
        known: tuple[str, Mapping[str, str]] | None,
        largest: int,
        *,
        obey: bool,
    ) -> Answer:
        seen: list[str] = []
        while len(seen) <= _REDIRECTS:
            if address in seen:
                raise Unread(f"its redirects go round in a circle, at {address}")
            seen.append(address)
            headers = known[1] if known and known[0] == address else {}
            try:
                answer = self._asked(address, headers, largest, obey=obey)
            except ForNow:
                raise
            except Unread as why:
                raise (why if len(seen) == 1 else _redirected(address, why)) from None
            if answer.status not in _REDIRECT:
                return answer
            address = _next(answer)
        raise Unread(f"it has more than {_REDIRECTS} redirects")

    def _asked(
        self, address: str, headers: Mapping[str, str], largest: int, *, obey: bool
    ) -> Answer:
        url = parse_url(address)
        origin = (url.scheme, url.host, url.port)
        if origin not in self._hosts:
            self._hosts[origin] = Host(url, self._config, self._edge)
        host = self._hosts[origin]
        if obey and not self._rules(host, url).allow(address):
            raise Unread("robots.txt of its host forbids it")
        self._note_use(host)
        headers = {"user-agent": self._agent, **headers}
        return host.ask(address, url.request_uri, headers, largest)

    def _note_use(self, host: Host) -> None:
        self._open.pop(host, None)
        self._open[host] = None
        if len(self._open) > _OPEN:
            oldest = next(iter(self._open))
            del self._open[oldest]
            oldest.close()

    def _rules(self, host: Host, url: Url) -> Rules:
        """What a host allows: asked once, the failure to know it included."""
        if host.rules is None:
            where = Url(url.scheme, None, url.host, url.port, robots.PATH).url
            try:
                answer = self._followed(where, None, LARGEST, obey=False)
                host.rules = robots.rules(answer, self._agent.partition("/")[0].split()[0])
            except Refused as why:
                host.rules = why
            except Unread as why:
                kind = ForNow if isinstance(why, ForNow) else Unread
                host.rules = kind(f"its host is not read, since {robots.PATH} can't be: {why}")
        if isinstance(host.rules, Unread):
            raise type(host.rules)(str(host.rules))  # anew: a traceback grows when raised again
        return host.rules


def _redirected(address: str, why: Unread) -> Unread:
    return Unread(f"it redirects to {address}: {why}")


def _next(answer: Answer) -> str:
    location = answer.headers.get("location", "")
    if not location:
        raise Unread(f"it answers {answer.said} and does not say where to")
    try:
        return normal(location, answer.address)
    except Unread as why:
        raise _redirected(location, why) from None
