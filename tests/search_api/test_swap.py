"""New snapshots come into use under load: no request fails, none mixes two snapshots."""

import re
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from client import PATIENCE, Plainsearch, Reply, get, serving

from search_api.http.current import Current
from search_api.question import Question

QUESTION = "How long do I rest my knee?"
CLIENTS, VERSIONS, WORKERS = 3, 3, 2


def publish(plainsearch: Plainsearch, articles: Path, index: Path, version: int) -> str:
    """Index the articles with a version number in each text; give the snapshot's id."""
    for name in ("knee", "tea", "bees"):
        text = f"Rest the knee for two days, says version {version} of the article on {name}."
        body = f"---\nid: {name}\n---\n\n{text}\n"
        (articles / f"{name}.md").write_text(body, encoding="utf-8")
    done = plainsearch("index", articles, "--index", index)
    assert done.returncode == 0, done.stderr
    return (index / "CURRENT").read_text(encoding="utf-8").strip()


@contextmanager
def asking(address: str) -> Iterator[list[Reply]]:
    """Have clients ask without a pause until the block ends; the list holds what they got."""
    replies: list[Reply] = []
    enough = threading.Event()

    def ask() -> None:
        while not enough.is_set():
            replies.append(get(address, "/v1/search", q=QUESTION))

    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(ask) for _ in range(CLIENTS)]
        try:
            yield replies
        finally:
            enough.set()
    for client in clients:
        client.result()


def wait_for(replies: list[Reply], snapshot: str) -> None:
    """Wait until the clients have had nothing but a snapshot's answers for many in a row."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        latest = replies[-20 * WORKERS :]
        if len(latest) == 20 * WORKERS and all(
            reply.status == 200 and reply.document["snapshot"] == snapshot for reply in latest
        ):
            return
        time.sleep(0.05)
    raise AssertionError(f"still not every worker answers from {snapshot}")


def test_every_answer_is_of_one_published_snapshot_and_soon_of_the_newest(
    articles: Path, index: Path, plainsearch: Plainsearch, environment: Mapping[str, str]
) -> None:
    versions = {publish(plainsearch, articles, index, 0): 0}
    with (
        serving(index, environment, "--workers", str(WORKERS)) as address,
        asking(address) as replies,
    ):
        for version in range(1, VERSIONS + 1):
            newest = publish(plainsearch, articles, index, version)
            versions[newest] = version
        wait_for(replies, newest)
    assert len(versions) == VERSIONS + 1
    assert {reply.status for reply in replies} == {200}
    for document in (reply.document for reply in replies):
        found = re.findall(r"version (\d+) of the article", str(document["results"]))
        # Three articles, each with its text as the passage's and as the excerpt's.
        assert found == [str(versions[document["snapshot"]])] * 6
    seen = {reply.document["snapshot"] for reply in replies}
    assert {next(iter(versions)), newest} <= seen


def test_a_snapshot_that_cannot_be_opened_leaves_the_old_one_answering(
    articles: Path, index: Path, plainsearch: Plainsearch
) -> None:
    current = Current(index)
    sound = current.searcher.snapshot.id
    (index / "snapshots" / "broken").mkdir()
    (index / "CURRENT").write_text("broken\n", encoding="utf-8")
    assert not current.refresh() and not current.refresh()
    answer = current.searcher.ask(Question(QUESTION))
    assert answer.snapshot == sound and answer.results
    repaired = publish(plainsearch, articles, index, 1)
    assert current.refresh() and not current.refresh()
    assert current.searcher.ask(Question(QUESTION)).snapshot == repaired != sound


def test_a_snapshot_in_use_goes_on_answering_when_it_is_deleted(
    articles: Path, index: Path, plainsearch: Plainsearch
) -> None:
    current = Current(index)
    before = current.searcher.ask(Question(QUESTION))
    publish(plainsearch, articles, index, 1)
    done = plainsearch("snapshots", "prune", "--keep", "1", "--index", index)
    assert done.returncode == 0 and before.snapshot in done.stdout
    assert current.searcher.ask(Question(QUESTION)).results == before.results
