"""Front matter: the fields between two lines of ``---`` (YAML) or ``+++`` (TOML) above a text."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.nodes import Node

_OPENS = re.compile(r"(---|\+\+\+)[ \t]*\r?\n")
_LONGEST = 100_000
_KEY = re.compile(r"(?P<quote>[\"']?)([\w-]+)(?P=quote)[ \t]*:(?:[ \t]+(.*)|$)")
_NO_KEY = re.compile(r"[ \t]|#|-(?:[ \t]|$)|[]}]")
"""How lines open that go on with the value above, or are remarks."""


class _Loader(yaml.SafeLoader):
    """YAML without aliases: a few lines of them can stand for gigabytes."""

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases are not read", problem_mark=mark)
        return super().compose_node(parent, index)


def split(text: str) -> tuple[dict[str, Any], str]:
    """Part a document into the fields above it and its text.

    Of YAML that is not valid, the fields are read one by one: a value that YAML can't read is the
    rest of its line, and a date that no calendar has is left out. What stands between two rules
    and names no fields is text.

    Raises:
        ValueError: front matter too long, or TOML that can't be read; says why, for people.
    """
    opening = _OPENS.match(text)
    if opening is None:
        return {}, text
    fence = opening[1]
    closing = re.compile(rf"^{re.escape(fence)}[ \t]*$", re.MULTILINE).search(text, opening.end())
    if closing is None:
        return {}, text
    inside = text[opening.end() : closing.start()].replace("\r\n", "\n")
    if fence == "---" and not _names_fields(inside):
        return {}, text
    if len(inside) > _LONGEST:
        raise ValueError(f"its front matter is longer than {_LONGEST:,} characters")
    fields = _from_yaml(inside) if fence == "---" else _from_toml(inside)
    return fields, text[closing.end() :]


def _names_fields(text: str) -> bool:
    """Whether the first line, and most of them, open with a name; a sentence may hold a colon."""
    said = [line for line in text.split("\n") if line.strip() and not _NO_KEY.match(line)]
    keys = [_KEY.match(line) is not None for line in said]
    return keys[0] and 2 * sum(keys) >= len(keys) if keys else not text.strip()


def _from_yaml(text: str) -> dict[str, Any]:
    try:
        fields = yaml.load(text, _Loader)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError):
        fields = None
    if isinstance(fields, dict):
        return {str(name): value for name, value in fields.items()}
    return dict(_one_by_one(text))


def _one_by_one(text: str) -> Iterator[tuple[str, Any]]:
    """The fields that can be read, each with the lines below that belong to it."""
    held: list[tuple[re.Match[str], list[str]]] = []
    for line in text.split("\n"):
        if key := _KEY.match(line):
            held.append((key, [line]))
        elif held and (not line.strip() or _NO_KEY.match(line)):
            held[-1][1].append(line)
    for key, lines in held:
        try:
            yield key[2], next(iter(yaml.load("\n".join(lines), _Loader).values()))
        except yaml.YAMLError:
            if key[3]:
                yield key[2], key[3].strip(" \t\"'")
        except (ValueError, RecursionError, TypeError):
            pass  # such as a date that no calendar has


def _from_toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise ValueError(f"its front matter is not valid TOML: {error}") from None
