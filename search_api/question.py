"""What a reader asks, checked once at the door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from indexer.errors import QuestionError
from search_api.filters import filter_of
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
    """Metadata field → values of which an article must have one, or bounds of a period
    (`search_api.filters`), for every field named."""
    min_verdict: Verdict = "weak"
    """Results come only with a verdict at least this good."""
    every: bool = False
    """Articles that say nearly the same as a better result come, too."""
    explain: bool = False
    """The answer says how it came about."""

    def __post_init__(self) -> None:
        """Refuse what can't be answered."""
        if not self.text.strip():
            raise QuestionError("q", "The question is empty: ask something.")
        if not self.text.isprintable() and any("\ud800" <= one <= "\udfff" for one in self.text):
            raise QuestionError("q", "The question is not valid text: ask in UTF-8.")
        if len(self.text) > LONGEST:
            raise QuestionError(
                "q",
                f"The question has {len(self.text):,} characters; at most {LONGEST:,} are read.",
            )
        if not 1 <= self.limit <= MOST_RESULTS:
            raise QuestionError("limit", f"limit must be 1 to {MOST_RESULTS}.")
        if not 0 <= self.offset <= FARTHEST_OFFSET:
            raise QuestionError("offset", f"offset must be 0 to {FARTHEST_OFFSET}.")
        for key, wanted in self.filters.items():
            filter_of(key, wanted)
