"""Errors as application/problem+json (RFC 9457), one form for all of them."""

import logging
import re
import uuid
from collections.abc import Sequence

from flask import Flask, Response, g, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from indexer.errors import QuestionError
from search_api.http.models import FieldError, ProblemDocument

_LOG = logging.getLogger(__name__)
_GIVEN_ID = re.compile(r"[\w.\-]{1,100}")


def request_id() -> str:
    """The id of this request: the caller's X-Request-ID where it is sane, else a new one."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
    return str(g.request_id)


def problem(status: int, title: str, detail: str, errors: Sequence[FieldError] = ()) -> Response:
    """A problem response."""
    document = ProblemDocument(
        type="about:blank",
        title=title,
        status=status,
        detail=detail,
        request_id=request_id(),
        errors=list(errors) or None,
    )
    body = document.model_dump_json(exclude_none=True)
    return Response(body, status, content_type="application/problem+json")


def invalid_request(error: ValidationError) -> Response:
    """What the request models refuse."""
    errors = [
        FieldError(field=".".join(map(str, one["loc"])) or "body", message=one["msg"])
        for one in error.errors()
    ]
    return _bad_request(errors)


def register(app: Flask) -> None:
    """Have an app answer every error with a problem document."""

    @app.errorhandler(QuestionError)
    def question_refused(error: QuestionError) -> Response:
        return _bad_request([FieldError(field=error.field, message=str(error))])

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        made = problem(error.code or 500, error.name, error.description or error.name)
        for name, value in error.get_headers():
            if name.lower() not in ("content-type", "content-length"):
                made.headers[name] = value
        return made

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        _LOG.exception("request %s failed", request_id(), exc_info=error)
        return problem(500, "Internal Server Error", "Something went wrong here; it is logged.")


def _bad_request(errors: list[FieldError]) -> Response:
    detail = " ".join(f"{one.field}: {one.message}" for one in errors)
    return problem(400, "Bad Request", detail, errors)
