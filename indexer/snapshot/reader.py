"""A snapshot as the query side sees it: opened, never written."""

from pathlib import Path

from indexer.encoder.encoder import Encoder
from indexer.encoder.reranker import Reranker
from indexer.errors import SnapshotError
from indexer.snapshot import (
    calibration,
    integrity,
    lexical,
    manifest,
    store,
    tokens,
    twins,
    vectors,
    words,
)
from indexer.snapshot.manifest import WHAT_TO_DO, Manifest

ENCODER, RERANKER = "encoder", "reranker"


class Snapshot:
    """The files of one snapshot: its articles, vectors and lexical index."""

    def __init__(self, folder: Path) -> None:
        """Open a snapshot's folder.

        Raises:
            SnapshotError: a file is missing, damaged or of a newer format.
        """
        self.folder = folder
        self.manifest: Manifest = manifest.read(folder)
        manifest.check_sizes(folder, self.manifest)
        counts = self.manifest.counts
        try:
            self.store = store.Store(folder / store.FILE)
            self.vectors = vectors.Vectors(folder, counts["dimensions"], counts["sentences"])
            self.tokens = tokens.Tokens(folder / tokens.FOLDER)
            self.lexical = lexical.Lexical(folder / lexical.FOLDER, counts["passages"])
            self.words = words.Words(folder / lexical.FOLDER)
            self.calibration = calibration.read(folder)
            self.article_of_passage = self.store.article_of_passage()
            self.twins = twins.Twins(folder / twins.FOLDER, counts["articles"])
        except Exception as error:  # SQLite, FAISS and numpy each have their own
            reason = str(error).splitlines()[0]
            raise SnapshotError(f"{folder}: can't be opened: {reason}. {WHAT_TO_DO}") from error

    @property
    def id(self) -> str:
        """The snapshot's name."""
        return self.manifest.id

    def encoder(self) -> Encoder:
        """Open the encoder that made this snapshot's vectors."""
        return Encoder.open(self.folder / ENCODER)

    def reranker(self) -> Reranker | None:
        """Open the cross-encoder that reads the best results again; None in most snapshots."""
        return Reranker.open(self.folder / RERANKER) if self.reranked else None

    @property
    def reranked(self) -> int:
        """How many of the best results are read again."""
        return self.manifest.counts.get("reranked", 0)

    def check(self) -> None:
        """See that every file is what was written and that they agree on what they hold, and that
        passage vectors are sound.

        Raises:
            SnapshotError: says what differs.
        """
        manifest.check_checksums(self.folder, self.manifest)
        counts = {name: self.manifest.counts[name] for name in self.store.counts()}
        held = {len(self.vectors), len(self.tokens)}
        fit = self.lexical.fits() and self.twins.fit(counts["articles"])
        if self.store.counts() != counts or held != {counts["passages"]} or not fit:
            raise SnapshotError(
                f"{self.folder}: damaged: its files do not hold the same passages. {WHAT_TO_DO}"
            )
        integrity.check_vectors(self.folder, self.vectors)

    def close(self) -> None:
        """Let go of the files."""
        self.store.close()
