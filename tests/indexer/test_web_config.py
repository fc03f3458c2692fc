"""The settings under [web]."""

from pathlib import Path

import pytest

from indexer.config import load
from indexer.errors import ConfigError


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("PLAINSEARCH_WEB__PRIVATE", raising=False)
    return tmp_path / "plainsearch.toml"


def test_the_defaults_are_cautious(file: Path) -> None:
    file.write_text("", encoding="utf-8")
    web = load(file).web
    assert (web.rate, web.timeout, web.max_pages, web.private) == (2.0, 10.0, 20_000, False)


def test_a_variable_allows_private_hosts(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = "Ours/1.0 (+https://x.example/about)"
    file.write_text(f'[web]\nrate = 0.5\nuser_agent = "{agent}"\n', encoding="utf-8")
    monkeypatch.setenv("PLAINSEARCH_WEB__PRIVATE", "true")
    web = load(file).web
    assert (web.rate, web.private, web.user_agent) == (0.5, True, agent)


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ("rate = 0", "rate"),
        ("rate = inf", "rate"),
        ("timeout = nan", "timeout"),
        ("timeout = -1", "timeout"),
        ("max_pages = 0", "max_pages"),
        ('user_agent = ""', "user_agent"),
        ('user_agent = "a\\r\\nHost: b"', "user_agent"),
        ('user_agent = "a\\n"', "user_agent"),
        ('user_agent = "Näh"', "user_agent"),
        ("proxy = 'x'", "proxy"),
    ],
)
def test_a_wrong_setting_is_named(file: Path, setting: str, name: str) -> None:
    file.write_text(f"[web]\n{setting}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"setting 'web\.{name}'"):
        load(file)
