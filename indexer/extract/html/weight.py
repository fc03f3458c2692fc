"""How much lines and boxes of a page speak for an article."""

from collections.abc import Sequence
from itertools import accumulate

from indexer.extract.html.dom import Line, Page

_ENDS, _CLOSING = tuple(".!?…:。！？"), "\"'”’»)]"


def ends(text: str) -> bool:
    """Whether a text ends as sentences do."""
    return text.rstrip(_CLOSING).endswith(_ENDS)


def long_words(text: str) -> frozenset[str]:
    """The words that a text may share with another on the same thing."""
    return frozenset(word.strip(".,:;?!()").casefold() for word in text.split() if len(word) > 3)


def tells(line: Line) -> bool:
    """Whether a line is a sentence, link or not."""
    return line.kind != "heading" and ends(line.text) and line.text.count(" ") > 2


def is_told(line: Line) -> bool:
    """Whether a line is a sentence rather than a link or a label."""
    return line.linked < 0.5 and tells(line)


def weigh(line: Line) -> float:
    """How much a line speaks for an article: its characters, if it is prose."""
    length, free = len(line.text), 1 - line.linked
    if line.kind == "heading" or free < 0.5 or (length < 40 and line.kind == "text"):
        return 0
    prose = line.kind == "text" and length >= 60 and ends(line.text)
    return length * free * (1 if prose else 0.3)


def sums(page: Page, values: Sequence[float]) -> list[float]:
    """The sum of the lines' values in each box, its inner boxes' included."""
    before = [0.0, *accumulate(values)]
    return [before[box.end] - before[box.first] for box in page.boxes]
