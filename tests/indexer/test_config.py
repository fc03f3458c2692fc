"""Settings: who outranks whom, and what is said of a wrong one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.config import ENVIRONMENT_PREFIX, load
from indexer.errors import ConfigError


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No settings but a test's own."""
    for name in [name for name in os.environ if name.startswith(ENVIRONMENT_PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    yield


def file(text: str, path: str = "plainsearch.toml") -> Path:
    Path(path).parent.mkdir(exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")
    return Path(path)


def test_nothing_set_gives_the_defaults() -> None:
    settings = load()
    assert (settings.index, settings.sources, settings.keep) == (Path("index"), (), 5)
    assert settings.model_cache.parts[-2:] == ("plainsearch", "encoders")


@pytest.mark.parametrize(
    ("flag", "variable", "in_file", "expected"),
    [
        (1, "2", 3, 1),
        (None, "2", 3, 2),
        (None, None, 3, 3),
        (None, None, None, 5),
        (1, None, None, 1),
    ],
)
def test_a_flag_outranks_a_variable_and_that_the_file(
    monkeypatch: pytest.MonkeyPatch,
    flag: int | None,
    variable: str | None,
    in_file: int | None,
    expected: int,
) -> None:
    if variable:
        monkeypatch.setenv("PLAINSEARCH_KEEP", variable)
    file(f"keep = {in_file}" if in_file else "")
    assert load(keep=flag).keep == expected


def test_a_nested_setting_is_set_by_a_variable_without_losing_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file("[gate]\nmax_lost = 0.5\nmax_drop = 0.5")
    monkeypatch.setenv("PLAINSEARCH_GATE__MAX_LOST", "0.25")
    gate = load().gate
    assert (gate.max_lost, gate.max_drop, gate.max_failed) == (0.25, 0.5, 0.1)


def test_a_list_in_a_variable_is_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAINSEARCH_SOURCES", '["a", "b"]')
    assert load().sources == ("a", "b")
    monkeypatch.setenv("PLAINSEARCH_SOURCES", "a,b")
    with pytest.raises(ConfigError, match=r'sources.*\["a", "b"\]'):
        load()


def test_relative_paths_of_a_file_are_relative_to_its_folder(tmp_path: Path) -> None:
    (tmp_path / "etc" / "model").mkdir(parents=True)
    path = file(
        'index = "index"\nsources = ["a", "/b", "https://x.example/c"]\nmodel = "model"\n'
        'model_cache = "cache"\n[gate]\nquestions = "../q.jsonl"\n',
        "etc/plainsearch.toml",
    )
    settings = load(path)
    assert settings.index == Path("etc/index")
    assert settings.sources == ("etc/a", "/b", "https://x.example/c")
    assert (settings.model, settings.model_cache) == ("etc/model", Path("etc/cache"))
    assert settings.gate.questions == Path("etc/../q.jsonl")


def test_paths_of_flags_and_variables_are_relative_to_the_working_directory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = file("", "etc/plainsearch.toml")
    monkeypatch.setenv("PLAINSEARCH_INDEX", "here")
    assert load(path, sources=("there",)).sources == ("there",)
    assert load(path).index == Path("here")


def test_a_model_that_is_no_folder_is_a_name() -> None:
    path = file('model = "intfloat/e5-small"', "etc/plainsearch.toml")
    assert load(path).model == "intfloat/e5-small"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("indx = 'a'", "unknown setting 'indx'. Known: index, sources"),
        ("keep = 'many'", "setting 'keep'"),
        ("keep = 0", "setting 'keep': Input should be greater than or equal to 1"),
        ("port = 65536", "setting 'port'"),
        ("workers = 0", "setting 'workers'"),
        ("sources = 'articles'", "setting 'sources'"),
        ("sources = [1]", "setting 'sources.0'"),
        ("index = 3", "setting 'index'"),
        ("gate = 3", "setting 'gate'"),
        ("[gate]\nmax_lost = 1.5", "setting 'gate.max_lost'"),
        ("[gate]\nmax_los = 0.5", "setting 'gate.max_los'"),
        ("keep = ", "not valid TOML"),
        ("keep = 1\nkeep = 2", "not valid TOML"),
    ],
)
def test_a_wrong_setting_in_the_file_is_named_with_the_file(text: str, named: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(file(text))
    assert str(caught.value).startswith("plainsearch.toml: ")
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PLAINSEARCH_KEEP", "many"),
        ("PLAINSEARCH_PORT", "-1"),
        ("PLAINSEARCH_GATE__MAX_FAILED", "2"),
    ],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    file("keep = 3")
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=f"environment variable {name}: "):
        load()


@pytest.mark.parametrize(("flag", "value"), [("workers", 65), ("port", 70000), ("keep", 0)])
def test_a_wrong_flag_is_named(monkeypatch: pytest.MonkeyPatch, flag: str, value: int) -> None:
    monkeypatch.setenv(f"PLAINSEARCH_{flag.upper()}", "1")
    with pytest.raises(ConfigError, match=f"^--{flag}: "):
        load(**{flag: value})


def test_a_file_that_is_asked_for_must_be_there() -> None:
    with pytest.raises(ConfigError, match=r"other\.toml: no such configuration file"):
        load(Path("other.toml"))


@pytest.mark.parametrize("data", [b"\xff\xfe", b"index = '\xe9'"])
def test_a_file_that_is_no_text_is_named(data: bytes) -> None:
    Path("plainsearch.toml").write_bytes(data)
    with pytest.raises(ConfigError, match=r"plainsearch\.toml: can't be read"):
        load()
