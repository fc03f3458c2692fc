"""A snapshot while it is being built: in a folder that no reader looks at."""

import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer import alike
from indexer.alike import Signature
from indexer.article import Article, Passage
from indexer.encoder.token_vectors import TokenVectors
from indexer.snapshot import calibration as calibrations
from indexer.snapshot import lexical, manifest, store, tokens, twins, vectors, words
from indexer.snapshot.analysis import terms
from indexer.snapshot.calibration import Calibration
from indexer.snapshot.manifest import Manifest
from indexer.snapshot.reader import ENCODER, RERANKER, Snapshot
from indexer.writing import writing


@dataclass(frozen=True, slots=True)
class Embedding:
    """The vectors of one article's passages."""

    passages: npt.NDArray[np.float32]
    """Shape (passages, dimensions), rows of unit length."""
    headings: npt.NDArray[np.int8]
    """What stands above each passage; zeros where nothing does. Shape (passages, dimensions)."""
    sentences: npt.NDArray[np.int8]
    """Shape (sentences of all passages, dimensions)."""
    tokens: Sequence[TokenVectors]
    """Of each passage."""


@dataclass(frozen=True, slots=True)
class Reranking:
    """How the best results are to be read again."""

    folder: Path
    """The exported cross-encoder."""
    results: int
    """How many it reads."""


class SnapshotWriter:
    """Writes the files of a new snapshot, article by article.

    Every call raises SnapshotError where something can't be written.
    """

    def __init__(self, folder: Path, dimensions: int) -> None:
        self._folder = folder
        self._dimensions = dimensions
        with writing(folder):
            folder.mkdir(parents=True)
            self._store = store.StoreWriter(folder / store.FILE)
            self._vectors = vectors.VectorWriter(folder, dimensions)
            self._tokens = tokens.TokenWriter(folder / tokens.FOLDER)
        self._lexical = lexical.LexicalWriter()
        self._words = words.WordWriter()
        self._twins = twins.TwinWriter()

    def add(self, article: Article, passages: Sequence[Passage], embedding: Embedding) -> None:
        """Add an article, its passages and their vectors."""
        self._add(article, passages, embedding, alike.signature(article.text))

    def _add(
        self,
        article: Article,
        passages: Sequence[Passage],
        embedding: Embedding,
        signature: Signature,
    ) -> None:
        self._twins.add(signature)
        with writing(self._folder):
            self._store.add(article, passages)
            self._vectors.add(embedding.passages, embedding.headings, embedding.sentences)
            for passage, read in zip(passages, embedding.tokens, strict=True):
                self._tokens.add(read)
                text = passage.embedded_text
                found = terms(text)
                self._lexical.add([term.stem for term in found])
                self._words.add(text[term.start : term.end] for term in found)

    def copy(self, parent: Snapshot, row: int) -> None:
        """Add an article as another snapshot has it."""
        rows = parent.store.passage_rows(row)
        places = np.arange(rows.start, rows.stop)
        passages = parent.vectors.passages(places)
        headings = parent.vectors.headings(places)
        sentences = parent.vectors.sentences(parent.store.sentence_rows(rows))
        passages = passages.reshape(-1, self._dimensions)
        embedding = Embedding(passages, headings, sentences, [parent.tokens.of(at) for at in rows])
        article, signature = parent.store.article(row), parent.twins.signature(row)
        if signature is None:
            signature = alike.signature(article.text)
        self._add(article, parent.store.passages(row), embedding, signature)

    def finish(
        self,
        encoder: Path,
        created: datetime,
        parent: str | None,
        built_by: Mapping[str, str],
        skipped: int,
        reranking: Reranking | None = None,
    ) -> Manifest:
        """Write everything out, safe from a power cut.

        Args:
            encoder: folder of the exported model; like the reranker's it is hard-linked where it is
                already part of a snapshot beside this one, else copied.
            created: when the snapshot was begun, in UTC.
            parent: id of the snapshot published meanwhile.
            built_by: fingerprints for the manifest.
            skipped: how many documents could not be read.
            reranking: how the best results are to be read again, if they are.
        """
        with writing(self._folder):
            self._store.close()
            self._vectors.close()
            self._tokens.close()
            self._lexical.write(self._folder / lexical.FOLDER)
            self._words.write(self._folder / lexical.FOLDER)
            with closing(store.Store(self._folder / store.FILE)) as written:
                self._twins.write(
                    self._folder / twins.FOLDER, lambda row: written.article(row).text
                )
            self._take(encoder, ENCODER)
            if reranking:
                self._take(reranking.folder, RERANKER)
        counts = {
            "articles": self._store.articles,
            "passages": self._store.passages,
            "sentences": self._store.sentences,
            "skipped": skipped,
            "dimensions": self._dimensions,
        }
        if reranking:
            counts["reranked"] = reranking.results
        files = manifest.checksums(self._folder)
        made = Manifest(
            id=f"{created:%Y%m%dT%H%M%S}-{manifest.digest(files)}",
            created=created.isoformat(timespec="seconds"),
            parent=parent,
            built_by=built_by,
            counts=counts,
            files=files,
        )
        with writing(self._folder):
            made.write(self._folder)
        return made

    def _take(self, model: Path, name: str) -> None:
        """Make an exported model part of the snapshot."""
        inside = self._folder.parent in model.parents
        copy = _link if inside else shutil.copyfile
        (self._folder / name).mkdir()
        for path in model.iterdir():
            copy(path, self._folder / name / path.name)

    def calibrated(self, made: Manifest, calibration: Calibration) -> Manifest:
        """Add to the finished snapshot what its own questions said of it."""
        name = calibrations.FILE
        with writing(self._folder):
            calibration.write(self._folder)
            files = {**made.files, name: manifest.checksum(self._folder / name)}
            identity = f"{made.id.partition('-')[0]}-{manifest.digest(files)}"
            whole = replace(made, id=identity, files=files)
            whole.write(self._folder)
        return whole


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)
