"""The Flask app: routes of the API."""

from flask import Response, jsonify, request
from flask_openapi3.models.info import Info
from flask_openapi3.models.tag import Tag
from flask_openapi3.openapi import OpenAPI
from pydantic import BaseModel
from werkzeug.exceptions import BadRequest, NotFound, UnsupportedMediaType

from search_api.answer import Answer
from search_api.http.current import Current
from search_api.http.models import (
    ArticleDocument,
    Health,
    Id,
    PassageDocument,
    ProblemDocument,
    SearchBody,
    SearchQuery,
    SectionDocument,
)
from search_api.http.problem import invalid_request, register, request_id
from search_api.question import Question
from search_api.steps import Steps
from search_api.web.page import page

LARGEST_BODY = 64 * 2**10
"""Bytes of a request's body."""

_PROBLEM = {
    "content": {
        "application/problem+json": {
            # A component because of validation_error_model below.
            "schema": {"$ref": f"#/components/schemas/{ProblemDocument.__name__}"}
        }
    }
}
_SEARCH = Tag(name="search", description="Questions and their answers")
_SOURCES = Tag(name="sources", description="What the answers are taken from")
_HEALTH = Tag(name="health", description="For whoever runs the service")


def create_app(current: Current, version: str) -> OpenAPI:
    """Make the app that answers from `current`."""
    app = OpenAPI(
        "search_api.web",
        info=Info(
            title="plainsearch",
            version=version,
            description="Ranked, verbatim excerpts from articles, each with its source.",
        ),
        validation_error_callback=invalid_request,
        validation_error_status=400,
        validation_error_model=ProblemDocument,
        doc_ui=False,
    )
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    register(app)
    _search_routes(app, current)
    _source_routes(app, current)
    _health_routes(app, current)
    app.register_blueprint(page(current))

    @app.get("/openapi.json", doc_ui=False)
    def openapi() -> Response:
        return jsonify(app.api_doc)

    @app.after_request
    def stamp(response: Response) -> Response:
        response.headers["X-Request-ID"] = request_id()
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "default-src 'self'"
        return response

    return app


def _search_routes(app: OpenAPI, current: Current) -> None:
    @app.get("/v1/search", tags=[_SEARCH], responses={200: Answer, 400: _PROBLEM})
    def search(query: SearchQuery) -> Response:
        """Ask a question."""
        return _answer(current, query.question())

    @app.post("/v1/search", tags=[_SEARCH], responses={200: Answer, 400: _PROBLEM})
    def search_by_body(body: SearchBody) -> Response:
        """Ask a question, with everything in the body."""
        return _answer(current, body.question())

    @app.before_request
    def only_json() -> None:
        if request.method == "POST" and request.url_rule is not None:
            if not request.is_json:
                raise UnsupportedMediaType("Send the body as application/json.")
            if not isinstance(request.get_json(silent=True), dict):
                raise BadRequest("The body is not a JSON object.")


def _source_routes(app: OpenAPI, current: Current) -> None:
    # Ids may be paths, with slashes in them.
    @app.get(
        "/v1/articles/<path:id>", tags=[_SOURCES], responses={200: ArticleDocument, 404: _PROBLEM}
    )
    def article(path: Id) -> Response:
        """An article's stored text, which all offsets count in."""
        found = current.searcher.article(path.id)
        if found is None:
            raise NotFound(f"There is no article '{path.id}'.")
        sections = [
            SectionDocument(start=one.start, end=one.end, heading_path=list(one.heading_path))
            for one in found.sections
        ]
        return _json(
            ArticleDocument(
                id=found.id,
                title=found.title,
                url=found.url,
                text=found.text,
                sections=sections,
                metadata=dict(found.metadata),
            )
        )

    @app.get("/v1/passages/<id>", tags=[_SOURCES], responses={200: PassageDocument, 404: _PROBLEM})
    def passage(path: Id) -> Response:
        """One passage by its id."""
        found = current.searcher.passage(path.id)
        if found is None:
            raise NotFound(f"There is no passage '{path.id}'.")
        article, one = found
        return _json(
            PassageDocument(
                id=one.id,
                article=article.id,
                heading_path=list(one.heading_path),
                start=one.start,
                end=one.end,
                text=one.text,
            )
        )


def _health_routes(app: OpenAPI, current: Current) -> None:
    @app.get("/livez", tags=[_HEALTH], responses={200: Health})
    def live() -> Response:
        """Whether the process lives."""
        return _json(Health(status="ok"))

    @app.get("/readyz", tags=[_HEALTH], responses={200: Health})
    def ready() -> Response:
        """Whether questions are answered, and from which snapshot."""
        return _json(Health(status="ok", snapshot=current.searcher.snapshot.id))

    @app.get("/healthz", tags=[_HEALTH], responses={200: Health})
    def health() -> Response:
        """The same as /readyz, under the name that older monitors ask for."""
        return _json(Health(status="ok", snapshot=current.searcher.snapshot.id))


def _answer(current: Current, question: Question) -> Response:
    """The answer; how long each step took goes into Server-Timing (W3C), asked for or not."""
    steps = Steps()
    answer = current.searcher.ask(question, steps)
    response = Response(answer.as_json(), content_type="application/json")
    response.headers["Server-Timing"] = ", ".join(
        f"{step};dur={took:.2f}" for step, took in steps.milliseconds.items()
    )
    return response


def _json(document: BaseModel) -> Response:
    return Response(document.model_dump_json(), content_type="application/json")
