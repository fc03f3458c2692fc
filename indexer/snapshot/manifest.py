"""What a snapshot says of itself: manifest.json."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from indexer.errors import NewerFormat, SnapshotError

FORMAT = 4
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class File:
    """Size in bytes and SHA-256 of one file of a snapshot."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that is known of a snapshot without opening its files."""

    id: str
    created: str
    """UTC, ISO 8601."""
    parent: str | None
    """The snapshot that was published when this one was built."""
    built_by: Mapping[str, str]
    """Fingerprints of what decides how articles become vectors: encoder, extractor, splitter,
    analysis; of the reranker where there is one; and the version of plainsearch."""
    counts: Mapping[str, int]
    """articles, passages, sentences; skipped documents; dimensions of the vectors; where there is
    a reranker, how many results it reads."""
    files: Mapping[str, File]
    gate: Mapping[str, Any] = field(default_factory=dict)
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Write manifest.json into the snapshot's folder."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """Read a snapshot's manifest.

    Raises:
        SnapshotError: missing, damaged, or of another format.
    """
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["format"] > FORMAT:
            raise NewerFormat(
                f"{folder}: made by a newer plainsearch (format {found['format']}; this one reads "
                f"{FORMAT}). Update plainsearch, or build an index in another folder."
            )
        if found["format"] < FORMAT:
            raise SnapshotError(
                f"{folder}: made by an older plainsearch (format {found['format']}; this one reads "
                f"{FORMAT}). Build the index again with 'plainsearch index'; known vectors are "
                "taken over."
            )
        files = {name: File(**entry) for name, entry in found.pop("files").items()}
        return Manifest(**found, files=files)
    except OSError as error:
        raise SnapshotError(f"{path}: can't be read: {error.strerror}. {WHAT_TO_DO}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SnapshotError(f"{path}: damaged ({error}). {WHAT_TO_DO}") from error


WHAT_TO_DO = (
    "Go back to an earlier snapshot with 'plainsearch snapshots rollback', or build the index "
    "again with 'plainsearch index'."
)


def checksums(folder: Path) -> dict[str, File]:
    """Size and SHA-256 of every file below a snapshot's folder, but the manifest."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): checksum(path) for path in paths}


def check_sizes(folder: Path, manifest: Manifest) -> None:
    """See that every file is there in its full size: quick, for each opening.

    Raises:
        SnapshotError: names the first file that is not.
    """
    for name, entry in manifest.files.items():
        path = folder / name
        try:
            size = path.stat().st_size
        except OSError as error:
            raise SnapshotError(f"{path}: {error.strerror}. {WHAT_TO_DO}") from error
        if size != entry.size:
            raise SnapshotError(
                f"{path}: damaged: {size} bytes instead of {entry.size}. {WHAT_TO_DO}"
            )


def check_checksums(folder: Path, manifest: Manifest) -> None:
    """See that every file is what was written.

    Raises:
        SnapshotError: names the first file that is not.
    """
    check_sizes(folder, manifest)
    for name, entry in manifest.files.items():
        if checksum(folder / name).sha256 != entry.sha256:
            raise SnapshotError(f"{folder / name}: damaged: its checksum differs. {WHAT_TO_DO}")


def digest(files: Mapping[str, File]) -> str:
    """Eight hex digits that differ between snapshots of other content."""
    lines: Iterable[str] = (f"{name} {entry.sha256}" for name, entry in sorted(files.items()))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]


def checksum(path: Path) -> File:
    """Size and SHA-256 of a file."""
    with path.open("rb") as file:
        return File(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())
