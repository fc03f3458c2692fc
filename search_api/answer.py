"""What a reader gets: the one document that HTTP, `ask --json` and the page are made from."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from search_api.verdict import Verdict


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Measured(_Value):
    """One of the measures that the verdict is made from."""

    name: str
    value: float
    means: str


class Explained(_Value):
    """How an answer came about."""

    verdict: list[Measured] = Field(description="Of the first result; empty if none was found.")
    milliseconds: dict[str, float] = Field(description="What each step took, in their order.")


class ResultExplained(_Value):
    """Why a result stands where it does."""

    scores: list[dict[str, float]] = Field(
        description="For each passage what every part gives of its score; they add up to it."
    )
    left_out: list[str] = Field(
        description="Ids of articles that say nearly the same and are left out for this one, as "
        "far as they were met down to the last result shown."
    )


class Excerpt(_Value):
    """The sentences of a passage that answer best, word for word."""

    start: int
    end: int
    text: str


class Parts(_Value):
    """What a passage's score is made of."""

    dense: float = Field(description="Nearness in meaning: cosine of question and passage.")
    lexical: float = Field(description="Shared words: BM25 as a share of the most there can be.")
    heading: float = Field(description="Nearness of title and headings above it, a cosine.")
    tokens: float = Field(description="How near each of the question's words comes to one in it.")


class Found(_Value):
    """A passage that answers. Offsets are code points of the article's text."""

    id: str
    heading_path: list[str]
    start: int
    end: int
    text: str
    score: float
    parts: Parts
    excerpt: Excerpt
    highlights: list[tuple[int, int]] = Field(description="Where the question's words stand.")
    link: str | None = Field(description="Opens the page at the excerpt; null without an address.")


class ArticleInfo(_Value):
    """Which article a result is from."""

    id: str
    title: str
    url: str | None
    metadata: dict[str, Any]


class Result(_Value):
    """One article, its best passage first."""

    rank: int
    score: float = Field(description="Comparable between questions; 1 is the best there can be.")
    article: ArticleInfo
    passages: list[Found] = Field(max_length=3)
    explain: ResultExplained | None = Field(default=None, description="Only if asked for.")


class Answer(_Value):
    """The ranked articles for a question, or the verdict that none answers."""

    question: str
    read_as: str | None = Field(description="The question mended; null where nothing was misspelt.")
    verdict: Verdict
    confidence: float = Field(ge=0, le=1, description="That the first result answers.")
    results: list[Result]
    limit: int
    offset: int
    has_more: bool
    snapshot: str
    took_ms: float
    explain: Explained | None = Field(default=None, description="Only if asked for.")

    def as_json(self, indent: int | None = None) -> str:
        """The document that clients get; without what was not asked for."""
        return self.model_dump_json(indent=indent, exclude_unset=True)
