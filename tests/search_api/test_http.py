"""The API over real sockets: one answer by every door, one form for every error."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request

import pytest
from client import Document, Plainsearch, Reply, get, post, send, serving

QUESTION = "my lower back hurts when I sit, what can I take?"


def untimed(document: Document) -> Document:
    return {name: value for name, value in document.items() if name != "took_ms"}


def assert_problem(reply: Reply, status: int, detail: str, field: str | None) -> None:
    """Check an error against RFC 9457 and the API's own additions to it."""
    assert reply.status == status
    assert reply.headers["Content-Type"] == "application/problem+json"
    document = reply.document
    assert document["type"] == "about:blank" and document["status"] == status
    assert document["title"] and re.search(detail, document["detail"])
    assert document["request_id"] == reply.headers["X-Request-ID"] != ""
    fields = [error["field"] for error in document.get("errors", [])]
    assert fields == ([field] if field else [])
    assert b"Traceback" not in reply.body


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ({"q": QUESTION}, {"q": QUESTION}),
        ({"q": "膝 knee", "limit": 2, "offset": 1}, {"q": "膝 knee", "limit": 2, "offset": 1}),
        (
            {"q": "pain", "filters": ["tags:knee pain", "tags:sport", "audience:athletes"]},
            {"q": "pain", "filters": {"tags": ["knee pain", "sport"], "audience": ["athletes"]}},
        ),
        (
            {"q": "pain", "filters": ["published:>=2024-03", "published:<2025"]},
            {"q": "pain", "filters": {"published": [">=2024-03", "<2025"]}},
        ),
        (
            {"q": "who won in 1966", "min_verdict": "none"},
            {"q": "who won in 1966", "min_verdict": "none"},
        ),
    ],
)
def test_get_and_post_agree(server: str, query: dict[str, Any], body: Document) -> None:
    got, posted = get(server, "/v1/search", **query), post(server, "/v1/search", body)
    assert got.status == posted.status == 200
    assert got.headers["Content-Type"] == posted.headers["Content-Type"] == "application/json"
    assert untimed(got.document) == untimed(posted.document)
    assert got.document["results"]


def test_http_and_the_command_line_agree(
    server: str, corpus_index: Path, plainsearch: Plainsearch
) -> None:
    asked = plainsearch("ask", QUESTION, "--index", corpus_index, "-n", "4", "--json")
    got = get(server, "/v1/search", q=QUESTION, limit=4)
    assert untimed(json.loads(asked.stdout)) == untimed(got.document)


@pytest.mark.parametrize(
    ("query", "field", "detail"),
    [
        ({}, "q", "required"),
        ({"q": ""}, "q", "at least 1"),
        ({"q": " "}, "q", "empty"),
        ({"q": "a" * 5_001}, "q", "at most 5000"),
        ({"q": "knee", "limit": 0}, "limit", "equal to 1"),
        ({"q": "knee", "limit": 101}, "limit", "equal to 100"),
        ({"q": "knee", "limit": "ten"}, "limit", "integer"),
        ({"q": "knee", "offset": -1}, "offset", "equal to 0"),
        ({"q": "knee", "offset": 1001}, "offset", "equal to 1000"),
        ({"q": "knee", "min_verdict": "sure"}, "min_verdict", "answered"),
        ({"q": "knee", "filters": ["tags"]}, "filter", "'tags' is not of the form KEY:VALUE"),
        ({"q": "knee", "filters": ["colour:red"]}, "filter", "'colour'.*Known: .*tags"),
        ({"q": "knee", "filters": ["published:>=May"]}, "filter", "'May' is no date.*2024-05-31"),
    ],
)
def test_a_bad_query_is_refused_by_field(
    server: str, query: dict[str, Any], field: str, detail: str
) -> None:
    assert_problem(get(server, "/v1/search", **query), 400, detail, field)


@pytest.mark.parametrize(
    ("body", "field", "detail"),
    [
        ({}, "q", "required"),
        ({"q": "\t"}, "q", "empty"),
        ({"q": "a" * 5_001}, "q", "at most 5000"),
        ({"q": 5}, "q", "string"),
        (b'{"q": "\\ud800"}', "q", "string"),
        ({"q": "knee", "limit": 0}, "limit", "equal to 1"),
        ({"q": "knee", "limti": 3}, "limti", "not permitted"),
        ({"q": "knee", "filters": {"tags": "knee"}}, "filters.tags", "list"),
        ({"q": "knee", "filters": {"colour": ["red"]}}, "filter", "'colour'.*Known: .*tags"),
        ({"q": "knee", "filters": {"published": ["<5"]}}, "filter", "'5' is no date.*2024-05-31"),
        (b'{"q": ', None, "."),
        (b"\xff\xfe", None, "."),
        ([], None, "JSON object"),
        ("knee", None, "JSON object"),
    ],
)
def test_a_bad_body_is_refused_by_field(
    server: str, body: object, field: str | None, detail: str
) -> None:
    assert_problem(post(server, "/v1/search", body), 400, detail, field)


@pytest.mark.parametrize(
    ("method", "path", "status", "detail"),
    [
        ("GET", "/v1/nothing", 404, "not found"),
        ("GET", "/v1/articles/nothing", 404, "'nothing'"),
        ("GET", "/v1/passages/0000000000000000", 404, "'0000000000000000'"),
        ("GET", "/static/nothing.css", 404, "not found"),
        ("GET", "/static/..%2fpage.py", 404, "not found"),
        ("DELETE", "/v1/search", 405, "not allowed"),
        ("PUT", "/", 405, "not allowed"),
    ],
)
def test_what_is_not_there_is_a_problem_too(
    server: str, method: str, path: str, status: int, detail: str
) -> None:
    assert_problem(send(Request(server + path, method=method)), status, detail, None)


def test_the_body_must_be_json_and_not_too_large(server: str) -> None:
    form = post(server, "/v1/search", b"q=knee", "application/x-www-form-urlencoded")
    assert_problem(form, 415, "application/json", None)
    large = post(server, "/v1/search", {"q": "knee", "filters": {"tags": ["a" * 2**16]}})
    assert_problem(large, 413, "limit", None)


def test_the_longest_question_fits_into_an_address(server: str) -> None:
    longest = ("my knee hurts " * 400)[:5_000]
    reply = get(server, "/v1/search", q=longest, limit=1)
    assert reply.status == 200 and reply.document["question"] == longest


@pytest.mark.parametrize("path", ["/livez", "/v1/search?q=knee", "/v1/search", "/nothing", "/"])
def test_a_request_keeps_the_id_it_came_with(server: str, path: str) -> None:
    assert get(server, path, {"X-Request-ID": "night-7.b"}).headers["X-Request-ID"] == "night-7.b"


@pytest.mark.parametrize("given", [None, "", "a b", "<script>", "a" * 101])
def test_a_request_without_a_sane_id_gets_one_of_its_own(server: str, given: str | None) -> None:
    headers: Mapping[str, str] = {} if given is None else {"X-Request-ID": given}
    made = {get(server, "/livez", headers).headers["X-Request-ID"] for _ in range(2)}
    assert len(made) == 2 and all(re.fullmatch(r"[0-9a-f]{32}", one) for one in made)


def test_health_says_alive_and_ready_with_which_snapshot(server: str) -> None:
    snapshot = get(server, "/v1/search", q="knee").document["snapshot"]
    assert get(server, "/livez").document["status"] == "ok"
    for path in ("/readyz", "/healthz"):
        reply = get(server, path)
        assert reply.status == 200
        assert reply.document == {"status": "ok", "snapshot": snapshot}


def test_what_is_quoted_is_a_slice_of_the_article_served(server: str) -> None:
    results = get(server, "/v1/search", q=QUESTION).document["results"]
    assert len(results) == 10
    for result in results:
        article = get(server, f"/v1/articles/{result['article']['id']}").document
        assert {key: article[key] for key in result["article"]} == result["article"]
        paths = [section["heading_path"] for section in article["sections"]]
        for found in result["passages"]:
            assert found["text"] == article["text"][found["start"] : found["end"]]
            assert found["heading_path"] in paths
            passage = get(server, f"/v1/passages/{found['id']}").document
            kept = {key: found[key] for key in ("id", "text", "start", "end", "heading_path")}
            assert passage == {**kept, "article": article["id"]}


def test_ids_may_be_paths(
    tmp_path: Path, plainsearch: Plainsearch, environment: Mapping[str, str]
) -> None:
    folder, index = tmp_path / "site", tmp_path / "index"
    names = ["advice/knees/rest.md", "über uns/tea & bees.txt"]
    for name in names:
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(f"# Rest\n\nRest your knee, says {name}.\n", encoding="utf-8")
    done = plainsearch("index", folder, "--index", index)
    assert done.returncode == 0, done.stderr
    with serving(index, environment, "--workers", "1") as address:
        results = get(address, "/v1/search", q="Should I rest my knee?").document["results"]
        ids = {result["article"]["id"] for result in results}
        assert len(ids) == 2 and all("/" in one for one in ids)
        for one in ids:
            for path in (quote(one), quote(one, safe="")):
                assert get(address, f"/v1/articles/{path}").document["id"] == one


def test_openapi_names_every_route_and_holds_all_it_points_at(server: str) -> None:
    reply = get(server, "/openapi.json")
    document = reply.document
    assert reply.status == 200 and document["openapi"].startswith("3.1.")
    routes = {(path, verb) for path, verbs in document["paths"].items() for verb in verbs}
    assert routes == {
        ("/v1/search", "get"),
        ("/v1/search", "post"),
        ("/v1/articles/{id}", "get"),
        ("/v1/passages/{id}", "get"),
        ("/livez", "get"),
        ("/readyz", "get"),
        ("/healthz", "get"),
    }
    for pointer in set(re.findall(r'"\$ref": ?"#/([^"]+)"', reply.body.decode())):
        part: Any = document
        for key in pointer.split("/"):
            assert key in part, pointer
            part = part[key]


@pytest.mark.parametrize("path", ["/", "/v1/search?q=knee", "/nothing", "/static/style.css"])
def test_every_response_forbids_what_it_does_not_need(server: str, path: str) -> None:
    headers = get(server, path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'self'"
