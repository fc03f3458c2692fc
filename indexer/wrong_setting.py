"""What is said of a wrong setting: where it stands, what it takes, how it is written."""

import json
import os
from collections.abc import Container, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from pydantic_core import ErrorDetails

ENVIRONMENT_PREFIX = "PLAINSEARCH_"

_SECTION = ("a section: a line [{}], its settings below", "")
TAKES: Mapping[str, tuple[str, str]] = {
    "index": ("the path of a folder", '"index"'),
    "sources": ("a list of folders, files and addresses", '["articles"]'),
    "model": ("the name or folder of a model", '"models/my-model"'),
    "reranker": ("the name or folder of a cross-encoder", '"models/my-reranker"'),
    "rerank_ms": ("milliseconds above 0, up to 10000", "100"),
    "precision": ("one of auto, int8 and fp32", '"auto"'),
    "model_cache": ("the path of a folder", '"models"'),
    "keep": ("a whole number from 1 up", "5"),
    "host": ("an IP address or name", '"127.0.0.1"'),
    "port": ("a whole number from 0 to 65535", "8080"),
    "workers": ("a whole number from 1 to 64", "2"),
    "gate": _SECTION,
    "gate.max_lost": ("a share from 0 to 1", "0.2"),
    "gate.max_failed": ("a share from 0 to 1", "0.1"),
    "gate.questions": ("the path of a file", '"questions.jsonl"'),
    "gate.max_drop": ("a share from 0 to 1", "0.02"),
    "html": _SECTION,
    "html.include": ("a list of CSS selectors", '["#content"]'),
    "html.exclude": ("a list of CSS selectors", '[".sidebar"]'),
    "web": _SECTION,
    "web.user_agent": (
        "a name of letters, then what you like in plain ASCII, in at most 200 characters",
        '"plainsearch (+https://example.org/about)"',
    ),
    "web.rate": ("a number above 0, at most 100", "2.0"),
    "web.timeout": ("a number of seconds above 0, at most 600", "10.0"),
    "web.max_pages": ("a whole number from 1 up", "20000"),
    "web.private": ("true or false", "false"),
}
"""What every setting takes, and an example in TOML."""
_LONGEST = 60


def wrong(error: ErrorDetails, flags: Container[str], file: Path) -> str:
    """One sentence on what pydantic found wrong.

    Args:
        error: what it found.
        flags: the settings that were given on the command line.
        file: the configuration file.
    """
    place = [part for part in error["loc"] if isinstance(part, str)]
    name = ".".join(place)
    items = [part + 1 for part in error["loc"] if isinstance(part, int)]
    variable = _variable(place)
    if place[0] in flags:
        where, written = f"--{name}", f"--{name} {{}}"
    elif variable:
        where, written = f"environment variable {variable}", f"{variable}={{}}"
    else:
        where, written = f"{file}: setting '{name}'", f"{place[-1]} = {{}}"
    if error["type"] == "extra_forbidden":
        return f"{file if not variable else where}: {unknown(name)}"
    takes, example = TAKES[name]
    if written.endswith("={}") or written.startswith("--"):  # as a shell has it
        example = f"'{example}'" if example.startswith("[") else example.strip('"')
    item = f"item {items[0]}, " if items else ""
    takes = "a text" if items else takes.format(name)
    as_in = f", as in {written.format(example)}" if example else ""
    return f"{where}: {item}{_shown(error['input'])} is not {takes}{as_in}."


def unknown(name: str) -> str:
    """That there is no such setting, which there are, and which may be meant."""
    section, _, last = name.rpartition(".")
    beside = [one for one in TAKES if one.rpartition(".")[0] == section]
    meant = {one.rpartition(".")[2]: one for one in TAKES}
    close = get_close_matches(last, meant, 1)
    hint = f" Did you mean {_described(meant[close[0]])}?" if close else ""
    return f"unknown setting '{name}'. Known: {', '.join(beside)}.{hint}"


def unparsed(field: str) -> Iterator[str]:
    """What is wrong with the environment variables of a setting that must be written as JSON."""
    for variable in _variables().values():
        name = variable.upper().removeprefix(ENVIRONMENT_PREFIX).lower().replace("__", ".")
        takes, example = TAKES.get(name, ("", ""))
        listed = example.startswith("[")
        if name.partition(".")[0] != field or not (listed or takes == _SECTION[0]):
            continue
        value = os.environ[variable]
        try:
            json.loads(value)
        except ValueError:
            said = f"environment variable {variable}: {_shown(value)} is not "
            if listed:
                yield f"{said}{takes} in JSON, as in {variable}='{example}'."
            else:
                setting = next(one for one in TAKES if one.startswith(f"{name}."))
                other = ENVIRONMENT_PREFIX + setting.replace(".", "__").upper()
                example = TAKES[setting][1]
                yield f"{said}the section as JSON; set its settings, as in {other}='{example}'."


def _described(name: str) -> str:
    section, _, last = name.rpartition(".")
    if section:
        return f"'{last}' under [{section}]"
    return f"[{name}]" if TAKES[name] == _SECTION else f"'{name}', above the first [section]"


def _variables() -> dict[str, str]:
    """Names of the environment's variables, by themselves in capitals."""
    return {
        name.upper(): name for name in os.environ if name.upper().startswith(ENVIRONMENT_PREFIX)
    }


def _variable(place: list[str]) -> str | None:
    """The environment variable that a setting comes from."""
    capitals = [part.upper() for part in place]
    for name in ("__".join(capitals), capitals[0]):
        if found := _variables().get(ENVIRONMENT_PREFIX + name):
            return found
    return None


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
