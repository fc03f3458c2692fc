"""What an editor is shown of a page: all it says, in its order, with what was made of it."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from client import Document, Plainsearch
from lxml import html as lxml_html
from playwright.sync_api import Page, expect

from indexer.article import Skipped
from indexer.encoder.encoder import Encoder
from indexer.extract.extracted import Block, Extracted
from indexer.inspection import Inspection, inspection
from indexer.snapshot.index import Index
from indexer.sources.file import as_article
from indexer.split import TokenBudget
from search_api.inspect_page import inspection_page
from search_api.inspect_text import inspection_text

ARTICLE = Path(__file__).parents[2] / "corpus" / "articles" / "low-back-pain.md"

HOSTILE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Knees &amp; hips &lt;b&gt; 🦵</title>
<link rel="canonical" href="https://site.example/knees?a=1&amp;b=%22">
<script>document.title = "stolen"</script></head>
<body><main><article><h1>Knees &amp; hips &lt;b&gt; 🦵</h1>
<p>Write &lt;script&gt;alert(1)&lt;/script&gt; and &quot;quotes&quot; as they are, &amp;amp; too.
This paragraph is long enough that nobody could take it for part of a menu or a footer.</p>
<script>alert("run")</script>
<h2>من اليمين إلى اليسار</h2>
<p>استرح يومين ثم امشِ ببطء. هذه الفقرة طويلة بما يكفي لكي لا تُحسب جزءًا من القائمة أو من التذييل.</p>
<h2>Family 👩‍👩‍👧</h2>
<p>Rest the knee for two days, raise it on a cushion 🛋️, and cool it for ten minutes an hour. Then
walk on level ground, a little further each day, until it carries you as it did before.</p>
</article></main></body></html>
"""

KEPT = "Rest the knee for two days. Raise it on a cushion."
MIXED = Extracted(
    "Knee pain",
    (
        Block("item", "Home", dropped="navigation"),
        Block("item", "Our <team>", dropped="navigation"),
        Block("heading", "Knee pain:", 1),
        Block("text", KEPT),
        Block("text", "Book a visit & save 10%", dropped="call to action"),
        Block("text", "Then walk."),
        Block("heading", "What helps", 2),
        Block("heading", "In the first days", 4),
        Block("item", "Ice"),
        Block("item", "A cushion"),
        Block("text", "Slowly. " * 300),
        Block("heading", "Recent posts", 2, dropped="related pages"),
    ),
    url="javascript:alert(1)",
    metadata={"author": "R. Askwith", "tags": ["knee", "<i>"], "draft": False, "k" * 60: "v" * 90},
)


@pytest.fixture(scope="session")
def made(encoder: Encoder) -> Callable[[Extracted], Inspection]:
    """Inspect what an extractor gave."""

    def inspected(found: Extracted) -> Inspection:
        budget = TokenBudget(encoder.count_tokens, encoder.room)
        return inspection(found, as_article(found, "x", "x", "knee.html"), budget, "the model")

    return inspected


def shown(plainsearch: Plainsearch, *arguments: str | Path, **options: object) -> Document:
    done = plainsearch("inspect", *arguments, "--json", **options)
    assert (done.returncode, done.stderr) == (0, "")
    found: Document = json.loads(done.stdout)
    return found


def test_what_is_shown_is_what_is_indexed(
    plainsearch: Plainsearch, corpus_index: Path, encoder: Encoder
) -> None:
    snapshot = Index(corpus_index).open()
    known = snapshot.store.find_article("low-back-pain")
    assert known is not None
    article, passages = snapshot.store.article(known[0]), snapshot.store.passages(known[0])
    document = shown(plainsearch, ARTICLE)
    assert (document["title"], document["url"]) == (article.title, article.url)
    assert (document["text"], document["metadata"]) == (article.text, dict(article.metadata))
    assert document["passages"] == [
        {
            "heading_path": list(one.heading_path),
            "start": one.start,
            "end": one.end,
            "text": article.text[one.start : one.end],
            "tokens": encoder.count_tokens([one.embedded_text])[0],
        }
        for one in passages
    ]
    assert document["token_limit"] == encoder.room
    assert document["kept_words"] == len(article.text.split())
    assert document["blocks"][0].keys() == {"kind", "text", "level", "dropped"}


def test_a_terminal_shows_title_metadata_passages_and_figures(plainsearch: Plainsearch) -> None:
    done = plainsearch("inspect", ARTICLE)
    assert (done.returncode, done.stderr) == (0, "") and "\x1b" not in done.stdout
    lines = done.stdout.splitlines()
    assert lines[0] == "Low back pain" and lines[1].startswith("https://")
    assert any(re.fullmatch(r"last_reviewed +2\d{3}-\d\d-\d\d", line) for line in lines)
    assert any(re.fullmatch(r"┌ passage 2 · \d+ tokens · \w[^>]*( > .*)?", line) for line in lines)
    assert re.search(r"^## \w", done.stdout, re.MULTILINE)
    assert re.search(r"\n[\d,]+ words kept, 0 dropped\.\n", done.stdout)
    assert re.search(r"\d+ passages; the largest, passage \d+, has \d+ of the 254 ", lines[-1])


def test_dropped_text_stands_where_it_stood_with_its_rule(
    made: Callable[[Extracted], Inspection],
) -> None:
    seen = made(MIXED)
    text = inspection_text(seen)
    plain = re.sub("\x1b\\[[0-9;]*m", "", text)
    found = [
        plain.index(line)
        for line in (
            "- Home [navigation]\n- Our <team> [navigation]\n",
            "# Knee pain: [the title again]\n",
            "┌ passage 1 · ",
            f"│ {KEPT}\n",
            "│ - Book a visit & save 10% [call to action]\n",
            "│ Then walk.\n└",
            "## What helps\n",
            "#### In the first days\n",
            " tokens · What helps > In the first days\n│ • Ice\n│ • A cushion\n",
            "│ … Slowly.",
            "- Recent posts [related pages]",
            "11 dropped: call to action 6, navigation 3, related pages 2.",
        )
    ]
    assert found == sorted(found)
    assert re.search("\x1b\\[31m[^\n]*- Home", text)


def test_the_page_holds_the_same_escaped_and_in_order(
    made: Callable[[Extracted], Inspection],
) -> None:
    seen = made(MIXED)
    tree = lxml_html.document_fromstring(inspection_page(seen))
    main = tree.get_element_by_id("page")
    dropped = main.find_class("dropped")
    assert [[one.text for one in each.iter("del")] for each in dropped] == [
        ["Home", "Our <team>"], ["Book a visit & save 10%"], ["Recent posts"]
    ]  # fmt: skip
    assert [each.find_class("rule")[0].text for each in dropped] == [
        "Left out: navigation · 3 words",
        "Left out: call to action · 6 words",
        "Left out: related pages · 2 words",
    ]
    assert dropped[1].getparent() == tree.get_element_by_id("passage-1")
    assert [one.text for one in main.find_class("heading")] == ["What helps", "In the first days"]
    assert [one.tag for one in main.find_class("heading")] == ["h3", "h4"]
    for one in seen.passages:
        box = tree.get_element_by_id(f"passage-{one.number}")
        assert f"{one.tokens} tokens" in " ".join(box.find_class("tag")[0].itertext())
        for gone in box.xpath(".//*[@class='tag' or @class='dropped']"):
            gone.drop_tree()
        assert box.text_content().split() == one.passage.text.split()
    assert not tree.xpath("//script | //@style | //a[starts-with(@href, 'javascript:')] | //i")
    assert not tree.xpath("//link | //img | //@src")
    rows = {row[0].text: row[1].text for row in tree.iter("tr") if len(row) == 2}
    assert (rows["author"], rows["tags"], rows["draft"]) == ("R. Askwith", "knee, <i>", "no")


def test_a_hostile_page_is_shown_as_text(plainsearch: Plainsearch, tmp_path: Path) -> None:
    page, out = tmp_path / "knees.html", tmp_path / "out.html"
    page.write_text(HOSTILE, encoding="utf-8")
    document = shown(plainsearch, page)
    assert document["title"] == "Knees & hips <b> 🦵"
    assert (
        'Write <script>alert(1)</script> and "quotes" as they are, &amp; too.' in document["text"]
    )
    assert "Family 👩‍👩‍👧" in document["text"] and "ثم امشِ ببطء" in document["text"]
    assert "run" not in re.findall(r"\w+", document["text"])
    done = plainsearch("inspect", page, "--html", out)
    assert (done.returncode, done.stderr) == (0, f"Written to {out}.\n")
    tree = lxml_html.document_fromstring(out.read_bytes())
    assert tree.findtext(".//h1") == document["title"] and not list(tree.iter("script", "b"))
    kept = tree.get_element_by_id("page").text_content()
    assert all(part in kept for part in document["text"].split("\n"))
    assert "من اليمين إلى اليسار" in plainsearch("inspect", page).stdout


def test_a_record_is_taken_as_it_is(plainsearch: Plainsearch, tmp_path: Path) -> None:
    sections = [{"heading": "Ice", "text": "Cool it.\n\nTen minutes."}, {"heading": "Heat"}]
    record = {
        "id": "a",
        "title": "Knee",
        "text": "Rest.",
        "sections": sections,
        "by": "R\u202e\x1b[2J",
    }
    file = tmp_path / "all.jsonl"
    file.write_text(f"\n{{}}\n{json.dumps(record)}\n", encoding="utf-8")
    document = shown(plainsearch, f"{file}:3")
    assert document["text"] == "Rest.\n\nIce\n\nCool it.\n\nTen minutes.\n\nHeat"
    assert [(one["kind"], one["text"]) for one in document["blocks"]] == [
        ("text", "Rest."), ("heading", "Ice"), ("text", "Cool it."), ("text", "Ten minutes."),
        ("heading", "Heat"),
    ]  # fmt: skip
    assert [one["heading_path"] for one in document["passages"]] == [[], ["Ice"]]
    assert "\x1b" not in plainsearch("inspect", f"{file}:3").stdout + document["metadata"]["by"]


@pytest.mark.parametrize(
    ("name", "content", "code", "said"),
    [
        ("nowhere.html", None, 1, "nowhere.html: no such file."),
        (".", None, 1, "a folder; name one file in it."),
        ("all.jsonl", b'{"id": "a"}\n', 1, "say which, as in all.jsonl:1."),
        ("all.jsonl:2", None, 1, "all.jsonl: no such file."),
        (
            "site.css",
            b"a {}",
            4,
            ".css files can't be read. Files that are read end in .docx .htm ",
        ),
        ("empty.txt", b"", 4, "empty.txt: it has no text"),
        ("stars.md", b"* * *\n", 4, "stars.md: it has no text"),
        ("binary.txt", b"a\0b", 4, "binary.txt: it holds zero bytes"),
        ("broken.pdf", b"%PDF-1.7\n", 4, "broken.pdf: "),
        ("ftp://site.example/a", None, 1, "ftp://site.example/a: "),
    ],
)
def test_what_cannot_be_shown_says_why(
    plainsearch: Plainsearch, tmp_path: Path, name: str, content: bytes | None, code: int, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    for options in ([], ["--json"], ["--html", "out.html"]):
        done = plainsearch("inspect", name, *options, cwd=tmp_path)
        assert done.returncode == code and said in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("line", "said"), [(2, "missing or no text"), (3, "no article"), (9, "no ")]
)
def test_a_record_that_is_none_says_why(
    plainsearch: Plainsearch, tmp_path: Path, line: int, said: str
) -> None:
    (tmp_path / "all.jsonl").write_bytes(b'{"id": "a", "text": "Rest."}\n{}\n')
    done = plainsearch("inspect", f"all.jsonl:{line}", cwd=tmp_path)
    assert done.returncode == (4 if line == 2 else 1) and said in done.stderr
    assert done.stderr.startswith(f"Error: all.jsonl:{line}: ")


def test_a_page_that_cannot_be_written_is_named(plainsearch: Plainsearch, tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "out.html"
    done = plainsearch("inspect", ARTICLE, "--html", out)
    assert done.returncode == 1 and f"{out}: No such file" in done.stderr


def test_a_document_of_which_nothing_is_left_is_shown_and_not_called_indexed(
    made: Callable[[Extracted], Inspection],
) -> None:
    seen = made(Extracted("Menu", MIXED.blocks[:2]))
    assert seen.skipped == "it has no text" and seen.as_json()["passages"] == []
    assert "- Home [navigation]" in inspection_text(seen)
    assert "Not indexed: it has no text." in inspection_text(seen)
    tree = lxml_html.document_fromstring(inspection_page(seen))
    assert "Not indexed: it has no text." in tree.find_class("refused")[0].text_content()
    assert [one.text for one in tree.iter("del")][-2:] == ["Home", "Our <team>"]
    assert isinstance(as_article(Extracted("", ()), "x", "x", "x"), Skipped)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Address of a server of a folder's files."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_address_is_fetched_as_it_is_now(plainsearch: Plainsearch, tmp_path: Path) -> None:
    env = {"PLAINSEARCH_WEB__PRIVATE": "true", "PLAINSEARCH_WEB__RATE": "100"}
    plain = HOSTILE.replace("rel=", "data-rel=")
    (tmp_path / "knees.html").write_text(plain, encoding="utf-8")
    with served(tmp_path) as host:
        (tmp_path / "all.xml").write_text(
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            f"<url><loc>{host}/knees.html</loc></url></urlset>",
            encoding="utf-8",
        )
        document = shown(plainsearch, f"{host}/knees.html", env=env)
        assert document["url"] == document["origin"] == f"{host}/knees.html"
        assert document["text"] == shown(plainsearch, tmp_path / "knees.html")["text"]
        for path, said in (("gone.html", "404"), ("all.xml", "name one of its pages")):
            done = plainsearch("inspect", f"{host}/{path}", env=env)
            assert done.returncode == 1 and said in done.stderr, done.stderr


def test_no_model_and_no_index_is_loaded(environment: Mapping[str, str]) -> None:
    script = (
        "import sys\nfrom search_api.cli import main\n"
        f"main(['inspect', {str(ARTICLE)!r}], standalone_mode=False)\n"
        "print('\\n', *{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    heavy = {"torch", "transformers", "sentence_transformers", "onnx", "onnxruntime", "faiss"}
    assert "tokenizers" in loaded and not heavy & loaded


@pytest.fixture
def opened(
    windows: Callable[..., Page], made: Callable[[Extracted], Inspection], tmp_path: Path
) -> Callable[..., Page]:
    """The page of MIXED in a window of its own."""
    file = tmp_path / "out.html"
    file.write_text(inspection_page(made(MIXED)), encoding="utf-8")
    return partial(windows, file.as_uri())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_wrong_and_nothing_scrolls_sideways(
    opened: Callable[..., Page], scheme: str, width: int
) -> None:
    page = opened(color_scheme=scheme, viewport={"width": width, "height": 740})
    there = page.evaluate("document.documentElement.scrollWidth")
    assert there <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_policy_lets_the_style_through_and_nothing_else(opened: Callable[..., Page]) -> None:
    page = opened()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    assert (said, len(asked)) == ([], 1)
    box = page.locator("#passage-1")
    assert box.evaluate("element => getComputedStyle(element).borderLeftWidth") == "4px"
    ran = page.evaluate(
        "() => { const script = document.createElement('script');"
        "script.textContent = 'window.ran = true'; document.body.append(script);"
        "return window.ran === true }"
    )
    assert not ran


def test_the_keyboard_reaches_every_passage(opened: Callable[..., Page]) -> None:
    page = opened()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page’s text")).to_be_focused()
    links = page.get_by_role("navigation").get_by_role("link")
    for link in links.all():
        link.focus()
        page.keyboard.press("Enter")
        target = (link.get_attribute("href") or "").removeprefix("#")
        expect(page.locator(f"#{target}")).to_be_in_viewport()
