"""Front matter: the fields between two lines of ``---`` (YAML) or ``+++`` (TOML) above a text."""

import re
import tomllib
from typing import Any

import yaml
from yaml.nodes import Node

_OPENS = re.compile(r"(---|\+\+\+)[ \t]*\r?\n")
_LONGEST = 100_000


class _Loader(yaml.SafeLoader):
    """YAML without aliases: a few lines of them can stand for gigabytes."""

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases are not read", problem_mark=mark)
        return super().compose_node(parent, index)


def split(text: str) -> tuple[dict[str, Any], str]:
    """Part a document into the fields above it and its text.

    Raises:
        ValueError: front matter that can't be read; the message says why, for people.
    """
    opening = _OPENS.match(text)
    if opening is None:
        return {}, text
    fence = opening[1]
    closing = re.compile(rf"^{re.escape(fence)}[ \t]*$", re.MULTILINE).search(text, opening.end())
    if closing is None:
        return {}, text
    inside = text[opening.end() : closing.start()].replace("\r\n", "\n")
    if len(inside) > _LONGEST:
        raise ValueError(f"its front matter is longer than {_LONGEST:,} characters")
    fields = _from_yaml(inside) if fence == "---" else _from_toml(inside)
    return fields, text[closing.end() :]


def _from_yaml(text: str) -> dict[str, Any]:
    try:
        fields = yaml.load(text, _Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 2}" if mark else ""
        problem = getattr(error, "problem", None) or error
        raise ValueError(f"its front matter is not valid YAML{where}: {problem}") from None
    except (ValueError, RecursionError, TypeError) as error:
        # Such as a date that no calendar has, or a list as a name.
        raise ValueError(f"its front matter holds a value that can't be read: {error}") from None
    if fields is None:
        return {}
    if not isinstance(fields, dict):
        raise ValueError("its front matter is not a list of 'name: value' lines")
    return {str(name): value for name, value in fields.items()}


def _from_toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        raise ValueError(f"its front matter is not valid TOML: {error}") from None
