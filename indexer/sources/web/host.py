"""One host: asked at its pace, again when it falters, given up when it stays silent."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from urllib3.util import Url

from indexer.config import WebConfig
from indexer.sources.web.edge import Edge
from indexer.sources.web.line import Line
from indexer.sources.web.request import Answer, request
from indexer.sources.web.robots import Rules
from indexer.sources.web.unread import Again, ForNow, Unread

_TRIES = 4
_LONGEST_WAIT = 120.0
"""Seconds that a host may ask for with Retry-After."""
_LONGEST_DELAY = 10.0
"""Seconds that a host may ask for with Crawl-delay."""
_GIVEN_UP_AFTER = 10
"""So many addresses in a row that fail, all tries included, and a host is asked no more."""


class Host:
    """Asks a host for its addresses, one at a time."""

    def __init__(self, url: Url, config: WebConfig, edge: Edge) -> None:
        """The host of `url`."""
        self.rules: Rules | Unread | None = None
        """What its robots.txt allows, or why that can't be known; None until it is asked for."""
        self._line = Line(url, edge, config.private)
        self._config, self._edge = config, edge
        self._next = 0.0
        self._failed = 0

    def ask(self, address: str, target: str, headers: Mapping[str, str], largest: int) -> Answer:
        """Ask for an address, at most four times; the other arguments are those of `request`.

        Raises:
            Unread: the host must not be connected to, or the document is too large.
            ForNow: the host gives no answer, is in trouble (5xx) or asks for patience (429).
        """
        if self._failed >= _GIVEN_UP_AFTER:
            raise ForNow(f"{self._failed} addresses of its host failed in a row; it was given up")
        for tries in range(1, _TRIES + 1):
            self._wait()
            try:
                answer = request(
                    self._line, address, target, headers, self._config.timeout, largest
                )
                self._check(answer)
            except ForNow as why:
                patience = self._patience(why, tries)
                if patience is None:
                    self._failed += 1
                    raise
                self._edge.sleep(patience)
            else:
                self._failed = 0
                return answer
        raise AssertionError("the last try returns or raises")

    def close(self) -> None:
        """Close the connection; the host may still be asked."""
        self._line.close()

    def _wait(self) -> None:
        now = self._edge.monotonic()
        if self._next > now:
            self._edge.sleep(self._next - now)
        asked = min(self.rules.delay, _LONGEST_DELAY) if isinstance(self.rules, Rules) else 0.0
        self._next = max(self._next, now) + max(1 / self._config.rate, asked)

    def _check(self, answer: Answer) -> None:
        if answer.status == 429 or answer.status >= 500:
            after = _seconds(answer.headers.get("retry-after", ""), self._edge.now())
            raise Again(f"it answers {answer.said}", after)

    def _patience(self, why: ForNow, tries: int) -> float | None:
        """Seconds until the next try; None when there shall be none."""
        if not isinstance(why, Again) or tries == _TRIES or why.after > _LONGEST_WAIT:
            return None
        return max(why.after, 2.0 ** (tries - 1) * random.uniform(0.5, 1.5))


def _seconds(retry_after: str, now: datetime) -> float:
    """A Retry-After header, which names seconds or a date; 0 where there is none."""
    said = retry_after.strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        date = parsedate_to_datetime(said)
    except ValueError:
        return 0.0
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds())
