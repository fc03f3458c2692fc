"""A run killed, or let down by its disk, at any step: the old index answers, the next run heals.

The ordinary suite takes every few of some hundred steps, and all that rename something; with
EVERY_STEP=1 in the environment it takes them all (minutes).
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from tiny_model import build
from write_steps import Order

from indexer.errors import SnapshotError
from indexer.snapshot.index import Index
from indexer.snapshot.manifest import File

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks /proc which file is written")

Run = Callable[[Order], dict[str, Any]]
Plainsearch = Callable[..., subprocess.CompletedProcess[str]]

RUNNER = Path(__file__).with_name("write_steps.py")
EVERY_STEP = bool(os.environ.get("EVERY_STEP"))
LATER = "2025-02-04T00:00:00+00:00"


def write(folder: Path, texts: Mapping[str, str]) -> Path:
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(f"---\nid: {name}\n---\n\n{text}\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Carries out an order in a process of its own."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, RUNNER], stdin=pipe, stdout=pipe, text=True) as process:

        def answer(order: Order) -> dict[str, Any]:
            assert process.stdin and process.stdout
            process.stdin.write(json.dumps(asdict(order)) + "\n")
            process.stdin.flush()
            found: dict[str, Any] = json.loads(process.stdout.readline())
            return found

        yield answer
        assert process.stdin
        process.stdin.close()


@pytest.fixture(scope="module")
def update(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Order:
    """A run that will change, add and remove an article, on an index of two snapshots."""
    root = tmp_path_factory.mktemp("crash")
    texts = {
        "knee": "Rest the knee for two days. Straighten it ten times an hour.",
        "tea": "Warm the pot first. Green tea wants water of eighty degrees.",
        "bees": "Open the hive on a warm day. Smoke calms the bees.",
    }
    first = write(root / "first", {**texts, "tea": "Warm the pot."})
    second = write(root / "second", texts)
    third = write(root / "third", {"knee": "Raise the leg.", "tea": texts["tea"], "pan": "Polish."})
    order = Order(
        "index",
        str(root / "index"),
        str(third),
        str(build(root, longest=256)),
        str(root / "exports"),
        "2025-02-03T00:00:00+00:00",
    )
    for day, sources in ((1, first), (2, second)):
        done = run(replace(order, sources=str(sources), now=f"2025-02-0{day}T00:00:00+00:00"))
        assert done["error"] is None
    return order


def scenario(name: str, update: Order, folder: Path) -> Order:
    """One of the things that write an index, about to begin on an index of its own."""
    second = str(Path(update.sources).with_name("second"))
    at = replace(update, index=str(folder / "index"))
    shutil.rmtree(at.index, ignore_errors=True)
    if name != "first":
        shutil.copytree(update.index, at.index)
    return {
        "update": at,
        "first": at,
        "unchanged": replace(at, sources=second),
        "refused": replace(at, do="refused"),
        "rollback": replace(at, do="rollback"),
        "prune": replace(at, do="prune"),
    }[name]


SCENARIOS = ["update", "first", "unchanged", "refused", "rollback", "prune"]

Content = Mapping[str, File]


def published(folder: str) -> tuple[str, Content] | None:
    """Id of the published snapshot and the checksums of its files; every snapshot is checked."""
    index = Index(Path(folder))
    files: dict[str, Content] = {}
    for one in index.manifests():
        with closing(index.open(one.id)) as snapshot:
            snapshot.check()
            files[one.id] = one.files
    current = index.current()
    return (current, files[current]) if current else None


def listed(order: Order) -> set[str]:
    """Ids of the snapshots that one may go back to."""
    return {one.id for one in Index(Path(order.index)).manifests()}


def half_made(folder: str) -> list[Path]:
    """What is not meant to stay in an index."""
    below = [path for path in Path(folder).rglob("*") if path.parent.name != "cache"]
    return [path for path in below if path.name[0] == "." or path.suffix in (".new", ".tmp")]


def assert_heals(order: Order, run: Run, content: Content | None) -> None:
    """The next night's run does what this one should have, and pruning leaves nothing behind."""
    again = replace(order, do="index", now=LATER, at=0, how="kill")
    done = run(again)
    assert done["error"] is None
    found = published(order.index)
    assert found
    if content is not None:
        assert found[1] == content
    index = Index(Path(order.index))
    index.prune(1)
    assert half_made(order.index) == []
    assert [path.name for path in index.snapshots_folder.iterdir()] == [found[0]]
    assert published(order.index) == found


def telling(steps: list[str], every: int) -> list[int]:
    """Numbers of the steps to take."""
    return [
        number
        for number, step in enumerate(steps, 1)
        if EVERY_STEP or step.startswith("os.rename") or number % every == 0
    ]


@pytest.fixture
def undisturbed(
    update: Order, run: Run, tmp_path: Path
) -> Callable[[str], tuple[list[str], Any, Any]]:
    """What is published before and after a run that nothing befalls, and its steps."""

    def found(name: str) -> tuple[list[str], Any, Any]:
        order = scenario(name, update, tmp_path)
        before = published(order.index)
        done = run(order)
        assert done["kind"] == ("GateRefused" if name == "refused" else None), done["error"]
        assert half_made(order.index) == []
        return done["steps"], before, published(order.index)

    return found


@pytest.fixture
def content(update: Order, run: Run, tmp_path: Path) -> Content:
    """What a run that nothing befalls makes of the sources."""
    order = scenario("first", update, tmp_path)
    assert run(order)["error"] is None
    found = published(order.index)
    assert found
    return found[1]


Undisturbed = Callable[[str], tuple[list[str], Any, Any]]


@pytest.mark.parametrize("name", SCENARIOS)
def test_killed_at_any_step_the_old_index_answers_and_the_next_run_heals(
    name: str, update: Order, run: Run, undisturbed: Undisturbed, content: Content, tmp_path: Path
) -> None:
    steps, before, after = undisturbed(name)
    known = listed(scenario(name, update, tmp_path))
    for at in telling(steps, 8):
        order = replace(scenario(name, update, tmp_path), at=at)
        assert run(order) == {"killed": True}, steps[at - 1]
        assert published(order.index) in (before, after), steps[at - 1]
        assert listed(order) <= known | ({after[0]} if after else set()), steps[at - 1]
        assert_heals(order, run, None if name == "unchanged" else content)


@pytest.mark.parametrize("how", ["EIO", "ENOSPC"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_disk_that_fails_at_any_step_is_named_and_changes_nothing(
    name: str,
    how: str,
    update: Order,
    run: Run,
    undisturbed: Undisturbed,
    content: Content,
    tmp_path: Path,
) -> None:
    steps, before, after = undisturbed(name)
    for at in telling(steps, 12):
        order = replace(scenario(name, update, tmp_path), at=at, how=how)
        done = run(order)
        if done["error"] is None:  # it found another way, or it was only tidying up
            assert published(order.index) == after, steps[at - 1]
        elif done["kind"] == "GateRefused":
            assert name == "refused"
            assert published(order.index) == before
        else:
            assert done["kind"] == "SnapshotError", done["error"]
            assert order.index in done["error"] and "run this again" in done["error"]
            # Once the pointer is renamed, a failure to sync that comes too late.
            moved = "os.rename /CURRENT" in done["steps"][: done["failed"] - 1]
            assert published(order.index) == (after if moved else before), steps[at - 1]
        if how == "ENOSPC":
            assert [path for path in half_made(order.index) if path.name[0] == "."] == []
        assert_heals(order, run, None if name == "unchanged" else content)


def test_what_fails_after_publishing_is_said_and_does_not_fail_the_run(
    update: Order, run: Run, undisturbed: Undisturbed, content: Content, tmp_path: Path
) -> None:
    steps, _, after = undisturbed("update")
    live = steps.index("os.rename /CURRENT") + 2  # it, and that it be on disk
    for at in range(live + 1, len(steps) + 1):
        order = replace(scenario("update", update, tmp_path), at=at, how="EIO")
        done = run(order)
        assert done["error"] is None, steps[at - 1]
        assert published(order.index) == after
        noted = ("os.remove", "os.rmdir", "os.rename", "open", "write", "fsync")
        if steps[at - 1].startswith(noted):
            assert "can't be written: Input/output error" in done["undone"][0]


def test_a_published_snapshot_found_damaged_in_the_second_of_its_making_is_replaced_whole(
    update: Order, run: Run, tmp_path: Path, content: Content
) -> None:
    def damaged() -> Order:
        order = scenario("update", update, tmp_path)
        assert run(order)["error"] is None
        path = Index(Path(order.index)).open().folder / "sentences.int8"
        path.write_bytes(bytes(path.stat().st_size))
        return order

    steps = run(damaged())["steps"]
    begin = next(at for at, step in enumerate(steps, 1) if step.startswith("os.rename"))
    for at in range(begin, steps.index("os.rename /CURRENT") + 4):
        order = replace(damaged(), at=at)
        assert run(order) == {"killed": True}
        assert run(replace(order, at=0))["error"] is None
        found = published(order.index)
        assert found
        assert found[1] == content
        assert half_made(order.index) == []


def test_a_clock_set_back_neither_hides_nor_prunes_the_newest(
    update: Order, run: Run, tmp_path: Path
) -> None:
    order = scenario("update", update, tmp_path)
    index = Index(Path(order.index))
    old = [one.id for one in index.manifests()]
    made = []
    for minute, sources in enumerate((update.sources, scenario("unchanged", update, tmp_path))):
        order = replace(
            order,
            sources=sources if isinstance(sources, str) else sources.sources,
            now=f"2024-06-01T00:0{minute}:00+00:00",
            keep=3,
        )
        done = run(order)
        assert done["error"] is None
        made.append(index.current())
    assert [one.id for one in index.manifests()] == [old[-1], *made]
    assert index.prune(2) == [old[-1]]
    assert index.rollback() == made[0]
    with pytest.raises(SnapshotError, match="no earlier snapshot"):
        index.rollback()
    assert run(replace(order, now=LATER))["error"] is None
    assert [one.id for one in index.manifests()][:2] == made
    assert index.prune(1) == made


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "none", folder]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk takes root, and a machine that lets it")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def on_disk(disk: Path, update: Order) -> Order:
    """The update, with its index on a small disk."""
    order = replace(update, index=str(disk / "index"))
    shutil.copytree(update.index, order.index)
    return order


def free(disk: Path) -> int:
    found = os.statvfs(disk)
    return found.f_bavail * found.f_frsize


@pytest.mark.parametrize("room", [*range(0, 400_000, 16_384 if EVERY_STEP else 65_536)])
def test_a_disk_that_is_full_is_named_and_pruning_makes_room(
    disk: Path, on_disk: Order, run: Run, content: Content, room: int
) -> None:
    before = published(on_disk.index)
    (disk / "ballast").write_bytes(bytes(free(disk) - room))
    done = run(on_disk)
    if done["error"] is None:
        found = published(on_disk.index)
        assert found and found[1] == content
    else:
        assert done["kind"] == "SnapshotError", done["error"]
        assert on_disk.index in done["error"] and "See that its disk has room" in done["error"]
        assert published(on_disk.index) == before
    assert half_made(on_disk.index) == []
    assert run(replace(on_disk, do="prune"))["error"] is None
    (disk / "ballast").unlink()
    assert_heals(on_disk, run, content)


def test_the_program_says_that_the_disk_is_full_or_may_not_be_written(
    disk: Path, on_disk: Order, plainsearch: Plainsearch
) -> None:
    before = published(on_disk.index)
    (disk / "ballast").write_bytes(bytes(free(disk)))
    env = {
        "PLAINSEARCH_MODEL": on_disk.model,
        "PLAINSEARCH_MODEL_CACHE": on_disk.exports,
        "PLAINSEARCH_PRECISION": "int8",
    }

    def refused(*command: str) -> str:
        done = plainsearch(*command, "--index", on_disk.index, env=env)
        assert done.returncode == 1 and "Traceback" not in done.stderr
        assert on_disk.index in done.stderr and "run this again" in done.stderr
        assert published(on_disk.index) == before
        return done.stderr

    refused("index", on_disk.sources)
    assert "No space left on device" in refused("snapshots", "rollback")
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    for command in (["index", on_disk.sources], ["snapshots", "rollback"], ["snapshots", "prune"]):
        assert "Read-only file system" in refused(*command)
    asked = plainsearch("ask", "How hot should water for green tea be?", "--index", on_disk.index)
    assert asked.returncode == 0, asked.stderr


def test_a_folder_that_may_not_be_written_is_named(update: Order, run: Run, tmp_path: Path) -> None:
    order = scenario("update", update, tmp_path)
    before = published(order.index)
    folders = [path for path in Path(order.index).rglob("*") if path.is_dir()]
    (folders[0] / "probe").write_text("", "utf-8")
    for folder in (*folders, Path(order.index)):
        folder.chmod(0o555)
    try:
        (folders[0] / "probe").unlink()
        pytest.skip("root may write everywhere; a file system mounted read-only is tried above")
    except PermissionError:
        done = run(order)
        assert done["kind"] == "SnapshotError" and order.index in done["error"]
        assert "Permission denied" in done["error"]
        assert published(order.index) == before
    finally:
        for folder in (*folders, Path(order.index)):
            folder.chmod(0o755)
