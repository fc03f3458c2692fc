"""Coverage-guided fuzzing of what reads documents: `make fuzz`, or

    python tests/fuzz.py .html [ITERATIONS]

Any bytes must be read or refused with a ValueError that has a reason, in reasonable time. Needs
atheris (pip install atheris); the hypothesis tests beside this file run always.
"""

import sys
import tempfile
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["indexer"]):
    from indexer.article import Article
    from indexer.extract import extract
    from indexer.extract.extracted import compose
    from indexer.split import TokenBudget, split

CORPUS = Path(__file__).parent.parent / "corpus"
SEEDS = {".html": "pages/*.html", ".txt": "scraped/*.txt", ".md": "articles/[abc]*.md"}
SLOWEST = 2.0
"""Seconds for the few thousand bytes that the fuzzer tries."""


def read(suffix: str, data: bytes) -> None:
    started = time.process_time()
    try:
        found = extract(data, suffix)
    except ValueError as error:
        assert str(error)
        return
    article = Article("a", found.title, *compose(found.blocks, found.title))
    budget = TokenBudget(lambda texts: [len(text.split()) for text in texts], 254)
    for passage in split(article, budget):
        assert article.text[passage.start : passage.end] == passage.text
    assert time.process_time() - started < SLOWEST


def main() -> None:
    suffix, *rest = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        for seed in CORPUS.glob(SEEDS[suffix]):
            (Path(folder) / seed.name).write_bytes(seed.read_bytes()[:4096])
        runs = f"-runs={rest[0] if rest else 100_000}"
        atheris.Setup(
            [sys.argv[0], runs, "-max_len=4096", "-timeout=30", folder],
            lambda data: read(suffix, data),
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
