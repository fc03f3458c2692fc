"""What the indexer makes of one document, for an editor: kept, dropped and why, passages."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from indexer.article import Article, Passage, Skipped
from indexer.extract.extracted import Block, Extracted, stands_in_text
from indexer.split import TokenBudget, split

# What could act on a terminal or turn the reading order of what stands beside it.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Sized:
    """A passage, numbered from 1, and how many tokens the model sees of it."""

    number: int
    passage: Passage
    tokens: int
    """Title and headings are counted too: they are embedded with the text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of the document, or that part of one which lies in one passage."""

    state: Literal["kept", "dropped", "title"]
    """title: a heading that only says the title again; it is not in the text twice."""
    block: Block
    text: str
    passage: int | None = None
    """The number of the passage that it stands in, dropped or not; None between passages."""
    continues: bool = False
    """Whether the block began in the passage before."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """One document as the indexer sees it."""

    origin: str
    title: str
    url: str | None
    metadata: Mapping[str, Any]
    blocks: Sequence[Block]
    text: str
    """What is kept; passages and excerpts are slices of it."""
    passages: Sequence[Sized]
    pieces: Sequence[Piece]
    """All that the document says, in its own order."""
    model: str
    limit: int
    """Tokens of a passage beyond which the model would see nothing."""
    skipped: str = ""
    """Why the document is not indexed at all; empty where it is."""

    @property
    def kept_words(self) -> int:
        """Words of the text."""
        return len(self.text.split())

    @property
    def dropped_words(self) -> Mapping[str, int]:
        """Words that each rule dropped, the most first."""
        counts: Counter[str] = Counter()
        for block in self.blocks:
            if block.dropped:
                counts[block.dropped] += len(block.text.split())
        return dict(counts.most_common())

    @property
    def largest(self) -> Sized | None:
        """The passage of the most tokens."""
        return max(self.passages, key=lambda one: one.tokens, default=None)

    def as_json(self) -> dict[str, Any]:
        """The inspection as JSON can hold it."""
        return {
            "origin": self.origin,
            "title": self.title,
            "url": self.url,
            "metadata": dict(self.metadata),
            "skipped": self.skipped or None,
            "blocks": [asdict(block) for block in self.blocks],
            "passages": [
                {
                    "heading_path": list(one.passage.heading_path),
                    "start": one.passage.start,
                    "end": one.passage.end,
                    "text": one.passage.text,
                    "tokens": one.tokens,
                }
                for one in self.passages
            ],
            "kept_words": self.kept_words,
            "dropped_words": sum(self.dropped_words.values()),
            "dropped_by_rule": dict(self.dropped_words),
            "model": self.model,
            "token_limit": self.limit,
            "text": self.text,
        }


def inspection(
    found: Extracted, article: Article | Skipped, budget: TokenBudget, model: str
) -> Inspection:
    """Show a document as it would be indexed.

    Args:
        found: what was extracted from it.
        article: what became of that.
        budget: the one that it is split with when it is indexed.
        model: the name of the model that counts the tokens.
    """
    passages: list[Passage] = []
    if isinstance(article, Article):
        passages = split(article, budget)
        title, url, text, metadata = article.title, article.url, article.text, article.metadata
    else:
        title, url, text, metadata = found.title, found.url, "", found.metadata
    counts = budget.count([passage.embedded_text for passage in passages]) if passages else []
    sized = [Sized(n, *both) for n, both in enumerate(zip(passages, counts, strict=True), 1)]
    return Inspection(
        origin=_safe(article.origin),
        title=_safe(title),
        url=_safe(url),
        metadata=_safe(metadata),
        blocks=tuple(block for block in found.blocks if block.text),
        text=text,
        passages=tuple(sized),
        pieces=tuple(_enclosed(_pieces(found, text, sized))),
        model=_safe(model),
        limit=budget.limit,
        skipped=_safe(article.reason) if isinstance(article, Skipped) else "",
    )


def _pieces(found: Extracted, text: str, passages: Sequence[Sized]) -> Iterator[Piece]:
    """Blocks in order, those of several passages cut where one ends."""
    end = at = 0
    for block in found.blocks:
        if not block.text or (text == "" and not block.dropped):
            continue
        if not stands_in_text(block, found.title):
            yield Piece("dropped" if block.dropped else "title", block, block.text)
            continue
        start = text.index(block.text, end)
        end = start + len(block.text)
        if block.kind == "heading":
            yield Piece("kept", block, block.text)
            continue
        first = True
        while at < len(passages) and passages[at].passage.start < end:
            one = passages[at].passage
            part = text[max(start, one.start) : min(end, one.end)].strip()
            if part:
                yield Piece("kept", block, part, passages[at].number, continues=not first)
                first = False
            if one.end > end:
                break
            at += 1


def _enclosed(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Give what was dropped within a passage that passage's number."""
    held: list[Piece] = []
    number: int | None = None
    for piece in pieces:
        if piece.state != "kept":
            held.append(piece)
            continue
        inside = number if piece.passage == number else None
        yield from (replace(one, passage=inside) for one in held)
        yield piece
        held, number = [], piece.passage
    yield from held


def _safe(value: Any) -> Any:  # noqa: ANN401 (what JSON can hold)
    """A value that can be shown anywhere; texts of blocks are so already."""
    if isinstance(value, str):
        return _UNSAFE.sub("\ufffd", value)
    if isinstance(value, list | tuple):
        return [_safe(one) for one in value]
    if isinstance(value, Mapping):
        return {_safe(key): _safe(one) for key, one in value.items()}
    return value
