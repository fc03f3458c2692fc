"""Tables of data → rows that carry their column names."""

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from indexer.extract.extracted import clean
from indexer.extract.table import row_text

_LAYS_OUT = "h1, h2, h3, h4, form, nav, article, section, ul ul, td p + p"


def is_data(table: LexborNode) -> bool:
    """Whether a table holds data, rather than lays out a page."""
    return (
        len(table.css("table")) == 1  # itself
        and table.css_first(_LAYS_OUT) is None
        and table.css_first("td + td, th + td, th + th") is not None
    )


def rows(table: LexborNode) -> Iterator[tuple[str, float]]:
    """The rows under the column names, as ``Name: cell | Name: cell``.

    Returns:
        Each row, and which share of its cells' text stands in links.
    """
    names: list[str] = []
    for row in table.css("tr"):
        cells = [cell for cell in row.iter() if cell.tag in ("td", "th")]
        texts = [_text(cell) for cell in cells]
        if not names and len(cells) > 1 and _are_names(row, cells):
            names = texts
            continue
        linked = sum(len(_text(link)) for link in row.css("a"))
        text = row_text(names, texts)
        if text:
            yield text, min(1.0, linked / max(1, sum(map(len, texts))))


def _are_names(row: LexborNode, cells: list[LexborNode]) -> bool:
    parent = row.parent
    return all(cell.tag == "th" for cell in cells) or (parent is not None and parent.tag == "thead")


def _text(node: LexborNode) -> str:
    parted = node.css_first("br, p, li, div") is not None
    return clean(node.text(separator=" " if parted else ""))
