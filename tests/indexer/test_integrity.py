"""What is sealed with the right checksums may still be wrong: vectors and counts are looked at."""

from dataclasses import replace
from pathlib import Path

import faiss
import numpy as np
import pytest

from indexer.errors import SnapshotError
from indexer.snapshot import manifest
from indexer.snapshot.index import Index


def seal(folder: Path) -> None:
    """Give a snapshot's files, as they are now, their checksums."""
    said = replace(manifest.read(folder), files=manifest.checksums(folder))
    (folder / "manifest.json").unlink()
    said.write(folder)


@pytest.mark.parametrize(("factor", "said"), [(2, "length 2 "), (0, "length 0 "), (np.nan, "nan")])
def test_a_vector_that_is_not_of_unit_length_is_found(
    linked_index: Path, factor: float, said: str
) -> None:
    folder = Index(linked_index).open().folder
    path = folder / "passages.faiss"
    old = faiss.read_index(str(path))
    vectors = old.reconstruct_n(0, old.ntotal)
    vectors[3] *= factor
    new = faiss.IndexScalarQuantizer(
        old.d, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    new.add(vectors)
    path.unlink()
    faiss.write_index(new, str(path))
    seal(folder)
    with pytest.raises(SnapshotError, match=r"passage 3 has length .* instead of 1") as e:
        Index(linked_index).open().check()
    assert said in str(e.value)


@pytest.mark.parametrize("row", [-1, 10**6])
def test_a_lexical_index_that_names_passages_there_are_not_is_found(
    linked_index: Path, row: int
) -> None:
    folder = Index(linked_index).open().folder
    path = folder / "lexical" / "rows.npy"
    rows = np.load(path)
    rows[0] = row
    path.unlink()
    np.save(path, rows)
    seal(folder)
    with pytest.raises(SnapshotError, match="do not hold the same passages"):
        Index(linked_index).open().check()


def test_a_sound_snapshot_passes(linked_index: Path) -> None:
    seal(Index(linked_index).open().folder)
    Index(linked_index).open().check()
