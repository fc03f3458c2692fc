"""`plainsearch`: the commands, and the place where the two halves are put together.

Imports stand inside the commands: asking must not load what indexing needs, nor --help either.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from math import isnan
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from indexer.errors import GateRefused, Locked, PlainsearchError, QuestionError

if TYPE_CHECKING:
    from indexer.article import Skipped
    from indexer.config import Config
    from indexer.reindex import Judge, Report
    from indexer.snapshot.index import Index
    from indexer.snapshot.reader import Snapshot
    from search_api.comparison import Evaluated
    from search_api.judged import Judged
    from search_api.searcher import Searcher

_GATE_REFUSED, _SKIPPED, _LOCKED = 3, 4, 75


class _Program(click.Group):
    """Turns the errors meant for people into messages and exit codes."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 (click's own signature)
        try:
            return super().invoke(ctx)
        except PlainsearchError as error:
            codes: list[tuple[type[PlainsearchError], int]] = [
                (Locked, _LOCKED),
                (GateRefused, _GATE_REFUSED),
            ]
            code = next((code for kind, code in codes if isinstance(error, kind)), 1)
            raise _Failure(str(error), code) from error
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] in ("indexer", "search_api"):
                raise
            raise _Failure(
                f"This needs {error.name}, which is not installed: "
                "pip install 'plainsearch[index]'",
                1,
            ) from error
        except BrokenPipeError:
            raise
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise _Failure(f"{where}{error.strerror or error}", 1) from error


class _Failure(click.ClickException):
    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.exit_code = code  # type: ignore[misc]  # a class variable only by click's typing


def _index_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--index", type=click.Path(path_type=Path), metavar="DIR",
        help="Folder of the index.  [default: ./index]",
    )(command)  # fmt: skip


def _json_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="plainsearch", prog_name="plainsearch")
def main() -> None:
    """Semantic search over your own articles: ranked, verbatim excerpts with their sources.

    Settings come from flags, then PLAINSEARCH_* variables, then plainsearch.toml.
    """


@main.command()
@click.argument("source", nargs=-1, required=True)
@_index_option
def index(source: tuple[str, ...], index: Path | None) -> None:
    """Build the index from SOURCE..., or bring it up to date.

    SOURCE is a folder; a file: .html .htm .xhtml .md .markdown .txt .pdf .docx .jsonl .jsonl.gz;
    the address of a page, sitemap or feed; or a .urls file of addresses. The sources are the whole
    corpus, each document once: what is no longer there leaves the index.
    """
    from search_api.terminal import report_text

    report = _reindex(_settings(index=index, sources=source))
    click.echo(report_text(report))
    _exit_for(report.skipped)


def _parsed_filters(
    _context: click.Context, _option: click.Parameter, pairs: tuple[str, ...]
) -> dict[str, list[str]]:
    from search_api.filters import parse_filters

    try:
        return parse_filters(pairs, "=")
    except QuestionError as error:
        raise click.BadParameter(str(error)) from error


@main.command()
@click.argument("question")
@_index_option
@click.option("-n", "limit", type=click.IntRange(1, 100), default=5, show_default=True,
              help="Articles wanted.")  # fmt: skip
@click.option(
    "--filter", "filters", multiple=True, metavar="KEY=VALUE", callback=_parsed_filters,
    help="Only articles with this in their metadata, or KEY>=DATE; may be given several times.",
)  # fmt: skip
@_json_option
@click.option("--explain", is_flag=True, help="Say how the answer came about.")
def ask(
    question: str,
    index: Path | None,
    limit: int,
    filters: dict[str, list[str]],
    as_json: bool,
    explain: bool,
) -> None:
    """Answer QUESTION with ranked excerpts."""
    from search_api.question import Question
    from search_api.searcher import Searcher
    from search_api.terminal import answer_text

    asked = Question(question, limit, filters=filters, explain=explain)
    answer = Searcher.open(_settings(index=index).index).ask(asked)
    click.echo(answer.as_json(indent=2) if as_json else answer_text(answer))


@main.command()
@click.argument("document", metavar="FILE|URL")
@click.option("--html", type=click.Path(path_type=Path), metavar="OUT",
              help="Write it as a web page, all in one file.")  # fmt: skip
@_json_option
def inspect(document: str, html: Path | None, as_json: bool) -> None:
    """Show what the indexer makes of a page: what it keeps, what it drops and why, its passages.

    FILE is a document of any kind that is indexed; FILE.jsonl:12 is the article on line 12. What
    is dropped because it recurs on many pages shows only when all of them are indexed.
    """
    from indexer.article import Skipped
    from indexer.inspect_one import inspect_one
    from search_api.inspect_text import inspection_text, summary_lines

    seen = inspect_one(document, _settings())
    if isinstance(seen, Skipped):
        raise _Failure(f"{seen.origin}: {seen.reason}", _SKIPPED)
    if html:
        from search_api.inspect_page import inspection_page

        html.write_text(inspection_page(seen), encoding="utf-8")
        click.echo(f"Written to {html}.", err=True)
    if as_json:
        click.echo(json.dumps(seen.as_json(), ensure_ascii=False, indent=1))
    elif html:
        click.echo("\n".join(summary_lines(seen)))
    else:
        click.echo(inspection_text(seen), color=False if os.environ.get("NO_COLOR") else None)
    if seen.skipped:
        raise _Failure(f"{seen.origin}: {seen.skipped}", _SKIPPED)


@main.command()
@_index_option
@click.option("--host", metavar="H", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=int, metavar="P", help="Port; 0 takes a free one.  [default: 8080]")
@click.option("--workers", type=int, metavar="N", help="Processes.  [default: 2]")
def serve(index: Path | None, host: str | None, port: int | None, workers: int | None) -> None:
    """Answer questions over HTTP, and show the search page."""
    from indexer.snapshot.index import Index
    from search_api.http.server import listen, serve

    settings = _settings(index=index, host=host, port=port, workers=workers)
    Index(settings.index).open().close()  # a missing index is said before anything is started
    opened = listen(settings.host, settings.port)
    name, number = opened.getsockname()[:2]
    name = f"[{name}]" if ":" in name else name
    click.echo(f"plainsearch answers at http://{name}:{number}/ (Ctrl-C stops it)", err=True)
    serve(settings.index, opened, settings.workers)


@main.command()
@click.option(
    "--config", type=click.Path(path_type=Path), metavar="FILE",
    help="Configuration.  [default: ./plainsearch.toml]",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@_json_option
def reindex(config: Path | None, dry_run: bool, as_json: bool) -> None:
    """Bring the index up to date from the config's sources: the nightly job.

    The new snapshot replaces the old one only if the gate lets it.
    """
    from search_api.terminal import report_text

    settings = _settings(config)
    report = _reindex(settings, gated=True, dry_run=dry_run)
    click.echo(json.dumps(report.as_json()) if as_json else report_text(report, dry_run))
    _exit_for(report.skipped)


@main.command()
@click.argument("folder", required=False, metavar="[DIR]", type=click.Path(path_type=Path))
@_index_option
@click.option("--questions", type=click.Path(path_type=Path), metavar="FILE",
              help="Judged questions about the articles in --index.")  # fmt: skip
@click.option("--queries", type=click.Path(path_type=Path), metavar="FILE",
              help="Queries.  [default: DIR/queries.jsonl]")  # fmt: skip
@click.option("--qrels", type=click.Path(path_type=Path), metavar="FILE",
              help="Judgements.  [default: DIR/qrels/test.tsv]")  # fmt: skip
@click.option("--against", metavar="ID|DIR",
              help="Compare with another snapshot of the index, or another index.")  # fmt: skip
@click.option("--html", type=click.Path(path_type=Path), metavar="OUT",
              help="Write the comparison as a web page, all in one file.")  # fmt: skip
@_json_option
def evaluate(
    folder: Path | None,
    index: Path | None,
    questions: Path | None,
    queries: Path | None,
    qrels: Path | None,
    against: str | None,
    html: Path | None,
    as_json: bool,
) -> None:
    """Measure how well judged questions are answered.

    DIR is a folder in BEIR's form (corpus.jsonl, queries.jsonl, qrels/test.tsv), which is
    indexed first: into --index, or into a temporary folder. With --questions instead, FILE holds
    judged questions about the articles of an index that is there.

    --against asks another snapshot the same questions: what differs, with 95 % intervals, and
    which questions got better and worse. Models, say, compare as two indexes of the same articles.
    """
    from search_api import judged
    from search_api.comparison import compare
    from search_api.evaluate import means, verdict_figures
    from search_api.searcher import Searcher
    from search_api.terminal import comparison_text, figures_text

    if (folder is None) == (questions is None):
        raise click.UsageError("Give either DIR or --questions FILE.")
    if questions is not None and (queries or qrels):
        raise click.UsageError("--queries and --qrels go with DIR.")
    if html and not against:
        raise click.UsageError("--html goes with --against.")
    with ExitStack() as stack:
        if questions is not None:
            at = _settings(index=index).index
            asked = judged.questions(questions)
            earlier = _compared(at, against) if against else None
        else:
            assert folder is not None  # one of the two is given
            asked = judged.beir(
                queries or folder / "queries.jsonl", qrels or folder / "qrels" / "test.tsv"
            )
            at = index or Path(stack.enter_context(TemporaryDirectory(prefix="plainsearch-")))
            # All of it is opened first: the run that follows may delete an old snapshot.
            earlier = _compared(at, against) if against else None
            settings = _settings(index=at, sources=(str(folder / "corpus.jsonl"),))
            _reindex(settings, every=True)  # judgements name every document
        searchers = [(at, Searcher.open(at)), *([earlier] if earlier else [])]
        this, *others = _evaluated(searchers, asked, readers=questions is not None)
        figures = {**means(this.scores), "questions": len(this.rankings)}
        if questions is not None:
            figures |= verdict_figures(this.rankings)
        printed: dict[str, Any] = {n: None if isnan(v) else v for n, v in figures.items()}
        text = figures_text(figures)
        for other in others:
            comparison = compare(this, other)
            printed["comparison"] = comparison.as_json()
            text = f"{text}\n\n{comparison_text(comparison)}"
            if html:
                from search_api.comparison_page import comparison_page

                html.write_text(comparison_page(comparison), encoding="utf-8")
                click.echo(f"Written to {html}.", err=True)
    click.echo(json.dumps(printed, ensure_ascii=False) if as_json else text)


@main.group()
def snapshots() -> None:
    """List, verify, go back to, or delete an index's snapshots."""


@snapshots.command(name="list")
@_index_option
def list_snapshots(index: Path | None) -> None:
    """List the snapshots, oldest first; the published one is marked."""
    from search_api.terminal import snapshots_text

    opened = _opened(index)
    click.echo(snapshots_text(opened.manifests(), opened.current()))


@snapshots.command()
@click.argument("identity", required=False, metavar="[ID]")
@_index_option
def verify(identity: str | None, index: Path | None) -> None:
    """Check every file of a snapshot, by default of the published one."""
    snapshot = _opened(index).open(identity)
    snapshot.check()
    click.echo(f"{snapshot.id}: every file is as it was written.")


@snapshots.command()
@click.argument("identity", required=False, metavar="[ID]")
@_index_option
def rollback(identity: str | None, index: Path | None) -> None:
    """Publish an earlier snapshot: ID, or the one before the published."""
    opened = _opened(index)
    with opened.lock():
        click.echo(f"Published snapshot {opened.rollback(identity)}.")


@snapshots.command()
@click.option("--keep", type=click.IntRange(min=1), help="How many stay.  [default: 5]")
@_index_option
def prune(keep: int | None, index: Path | None) -> None:
    """Delete all but the newest snapshots; the published one always stays."""
    opened = _opened(index)
    with opened.lock():
        gone = opened.prune(_settings(index=index, keep=keep).keep)
    click.echo(f"Deleted {len(gone)}: {', '.join(gone)}." if gone else "Nothing to delete.")


@main.command()
@_index_option
def doctor(index: Path | None) -> None:
    """Say what is installed, what is wrong, and what to do."""
    from search_api.doctor import findings

    found = list(findings(lambda: _settings(index=index)))
    for one in found:
        click.echo(f"{'ok   ' if one.fine else 'WRONG'}  {one.what}")
    if not all(one.fine for one in found):
        sys.exit(1)


def _settings(config: Path | None = None, **flags: object) -> "Config":
    from indexer.config import load

    return load(config, **flags)


def _opened(index: Path | None) -> "Index":
    from indexer.snapshot.index import Index

    opened = Index(_settings(index=index).index)
    opened.open().close()
    return opened


def _reindex(
    settings: "Config", gated: bool = False, dry_run: bool = False, every: bool = False
) -> "Report":
    """Run the indexing job with a progress bar, and name what it skipped."""
    from indexer.reindex import Job, reindex
    from indexer.snapshot.index import Index
    from search_api.calibrate import calibrate
    from search_api.progress import bar

    job = Job(
        settings.sources,
        settings.model_cache,
        settings.model,
        settings.precision,
        settings.keep,
        settings.html,
        settings.web,
        settings.reranker,
        settings.rerank_ms,
        every,
    )
    questions = settings.gate.questions if gated else None
    with bar() as progress:
        report = reindex(
            Index(settings.index),
            job,
            now=lambda: datetime.now(UTC),
            calibrate=calibrate,
            gate=settings.gate if gated else None,
            judge=_judge(questions) if questions else None,
            progress=progress,
            dry_run=dry_run,
        )
    for one in report.skipped:
        click.echo(f"skipped {one.origin}: {one.reason}", err=True)
    for undone in report.undone:
        click.echo(f"not tidied up: {undone}", err=True)
    return report


def _judge(questions: Path) -> "Judge":
    """Asks a snapshot the judged questions, for the gate."""
    from search_api.evaluate import ask_all, means, ranking_scores
    from search_api.judged import questions as read
    from search_api.searcher import Searcher

    asked = read(questions)

    def ndcg(snapshot: "Snapshot") -> float:
        searcher = Searcher(snapshot, snapshot.encoder())
        return means(ranking_scores(ask_all(searcher, asked)))["nDCG@10"]

    return ndcg


def _evaluated(
    searchers: "Sequence[tuple[Path, Searcher]]", asked: "Sequence[Judged]", readers: bool
) -> "list[Evaluated]":
    """Ask indexes the questions; measure what readers see, or only the ranking."""
    from search_api.comparison import Evaluated
    from search_api.evaluate import ask_in_turn, ranking_scores, reader_scores, time_scores

    asked_of = ask_in_turn([searcher for _, searcher in searchers], asked)
    found = []
    for (index, searcher), rankings in zip(searchers, asked_of, strict=True):
        scores = {**ranking_scores(rankings), **time_scores(rankings)}
        if readers:
            scores |= reader_scores(rankings)
        found.append(
            Evaluated(f"{index}, snapshot {searcher.snapshot.id}", searcher, rankings, scores)
        )
    return found


def _compared(index: Path, against: str) -> "tuple[Path, Searcher]":
    """The snapshot that --against names: one of the index's, or another index's published one."""
    from indexer.snapshot.index import Index
    from search_api.searcher import Searcher

    if against in (one.id for one in Index(index).manifests()):
        snapshot = Index(index).open(against)
        return index, Searcher(snapshot, snapshot.encoder())
    if not Path(against).is_dir():
        raise _Failure(
            f"--against: '{against}' is neither a snapshot of {index} (see 'plainsearch snapshots "
            "list') nor the folder of an index.",
            1,
        )
    return Path(against), Searcher.open(Path(against))


def _exit_for(skipped: "Sequence[Skipped]") -> None:
    if skipped:
        sys.exit(_SKIPPED)
