"""A folder of documents, walked in a stable order."""

import os
from collections.abc import Iterator
from pathlib import Path

from pathspec import GitIgnoreSpec

from indexer.errors import SourceError

IGNORE_FILE = ".plainsearchignore"


def documents(root: Path) -> Iterator[Path]:
    """Every file below `root`, sorted by path; hidden ones and indexes are left out.

    A file ``.plainsearchignore`` at the root names what else to leave out, in the patterns of
    gitignore(5).

    Raises:
        SourceError: a folder can't be listed.
    """
    spec = _ignored(root / IGNORE_FILE)

    def refuse(error: OSError) -> None:
        raise SourceError(f"{error.filename}: the folder can't be listed: {error.strerror}.")

    for folder, folders, files in os.walk(root, onerror=refuse):
        here = Path(folder)
        if "snapshots" in folders and "lock" in files:  # an index, perhaps the very one to be built
            folders.clear()
            continue
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and not spec.match_file((here / name).relative_to(root).as_posix() + "/")
        )
        for name in sorted(files):
            path = here / name
            if not name.startswith(".") and not spec.match_file(path.relative_to(root).as_posix()):
                yield path


def _ignored(file: Path) -> GitIgnoreSpec:
    try:
        return GitIgnoreSpec.from_lines(file.read_text(encoding="utf-8").splitlines())
    except FileNotFoundError:
        return GitIgnoreSpec.from_lines([])
    except OSError as error:
        raise SourceError(f"{file}: can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{file}: can't be read: byte {error.start + 1} is not UTF-8.") from error
    except ValueError as error:
        raise SourceError(f"{file}: wrong pattern: {error}.") from error
