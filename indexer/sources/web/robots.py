"""robots.txt (RFC 9309): which addresses of a host may be asked for, and how often."""

from dataclasses import dataclass

from protego import Protego

from indexer.sources.web.request import Answer
from indexer.sources.web.unread import ForNow

PATH = "/robots.txt"
_READ = 500 * 2**10
"""So many bytes are read; the RFC asks for no more."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host allows the robot that calls itself `name`."""

    parsed: Protego
    name: str

    def allow(self, address: str) -> bool:
        """Whether an address may be asked for."""
        return self.parsed.can_fetch(address, self.name)

    @property
    def delay(self) -> float:
        """Seconds to let pass from one request to the next."""
        return self.parsed.crawl_delay(self.name) or 0.0


def rules(answer: Answer, name: str) -> Rules:
    """The rules that a request for robots.txt was answered with; none at all for a 4xx.

    Raises:
        ForNow: a server in trouble (5xx) may have rules that forbid everything.
    """
    if answer.status >= 500:
        raise ForNow(f"it answers {answer.said}")
    text = answer.body[:_READ].decode("utf-8", "replace") if answer.status == 200 else ""
    return Rules(Protego.parse(text.removeprefix("\ufeff")), name)
