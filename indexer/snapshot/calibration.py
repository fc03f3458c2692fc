"""calibration.json: how near is near in this corpus, with this encoder."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class Scale:
    """Two typical cosines of question and text."""

    unrelated: float
    """Where the text has nothing to do with the question."""
    answered: float
    """Where it answers it; always more than `unrelated`."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a corpus says of its own cosines."""

    passage: Scale
    """Of the best passage."""
    sentence: Scale
    """Of the best sentence in it."""

    def write(self, folder: Path) -> None:
        """Write calibration.json into a snapshot's folder."""
        (folder / FILE).write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


TYPICAL = Calibration(passage=Scale(0.19, 0.6), sentence=Scale(0.21, 0.61))
"""The default model's, over several corpora (benchmarks/verdict.py): for what has no headings to
ask."""


def read(folder: Path) -> Calibration:
    """Read a snapshot's calibration; the typical one where it has none.

    Raises:
        ValueError, KeyError, TypeError: it can't be read.
    """
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return TYPICAL
    return Calibration(Scale(**found["passage"]), Scale(**found["sentence"]))
