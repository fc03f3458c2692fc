"""How long each step of an answer takes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Steps:
    """The steps of one answer, timed as they are taken."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = {}
        """What each step took, in the order in which they were taken."""

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Time what is done in the block as `step`."""
        started = time.perf_counter()
        yield
        self.milliseconds[step] = (time.perf_counter() - started) * 1000
