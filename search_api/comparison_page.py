"""A comparison as a web page.

Here is what the plots show, as numbers; the template draws them, on scales from 0 to 100.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search_api.comparison import Comparison, Difference, Evaluated, Interval
from search_api.evaluate import confidence_auroc
from search_api.verdict import VERDICTS
from search_api.web.document import document

_BINS = 10
_TIMES = 40
_SLOTS = 40  # fewer bars than that leave a gap in the middle: they stay slim


@dataclass(frozen=True, slots=True)
class Row:
    """A measure with the scales it is drawn on."""

    found: Difference
    most: float
    """Where the scale of both values ends; it begins at 0."""
    reach: float
    """How far the scale of the difference goes to either side."""
    digits: int

    @property
    def sure(self) -> str:
        """'better' or 'worse' ('other' where neither more nor less is better) if more than chance
        is needed to explain the difference; else nothing."""
        low, high = self.found.interval
        if low <= 0 <= high:
            return ""
        if self.found.measure == "excerpt length":
            return "other"
        return "better" if (low > 0) != (self.found.measure == "ms a question") else "worse"

    def along(self, value: float) -> float:
        """Where a value stands, 0 to 100."""
        return 100 * value / self.most

    def beside(self, value: float) -> float:
        """Where a difference stands; nought is at 50."""
        return 50 + 50 * value / self.reach


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of about the same confidence."""

    confidence: float
    """Its mean."""
    answerable: float
    """The share of them that have an answer."""
    questions: int


@dataclass(frozen=True, slots=True)
class Reader:
    """What is drawn of one of the two alone."""

    name: str
    bins: Sequence[Bin]
    auroc: float
    verdicts: Sequence[tuple[str, int, int]]
    """A verdict, with how many answerable and other questions got it."""
    times: Sequence[float]
    """Questions by time, a bar each, as a share of the highest bar of both, 0 to 100."""
    median: float
    slow: float
    """Milliseconds that one question in twenty exceeds."""


def comparison_page(found: Comparison) -> str:
    """The whole page."""
    changed = found.by_question[~np.isnan(found.by_question)]
    bars = np.sort(changed[changed != 0])[::-1].tolist()
    longest, (this, other) = _readers(found.this, found.other)
    rows = _rows(found.differences)
    return document(
        "comparison",
        found=found,
        rows=rows,
        # Without a ranking to judge, the verdict; of nothing but times, those.
        first=next((row for row in rows if _is_share(row.found)), rows[0]),
        bars=bars,
        slots=max(_SLOTS, len(bars)),
        tallest=max(map(abs, bars), default=1.0),
        better=int((changed > 0).sum()),
        worse=int((changed < 0).sum()),
        same=int((changed == 0).sum()),
        this=this,
        other=other,
        longest=longest,
        signed=_signed,
    )


def _rows(differences: Sequence[Difference]) -> list[Row]:
    """Shares have one scale in common, so that their intervals compare; others have their own."""
    shares = [one for one in differences if _is_share(one)]
    reach = max((_reach(one.interval) for one in shares), default=0.0)
    return [
        Row(one, 1.0, reach or 1.0, 3)
        if _is_share(one)
        else Row(
            one,
            1.05 * max(one.this_interval[1], one.other_interval[1]) or 1.0,
            _reach(one.interval) or 1.0,
            1,
        )
        for one in differences
    ]


def _is_share(one: Difference) -> bool:
    return one.measure not in ("ms a question", "excerpt length")


def _reach(interval: Interval) -> float:
    return 1.1 * max(map(abs, interval))


def _readers(*both: Evaluated) -> tuple[float, list[Reader]]:
    """The end of the scale of times that both share, and what is drawn of each."""
    times = [np.array([one.milliseconds for one in each.rankings]) for each in both]
    longest = float(np.percentile(np.concatenate(times), 99.5)) or 1.0
    counts = [
        np.histogram(np.minimum(each, longest), bins=_TIMES, range=(0, longest))[0]
        for each in times
    ]
    highest = max(int(each.max()) for each in counts)
    return longest, [
        Reader(
            name=each.name,
            bins=_bins(each),
            auroc=confidence_auroc(each.rankings),
            verdicts=[(verdict, *_given(each, verdict)) for verdict in reversed(VERDICTS)],
            times=(100 * count / highest).tolist(),
            median=float(np.median(spent)),
            slow=float(np.percentile(spent, 95)),
        )
        for each, spent, count in zip(both, times, counts, strict=True)
    ]


def _bins(each: Evaluated) -> list[Bin]:
    """Ten of equal width (the reliability diagram of DeGroot & Fienberg 1983); none where every
    question has an answer, or none has."""
    sure = np.array([one.confidence for one in each.rankings])
    answerable = np.array([one.judged.answerable for one in each.rankings], float)
    if "unanswerable refused" not in each.scores or answerable.min() == answerable.max():
        return []
    within = np.digitize(sure, np.linspace(0, 1, _BINS + 1)[1:-1])
    places: list[npt.NDArray[np.bool_]] = [within == at for at in range(_BINS)]
    return [
        Bin(float(sure[at].mean()), float(answerable[at].mean()), int(at.sum()))
        for at in places
        if at.any()
    ]


def _given(each: Evaluated, verdict: str) -> tuple[int, int]:
    given = [one.judged.answerable for one in each.rankings if one.verdict == verdict]
    return sum(given), len(given) - sum(given)


def _signed(value: float, digits: int) -> str:
    """A difference as people write it; nought has no sign."""
    said = f"{abs(value):.{digits}f}"
    if not float(said):
        return said
    return f"{'+' if value > 0 else '−'}{said}"
