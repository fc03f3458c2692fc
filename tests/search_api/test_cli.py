"""The program from outside: what it prints, and the exit code that says how it went."""

import json
import re
import socket
from pathlib import Path

import pytest
from client import Document, Plainsearch

from search_api.question import Question
from search_api.searcher import Searcher

QUESTION = "How long do I rest my knee?"
ANSWER = {
    "question", "verdict", "confidence", "results", "limit", "offset", "has_more", "snapshot",
    "took_ms", "read_as",
}  # fmt: skip
PASSAGE = {
    "id", "heading_path", "start", "end", "text", "score", "parts", "excerpt", "highlights", "link",
}  # fmt: skip


def write_article(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.md").write_text(f"---\nid: {name}\n---\n\n{text}\n", encoding="utf-8")


def built(plainsearch: Plainsearch, folder: Path, name: str) -> Path:
    """An index of one article, which bears a name."""
    write_article(folder / name, name, "Rest the knee for two days.")
    index = folder / f"index-of-{name}"
    assert plainsearch("index", folder / name, "--index", index).returncode == 0
    return index


def answer(plainsearch: Plainsearch, *arguments: str | Path) -> Document:
    done = plainsearch("ask", QUESTION, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    found: Document = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--help"], "reindex"),
        (["-h"], "snapshots"),
        (["ask", "--help"], "--filter KEY=VALUE"),
        (["index", "--help"], "SOURCE"),
        (["evaluate", "--help"], "--questions FILE"),
        (["snapshots", "--help"], "rollback"),
        (["--version"], "plainsearch"),
    ],
)
def test_help_and_version_come_at_once(
    plainsearch: Plainsearch, tmp_path: Path, arguments: list[str], said: str
) -> None:
    done = plainsearch(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "") and said in done.stdout


def test_json_is_one_document_with_all_that_is_promised(
    plainsearch: Plainsearch, index: Path
) -> None:
    document = answer(plainsearch, "--index", index)
    assert document.keys() == ANSWER
    assert (document["question"], document["limit"], document["offset"]) == (QUESTION, 5, 0)
    for rank, result in enumerate(document["results"], start=1):
        assert result.keys() == {"rank", "score", "article", "passages"} and result["rank"] == rank
        assert result["article"].keys() == {"id", "title", "url", "metadata"}
        for found in result["passages"]:
            assert found.keys() == PASSAGE
            assert found["excerpt"].keys() == {"start", "end", "text"}
            assert found["highlights"] == [list(map(int, span)) for span in found["highlights"]]
            assert f"https://site.example/{result['article']['id']}#:~:text=" in found["link"]


def test_people_are_shown_the_excerpt_and_its_source(plainsearch: Plainsearch, index: Path) -> None:
    done = plainsearch("ask", QUESTION, "--index", index)
    assert (done.returncode, done.stderr) == (0, "")
    for said in ("1. Knee pain", "Rest the knee for two days.", "https://site.example/knee#:~:"):
        assert said in done.stdout
    explained = plainsearch("ask", QUESTION, "--index", index, "--explain").stdout
    assert re.search(r"verdict answered, confidence 0\.\d\d; snapshot \d+T\d+-\w+", explained)
    assert re.search(
        r"score 0\.\d+ from meaning 0\.\d+, words 0\.\d+, headings 0\.\d+ and tokens 0\.\d+; "
        r"passage \w{16}",
        explained,
    )
    assert "score" not in done.stdout


def test_as_many_articles_come_as_are_wanted(plainsearch: Plainsearch, corpus_index: Path) -> None:
    document = answer(plainsearch, "--index", corpus_index, "-n", "2")
    assert len(document["results"]) == document["limit"] == 2 and document["has_more"]


def test_filters_keep_what_passes_all_of_them(plainsearch: Plainsearch, corpus_index: Path) -> None:
    options = ("--filter", "tags=Knee Pain", "--filter", "audience=athletes")
    document = answer(plainsearch, "--index", corpus_index, *options)
    assert document["results"]
    for result in document["results"]:
        metadata = result["article"]["metadata"]
        assert "knee pain" in metadata["tags"] and metadata["audience"] == "athletes"


def test_a_period_keeps_what_is_dated_within(plainsearch: Plainsearch, corpus_index: Path) -> None:
    options = ("--filter", "published>=2023-06", "--filter", "published<2024-03-05", "-n", "100")
    document = answer(plainsearch, "--index", corpus_index, *options)
    days = [result["article"]["metadata"]["published"] for result in document["results"]]
    assert days and all("2023-06-01" <= day < "2024-03-05" for day in days)


def test_nothing_found_is_an_answer_too(plainsearch: Plainsearch, corpus_index: Path) -> None:
    done = plainsearch("ask", "who won the football world cup in 1966", "--index", corpus_index)
    assert done.returncode == 0 and done.stdout.startswith("Nothing here answers that.")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["ask", QUESTION, "--index", "nowhere"], 1, "nowhere: no such folder"),
        (["ask", QUESTION, "--index", "empty"], 1, "empty: there is no index in this folder"),
        (["ask", "", "--index", "empty"], 1, "The question is empty"),
        (["ask", "  ", "--index", "empty"], 1, "The question is empty"),
        (["ask", "a" * 10_000, "--index", "empty"], 1, "10,000 characters; at most 5,000"),
        (["ask", QUESTION, "-n", "0"], 2, "is not in the range 1<=x<=100"),
        (["ask", QUESTION, "-n", "many"], 2, "not a valid integer"),
        (["ask", QUESTION, "--filter", "tags"], 2, "'tags' is not of the form KEY=VALUE"),
        (["ask", QUESTION, "--filter", "modified>=May"], 2, "'May' is no date"),
        (["ask"], 2, "Missing argument 'QUESTION'"),
        (["seek", QUESTION], 2, "No such command 'seek'"),
        (["ask", QUESTION, "--loud"], 2, "No such option"),
        (["serve", "--index", "nowhere"], 1, "nowhere: no such folder"),
        (["serve", "--index", "empty", "--port", "65536"], 1, "--port"),
        (["snapshots", "list", "--index", "nowhere"], 1, "nowhere: no such folder"),
        (["snapshots", "rollback", "--index", "nowhere"], 1, "nowhere: no such folder"),
        (["snapshots", "prune", "--index", "nowhere"], 1, "nowhere: no such folder"),
        (["index", "nowhere"], 1, "nowhere"),
        (["reindex", "--config", "nowhere.toml"], 1, "nowhere.toml: no such configuration file"),
    ],
)
def test_what_fails_says_why(
    plainsearch: Plainsearch, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    (tmp_path / "empty").mkdir()
    done = plainsearch(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "nowhere").exists()


KNEE = "# Knee pain\n\nRest the knee for two days, then move it a little more every day.\n"


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ('sources = ["articles"]\nindx = "a"', "unknown setting 'indx'. Known: index, sources"),
        ('sources = ["articles"]\n[htlm]', "unknown setting 'htlm'. Known: index"),
        ('sources = ["articles"]\n[htlm]', "Did you mean [html]?"),
        ('sources = "articles"', "is not a list of folders, files and addresses, as in sources"),
        ("sources = [articles]", "not valid TOML"),
        ("sources = []", "No source given"),
        ('sources = [""]', "A source has an empty name"),
        ('sources = ["~/articles"]', "'~' is not your home folder here"),
        ('sources = ["a\\u0000b"]', "NUL character"),
        ('sources = ["articles"]\nindex = "a\\u0000b"', "NUL character"),
        ('sources = ["nowhere"]', "nowhere: no such file or folder."),
        ('sources = ["articles/knee.png"]', "articles/knee.png: .png files can't be read. Files"),
        ('sources = ["articles/old.rtf"]', "save it as .docx or .html. Files that are read end in"),
        ('sources = ["broken"]', "broken: it is a link to gone, which is not there."),
        ('sources = ["empty"]', "empty: no document in it"),
        ('sources = ["ftp://site.example/"]', "only http:// and https:// addresses are read"),
        ('sources = ["https://"]', "https://: the address names no host."),
        ('sources = ["articles"]\n[html]\nexclude = ["p["]', "'p[' is not a CSS selector"),
        ('sources = ["articles"]\n[gate]\nquestions = "gone.jsonl"', "gone.jsonl: "),
        ('sources = ["articles"]\nindex = "articles/knee.md"', "knee.md: can't be written"),
        ('sources = ["wrong.jsonl.gz"]', "it is not gzipped, whatever its name says"),
        ('sources = ["ignoring"]', "ignoring/.plainsearchignore: can't be read: byte 1"),
    ],
)
def test_a_nightly_job_that_cannot_run_says_why(
    plainsearch: Plainsearch, tmp_path: Path, config: str, said: str
) -> None:
    for folder in ("articles", "empty", "ignoring"):
        (tmp_path / folder).mkdir()
    for name, text in (("knee.md", KNEE), ("knee.png", ""), ("old.rtf", "")):
        (tmp_path / "articles" / name).write_text(text, encoding="utf-8")
    (tmp_path / "ignoring" / ".plainsearchignore").write_bytes(b"\xff\n")
    (tmp_path / "wrong.jsonl.gz").write_bytes(b"no")
    (tmp_path / "broken").symlink_to("gone")
    (tmp_path / "plainsearch.toml").write_text(config + "\n", encoding="utf-8")
    done = plainsearch("reindex", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr and "Traceback" not in done.stderr
    assert "Input should" not in done.stderr and "(b'" not in done.stderr


def test_what_is_not_read_is_named_or_counted_by_its_kind(
    plainsearch: Plainsearch, tmp_path: Path
) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "knee.md").write_text(KNEE, encoding="utf-8")
    others = [*(f"{number}.png" for number in range(7)), "a.css", "b.css", "LICENCE", "old.odt"]
    for name in (*others, *(f"a.x{number}" for number in range(5))):
        (articles / name).write_bytes(b"")
    done = plainsearch("index", articles, "./articles", "articles/knee.md", cwd=tmp_path)
    assert done.returncode == 4 and done.stderr.count("old.odt: ") == 1
    assert "skipped " + str(articles / "old.odt") + ": OpenDocument files can't" in done.stderr
    assert "1 article: 1 new" in done.stdout and "duplicate" not in done.stdout
    (said,) = (line for line in done.stdout.splitlines() if line.startswith("Left out"))
    assert said.startswith("Left out 15 files of other kinds: 7 .png, 2 .css, ")
    assert said.endswith(" and 2 kinds more.")
    report = json.loads(next((tmp_path / "index" / "reports").iterdir()).read_text("utf-8"))
    assert report["ignored"] == 15 == sum(report["ignored_kinds"].values())
    assert report["ignored_kinds"][".png"] == 7


def test_an_index_beside_the_articles_is_never_an_article(
    plainsearch: Plainsearch, tmp_path: Path
) -> None:
    (tmp_path / "knee.md").write_text(KNEE, encoding="utf-8")
    assert plainsearch("index", ".", cwd=tmp_path).returncode == 0
    again = plainsearch("index", ".", cwd=tmp_path)
    assert again.returncode == 0 and again.stdout.startswith("Nothing changed: 1 article,")


def test_a_filter_that_no_article_has_names_those_there_are(
    plainsearch: Plainsearch, corpus_index: Path
) -> None:
    done = plainsearch("ask", QUESTION, "--index", corpus_index, "--filter", "colour=red")
    assert done.returncode == 1 and "'colour'" in done.stderr and "tags" in done.stderr


def test_a_port_in_use_is_named(plainsearch: Plainsearch, index: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = plainsearch("serve", "--index", index, "--port", port)
    assert done.returncode == 1 and f"port {port}" in done.stderr
    assert "Traceback" not in done.stderr and "answers at" not in done.stderr


def test_snapshots_are_listed_verified_gone_back_to_and_deleted(
    plainsearch: Plainsearch, articles: Path, index: Path
) -> None:
    def said(*arguments: str) -> str:
        done = plainsearch("snapshots", *arguments, "--index", index)
        assert done.returncode == 0, done.stderr
        return done.stdout

    write_article(articles, "knee", "Rest the knee for three weeks.")
    assert plainsearch("index", articles, "--index", index).returncode == 0
    lines = said("list").splitlines()
    first, second = (line[2:].split()[0] for line in lines)
    assert [line[0] for line in lines] == [" ", "*"]
    assert said("verify") == f"{second}: every file is as it was written.\n"
    assert first in said("verify", first)
    assert said("rollback") == f"Published snapshot {first}.\n"
    assert answer(plainsearch, "--index", index)["snapshot"] == first
    assert said("rollback", second) == f"Published snapshot {second}.\n"
    assert answer(plainsearch, "--index", index)["snapshot"] == second
    assert said("prune", "--keep", "1") == f"Deleted 1: {first}.\n"
    assert said("prune") == "Nothing to delete.\n"
    assert [line[2:].split()[0] for line in said("list").splitlines()] == [second]
    again = plainsearch("snapshots", "rollback", "--index", index)
    assert again.returncode == 1 and "no earlier snapshot" in again.stderr


@pytest.mark.parametrize("command", ["verify", "rollback"])
@pytest.mark.parametrize("identity", ["never-was", "../snapshots"])
def test_a_snapshot_that_is_not_there_is_named(
    plainsearch: Plainsearch, index: Path, command: str, identity: str
) -> None:
    done = plainsearch("snapshots", command, identity, "--index", index)
    assert done.returncode == 1 and f"no snapshot '{identity}'" in done.stderr
    assert answer(plainsearch, "--index", index)["results"]


def test_doctor_and_verify_find_a_changed_byte(plainsearch: Plainsearch, index: Path) -> None:
    healthy = plainsearch("doctor", "--index", index)
    assert healthy.returncode == 0 and "WRONG" not in healthy.stdout
    assert "3 articles" in healthy.stdout
    path = next(index.glob("snapshots/*/sentences.int8"))
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(data)
    for arguments in (["doctor"], ["snapshots", "verify"]):
        done = plainsearch(*arguments, "--index", index)
        assert done.returncode == 1 and "checksum differs" in done.stdout + done.stderr


def test_doctor_says_what_is_missing(plainsearch: Plainsearch, tmp_path: Path) -> None:
    done = plainsearch("doctor", "--index", tmp_path / "nowhere")
    assert done.returncode == 1 and re.search("WRONG .*nowhere: no such folder", done.stdout)
    (tmp_path / "plainsearch.toml").write_text("colour = 'red'\n", encoding="utf-8")
    confused = plainsearch("doctor", cwd=tmp_path)
    assert confused.returncode == 1 and "unknown setting 'colour'" in confused.stdout


def test_flags_go_before_variables_and_these_before_the_file(
    plainsearch: Plainsearch, tmp_path: Path
) -> None:
    flag, variable, file = (built(plainsearch, tmp_path, one) for one in ("flag", "env", "file"))
    toml = f"index = {json.dumps(file.name)}\n"
    (tmp_path / "plainsearch.toml").write_text(toml, encoding="utf-8")

    def asked(*options: str | Path, env: dict[str, str] | None = None) -> str:
        done = plainsearch("ask", QUESTION, "--json", *options, cwd=tmp_path, env=env)
        return str(json.loads(done.stdout)["results"][0]["article"]["id"])

    env = {"PLAINSEARCH_INDEX": str(variable)}
    assert [asked("--index", flag, env=env), asked(env=env), asked()] == ["flag", "env", "file"]


def test_the_program_answers_as_the_library_does(plainsearch: Plainsearch, index: Path) -> None:
    document = answer(plainsearch, "--index", index)
    ours = json.loads(Searcher.open(index).ask(Question(QUESTION, limit=5)).as_json())
    assert {**ours, "took_ms": 0} == {**document, "took_ms": 0}
