"""The searcher in use: the published snapshot's, replaced when another is published."""

import logging
import threading
from pathlib import Path

from indexer.errors import PlainsearchError
from indexer.snapshot.index import Index
from search_api.question import Question
from search_api.searcher import Searcher

_LOG = logging.getLogger(__name__)


class Current:
    """Hands out the current searcher. Each request takes it once and keeps it to its end, so
    that none mixes two snapshots; an old one goes when the last request lets go of it."""

    def __init__(self, index: Path) -> None:
        """Open the published snapshot.

        Raises:
            SnapshotError: there is none, or it is damaged.
        """
        self._index = Index(index)
        self._refused: str | None = None
        self.searcher = Searcher.open(index)
        _warm(self.searcher)

    def refresh(self) -> bool:
        """Change over to the published snapshot if it is another one.

        One that can't be opened is logged, and the old one goes on answering.
        """
        identity: str | None = None
        try:
            identity = self._index.current()
            if identity in (None, self.searcher.snapshot.id):
                return False
            snapshot = self._index.open(identity)
            old = self.searcher
            same_encoder = (
                snapshot.manifest.built_by["encoder"] == old.snapshot.manifest.built_by["encoder"]
            )
            encoder = old.encoder if same_encoder else snapshot.encoder()
            fresh = Searcher(snapshot, encoder)
            _warm(fresh)
        except PlainsearchError as error:
            if identity != self._refused:  # said once, tried again each time
                _LOG.error("staying with snapshot %s: %s", self.searcher.snapshot.id, error)
            self._refused = identity
            return False
        self.searcher = fresh
        self._refused = None
        _LOG.info("now answering from snapshot %s", identity)
        return True

    def watch(self, seconds: float = 1.0) -> None:
        """Look for a new snapshot every so often, in the background, as long as we live."""

        def look() -> None:
            while True:
                pause.wait(seconds)
                try:
                    self.refresh()
                except Exception:  # a watcher that dies would leave the index to grow old
                    _LOG.exception("looking for a new snapshot failed")

        pause = threading.Event()
        threading.Thread(target=look, name="snapshot-watch", daemon=True).start()


def _warm(searcher: Searcher) -> None:
    """Ask once, so that no reader waits for pages to come from disk."""
    searcher.ask(Question("warm up", min_verdict="none"))
