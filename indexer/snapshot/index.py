"""An index: a folder of immutable snapshots and one pointer to the published one."""

import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from indexer.errors import Locked, SnapshotError
from indexer.snapshot import manifest
from indexer.snapshot.manifest import WHAT_TO_DO, Manifest
from indexer.snapshot.reader import Snapshot

_BUILDING = ".building-"


@dataclass(frozen=True, slots=True)
class Index:
    """The index in a folder."""

    folder: Path

    @property
    def snapshots_folder(self) -> Path:
        """Where the snapshots lie."""
        return self.folder / "snapshots"

    def current(self) -> str | None:
        """Id of the published snapshot; None before the first.

        Raises:
            SnapshotError: the pointer can't be read.
        """
        try:
            return (self.folder / "CURRENT").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise SnapshotError(f"{self.folder / 'CURRENT'}: can't be read: {error}.") from error

    def open(self, identity: str | None = None) -> Snapshot:
        """Open a snapshot, by default the published one.

        Raises:
            SnapshotError: there is none, or it is damaged.
        """
        identity = identity or self.current()
        if identity is None:
            what = "there is no index in this folder" if self.folder.is_dir() else "no such folder"
            raise SnapshotError(
                f"{self.folder}: {what}. Build one: plainsearch index ARTICLES "
                f"--index {self.folder}"
            )
        if identity not in (folder.name for folder in self._finished()):
            raise SnapshotError(f"{self.folder}: there is no snapshot '{identity}'. {WHAT_TO_DO}")
        return Snapshot(self.snapshots_folder / identity)

    def manifests(self) -> list[Manifest]:
        """Manifests of the snapshots that can be read, oldest first."""
        found = []
        for folder in self._finished():
            try:
                found.append(manifest.read(folder))
            except SnapshotError:
                continue  # 'verify' names it; listing goes on
        return sorted(found, key=lambda one: (one.created, one.id))

    def publish(self, identity: str) -> None:
        """Make a snapshot the one that is read from now on: all at once, or not at all."""
        temporary = self.folder / "CURRENT.new"
        with temporary.open("w", encoding="utf-8") as file:
            file.write(identity + "\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.folder / "CURRENT")
        _sync(self.folder)

    def building(self) -> Path:
        """A new folder's name to build a snapshot in, clear of what a crash left behind."""
        for left in self.snapshots_folder.glob(f"{_BUILDING}*"):
            shutil.rmtree(left)
        return self.snapshots_folder / f"{_BUILDING}{os.getpid()}"

    def accept(self, building: Path, made: Manifest) -> Snapshot:
        """Make a built snapshot one of the index's, checked and on disk, not yet published.

        Raises:
            SnapshotError: what is on disk is not what was written.
        """
        for path in (*building.rglob("*"), building):
            _sync(path)
        folder = self.snapshots_folder / made.id
        if folder.exists():  # the same content, built twice within a second
            doomed = self.snapshots_folder / f"{_BUILDING}gone-{made.id}"
            folder.rename(doomed)  # it may be damaged: that is why it was built again
            building.rename(folder)
            shutil.rmtree(doomed)
        else:
            building.rename(folder)
        _sync(self.snapshots_folder)
        snapshot = Snapshot(folder)
        try:
            snapshot.check()
        except SnapshotError:
            self.remove(made.id)
            raise
        return snapshot

    def remove(self, identity: str) -> None:
        """Delete a snapshot that is not published."""
        if identity != self.current():
            # Renamed first: a snapshot is there whole or not at all.
            doomed = self.snapshots_folder / f"{_BUILDING}gone-{identity}"
            (self.snapshots_folder / identity).rename(doomed)
            shutil.rmtree(doomed)

    def prune(self, keep: int) -> list[str]:
        """Delete all but the newest `keep` snapshots; the published one always stays.

        Returns:
            Ids of the deleted ones.
        """
        doomed = [one.id for one in self.manifests()[:-keep] if one.id != self.current()]
        for identity in doomed:
            self.remove(identity)
        return doomed

    def rollback(self, identity: str | None = None) -> str:
        """Publish an earlier snapshot: the one named, or the last one before the published.

        Returns:
            Id of the snapshot that is published now.

        Raises:
            SnapshotError: there is none, or it is damaged; then nothing changes.
        """
        if identity is None:
            ids = [one.id for one in self.manifests()]
            current = self.current()
            earlier = ids[: ids.index(current)] if current in ids else ids
            if not earlier:
                raise SnapshotError(f"{self.folder}: there is no earlier snapshot to go back to.")
            identity = earlier[-1]
        snapshot = self.open(identity)
        snapshot.check()
        snapshot.close()
        self.publish(identity)
        return identity

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the one writer. The lock goes with its process, however that ends.

        Raises:
            Locked: another process is; the message names it.
            SnapshotError: the folder can't be written.
        """
        try:
            self.snapshots_folder.mkdir(parents=True, exist_ok=True)
            file = (self.folder / "lock").open("a+", encoding="utf-8")
        except OSError as error:
            raise SnapshotError(
                f"{self.folder}: can't be written: {error.strerror or error}."
            ) from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                owner = file.read().strip() or "another process"
                raise Locked(
                    f"{self.folder}: being written by {owner}. Wait for it to end."
                ) from None
            file.truncate(0)
            started = datetime.now(UTC).isoformat(timespec="seconds")
            file.write(f"process {os.getpid()} on {socket.gethostname()} since {started}\n")
            file.flush()
            yield

    def _finished(self) -> list[Path]:
        if not self.snapshots_folder.is_dir():
            return []
        return [p for p in self.snapshots_folder.iterdir() if not p.name.startswith(".")]


def _sync(path: Path) -> None:
    """Have a file or folder written to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
