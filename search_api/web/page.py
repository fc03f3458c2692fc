"""The search page: plain HTML, made on the server, complete without JavaScript."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from flask import Blueprint, Response, render_template, request

from indexer.errors import QuestionError
from search_api.answer import Answer, Found
from search_api.http.current import Current
from search_api.question import FARTHEST_OFFSET, LONGEST, Question

_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a passage's text, all of it shown alike."""

    text: str
    answer: bool
    """Part of the excerpt."""
    word: bool
    """A word of the question."""


def pieces(found: Found) -> Iterator[Piece]:
    """Cut a passage's text at the edges of excerpt and highlights; together they are all of it."""
    edges = {found.start, found.end, found.excerpt.start, found.excerpt.end}
    edges.update(edge for span in found.highlights for edge in span)
    ordered = sorted(edges)
    words = {tuple(span) for span in found.highlights}
    for start, end in pairwise(ordered):
        yield Piece(
            found.text[start - found.start : end - found.start],
            found.excerpt.start <= start < found.excerpt.end,
            (start, end) in words,
        )


def page(current: Current) -> Blueprint:
    """The page at ``/``; its question is in the address, so that it can be shared."""
    blueprint = Blueprint(
        "page", __name__, template_folder="templates", static_folder="static",
        static_url_path="/static",
    )  # fmt: skip

    @blueprint.get("/")
    def search() -> Response:
        asked = request.args.get("q", "").strip()
        offset = request.args.get("offset", 0, type=int)
        answer: Answer | None = None
        error = ""
        if asked:
            try:
                offset = min(max(0, offset), FARTHEST_OFFSET)
                answer = current.searcher.ask(Question(asked, _LIMIT, offset))
            except QuestionError as refused:
                error = str(refused)
        body = render_template(
            "search.html", asked=asked[:LONGEST], answer=answer, error=error, pieces=pieces
        )
        return Response(body, 400 if error else 200)

    return blueprint
