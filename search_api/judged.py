"""Judged questions from files: what was asked, and which articles people said answer it."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indexer.errors import SourceError


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with its judgements."""

    id: str
    question: str
    grades: Mapping[str, int]
    """Article id → how well it answers; 0 or less is wrong. What is not named is not judged."""
    answerable: bool
    quotes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Article id → parts of its text that answer; empty where nobody marked any."""


def beir(queries: Path, qrels: Path) -> list[Judged]:
    """Read judged questions in BEIR's form (Thakur et al., NeurIPS 2021).

    Args:
        queries: JSON Lines of ``_id`` and ``text``.
        qrels: tab-separated with a header: query-id, corpus-id, score.

    Returns:
        The questions that have a judgement.

    Raises:
        SourceError: names the file and line that is wrong.
    """
    grades: dict[str, dict[str, int]] = {}
    lines = _lines(qrels)
    for number, row in enumerate(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
        if number == 1 or not row:
            continue
        try:
            query, article, grade = row
            grades.setdefault(query, {})[article] = int(grade)
        except ValueError:
            raise SourceError(
                f"{qrels}:{number}: not 'query-id TAB corpus-id TAB whole number'."
            ) from None
    found = []
    for where, record in _records(queries):
        identity = str(_field(record, "_id", where))
        text = str(_field(record, "text", where))
        if identity in grades:
            judged = grades[identity]
            found.append(Judged(identity, text, judged, any(g > 0 for g in judged.values())))
    return _some(found, queries)


def questions(file: Path) -> list[Judged]:
    """Read judged questions in the form of corpus/questions.jsonl.

    Raises:
        SourceError: names the file and line that is wrong.
    """
    found = []
    for where, record in _records(file):
        grades: dict[str, int] = {}
        quotes: dict[str, list[str]] = {}
        for judgement in _judgements(record, where):
            article = str(_field(judgement, "article", where))
            grade = _field(judgement, "grade", where)
            if not isinstance(grade, int):
                raise SourceError(f"{where}: 'grade' is {grade!r}, not a whole number.")
            grades[article] = max(grade, grades.get(article, 0))
            if grade > 0 and judgement.get("quote"):
                quotes.setdefault(article, []).append(str(judgement["quote"]))
        identity, text = str(_field(record, "id", where)), str(_field(record, "question", where))
        answerable = bool(_field(record, "answerable", where))
        found.append(Judged(identity, text, grades, answerable, quotes))
    return _some(found, file)


def _some(found: list[Judged], file: Path) -> list[Judged]:
    if not found:
        raise SourceError(f"{file}: no judged question in it.")
    return found


def _records(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(_lines(file), start=1):
        where = f"{file}:{number}"
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise SourceError(f"{where}: not valid JSON: {error.msg}.") from None
        if not isinstance(record, dict):
            raise SourceError(f"{where}: not a JSON object.")
        yield where, record


def _judgements(record: Mapping[str, Any], where: str) -> list[Any]:
    relevant = record.get("relevant") or []
    if not isinstance(relevant, list):
        raise SourceError(
            f"{where}: 'relevant' is not a list of judgements: "
            '[{"article": id, "grade": whole number}, …].'
        )
    return relevant


def _field(record: object, name: str, where: str) -> Any:  # noqa: ANN401 (whatever JSON holds)
    if not isinstance(record, dict) or name not in record:
        raise SourceError(f"{where}: field '{name}' is missing.")
    return record[name]


def _lines(file: Path) -> list[str]:
    try:
        # Not `splitlines`: U+2028 and others that it splits at may stand inside JSON's strings.
        return file.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise SourceError(f"{file}: can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SourceError(f"{file}: not UTF-8.") from None
