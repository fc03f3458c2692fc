"""Where on a page its article is."""

from collections.abc import Iterator, Sequence

from indexer.extract.html.dom import Box, Line, Page
from indexer.extract.html.weight import ends, long_words, sums
from indexer.extract.safety import names_dose_or_help

_ARTICLE = 0.6
"""Share of the prose by which a box inside another is taken for the article."""
_ALL_PROSE = 0.8
"""Share of a box that must read as text, if it is taken for the article for its neighbour."""
_LEAST_SECTION = 300
"""Characters of text in such a box that does not look like its neighbour."""
_HOLDS_ARTICLE = frozenset(("article", "body", "center", "div", "form", "main", "section", "td"))
_SECTIONS = frozenset(("article", "div", "section"))
_MUCH_MORE = 0.6
"""Share of the text found, up to which text without a link around it is the article's, too."""
_FEW = 3
"""Lines below which a box is a part of an article rather than one."""
_LEAD = 8
"""Lines above the article in which its heading and lead are looked for."""
_LEAST_LEAD = 100


def article_lines(page: Page, kept: Sequence[float], rules: Sequence[str]) -> list[int]:
    """The lines of the article: the innermost box that holds most of the prose, and those beside.

    A page built of sections may have one that is longer than all others: neighbours that look
    like it, or hold prose and little else, are the article too, and whatever stands in between.
    """
    boxes, prose = page.boxes, sums(page, kept)
    sizes = sums(page, [len(line.text) for line in page.lines])
    texts = sums(page, [len(line.text) if reads else 0 for line, reads in _reading(page, kept)])
    lengths = [0 if rule else len(line.text) for line, rule in zip(page.lines, rules, strict=True)]
    left = sums(page, lengths)
    plain = sums(
        page, [n * (line.linked < 0.2) for n, line in zip(lengths, page.lines, strict=True)]
    )
    inside: list[list[int]] = [[] for _ in boxes]
    for number in range(1, len(boxes)):
        inside[boxes[number].parent].append(number)
    found = 0
    while heaviest := max(inside[found], key=prose.__getitem__, default=0):
        if prose[heaviest] < _ARTICLE * prose[0]:
            break
        found = heaviest
    lines = sums(page, [not rule for rule in rules])
    while found and (boxes[found].tag not in _HOLDS_ARTICLE or lines[found] < _FEW):
        found = boxes[found].parent
    found = _whole(page, found, left, plain)
    article, path, asides = [boxes[found]], found, list[Box]()
    tells = _tells_beside(page, rules, found)
    while path:
        for beside in inside[boxes[path].parent]:
            if beside == path or boxes[beside].tag not in _SECTIONS:
                continue
            looks_alike = _alike(boxes[beside].look, boxes[path].look)
            alike = looks_alike and plain[beside] >= _ALL_PROSE * left[beside] > 0
            if alike or texts[beside] >= max(_LEAST_SECTION, _ALL_PROSE * sizes[beside]):
                article.append(boxes[beside])
            elif 0 < sizes[beside] == plain[beside] <= 3 * tells[beside]:
                asides.append(boxes[beside])
        path = boxes[path].parent
    first, end = min(box.first for box in article), max(box.end for box in article)
    apart = {at for box in asides for at in range(box.first, box.end)}.difference(range(first, end))
    return [*_lead(page, kept, first), *range(first, end), *apart]


def _tells_beside(page: Page, rules: Sequence[str], found: int) -> list[float]:
    """How many characters of a box are sentences that belong to the article however small the
    box: within what holds its title, or the main element, all; elsewhere doses and calls for
    help."""
    boxes, lines = page.boxes, page.lines
    titles = sums(page, [line.level == 1 for line in lines])
    around = found
    while around and not titles[around] and boxes[around].tag not in ("article", "main"):
        around = boxes[around].parent
    title = range(boxes[around].first, boxes[around].end) if around else range(0)
    said = [0] * len(lines)
    for at, (line, rule) in enumerate(zip(lines, rules, strict=True)):
        sentence = not rule and line.kind != "heading" and line.linked < 0.5 and ends(line.text)
        if sentence and (at in title or names_dose_or_help(line.text)):
            said[at] = len(line.text)
    return sums(page, said)


def _alike(one: str, other: str) -> bool:
    """Whether two boxes look alike or are fields of one record: 'field field--name-dose'."""
    return one == other or any(
        name.endswith("field") for name in set(one.split()) & set(other.split())
    )


def _whole(page: Page, found: int, left: Sequence[float], plain: Sequence[float]) -> int:
    """The page's main element, if what it has beyond a box in it is text without a link."""
    around = whole = found
    while around:
        around = page.boxes[around].parent
        links = left[around] - plain[around] > left[found] - plain[found]
        if links or left[around] > (1 + _MUCH_MORE) * left[found]:
            break
        if page.boxes[around].tag in ("article", "main"):
            whole = around
    return whole


def _lead(page: Page, kept: Sequence[float], first: int) -> Iterator[int]:
    """The headings and the lead of an article that has them in boxes of their own."""
    lines = page.lines
    above = range(max(0, first - _LEAD), first)
    title = max((at for at in above if lines[at].kind == "heading"), default=first)
    title = max((at for at in above if lines[at].level == 1), default=title)
    subject = long_words(lines[title].text) if title < len(lines) else frozenset()
    for at in range(title, first):
        line = lines[at]
        captioned = "caption" in page.boxes[line.box].look
        telling = kept[at] >= _LEAST_LEAD or (kept[at] > 0 and subject & long_words(line.text))
        if line.kind == "heading" or (telling and not captioned):
            yield at


def _reading(page: Page, kept: Sequence[float]) -> Iterator[tuple[Line, bool]]:
    """Lines, and whether each reads as an article's text or heading."""
    for line, weight in zip(page.lines, kept, strict=True):
        yield line, weight > 0 or (line.kind == "heading" and line.linked < 0.5)
