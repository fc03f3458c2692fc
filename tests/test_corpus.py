"""The sample corpus is what corpus/README.md says it is."""

import json
from collections import Counter
from pathlib import Path

import pytest

from indexer.article import Article
from indexer.sources import read

CORPUS = Path(__file__).parent.parent / "corpus"


@pytest.fixture(scope="module")
def articles() -> dict[str, Article]:
    found = list(read([str(CORPUS)]))
    assert all(isinstance(one, Article) for one in found)
    return {one.id: one for one in found if isinstance(one, Article)}


@pytest.fixture(scope="module")
def questions() -> list[dict]:
    lines = (CORPUS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_at_least_forty_articles_of_fair_length_with_full_front_matter(
    articles: dict[str, Article],
) -> None:
    assert len(articles) >= 40
    for one in articles.values():
        assert 600 <= len(one.text.split()) <= 1200, one.id
        assert {"author_role", "published", "last_reviewed", "tags", "audience"} <= set(
            one.metadata
        ), one.id
        assert one.url and one.url.endswith(one.id)


def test_150_questions_of_which_40_have_no_answer(questions: list[dict]) -> None:
    assert len({one["id"] for one in questions}) == 150
    assert Counter(one["answerable"] for one in questions) == {True: 110, False: 40}


def test_every_quote_is_verbatim(questions: list[dict], articles: dict[str, Article]) -> None:
    for one in questions:
        assert one["answerable"] == bool(one["relevant"]), one["id"]
        for judgement in one["relevant"]:
            assert judgement["quote"] in articles[judgement["article"]].text, one["id"]
            assert judgement["grade"] in (1, 2, 3)


def test_eight_pages_and_three_scraped_texts_have_their_article(
    articles: dict[str, Article],
) -> None:
    pages = [path.stem for path in (CORPUS / "pages").glob("*.html")]
    scraped = [path.stem for path in (CORPUS / "scraped").glob("*.txt")]
    assert (len(pages), len(scraped)) == (8, 3)
    assert {*pages, *scraped} <= articles.keys()
