"""What a site's owner says is the article: selectors in the config, attributes in the page."""

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from indexer.config import HtmlConfig
from indexer.errors import ConfigError

ATTRIBUTE = "data-plainsearch"
"""On any element: ``include`` or ``exclude``."""

EXCLUDED = "excluded by the site"
"""The rule's name."""

_EXCLUDED_IN_PAGE = (f'[{ATTRIBUTE}="exclude"], [data-nosnippet], [data-pagefind-ignore]',)
_INCLUDED_IN_PAGE = (f'[{ATTRIBUTE}="include"]',)


@dataclass(frozen=True, slots=True)
class Steered:
    """The elements of one page that its owner names, by their ``mem_id``."""

    included: frozenset[int]
    excluded: frozenset[int]
    selected: frozenset[str]
    """The selectors of the config that found some of them."""

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
                    f"Setting 'html.{name}': '{selector}' is not a CSS selector; these are: "
                    "'#content', '.callout-promo', 'main article'."
                ) from None


def steer(body: LexborNode, steering: HtmlConfig) -> Steered:
    """Find the elements that the config or the page itself names."""
    included = {one: _found(body, one) for one in (*steering.include, *_INCLUDED_IN_PAGE)}
    excluded = {one: _found(body, one) for one in (*steering.exclude, *_EXCLUDED_IN_PAGE)}
    own = (*steering.include, *steering.exclude)
    return Steered(
        frozenset().union(*included.values()),
        frozenset().union(*excluded.values()),
        frozenset(one for one in own if included.get(one) or excluded.get(one)),
    )


def _found(body: LexborNode, selector: str) -> frozenset[int]:
    return frozenset(node.mem_id for node in body.css(selector))
