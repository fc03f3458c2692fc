"""Settings: who outranks whom, and what is said of a wrong one."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.config import Config, load
from indexer.errors import ConfigError
from indexer.wrong_setting import ENVIRONMENT_PREFIX, TAKES


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
    with pytest.raises(ConfigError, match=r'SOURCES: "a,b" is not a list.*\["articles"\]'):
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
        (
            "keep = 'many'",
            "setting 'keep': \"many\" is not a whole number from 1 up, as in keep = 5.",
        ),
        ("keep = 0", "setting 'keep': 0 is not a whole number from 1 up, as in keep = 5."),
        ("keep = 1.5", "setting 'keep': 1.5 is not a whole number from 1 up"),
        ("port = 65536", "setting 'port': 65536 is not a whole number from 0 to 65535"),
        ("workers = 0", "setting 'workers': 0 is not a whole number from 1 to 64"),
        (
            "sources = 'articles'",
            "setting 'sources': \"articles\" is not a list of folders, files and addresses, "
            'as in sources = ["articles"].',
        ),
        ("sources = ['a', 1]", "setting 'sources': item 2, 1 is not a text"),
        ("index = 3", "setting 'index': 3 is not the path of a folder, as in index = "),
        ("model = 3", "setting 'model': 3 is not the name or folder of a model"),
        ("precision = 'int4'", '"int4" is not one of auto, int8 and fp32'),
        ("gate = 3", "setting 'gate': 3 is not a section: a line [gate], its settings below."),
        ("[[gate]]", "setting 'gate': [{}] is not a section"),
        ("[gate]\nmax_lost = 1.5", "setting 'gate.max_lost': 1.5 is not a share from 0 to 1"),
        ("[gate]\nquestions = 3", "setting 'gate.questions': 3 is not the path of a file"),
        (
            "[gate]\nmax_los = 0.5",
            "unknown setting 'gate.max_los'. Known: gate.max_lost, gate.max_failed, "
            "gate.questions, gate.max_drop. Did you mean 'max_lost' under [gate]?",
        ),
        ("[gate]\nindex = 'a'", "Did you mean 'index', above the first [section]?"),
        ("rate = 3", "unknown setting 'rate'. Known: index"),
        ("rate = 3", "Did you mean 'rate' under [web]?"),
        ("[wep]\nrate = 3", "unknown setting 'wep'. Known: index"),
        ("[html]\nexclude = '.ad'", '".ad" is not a list of CSS selectors, as in exclude = ['),
        ("[web]\nrate = 0", "setting 'web.rate': 0 is not a number above 0, at most 100"),
        ("[web]\ntimeout = nan", "setting 'web.timeout': NaN is not a number of seconds"),
        ("[web]\nprivate = 'perhaps'", '"perhaps" is not true or false, as in private = false'),
        ("[web]\nuser_agent = '(none)'", '"(none)" is not a name of letters'),
        ("keep = 0\nport = -1", "setting 'port'"),
        ("colour = 1\nshape = 2", "unknown setting 'shape'"),
        ("keep = ", "not valid TOML"),
        ("keep = 1\nkeep = 2", "not valid TOML"),
        ("index = my-index", "Texts stand in quotes"),
    ],
)
def test_a_wrong_setting_in_the_file_is_named_with_the_file(text: str, named: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(file(text))
    assert all(line.startswith("plainsearch.toml: ") for line in str(caught.value).splitlines())
    assert named in str(caught.value)
    assert "Input should" not in str(caught.value)


def test_it_is_known_of_every_setting_what_it_takes_and_the_examples_are_right() -> None:
    settings = {
        f"{name}.{inner}" if inner else name
        for name, field in Config.model_fields.items()
        for inner in ("", *getattr(field.annotation, "model_fields", ()))
    }
    assert settings == TAKES.keys()
    for name, (takes, example) in TAKES.items():
        section, _, last = name.rpartition(".")
        header = f"[{section}]\n" if section else ""
        assert takes
        load(file(f"{header}{last} = {example or '{}'}"))


def test_a_byte_order_mark_is_no_setting() -> None:
    Path("plainsearch.toml").write_bytes(b"\xef\xbb\xbfkeep = 3\n")
    assert load().keep == 3


def test_a_source_without_a_name_does_not_become_the_configs_folder() -> None:
    assert load(file('sources = [""]', "etc/plainsearch.toml")).sources == ("",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PLAINSEARCH_KEEP", "many"),
        ("PLAINSEARCH_PORT", "-1"),
        ("PLAINSEARCH_GATE__MAX_FAILED", "2"),
        ("PLAINSEARCH_WEB__RAT", "2"),
        ("plainsearch_web__rate", "fast"),
        ("PLAINSEARCH_WEB", "3"),
        ("PLAINSEARCH_WEB", "fast"),
        ("PLAINSEARCH_WEB", '{"rat": 1}'),
        ("PLAINSEARCH_HTML__EXCLUDE", ".ad"),
        ("PLAINSEARCH_HTML__EXCLUDE", "[1]"),
        ("PLAINSEARCH_SOURCES", "3"),
    ],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    file("keep = 3")
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=f"^environment variable {name}: ") as caught:
        load()
    assert not re.search("Input should|Extra inputs|EnvSettings|error parsing", str(caught.value))


def test_how_to_write_a_variable_is_shown_as_a_shell_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value, shown in (
        ("PLAINSEARCH_KEEP", "x", "PLAINSEARCH_KEEP=5."),
        ("PLAINSEARCH_SOURCES", "x", "PLAINSEARCH_SOURCES='[\"articles\"]'."),
        ("PLAINSEARCH_HTML__EXCLUDE", "x", "PLAINSEARCH_HTML__EXCLUDE='[\".sidebar\"]'."),
        ("PLAINSEARCH_GATE", "x", "PLAINSEARCH_GATE__MAX_LOST='0.2'."),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            with pytest.raises(ConfigError) as caught:
                load()
        assert str(caught.value).endswith(f", as in {shown}")


@pytest.mark.parametrize(("flag", "value"), [("workers", 65), ("port", 70000), ("keep", 0)])
def test_a_wrong_flag_is_named(monkeypatch: pytest.MonkeyPatch, flag: str, value: int) -> None:
    monkeypatch.setenv(f"PLAINSEARCH_{flag.upper()}", "1")
    with pytest.raises(ConfigError, match=f"^--{flag}: {value} is not a whole number .*--{flag} "):
        load(**{flag: value})


def test_a_file_that_is_asked_for_must_be_there() -> None:
    with pytest.raises(ConfigError, match=r"other\.toml: no such configuration file"):
        load(Path("other.toml"))


@pytest.mark.parametrize("data", [b"\xff\xfe", b"index = '\xe9'"])
def test_a_file_that_is_no_text_is_named(data: bytes) -> None:
    Path("plainsearch.toml").write_bytes(data)
    with pytest.raises(ConfigError, match=r"plainsearch\.toml: can't be read"):
        load()
