"""The nightly job: compare, rebuild what changed, verify, gate, publish."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

from indexer import sources
from indexer.article import Article, Skipped
from indexer.build import Builder, Embedded
from indexer.compare import Tally, Unchanged, compare
from indexer.config import GateConfig, HtmlConfig, PrecisionSetting, WebConfig
from indexer.duplicates import Duplicate, NearDuplicate, near_duplicates
from indexer.encoder.batch import BatchEncoder
from indexer.encoder.cache import VectorCache, heading_key, key
from indexer.encoder.encoder import Encoder
from indexer.encoder.export import Precision, exported, identity
from indexer.encoder.export_reranker import exported_reranker
from indexer.encoder.export_reranker import identity as reranker_identity
from indexer.encoder.model import Model, find
from indexer.encoder.original import Original, gpu
from indexer.encoder.reranker import RerankerSettings
from indexer.errors import (
    ConfigError,
    GateRefused,
    NewerFormat,
    PlainsearchError,
    SnapshotError,
    SourceError,
)
from indexer.extract import EXTRACTOR
from indexer.gate import Change, refusals
from indexer.snapshot.analysis import ANALYSIS
from indexer.snapshot.calibration import Calibration
from indexer.snapshot.index import Index
from indexer.snapshot.manifest import Manifest
from indexer.snapshot.reader import ENCODER, RERANKER, Snapshot
from indexer.snapshot.writer import Reranking, SnapshotWriter
from indexer.sources import Reading
from indexer.sources.selectors import Unmatched
from indexer.split import SPLITTER
from indexer.writing import write_whole, writing

Progress = Callable[[str, float], None]
"""Told what is being done, and which share of it is done (0 to 1)."""
Judge = Callable[[Snapshot], float]
"""nDCG@10 of a snapshot on the judged questions."""
Calibrate = Callable[[Snapshot], Calibration]
"""Learns how near is near in a snapshot, for its verdicts."""

_MOST_RERANKED = 50
"""Readers seldom look further."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to index, and how."""

    sources: Sequence[str]
    exports: Path
    """Where exported models are kept on this machine."""
    model: str | None = None
    precision: PrecisionSetting = "auto"
    keep: int = 5
    """How many snapshots stay after publishing."""
    html: HtmlConfig = field(default_factory=HtmlConfig)
    web: WebConfig = field(default_factory=WebConfig)
    reranker: str | None = None
    rerank_ms: float = 100.0
    every: bool = False
    """Articles that are the same as another are indexed, too."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did."""

    snapshot: str | None
    """The snapshot that is published afterwards."""
    published: bool
    """False when nothing had changed, on a dry run, and when the gate refused."""
    articles: int
    added: int
    changed: int
    removed: int
    ignored: int
    """Files that are no documents."""
    ignored_kinds: Mapping[str, int]
    """How many of these have which ending, the commonest first."""
    skipped: Sequence[Skipped]
    passages: int = 0
    embedded: int = 0
    """Passages that went through the model; the others' vectors were known."""
    embedding_seconds: float = 0.0
    seconds: float = 0.0
    refused: Sequence[str] = ()
    duplicates: Sequence[Duplicate] = ()
    """Documents left out because another says the same."""
    near_duplicates: Sequence[NearDuplicate] = ()
    """Published articles that say nearly the same; looked for when something is published."""
    unmatched: Sequence[Unmatched] = ()
    """Selectors under [html] that found nothing in any page."""
    undone: Sequence[str] = ()
    """What could not be tidied up once the snapshot was published; the next run tries again."""

    def as_json(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        return asdict(self)


def reindex(
    index: Index,
    job: Job,
    *,
    now: Callable[[], datetime],
    calibrate: Calibrate | None = None,
    gate: GateConfig | None = None,
    judge: Judge | None = None,
    progress: Progress = lambda doing, share: None,
    dry_run: bool = False,
) -> Report:
    """Bring an index up to date with its sources and publish it.

    Unchanged articles are taken over as they are; of the others, passages are embedded unless
    the cache knows them; articles that are gone are left out. Where nothing changed, nothing
    is published. The published snapshot stays readable until its successor is verified.

    Args:
        index: where the index lies.
        job: what to index.
        now: the clock, in UTC.
        calibrate: asks the new snapshot for its scales; None takes the typical ones.
        gate: limits that a new snapshot must keep; None publishes anything that is sound.
        judge: asks the judged questions for the gate.
        progress: told how far it is.
        dry_run: only compare.

    Raises:
        Locked: another writer is at work.
        GateRefused: the gate said no; the published snapshot stays. The report is on disk.
        SourceError, ModelError, SnapshotError: as their messages say; nothing was published.
    """
    started, created = time.perf_counter(), now()
    with index.lock():
        if not dry_run:
            index.clear()
        parent = _parent(index)
        try:
            report = _run(index, job, parent, created, calibrate, gate, judge, progress, dry_run)
        finally:
            if parent:
                parent.close()
        report = replace(report, seconds=round(time.perf_counter() - started, 3))
        # What readers get is settled: nothing from here on may fail the run.
        if report.published:
            with _noting(report) as undone:
                index.prune(job.keep)
            report = replace(report, undone=undone)
        if not dry_run:
            with _noting(report) as undone:
                _keep_report(index, created, report)
            report = replace(report, undone=undone)
    if report.refused:
        raise GateRefused(
            f"Not published, the old snapshot stays: {' '.join(report.refused)} If this is "
            "right, publish it with 'plainsearch index', or change the limit in the config."
            + "".join(f"\n{one}" for one in report.undone)
        )
    return report


def _run(
    index: Index,
    job: Job,
    parent: Snapshot | None,
    created: datetime,
    calibrate: Calibrate | None,
    gate: GateConfig | None,
    judge: Judge | None,
    progress: Progress,
    dry_run: bool,
) -> Report:
    total = max(1, sources.count(job.sources))
    tally = Tally()

    kept_pages = index.folder / "cache" / "web" / "pages.sqlite"
    reading = Reading(job.html, job.web, kept_pages, job.every)

    def met(documents: int) -> None:
        progress("reading", min(1.0, documents / total))

    articles = compare(sources.read(job.sources, reading, met), parent, tally)
    if dry_run:
        for _ in articles:
            progress("comparing", tally.articles / total)
        return _report(parent, tally)

    model = find(job.model)
    on_gpu = job.precision != "int8" and gpu()
    precision = _precision(job, model, parent, on_gpu)
    cross_encoder = find(job.reranker) if job.reranker else None
    built_by = _built_by(model, precision)
    if cross_encoder:
        built_by["reranker"] = reranker_identity(cross_encoder, _reranker_precision(job))
    same_making = parent is not None and _same_making(parent.manifest, built_by)
    same, articles = _unchanged_start(articles, same_making)
    first = next(articles, None)
    if not tally.articles:
        raise SourceError(
            "No article could be read, so nothing was published:\n"
            + "\n".join(f"  {one.origin}: {one.reason}" for one in tally.skipped[:20])
        )
    reranking = None
    if cross_encoder:
        reranking = _reranking(job, cross_encoder, built_by["reranker"], parent, progress)
    if (
        first is None
        and parent
        and same == parent.manifest.counts["articles"]
        and built_by.get("reranker") == parent.manifest.built_by.get("reranker")
        and (reranking.results if reranking else 0) == parent.reranked
    ):
        return _report(parent, tally)

    known: Iterator[Article | Unchanged] = map(Unchanged, range(same))
    rest = chain(known, [first] if first else [], articles)
    if parent and parent.manifest.built_by.get("encoder") == built_by["encoder"]:
        encoder_folder = parent.folder / ENCODER
    else:
        progress("exporting the model, once on this machine", 0.0)
        encoder_folder = exported(model, precision, job.exports)
    encoder = (
        BatchEncoder.on(Original(model, "cuda"), encoder_folder)
        if on_gpu
        else Encoder.open(encoder_folder)
    )
    cache = VectorCache(index.folder / "cache", built_by["encoder"], encoder.dimensions)
    with closing(cache), index.building() as building:
        writer = SnapshotWriter(building, encoder.dimensions)
        builder = Builder(writer, encoder, cache, parent, same_making)
        embedded = builder.fill(rest, lambda done: progress("embedding", min(1.0, done / total)))
        progress("writing the index", 1.0)
        made = writer.finish(
            encoder_folder,
            created,
            parent.id if parent else None,
            built_by,
            len(tally.skipped),
            reranking,
        )
        if calibrate:
            with closing(Snapshot(building)) as finished:
                made = writer.calibrated(made, calibrate(finished))
        # Checked and judged ahead of its name: nothing unjudged ever stands among the finished.
        with closing(index.checked(building)) as snapshot:
            refused = _refusals(parent, snapshot, tally, gate, judge) if gate and parent else []
            if refused:
                return replace(_report(parent, tally), refused=refused)
            progress("looking for near-duplicates", 1.0)
            near = near_duplicates(snapshot.store, snapshot.twins)
            report = _report(snapshot, tally, parent, embedded)
            report = replace(report, published=True, near_duplicates=near)
            index.accept(building, made.id)
            with _noting(report) as undone:
                # Mostly several passages stand below one heading.
                cache.prune(2 * made.counts["passages"], lambda: _keys(snapshot))
            return replace(report, undone=undone)


def _parent(index: Index) -> Snapshot | None:
    """The published snapshot; None where there is none or it is damaged: then all is new."""
    try:
        if index.current() is None:
            return None
        parent = index.open()
        try:
            # Its articles, vectors and encoder are taken over: damage must not get a new checksum.
            parent.check()
        except SnapshotError:
            parent.close()
            raise
        return parent
    except NewerFormat:
        raise
    except SnapshotError:
        return None


def _precision(job: Job, model: Model, parent: Snapshot | None, on_gpu: bool) -> Precision:
    """What the model shall compute in.

    Left to us it is fp32 on a GPU, where int8 gains nothing; else what the published vectors were
    made with, since another would have all of them made anew; else int8.
    """
    if job.precision != "auto":
        return job.precision
    published = parent.manifest.built_by.get("encoder") if parent else None
    if on_gpu or published == identity(model, "fp32"):
        return "fp32"
    return "int8"


def _reranker_precision(job: Job) -> Precision:
    """What the reranker computes in: it runs on the processor wherever it answers."""
    return "fp32" if job.precision == "fp32" else "int8"


def _reranking(
    job: Job, model: Model, identity: str, parent: Snapshot | None, progress: Progress
) -> Reranking:
    """The exported cross-encoder, and how many results it reads in the time that it may take."""
    if parent and parent.manifest.built_by.get("reranker") == identity:
        folder = parent.folder / RERANKER
    else:
        progress("exporting the reranker, once on this machine", 0.0)
        folder = exported_reranker(model, _reranker_precision(job), job.exports)
    pair_ms = RerankerSettings.read(folder).pair_ms
    results = min(_MOST_RERANKED, int(job.rerank_ms / pair_ms))
    if results < 2:
        raise ConfigError(
            f"Setting 'rerank_ms' is {job.rerank_ms:g}, but the reranker '{model.name}' takes "
            f"{pair_ms:g} ms to read one result: it could not compare two. Set rerank_ms to "
            f"{2 * pair_ms:.3g} or more, or choose a smaller reranker."
        )
    return Reranking(folder, results)


def _keys(snapshot: Snapshot) -> Iterator[bytes]:
    """What the cache knows a snapshot's passages and headings by."""
    for row in range(snapshot.manifest.counts["articles"]):
        for passage in snapshot.store.passages(row):
            yield key(passage)
            yield heading_key(passage.context)


def _built_by(model: Model, precision: Precision) -> dict[str, str]:
    return {
        "encoder": identity(model, precision),
        "extractor": EXTRACTOR,
        "splitter": SPLITTER,
        "analysis": ANALYSIS,
        "plainsearch": version("plainsearch"),
    }


def _same_making(parent: Manifest, built_by: dict[str, str]) -> bool:
    """Whether a parent's passages and vectors are what would be made of its articles now."""
    return all(parent.built_by.get(k) == built_by[k] for k in ("encoder", "splitter", "analysis"))


def _unchanged_start(
    articles: Iterator[Article | Unchanged], same_making: bool
) -> tuple[int, Iterator[Article | Unchanged]]:
    """How many articles, from the first on, are the parent's in its order; and the others.

    Only when these are all is there nothing to build, and up to there nothing need be written.
    """
    same = 0
    for item in articles if same_making else ():
        if not isinstance(item, Unchanged) or item.row != same:
            return same, chain([item], articles)
        same += 1
    return same, articles


def _refusals(
    parent: Snapshot, new: Snapshot, tally: Tally, gate: GateConfig, judge: Judge | None
) -> list[str]:
    published = parent.manifest.counts["articles"]
    change = Change(
        published=published,
        lost=tally.removed(published),
        documents=tally.articles + len(tally.skipped),
        failed=len(tally.skipped),
        ndcg_published=judge(parent) if judge else None,
        ndcg_new=judge(new) if judge else None,
    )
    return refusals(change, gate)


def _report(
    current: Snapshot | None,
    tally: Tally,
    parent: Snapshot | None = None,
    embedded: Embedded | None = None,
) -> Report:
    before = parent if embedded else current
    return Report(
        snapshot=current.id if current else None,
        published=False,
        articles=tally.articles,
        added=tally.added,
        changed=tally.changed,
        removed=tally.removed(before.manifest.counts["articles"] if before else 0),
        ignored=tally.ignored.total(),
        ignored_kinds=dict(tally.ignored.most_common()),
        skipped=tally.skipped,
        duplicates=tally.duplicates,
        unmatched=tally.unmatched,
        passages=current.manifest.counts["passages"] if current else 0,
        embedded=embedded.passages if embedded else 0,
        embedding_seconds=round(embedded.seconds, 3) if embedded else 0.0,
    )


@contextmanager
def _noting(report: Report) -> Iterator[list[str]]:
    """What a report has as undone, and why the work in this block could not be done."""
    undone = [*report.undone]
    try:
        yield undone
    except PlainsearchError as error:
        undone.append(str(error))


def _keep_report(index: Index, created: datetime, report: Report) -> None:
    text = json.dumps(report.as_json(), indent=1, ensure_ascii=False)
    with writing(index.reports_folder):
        index.reports_folder.mkdir(exist_ok=True)
        write_whole(index.reports_folder / f"{created:%Y%m%dT%H%M%S.%f}.json", text + "\n")
