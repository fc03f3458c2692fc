"""Whether site furniture is told from the article: by words, on pages whose article is known.

Usage: python benchmarks/furniture.py DATA

DATA/seed/page.txt is a scraped page: its article ends above the line 'Appointments & Enquiries',
and its title stands twice. Of the pages in corpus/pages and corpus/scraped the article is in
corpus/articles. Precision: which share of the words left out is furniture; recall: which share of
the furniture is left out; lost: which share of the article's words is. Words are compared as
sequences, so a word counts as the article's only in its place.
"""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import trafilatura

from indexer.extract import extract

CORPUS = Path(__file__).parent.parent / "corpus"
END_OF_SEED = "Appointments & Enquiries"
Words = list[str]


@dataclass(frozen=True)
class Known:
    """A page's words, and which of them are its article's."""

    suffix: str
    data: bytes
    words: Words
    is_article: list[bool]


@dataclass
class Score:
    """Words counted over pages."""

    dropped: int = 0
    rightly: int = 0
    furniture: int = 0
    article: int = 0

    def add(self, known: Known, kept: Words) -> None:
        is_kept = aligned(known.words, kept)
        for mine, stays in zip(known.is_article, is_kept, strict=True):
            self.article += mine
            self.furniture += not mine
            self.dropped += not stays
            self.rightly += not (mine or stays)

    def row(self) -> str:
        lost = self.dropped - self.rightly
        shares = (
            (self.rightly, self.dropped),
            (self.rightly, self.furniture),
            (lost, self.article),
        )
        return " ".join(f"{part / whole:9.3f}" if whole else "        –" for part, whole in shares)


def words(text: str) -> Words:
    return "".join(one if one.isalnum() else " " for one in text.casefold()).split()


def aligned(page: Words, part: Words) -> list[bool]:
    """Which words of a page are those of a part of it, in order."""
    found = [False] * len(page)
    matcher = SequenceMatcher(None, page, part, autojunk=False)
    for block in matcher.get_matching_blocks():
        # A word or two that match by chance are no part of it.
        if block.size > 2 or len(part) < 3:
            found[block.a : block.a + block.size] = [True] * block.size
    return found


def seed(data: Path) -> Known:
    text = (data / "seed" / "page.txt").read_text(encoding="utf-8")
    article, rest = text.split(END_OF_SEED, 1)
    title = words(article.split("\n", 1)[0])
    all_words = words(article) + words(END_OF_SEED + rest)
    mine = [at < len(words(article)) for at in range(len(all_words))]
    mine[: len(title)] = [False] * len(title)
    return Known(".txt", text.encode(), all_words, mine)


def twins(folder: str) -> Iterable[Known]:
    for path in sorted((CORPUS / folder).iterdir()):
        data = path.read_bytes()
        twin = (CORPUS / "articles" / f"{path.stem}.md").read_text(encoding="utf-8")
        _, front, body = twin.split("---\n", 2)
        title = next(line for line in front.splitlines() if line.startswith("title:"))
        page = words(visible(data) if path.suffix == ".html" else data.decode())
        yield Known(path.suffix, data, page, aligned(page, words(f"{title[6:]} {body}")))


def visible(data: bytes) -> str:
    """All the text of a page."""
    tree = trafilatura.load_html(data)
    for unseen in tree.xpath("//script|//style|//head"):
        unseen.drop_tree()
    return " ".join(tree.itertext())


def ours(known: Known) -> Words:
    found = extract(known.data, known.suffix)
    return words(f"{found.title} {found.text}")


def theirs(known: Known) -> Words:
    found = trafilatura.bare_extraction(known.data.decode(errors="replace"), with_metadata=True)
    return words(f"{found.title} {found.text}") if found else []


READERS: dict[str, Callable[[Known], Words]] = {
    "plainsearch": ours,
    "all the text": lambda known: known.words,
    "trafilatura": theirs,
}


def compare(name: str, pages: list[Known]) -> None:
    """Print a row for each way of reading the pages."""
    for reader, read in READERS.items():
        if reader == "trafilatura" and pages[0].suffix != ".html":
            continue
        score = Score()
        for known in pages:
            score.add(known, read(known))
        print(f"{name:18} {reader:14} {score.row()}")


def main(data: Path) -> None:
    """Compare on the seed page, the scraped texts and the HTML pages."""
    print(f"{'':18} {'':14} {'precision':>9} {'recall':>9} {'lost':>9}")
    compare("seed page", [seed(data)])
    compare("corpus/scraped", list(twins("scraped")))
    compare("corpus/pages", list(twins("pages")))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
