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
_KINDS = 6
_CHANGES = 5
_VERDICTS = {
    "answered": "From the articles, word for word:",
    "weak": "Nothing answers this exactly. These come closest:",
    "none": "Nothing here answers that. Try other words, or check the spelling.",
}


def answer_text(answer: Answer) -> str:
    """An answer for people: excerpts under their headings, each with its source, and how it
    came about if that was asked for."""
    lines = [_VERDICTS[answer.verdict], *_explained(answer)]
    if answer.read_as:
        lines.insert(0, f"Read as: {answer.read_as}")
    for result in answer.results:
        best = result.passages[0]
        lines += ["", click.style(f"{result.rank}. {result.article.title}", bold=True)]
        if result.explain:
            for found, given in zip(result.passages, result.explain.scores, strict=True):
                lines += _passage(found, given)
        else:
            lines += _passage(best)
        lines.append(f"   {best.link or 'article ' + result.article.id}")
        if result.explain and result.explain.left_out:
            lines.append(f"   left out for saying the same: {', '.join(result.explain.left_out)}")
    return "\n".join(lines)


def _explained(answer: Answer) -> Iterator[str]:
    if answer.explain:
        yield (
            f"verdict {answer.verdict}, confidence {answer.confidence:.2f}; snapshot "
            f"{answer.snapshot}; {answer.took_ms:.1f} ms"
        )
        for one in answer.explain.verdict:
            yield f"  {one.name} {one.value:.2f}: {one.means}"
        steps = answer.explain.milliseconds.items()
        yield f"  milliseconds: {', '.join(f'{step} {took:.1f}' for step, took in steps)}"


def _passage(found: Found, given: Mapping[str, float] | None = None) -> Iterator[str]:
    """A passage's excerpt, with what every part gave of its score where that is to be shown."""
    if found.heading_path:
        yield click.style(f"   {' > '.join(found.heading_path)}", dim=True)
    if given:
        parts = found.parts
        yield (
            f"   score {found.score:.3f} from meaning {parts.dense:.3f}, words "
            f"{parts.lexical:.3f}, headings {parts.heading:.3f} and tokens {parts.tokens:.3f}; "
            f"passage {found.id}, {found.start} to {found.end}"
        )
        yield f"   = {' + '.join(f'{name} {value:.3f}' for name, value in given.items())}"
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
        lines.append(_left_out(report.ignored, report.ignored_kinds))
    lines += (
        f"[html] {one.setting} '{one.selector}' matched nothing in the "
        f"{'one page' if one.pages == 1 else _count(one.pages, 'page')} read: check its spelling."
        for one in report.unmatched
    )
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


def _left_out(files: int, kinds: Mapping[str, int]) -> str:
    """How many files are no documents, and of which kinds most are."""
    shown = [f"{number:,} {kind}" for kind, number in kinds.items()]
    more = f" and {_count(len(shown) - _KINDS, 'kind')} more" if len(shown) > _KINDS else ""
    return f"Left out {_count(files, 'file')} of other kinds: {', '.join(shown[:_KINDS])}{more}."


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
