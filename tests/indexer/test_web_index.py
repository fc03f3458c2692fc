"""From a web site to an index, through the program: what is gone goes, what fails for now stays."""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import DEVNULL, CompletedProcess, Popen
from threading import Event
from typing import Any

import pytest
from web_site import Handler, Page, Site

PROGRAM = Path(sys.executable).with_name("plainsearch")
ALLOWED = {"PLAINSEARCH_WEB__PRIVATE": "true", "PLAINSEARCH_WEB__RATE": "100"}
PATIENCE = {"PLAINSEARCH_WEB__TIMEOUT": "1"}

Run = Callable[..., CompletedProcess[str]]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def about(subject: str, head: str = "") -> str:
    prose = f"All that there is to say about the {subject} fits into two long sentences. " * 3
    more = f"The {subject} needs rest for two days, and after that some exercise every day. " * 3
    return f"<head><title>The {subject}</title>{head}</head><p>{prose}</p><p>{more}</p>"


def report(index: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(max((index / "reports").iterdir()).read_text("utf-8"))
    return found


def test_a_sitemap_becomes_an_index_and_stays_up_to_date(
    web: Site, index: Path, plainsearch: Run
) -> None:
    web.serve("/knee", about("knee"))
    web.serve("/hip", about("hip"))
    source = web.sitemap("/sitemap.xml", "/knee", "/hip")
    done = plainsearch("index", source, "--index", index, env=ALLOWED)
    assert done.returncode == 0, done.stderr
    asked = plainsearch("ask", "what does my knee need?", "--index", index, "--json")
    best = json.loads(asked.stdout)["results"][0]["article"]
    assert (best["title"], best["url"]) == ("The knee", f"{web.url}/knee")

    # Dates and headers change, the text doesn't: nothing is published.
    web.serve("/knee", about("knee"), headers={"Last-Modified": "Wed, 25 Nov 2026 00:00:00 GMT"})
    again = plainsearch("index", source, "--index", index, env=ALLOWED)
    assert (again.returncode, report(index)["published"]) == (0, False)

    # One page is gone, another fails for now.
    web.serve("/hip", Page(b"", 404))
    web.serve("/knee", Page(b"", 403))
    web.serve("/toe", about("toe"))
    web.sitemap("/sitemap.xml", "/knee", "/hip", "/toe")
    done = plainsearch("index", source, "--index", index, env=ALLOWED)
    assert done.returncode == 4
    assert f"skipped {web.url}/hip: " in done.stderr
    assert report(index)["articles"] == 1


def test_a_page_that_fails_for_now_stays_as_it_was(
    web: Site, index: Path, plainsearch: Run
) -> None:
    web.serve("/knee", about("knee"))
    source = web.sitemap("/sitemap.xml", "/knee")
    assert plainsearch("index", source, "--index", index, env=ALLOWED).returncode == 0
    web.serve("/knee", Page(b"", 503, headers={"Retry-After": "9999"}))
    done = plainsearch("index", source, "--index", index, env=ALLOWED | PATIENCE)
    assert done.returncode == 4
    assert "503" in done.stderr
    assert report(index)["articles"] == 1


def test_a_site_that_fails_as_a_whole_leaves_the_index_alone(
    web: Site, index: Path, plainsearch: Run
) -> None:
    web.serve("/knee", about("knee"))
    source = web.sitemap("/sitemap.xml", "/knee")
    assert plainsearch("index", source, "--index", index, env=ALLOWED).returncode == 0
    web.serve("/sitemap.xml", "<urlset><url>", type="application/xml")
    done = plainsearch("index", source, "--index", index, env=ALLOWED)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "/sitemap.xml" in done.stderr
    assert "knee" in plainsearch("ask", "knee", "--index", index).stdout


def test_one_article_at_two_addresses_is_indexed_once(
    web: Site, index: Path, plainsearch: Run, tmp_path: Path
) -> None:
    canonical = f"<link rel=canonical href={web.url}/knee>"
    addresses = [
        web.serve("/print/knee", about("knee", canonical)),
        web.serve("/knee", about("knee", canonical)),
        web.serve("/moved", Page(b"", 301, headers={"Location": "/knee"})),
    ]
    listed = tmp_path / "site.urls"
    listed.write_text("\n".join(addresses), "utf-8")
    done = plainsearch("index", listed, "--index", index, env=ALLOWED)
    assert done.returncode == 0, done.stderr
    assert "2 duplicates" in done.stdout
    asked = plainsearch("ask", "knee", "--index", index, "--json")
    (result,) = json.loads(asked.stdout)["results"]
    assert result["article"]["url"] == f"{web.url}/knee"
    assert f"{web.url}/print/knee" in result["article"]["metadata"]["also_at"]


def test_private_addresses_are_refused_unless_allowed(
    web: Site, index: Path, plainsearch: Run
) -> None:
    done = plainsearch("index", web.serve("/knee", about("knee")), "--index", index)
    assert done.returncode == 1
    assert "private" in done.stderr
    assert web.asked == []


def test_selectors_in_the_config_steer_what_is_read(
    web: Site, tmp_path: Path, plainsearch: Run
) -> None:
    web.serve("/knee", f"<div class=promo>{about('offer')}</div><div id=text>{about('knee')}</div>")
    config = tmp_path / "plainsearch.toml"
    said = f'sources = ["{web.url}/knee"]\nindex = "index"\n[html]\n'
    config.write_text(said + 'include = ["#text"]\n', "utf-8")
    assert plainsearch("reindex", cwd=tmp_path, env=ALLOWED).returncode == 0
    text = plainsearch("ask", "offer", "-n", "9", "--json", cwd=tmp_path).stdout
    assert "offer fits" not in text
    config.write_text(said + 'exclude = ["p["]\n', "utf-8")
    done = plainsearch("reindex", cwd=tmp_path, env=ALLOWED)
    assert (done.returncode, "'html.exclude'" in done.stderr) == (1, True)


def test_a_selector_that_finds_nothing_is_named_on_every_run(
    web: Site, tmp_path: Path, index: Path, plainsearch: Run
) -> None:
    web.serve("/knee", f"{about('knee')}<div class=sidebar>Offer</div>", headers={"ETag": '"1"'})
    web.serve("/hip", about("hip"))
    config = f'sources = ["{web.sitemap("/sitemap.xml", "/knee", "/hip")}"]\n[html]\n'
    (tmp_path / "plainsearch.toml").write_text(config + 'exclude = [".sidebar", ".sidbar"]\n')
    said = "[html] exclude '.sidbar' matched nothing in the 2 pages read: check its spelling."
    for published in (True, False):
        done = plainsearch("reindex", cwd=tmp_path, env=ALLOWED)
        assert done.returncode == 0, done.stderr
        assert said in done.stdout.splitlines() and "'.sidebar'" not in done.stdout
        assert report(index)["published"] is published
        found = {"setting": "exclude", "selector": ".sidbar", "pages": 2}
        assert report(index)["unmatched"] == [found]
        web.serve("/knee", Page(status=304))  # not sent again, and still counted
    again = plainsearch("reindex", "--dry-run", "--json", cwd=tmp_path, env=ALLOWED)
    assert json.loads(again.stdout)["unmatched"] == [found]


def test_a_run_killed_amid_the_site_asks_for_the_rest_only(
    web: Site, index: Path, plainsearch: Run, environment: Mapping[str, str]
) -> None:
    names = [f"/page-{number}" for number in range(8)]
    for name in names:
        web.serve(name, about(name))
    reached, over = Event(), Event()

    def hang(handler: Handler) -> None:
        reached.set()
        over.wait(60)

    web.serve(names[5], hang)
    source = web.sitemap("/sitemap.xml", *names)
    command = [PROGRAM, "index", source, "--index", index]
    with Popen(command, env={**environment, **ALLOWED}, stderr=DEVNULL) as process:
        assert reached.wait(60)
        process.kill()
    over.set()
    assert not (index / "CURRENT").exists()
    web.serve(names[5], about(names[5]))
    web.asked.clear()
    done = plainsearch("index", source, "--index", index, env=ALLOWED)
    assert done.returncode == 0, done.stderr
    assert web.paths() == ["/sitemap.xml", *names[5:]]
    assert report(index)["articles"] == len(names)
