"""What tests share: the program as its users run it, the model exported once, small corpora."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from indexer.encoder.encoder import Encoder
from indexer.encoder.export import exported
from indexer.encoder.model import find

ROOT = Path(__file__).parent.parent
PROGRAM = Path(sys.executable).with_name("plainsearch")

Plainsearch = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this run keeps its exported model."""
    return tmp_path_factory.mktemp("encoders")


@pytest.fixture(scope="session")
def encoder(model_cache: Path) -> Encoder:
    """The default model, exported."""
    return Encoder.open(exported(find(), "int8", model_cache))


@pytest.fixture(scope="session")
def environment(model_cache: Path) -> Mapping[str, str]:
    """The environment that the program runs in: none of the developer's own settings."""
    kept = {name: value for name, value in os.environ.items() if "PLAINSEARCH" not in name}
    return {**kept, "PLAINSEARCH_MODEL_CACHE": str(model_cache), "NO_COLOR": "1"}


@pytest.fixture(scope="session")
def plainsearch(environment: Mapping[str, str], encoder: Encoder) -> Plainsearch:
    """Run the program: ``plainsearch("ask", "why?", "--index", path, cwd=folder)``."""

    def run(
        *arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PROGRAM, *map(str, arguments)],
            cwd=cwd,
            env={**environment, **(env or {})},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def corpus_index(tmp_path_factory: pytest.TempPathFactory, plainsearch: Plainsearch) -> Path:
    """An index of the sample articles. Shared: tests only read it."""
    index = tmp_path_factory.mktemp("corpus") / "index"
    done = plainsearch("index", ROOT / "corpus", "--index", index)
    assert done.returncode == 0, done.stderr
    return index


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder with three short articles, for tests that change them."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, title, text in (
        ("knee", "Knee pain", "Rest the knee for two days. Straighten it ten times an hour."),
        ("tea", "Brewing tea", "Warm the pot first. Green tea wants water of eighty degrees."),
        ("bees", "Keeping bees", "Open the hive on a warm day. Smoke calms the bees."),
    ):
        body = f"---\nid: {name}\ntitle: {title}\nurl: https://site.example/{name}\n---\n\n{text}\n"
        (folder / f"{name}.md").write_text(body, encoding="utf-8")
    return folder


@pytest.fixture
def index(tmp_path: Path, articles: Path, plainsearch: Plainsearch) -> Iterator[Path]:
    """An index of `articles`, for tests that change it."""
    folder = tmp_path / "index"
    done = plainsearch("index", articles, "--index", folder)
    assert done.returncode == 0, done.stderr
    yield folder
