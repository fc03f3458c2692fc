"""An index: a folder of immutable snapshots and one pointer to the published one."""

import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from indexer.errors import Locked, SnapshotError
from indexer.snapshot import manifest
from indexer.snapshot.manifest import WHAT_TO_DO, Manifest
from indexer.snapshot.reader import Snapshot
from indexer.writing import ASIDE, cannot_write, sync, write_whole, writing

_BUILDING = ".building-"


@dataclass(frozen=True, slots=True)
class Index:
    """The index in a folder."""

    folder: Path

    @property
    def snapshots_folder(self) -> Path:
        """Where the snapshots lie."""
        return self.folder / "snapshots"

    @property
    def reports_folder(self) -> Path:
        """Where the reports of its runs lie."""
        return self.folder / "reports"

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
        """Manifests of the snapshots that can be read, oldest first.

        None comes ahead of the one it was built upon, though the clock was set back in between.
        """
        found = []
        for folder in self._finished():
            try:
                found.append(manifest.read(folder))
            except SnapshotError:
                continue  # 'verify' names it; listing goes on
        return _oldest_first(found)

    def publish(self, identity: str) -> None:
        """Make a snapshot the one that is read from now on: all at once, or not at all."""
        with writing(self.folder):
            write_whole(self.folder / "CURRENT", identity + "\n")

    def clear(self) -> None:
        """Delete what killed runs left half-made or half-deleted. Only for who holds the lock."""
        half_written = [
            self.folder / f"CURRENT{ASIDE}",
            *self.reports_folder.glob(f"*{ASIDE}"),
        ]
        with writing(self.folder):
            for folder in self.snapshots_folder.glob(f"{_BUILDING}*"):
                shutil.rmtree(folder)
            for path in half_written:
                path.unlink(missing_ok=True)

    @contextmanager
    def building(self) -> Iterator[Path]:
        """A new folder's name to build a snapshot in; deleted at the end unless accepted."""
        folder = self.snapshots_folder / f"{_BUILDING}{os.getpid()}"
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)  # the next run clears what stays

    def checked(self, building: Path) -> Snapshot:
        """A built snapshot, on disk and checked; not one of the index's yet.

        Raises:
            SnapshotError: what is on disk is not what was written.
        """
        with writing(building):
            for path in (*building.rglob("*"), building):
                sync(path)
        snapshot = Snapshot(building)
        try:
            snapshot.check()
        except SnapshotError:
            snapshot.close()
            raise
        return snapshot

    def accept(self, building: Path, identity: str) -> None:
        """Give a checked snapshot its name and publish it.

        Raises:
            SnapshotError: that can't be written.
        """
        folder, doomed = self.snapshots_folder / identity, self._doomed(identity)
        # The same content, built twice within a second: a sound one stays where it is.
        there = self._sound(identity)
        try:
            if not there:
                with writing(self.snapshots_folder):
                    if folder.exists():
                        folder.rename(doomed)
                    building.rename(folder)
                    sync(self.snapshots_folder)
            self.publish(identity)
        except SnapshotError:
            if not there and folder.exists():
                self.remove(identity)  # which lets it be where it is published after all
            raise
        shutil.rmtree(doomed, ignore_errors=True)

    def remove(self, identity: str) -> None:
        """Delete a snapshot that is not published."""
        if identity != self.current():
            # Renamed first: a snapshot is there whole or not at all.
            with writing(self.snapshots_folder):
                (self.snapshots_folder / identity).rename(self._doomed(identity))
                shutil.rmtree(self._doomed(identity))

    def prune(self, keep: int) -> list[str]:
        """Delete all but the newest `keep` snapshots; the published one always stays.

        What killed runs left goes, too.

        Returns:
            Ids of the deleted ones.
        """
        self.clear()
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
            # Unbuffered: what can't be written now is not tried again at closing.
            file = (self.folder / "lock").open("ab+", buffering=0)
        except OSError as error:
            reason = error.strerror or str(error)
            raise SnapshotError(cannot_write(self.folder, reason)) from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                owner = file.read().decode("utf-8", "replace").strip() or "another process"
                raise Locked(
                    f"{self.folder}: being written by {owner}. Wait for it to end."
                ) from None
            started = datetime.now(UTC).isoformat(timespec="seconds")
            owner = f"process {os.getpid()} on {socket.gethostname()} since {started}\n"
            with suppress(OSError):  # on a full disk pruning must still be possible
                file.truncate(0)
                file.write(owner.encode())
            yield

    def _doomed(self, identity: str) -> Path:
        return self.snapshots_folder / f"{_BUILDING}gone-{identity}"

    def _sound(self, identity: str) -> bool:
        try:
            with closing(self.open(identity)) as snapshot:
                snapshot.check()
        except SnapshotError:
            return False
        return True

    def _finished(self) -> list[Path]:
        if not self.snapshots_folder.is_dir():
            return []
        return [p for p in self.snapshots_folder.iterdir() if not p.name.startswith(".")]


def _oldest_first(found: list[Manifest]) -> list[Manifest]:
    by_id = {one.id: one for one in found}

    def age(one: Manifest) -> tuple[str, int, str]:
        line = [one]  # the snapshots that it was built upon, one upon the other
        while (parent := by_id.get(line[-1].parent or "")) and parent not in line:
            line.append(parent)
        return max(each.created for each in line), len(line), one.id

    return sorted(found, key=age)
