"""May this snapshot replace that one?"""

from dataclasses import dataclass

from indexer.config import GateConfig


@dataclass(frozen=True, slots=True)
class Change:
    """What a new snapshot would change, as far as the gate asks."""

    published: int
    """Articles in the published snapshot."""
    lost: int
    """Of these, how many the new one lacks."""
    documents: int
    """Documents met by this run, read or not."""
    failed: int
    """Of these, how many could not be read."""
    ndcg_published: float | None = None
    """nDCG@10 of the published snapshot on the judged questions; None where none are named."""
    ndcg_new: float | None = None


def refusals(change: Change, limits: GateConfig) -> list[str]:
    """Why the new snapshot may not be published, a sentence each; empty when it may."""
    found = []
    lost, failed = _share(change.lost, change.published), _share(change.failed, change.documents)
    if lost > limits.max_lost:
        found.append(
            f"{change.lost} of {change.published} published articles are gone ({lost:.0%}); "
            f"gate.max_lost allows {limits.max_lost:.0%}."
        )
    if failed > limits.max_failed:
        found.append(
            f"{change.failed} of {change.documents} documents could not be read ({failed:.0%}); "
            f"gate.max_failed allows {limits.max_failed:.0%}."
        )
    if change.ndcg_published is not None and change.ndcg_new is not None:
        drop = change.ndcg_published - change.ndcg_new
        if drop > limits.max_drop:
            found.append(
                f"nDCG@10 on the judged questions falls from {change.ndcg_published:.3f} to "
                f"{change.ndcg_new:.3f}; gate.max_drop allows {limits.max_drop:.3f}."
            )
    return found


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
