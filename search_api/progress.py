"""A progress bar on standard error, once a command takes long enough to want one."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_PATIENCE = 2.0
"""Seconds that pass without a bar."""


@contextmanager
def bar() -> Iterator[Callable[[str, float], None]]:
    """Give a function to be told what is being done, and which share of it (0 to 1).

    In a terminal it draws a bar; where standard error is a file, a line every 30 seconds.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        SpinnerColumn,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    started = said = time.monotonic()
    shown = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = shown.add_task("", total=1.0)

    def tell(doing: str, share: float) -> None:
        nonlocal said
        now = time.monotonic()
        shown.update(task, description=doing, completed=share)
        if now - started < _PATIENCE:
            return
        if shown.console.is_terminal:
            shown.start()
        elif now - said >= 30:
            said = now
            print(f"{doing}: {share:.0%}", file=sys.stderr)

    try:
        yield tell
    finally:
        if shown.live.is_started:  # stopping prints a blank line
            shown.stop()
