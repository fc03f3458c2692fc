"""Which of the config's selectors find nothing anywhere: mostly they are misspelt."""

from collections.abc import Iterator
from dataclasses import dataclass

from indexer.config import HtmlConfig
from indexer.extract import Extracted


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A selector of the config that found nothing in any page."""

    setting: str
    """'include' or 'exclude'."""
    selector: str
    pages: int
    """How many pages were read; every run reads all of them, changed or not."""


class Selectors:
    """Counts, over the pages of a run, which selectors find something."""

    def __init__(self, html: HtmlConfig) -> None:
        """Nothing is counted yet."""
        self._html = html
        self._pages = 0
        self._matched: set[str] = set()

    def count(self, found: Extracted) -> None:
        """Count a document; only web pages matter."""
        if found.selected is not None:
            self._pages += 1
            self._matched |= found.selected

    def unmatched(self) -> Iterator[Unmatched]:
        """The selectors that found nothing; none where there was no page to find it in."""
        for setting, selectors in self._html:
            for selector in selectors:
                if self._pages and selector not in self._matched:
                    yield Unmatched(setting, selector, self._pages)
