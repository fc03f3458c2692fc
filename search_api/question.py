"""What a reader asks, checked once at the door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from indexer.errors import QuestionError
from search_api.verdict import Verdict

LONGEST = 5_000
"""Code points of a question: pages of text, far beyond what anybody asks."""
MOST_RESULTS = 100
FARTHEST_OFFSET = 1_000


@dataclass(frozen=True, slots=True)
class Question:
    """A question with how much of the answer is wanted.

    Raises:
        QuestionError: names the field that is wrong.
    """

    text: str
    limit: int = 10
    offset: int = 0
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Metadata field → values of which an article must have one, for every field named."""
    min_verdict: Verdict = "weak"
    """Results come only with a verdict at least this good."""
    every: bool = False
    """Articles that say nearly the same as a better result come, too."""

    def __post_init__(self) -> None:
        """Refuse what can't be answered."""
        if not self.text.strip():
            raise QuestionError("q", "The question is empty: ask something.")
        if len(self.text) > LONGEST:
            raise QuestionError(
                "q",
                f"The question has {len(self.text):,} characters; at most {LONGEST:,} are read.",
            )
        if not 1 <= self.limit <= MOST_RESULTS:
            raise QuestionError("limit", f"limit must be 1 to {MOST_RESULTS}.")
        if not 0 <= self.offset <= FARTHEST_OFFSET:
            raise QuestionError("offset", f"offset must be 0 to {FARTHEST_OFFSET}.")


def parse_filters(pairs: Sequence[str], separator: str) -> dict[str, list[str]]:
    """Filters as written in an address (``tags:knee``) or on a command line (``tags=knee``).

    Raises:
        QuestionError: one has no separator, key or value.
    """
    filters: dict[str, list[str]] = {}
    for pair in pairs:
        key, found, value = (part.strip() for part in pair.partition(separator))
        if not (key and found and value):
            raise QuestionError(
                "filter", f"Filter '{pair}' is not of the form KEY{separator}VALUE."
            )
        filters.setdefault(key, []).append(value)
    return filters
