"""How answers, reports and snapshots look in a terminal."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING

import click

from indexer.snapshot.manifest import Manifest
from search_api.answer import Answer, Found

if TYPE_CHECKING:  # the indexing side is loaded only by the commands that index
    from indexer.reindex import Report
    from search_api.comparison import Comparison

_WIDTH = 88
_LISTED = 10
_CHANGES = 5
_VERDICTS = {
    "answered": "From the articles, word for word:",
    "weak": "Nothing answers this exactly. These come closest:",
    "none": "Nothing here answers that. Try other words, or check the spelling.",
}


def answer_text(answer: Answer, explain: bool) -> str:
    """An answer for people: excerpts under their headings, each with its source.

    Args:
        answer: what to show.
        explain: add where the scores come from.
    """
    lines = [_VERDICTS[answer.verdict]]
    if explain:
        lines.append(
            f"verdict {answer.verdict}, confidence {answer.confidence:.2f}; snapshot "
            f"{answer.snapshot}; {answer.took_ms:.1f} ms"
        )
    for result in answer.results:
        best, *others = result.passages
        lines += ["", click.style(f"{result.rank}. {result.article.title}", bold=True)]
        lines += _passage(best, explain)
        for other in others if explain else []:
            lines += _passage(other, explain)
        lines.append(f"   {best.link or 'article ' + result.article.id}")
    return "\n".join(lines)


def _passage(found: Found, explain: bool) -> Iterator[str]:
    if found.heading_path:
        yield click.style(f"   {' > '.join(found.heading_path)}", dim=True)
    if explain:
        parts = found.parts
        yield (
            f"   score {found.score:.3f} from meaning {parts.dense:.3f}, words "
            f"{parts.lexical:.3f} and headings {parts.heading:.3f}; passage {found.id}, "
            f"{found.start} to {found.end}"
        )
    for line in found.excerpt.text.split("\n"):
        yield from textwrap.wrap(line, _WIDTH, initial_indent="   ", subsequent_indent="   ")


def report_text(report: "Report", dry_run: bool = False) -> str:
    """The closing summary of a run."""
    changes = f"{report.added} new, {report.changed} changed, {report.removed} removed"
    if dry_run:
        lines = [f"Would index {_count(report.articles, 'article')}: {changes}."]
    elif not report.published and not report.refused:
        lines = [
            f"Nothing changed: {_count(report.articles, 'article')}, "
            f"{_count(report.passages, 'passage')}, snapshot {report.snapshot} stays.",
            f"Took {report.seconds:.1f} s.",
        ]
    else:
        pace = report.embedded / report.embedding_seconds if report.embedding_seconds else 0.0
        lines = [
            f"Published snapshot {report.snapshot}.",
            f"{_count(report.articles, 'article')}: {changes}.",
            f"{_count(report.passages, 'passage')}, {report.embedded:,} of them embedded in "
            f"{report.embedding_seconds:.1f} s ({pace:.0f} passages/s).",
            f"Took {report.seconds:.1f} s.",
        ]
    if report.skipped:
        lines.append(f"Skipped {_count(len(report.skipped), 'document')}, each named above.")
    if report.ignored:
        lines.append(f"Left out {_count(report.ignored, 'file')} of other kinds.")
    if report.duplicates:
        left_out = f"{_count(len(report.duplicates), 'duplicate')} left out"
        shown = [f"{one.origin} is the same as {one.same_as}" for one in report.duplicates]
        lines += _listed(left_out, shown)
    if report.near_duplicates:
        pairs = f"{_count(len(report.near_duplicates), 'pair')} of articles say nearly the same"
        lines += _listed(
            pairs, [f"{one.id} and {one.like} ({one.similarity:.0%})"
                    for one in report.near_duplicates]
        )  # fmt: skip
    return "\n".join(lines)


def _listed(what: str, shown: Sequence[str]) -> Iterator[str]:
    """A line for each of the first few; all are in the run's report."""
    yield f"{what}:"
    yield from (f"  {line}" for line in shown[:_LISTED])
    if len(shown) > _LISTED:
        yield f"  and {len(shown) - _LISTED:,} more: see the newest file in the index's reports/"


def snapshots_text(manifests: Sequence[Manifest], current: str | None) -> str:
    """The snapshots of an index, a line each, the published one marked."""
    return "\n".join(
        f"{'*' if one.id == current else ' '} {one.id}  {one.created}  "
        f"{_count(one.counts['articles'], 'article')}, "
        f"{_count(one.counts['passages'], 'passage')}, "
        f"{sum(file.size for file in one.files.values()) / 2**20:.0f} MiB"
        for one in manifests
    )


def figures_text(figures: Mapping[str, float]) -> str:
    """Measures, a line each."""
    width = max(map(len, figures))
    return "\n".join(f"{name:<{width}}  {_figure(value)}" for name, value in figures.items())


def _figure(value: float) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return "–" if isnan(value) else f"{value:.4f}"


def comparison_text(found: "Comparison") -> str:
    """What differs between two evaluations, and the questions that differ by most."""
    width = max(len(one.measure) for one in found.differences)
    title = f"{'':<{width}}  {'this':>10}  {'other':>10}  {'difference':>11}  95 % interval"
    lines = [f"this:  {found.this.name}", f"other: {found.other.name}", "", title]
    for one in found.differences:
        low, high = one.interval
        lines.append(
            f"{one.measure:<{width}}  {one.this:10.4f}  {one.other:10.4f}  {one.difference:+11.4f}"
            f"  {low:+.4f} to {high:+.4f}{'' if low <= 0 <= high else '  *'}"
        )
    lines += ["", "* more than chance explains: nought is outside the interval"]
    for said, changes in (("Better", found.better), ("Worse", found.worse)):
        if changes:
            lines += ["", f"{said} by most:"]
        for change in changes[:_CHANGES]:
            lines.append(f"  {change.difference:+.2f}  {change.judged.question}")
            lines += [
                f"         {name}  {answer.verdict}: {_titles(answer, change.judged.grades)}"
                for name, answer in (("this ", change.this), ("other", change.other))
            ]
    return "\n".join(lines)


def _titles(answer: Answer, grades: Mapping[str, int]) -> str:
    """Titles of the first results; those that are right are ticked."""
    return "; ".join(
        f"{one.rank}. {textwrap.shorten(one.article.title, 40, placeholder='…')}"
        f"{' ✓' if grades.get(one.article.id, 0) > 0 else ''}"
        for one in answer.results
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
