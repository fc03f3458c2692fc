"""Steps that write below a folder, counted; at one of them the process is killed or a disk fails.

Started as a program it takes orders on its standard input, a JSON line each, and carries each out
in a process of its own. These are forked before onnxruntime is loaded, so a start costs little.
"""

# ruff: noqa: ANN401 (it stands in for functions that take anything)

import builtins
import errno
import io
import json
import os
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from indexer.config import GateConfig
from indexer.errors import PlainsearchError
from indexer.reindex import Job, reindex
from indexer.snapshot.calibration import TYPICAL
from indexer.snapshot.index import Index

_AUDITED = ("open", *(f"os.{name}" for name in "rename remove rmdir mkdir link utime".split()))
_FREEING = ("os.remove", "os.rmdir", "os.rename")
"""What a full disk still lets one do."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


@dataclass(frozen=True)
class Order:
    """What to do, with which disaster."""

    do: str
    """index, refused (by the gate), rollback, prune."""
    index: str
    sources: str
    model: str
    exports: str
    now: str
    keep: int = 2
    at: int = 0
    """Number of the step that goes wrong; 0 for none."""
    how: str = "kill"
    """kill; EIO: this one step fails; ENOSPC: from here on all that need room do."""

    def carry_out(self) -> Sequence[str]:
        """What could not be tidied up."""
        index = Index(Path(self.index))
        if self.do in ("rollback", "prune"):
            with index.lock():
                index.rollback() if self.do == "rollback" else index.prune(1)
            return ()
        gate = GateConfig(max_lost=0.0) if self.do == "refused" else None
        job = Job([self.sources], Path(self.exports), self.model, "int8", self.keep)
        now = datetime.fromisoformat(self.now)
        report = reindex(index, job, now=lambda: now, calibrate=lambda _: TYPICAL, gate=gate)
        return report.undone


class Steps:
    """Watches what this process writes below a folder.

    Seen are Python's own calls to the system, SQLite by the statement and FAISS by the file.
    """

    def __init__(self, folder: str, at: int, how: str) -> None:
        self._below = os.path.realpath(folder)
        self._at, self._how = at, how
        self.names: list[str] = []
        self.failed = 0
        """Number of the first step that failed."""
        self._watching = False

    def watch(self) -> None:
        """Begin to count."""
        self._watching = True
        sys.addaudithook(self._audited)
        os.fsync = self._fsync(os.fsync)
        builtins.open = io.open = self._open(io.open)
        sqlite3.connect = self._connect(sqlite3.connect)
        import faiss

        faiss.write_index = self._write_index(faiss.write_index)

    def step(self, what: str, path: str | None, half: Callable[[], object] | None = None) -> None:
        """Something is about to be written. `half` would do half of it."""
        if not self._watching or path is None or not path.startswith(self._below):
            return
        self.names.append(f"{what} {path[len(self._below) :]}")
        number = len(self.names)
        if number == self._at and self._how == "kill":
            if half:
                half()
            os.kill(os.getpid(), signal.SIGKILL)
        fails = number == self._at
        if self._how == "ENOSPC" and self._at:
            fails = number >= self._at and what not in _FREEING
        if not fails:
            return
        self.failed = self.failed or number
        code = getattr(errno, self._how if self._how != "kill" else "EIO")
        if what.startswith("sqlite"):
            said = "database or disk is full" if code == errno.ENOSPC else "disk I/O error"
            raise sqlite3.OperationalError(said)
        if what == "faiss":
            raise RuntimeError(f"Error in faiss\nwrite error in {path}: {os.strerror(code)}")
        named = [path] if what in _AUDITED else []
        raise OSError(code, os.strerror(code), *named)

    def _audited(self, event: str, args: tuple[Any, ...]) -> None:
        if event not in _AUDITED or not self._watching:
            return
        path, folder = args[0], None
        if event == "open":
            if isinstance(path, int) or not (args[2] or 0) & _WRITING:
                return
        elif event in ("os.remove", "os.rmdir"):
            folder = args[1]
        elif event in ("os.rename", "os.link"):
            path = args[1]
        self.step(event, _absolute(path, folder))

    def _fsync(self, real: Callable[[int], None]) -> Callable[[int], None]:
        def fsync(handle: int) -> None:
            self.step("fsync", _name(handle))
            real(handle)

        return fsync

    def _open(self, real: Callable[..., Any]) -> Callable[..., Any]:
        steps = self

        class Raw(io.FileIO):
            def write(self, data: Any) -> int:
                half = bytes(data)[: len(data) // 2]
                name = _name(self.fileno())
                steps.step("write", name, lambda: super(Raw, self).write(half))
                return super().write(data)

        def opened(file: Any, mode: str = "r", *args: Any, **more: Any) -> Any:
            if mode not in ("w", "wb") or isinstance(file, int):
                return real(file, mode, *args, **more)
            buffered = io.BufferedWriter(Raw(os.fspath(file), "w"))
            encoding = more.get("encoding") or (args[1] if len(args) > 1 else "utf-8")
            return buffered if mode == "wb" else io.TextIOWrapper(buffered, encoding=encoding)

        return opened

    def _connect(self, real: Callable[..., Any]) -> Callable[..., Any]:
        steps = self

        def connect(path: Any, **more: Any) -> Any:
            if more.get("uri"):
                return real(path, **more)

            class Connection(sqlite3.Connection):
                def _step(self, statement: str) -> None:
                    what = statement.split()[0].upper()
                    if what != "SELECT":
                        steps.step(f"sqlite {what}", os.path.realpath(path))

                def execute(self, statement: str, *args: Any) -> Any:
                    self._step(statement)
                    return super().execute(statement, *args)

                def executemany(self, statement: str, *args: Any) -> Any:
                    self._step(statement)
                    return super().executemany(statement, *args)

                def executescript(self, statement: str) -> Any:
                    self._step(statement)
                    return super().executescript(statement)

                def commit(self) -> None:
                    self._step("commit")
                    super().commit()

                def __exit__(self, *error: Any) -> Any:
                    if error[0] is None:
                        self._step("commit")
                    return super().__exit__(*error)

            steps.step("sqlite open", os.path.realpath(path))
            return real(path, factory=Connection, **more)

        return connect

    def _write_index(self, real: Callable[..., None]) -> Callable[..., None]:
        def write_index(index: Any, path: str) -> None:
            self.step("faiss", path, lambda: (real(index, path), os.truncate(path, 40)))
            real(index, path)

        return write_index


def _name(handle: int) -> str:
    return str(Path(f"/proc/self/fd/{handle}").readlink())


def _absolute(path: Any, folder: int | None) -> str:
    name = os.fsdecode(path)
    if folder is not None and folder >= 0:
        name = f"{_name(folder)}/{name}"
    parent, last = os.path.split(os.path.abspath(name))  # noqa: PTH100
    return f"{os.path.realpath(parent)}/{last}"


def _alone(order: Order, answer: int) -> None:
    """Carry out an order, and say what became of it."""
    steps = Steps(order.index, order.at, order.how)
    error = kind = None
    undone: Sequence[str] = ()
    try:
        steps.watch()
        undone = order.carry_out()
    except PlainsearchError as raised:
        kind, error = type(raised).__name__, str(raised)
    except BaseException:
        kind, error = "traceback", traceback.format_exc()
    steps._watching = False
    said = {
        "error": error,
        "kind": kind,
        "undone": undone,
        "steps": steps.names,
        "failed": steps.failed,
    }
    with os.fdopen(answer, "w") as file:
        file.write(json.dumps(said))


def main() -> None:
    for line in sys.stdin:
        order = Order(**json.loads(line))
        reader, answer = os.pipe()
        child = os.fork()
        if not child:
            os.close(reader)
            _alone(order, answer)
            os._exit(0)
        os.close(answer)
        with os.fdopen(reader) as file:
            said = file.read()
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print(said if said else json.dumps({"killed": killed}), flush=True)


if __name__ == "__main__":
    assert "onnxruntime" not in sys.modules
    main()
