"""What a site's owner says is the article: selectors in the config, attributes in the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from indexer.config import HtmlConfig
from indexer.errors import ConfigError

ATTRIBUTE = "data-plainsearch"
"""On any element: ``include`` or ``exclude``."""

EXCLUDED = "excluded by the site"
"""The rule's name."""

_EXCLUDED_IN_PAGE = (f'[{ATTRIBUTE}="exclude"]', "[data-nosnippet]", "[data-pagefind-ignore]")
_INCLUDED_IN_PAGE = (f'[{ATTRIBUTE}="include"]',)


@dataclass(frozen=True, slots=True)
class Steered:
    """The elements of one page that its owner names, by their ``mem_id``."""

    included: frozenset[int]
    excluded: frozenset[int]

    def includes(self, node: LexborNode) -> bool:
        """Whether the owner names this element as the article, or a part of it."""
        return bool(self.included) and node.mem_id in self.included

    def excludes(self, node: LexborNode) -> bool:
        """Whether the owner names this element as no part of it."""
        return bool(self.excluded) and node.mem_id in self.excluded


def check(steering: HtmlConfig) -> None:
    """Raise ConfigError for the first selector that is none."""
    for name, selectors in steering:
        for selector in selectors:
            try:
                LexborHTMLParser("").css(selector)
            except SelectolaxError:
                raise ConfigError(
                    f"Setting 'html.{name}': '{selector}' is not a CSS selector."
                ) from None


def steer(body: LexborNode, steering: HtmlConfig) -> Steered:
    """Find the elements that the config or the page itself names."""
    return Steered(
        _found(body, (*steering.include, *_INCLUDED_IN_PAGE)),
        _found(body, (*steering.exclude, *_EXCLUDED_IN_PAGE)),
    )


def _found(body: LexborNode, selectors: Sequence[str]) -> frozenset[int]:
    return frozenset(node.mem_id for node in body.css(", ".join(selectors)))
