"""What is kept of real web pages, and how fast, beside trafilatura; and furniture told from text.

Usage: python benchmarks/extraction.py DATA

DATA holds extraction-dev/ and seed/ as benchmarks/README.md describes them. The first table's
measure is that of the article extraction benchmark (github.com/scrapinghub): precision, recall
and their F1 of shingles of four words, averaged over the pages.
"""

import gzip
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import furniture
import trafilatura
from selectolax.lexbor import LexborHTMLParser

from indexer.extract import extract

Extractor = Callable[[bytes], str]
_WORD = re.compile(r"\w+")
_ROUNDS = 3


@dataclass(frozen=True)
class Page:
    """A web page, and the article that people saw in it."""

    data: bytes
    article: str


def pages(folder: Path) -> list[Page]:
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    return [
        Page(
            gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()), one["articleBody"]
        )
        for name, one in truth.items()
    ]


def shingles(text: str, size: int = 4) -> Mapping[tuple[str, ...], int]:
    """Runs of words with their counts; a text of fewer words is one run."""
    words = _WORD.findall(text)
    ends = range(max(1, len(words) - size + 1)) if words else ()
    return Counter(tuple(words[at : at + size]) for at in ends)


def precision_recall(article: str, extracted: str) -> tuple[float, float]:
    """How much of what was extracted is the article's, and how much of the article that is."""
    true, found = Counter(shingles(article)), Counter(shingles(extracted))
    shared = (true & found).total()
    precision = shared / found.total() if found else float(not true)
    return precision, shared / true.total() if true else 1.0


def ours(data: bytes) -> str:
    try:
        return extract(data, ".html").text
    except ValueError:
        return ""


def trafilaturas(**favour: bool) -> Extractor:
    return lambda data: trafilatura.extract(data, include_comments=False, **favour) or ""


def all_text(data: bytes) -> str:
    body = LexborHTMLParser(data).body
    for unread in body.css("script, style, noscript") if body else ():
        unread.decompose()
    return body.text(separator=" ") if body else ""


EXTRACTORS: dict[str, Extractor] = {
    "plainsearch": ours,
    "trafilatura": trafilaturas(),
    "trafilatura, favour precision": trafilaturas(favor_precision=True),
    "trafilatura, favour recall": trafilaturas(favor_recall=True),
    "all text": all_text,
}


def speed(extractor: Extractor, found: list[Page]) -> float:
    """Pages a second of one core: the best of several rounds, since others use the machine too."""
    seconds = []
    for _ in range(_ROUNDS):
        started = time.process_time()
        for page in found:
            extractor(page.data)
        seconds.append(time.process_time() - started)
    return len(found) / min(seconds)


def main(data: Path) -> None:
    found = pages(data / "extraction-dev")
    kilobytes = sorted(len(page.data) / 1024 for page in found)[len(found) // 2]
    print(f"Article body of {len(found)} web pages (median {kilobytes:.0f} KiB)\n")
    print(f"{'':32}{'F1':>7}{'precision':>11}{'recall':>8}{'pages/s':>9}")
    for name, extractor in EXTRACTORS.items():
        scores = [precision_recall(page.article, extractor(page.data)) for page in found]
        precision, recall = (sum(column) / len(column) for column in zip(*scores, strict=True))
        f1 = 2 * precision * recall / (precision + recall)
        rate = speed(extractor, found)
        print(f"{name:32}{f1:7.3f}{precision:11.3f}{recall:8.3f}{rate:9.0f}", flush=True)
    print("\nSite furniture dropped, by words\n")
    furniture.main(data)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
