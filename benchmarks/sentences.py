"""indexer/sentence.py beside libraries that find sentences: hard cases, speed, weight.

Usage: python benchmarks/sentences.py

Those of blingfire, nupunkt, pysbd, sentencex and syntok that are installed are compared. The
cases are those of tests/indexer/test_sentence.py: own sentences, in the order of their trouble.
"""

import importlib
import importlib.metadata
import re
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from types import ModuleType

from indexer.sentence import sentences

ROOT = Path(__file__).parent.parent
Finder = Callable[[str], Iterable[str]]


def cases() -> list[list[str]]:
    lines = (ROOT / "tests/indexer/hard_sentences.txt").read_text("utf-8").splitlines()
    return [re.split(r"(?<!\\)\|", line.replace("\\n", "\n")) for line in lines]


def own(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def by_line(find: Finder, text: str) -> list[str]:
    """Lines apart, as ours: a list's items are no running text."""
    return [s.strip() for line in text.split("\n") for s in find(line) if s.strip()]


def syntok(module: ModuleType, text: str) -> list[str]:
    return [
        text[sentence[0].offset : sentence[-1].offset + len(sentence[-1].value)]
        for paragraph in module.analyze(text)
        for sentence in paragraph
    ]


MAKERS: dict[str, tuple[str, Callable[[ModuleType], Finder]]] = {
    "blingfire": ("blingfire", lambda m: lambda text: m.text_to_sentences(text).split("\n")),
    "nupunkt": ("nupunkt", lambda m: m.sent_tokenize),
    "pysbd": ("pysbd", lambda m: m.Segmenter(language="en", clean=False).segment),
    "sentencex": ("sentencex", lambda m: lambda text: m.segment("en", text)),
    "syntok": ("syntok.segmenter", lambda m: partial(syntok, m)),
}


def weight(package: str) -> float:
    """MB on disk."""
    files = importlib.metadata.files(package) or []
    sizes = (Path(str(file.locate())).stat().st_size for file in files if file.locate().is_file())
    return sum(sizes) / 1e6


def main() -> None:
    """Print the table, and what ours gets wrong."""
    finders: dict[str, Finder] = {"sentence.py": own}
    for name, (module, make) in MAKERS.items():
        try:
            finders[name] = partial(by_line, make(importlib.import_module(module)))
        except ModuleNotFoundError:
            print(f"{name} is not installed")
    judged = [[part.replace("\\|", "|") for part in case] for case in cases()]
    pages = sorted((ROOT / "corpus/articles").glob("*.md"))
    running = "\n\n".join(page.read_text("utf-8") for page in pages)
    print(f"{len(judged)} hard cases; {len(running) / 1e6:.2f} million characters of running text")
    print(f"{'':14}{'right':>8}{'MB/s':>8}{'MB':>8}")
    for name, find in finders.items():
        right = [list(find("".join(c))) == [p.strip() for p in c] for c in judged]
        started = time.perf_counter()
        list(find(running))
        speed = len(running) / 1e6 / (time.perf_counter() - started)
        size = 0.0 if name == "sentence.py" else weight(name)
        print(f"{name:14}{sum(right):8}{speed:8.2f}{size:8.1f}")
    for case in judged:
        if own("".join(case)) != [part.strip() for part in case]:
            print("wrong:", own("".join(case)))


if __name__ == "__main__":
    main()
