"""Requests and responses as the API takes and gives them; OpenAPI is generated from these."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from search_api.answer import Excerpt
from search_api.filters import parse_filters
from search_api.question import FARTHEST_OFFSET, LONGEST, MOST_RESULTS, Question
from search_api.verdict import Verdict

_LIMIT = Field(default=10, ge=1, le=MOST_RESULTS, description="Articles wanted.")
_OFFSET = Field(default=0, ge=0, le=FARTHEST_OFFSET, description="Articles to leave out first.")
_MIN_VERDICT = "Results come only with a verdict at least this good."
_EXPLAIN = Field(default=False, description="Have the answer say how it came about.")
_QUESTION = Field(
    min_length=1,
    max_length=LONGEST,
    description="The question, in the reader's own words, such as 'my lower back hurts when I "
    "sit, what can I take?'",
)


class SearchQuery(BaseModel):
    """What GET /v1/search takes."""

    q: str = _QUESTION
    limit: int = _LIMIT
    offset: int = _OFFSET
    filter: list[str] = Field(
        default=[],
        max_length=20,
        description="key:value; may be given several times. Bounds of a period are written "
        "key:>=2024-05-31, with >=, >, <= or < and a day, a month or a year.",
    )
    min_verdict: Verdict = Field("weak", description=_MIN_VERDICT)
    explain: bool = _EXPLAIN

    def question(self) -> Question:
        """The question asked."""
        filters = parse_filters(self.filter, ":")
        return Question(
            self.q, self.limit, self.offset, filters, self.min_verdict, explain=self.explain
        )


class SearchBody(BaseModel):
    """What POST /v1/search takes."""

    model_config = ConfigDict(extra="forbid")

    q: str = _QUESTION
    limit: int = _LIMIT
    offset: int = _OFFSET
    filters: dict[str, list[str]] = Field(
        default={},
        max_length=20,
        description="Of every field an article must have one of the values, or a date within the "
        "bounds (>=, >, <= or < and a day, a month or a year).",
        examples=[{"tags": ["back pain"], "published": [">=2024-05", "<2026"]}],
    )
    min_verdict: Verdict = Field("weak", description=_MIN_VERDICT)
    explain: bool = _EXPLAIN

    def question(self) -> Question:
        """The question asked."""
        return Question(
            self.q, self.limit, self.offset, self.filters, self.min_verdict, explain=self.explain
        )


class Id(BaseModel):
    """An id in a path."""

    id: str


class SectionDocument(BaseModel):
    """The text under one heading."""

    start: int
    end: int
    heading_path: list[str]


class ArticleDocument(BaseModel):
    """An article as it is stored: every excerpt is a slice of `text`."""

    id: str
    title: str
    url: str | None
    text: str
    sections: list[SectionDocument]
    metadata: dict[str, Any]


class PassageDocument(Excerpt):
    """A passage and the article it is from."""

    id: str
    article: str = Field(description="Id of the article.")
    heading_path: list[str]


class Health(BaseModel):
    """That the service lives, or is ready, and with what."""

    status: str
    snapshot: str | None = None


class FieldError(BaseModel):
    """One thing that is wrong with a request."""

    field: str
    message: str


class ProblemDocument(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[FieldError] | None = Field(default=None, description="For bad input.")
