"""Runs the app under gunicorn: several processes, each with its own searcher."""

import signal
import socket
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from indexer.errors import PlainsearchError
from search_api.http.app import create_app
from search_api.http.current import Current

_REQUEST_THREADS = 4


def listen(host: str, port: int) -> socket.socket:
    """Open the socket to serve on; port 0 takes a free one.

    Raises:
        PlainsearchError: the address is in use, or none of this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        opened = socket.socket(family, kind, protocol)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
        opened.listen(256)
    except OSError as error:
        raise PlainsearchError(
            f"Can't listen on {host} port {port}: {error.strerror}. Choose another with --port "
            "(0 takes any free one) or --host."
        ) from error
    return opened


def serve(index: Path, opened: socket.socket, workers: int) -> None:
    """Answer requests until told to stop (SIGTERM, SIGINT).

    Args:
        index: folder of the index; each worker opens it after the fork.
        opened: the listening socket; it is gunicorn's from then on.
        workers: processes.
    """

    def load() -> Flask:
        current = Current(index)
        current.watch()
        return create_app(current, version("plainsearch"))

    _Gunicorn(
        load,
        {
            "bind": f"fd://{opened.detach()}",
            "workers": workers,
            "worker_class": "gthread",
            "threads": _REQUEST_THREADS,
            "loglevel": "warning",
            "proc_name": "plainsearch",
            "control_socket_disable": True,
            # The most that gunicorn has: the longest question fits into an address.
            "limit_request_line": 8190,
            "graceful_timeout": 10,
        },
    ).run()


class _Gunicorn(BaseApplication):  # type: ignore[misc]
    def __init__(self, load: Callable[[], Flask], settings: dict[str, Any]) -> None:
        self._load, self._settings = load, settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        # gunicorn ignores SIGINT in no worker; a Ctrl-C is the master's to handle.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return self._load()
