"""An inspection loses nothing: every block is there, in its order, in the passage that holds it."""

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from indexer.article import Article
from indexer.extract.extracted import Block, Extracted, clean, stands_in_text
from indexer.inspection import inspection
from indexer.sources.file import as_article
from indexer.split import TokenBudget

BUDGET = TokenBudget(lambda texts: [len(text.split()) for text in texts], limit=8, target=4)

_texts = st.text(alphabet="aB 🦴é:.\u200d", max_size=40).map(clean)
_rules = st.sampled_from(["", "", "", "navigation", "share links"])
_blocks = st.lists(
    st.one_of(
        st.builds(
            Block, st.sampled_from(["text", "item"]), _texts, level=st.just(0), dropped=_rules
        ),
        st.builds(Block, st.just("heading"), _texts, st.integers(1, 6), _rules),
    ),
    max_size=15,
)


@given(_blocks, _texts)
def test_everything_is_shown_where_it_stands(blocks: list[Block], title: str) -> None:
    found = Extracted(title, tuple(blocks))
    article = as_article(found, "a", "A", "a.html")
    seen = inspection(found, article, BUDGET, "words")
    dropped = [block for block in blocks if block.dropped and block.text]
    assert [one.block for one in seen.pieces if one.state == "dropped"] == dropped
    assert sum(seen.dropped_words.values()) == sum(len(one.text.split()) for one in dropped)
    if not isinstance(article, Article):
        assert seen.skipped and not seen.passages and len(seen.pieces) == len(dropped)
        return
    kept = [one for one in seen.pieces if one.state == "kept"]
    assert " ".join(one.text for one in kept).split() == article.text.split()
    assert [one.block for one in kept if not one.continues] == [
        block for block in blocks if stands_in_text(block, title)
    ]
    assert len(seen.pieces) == len(kept) + len(dropped) + sum(
        bool(one.text) and not one.dropped and not stands_in_text(one, title) for one in blocks
    )
    for one in seen.passages:
        inside = [piece.text for piece in kept if piece.passage == one.number]
        assert " ".join(inside).split() == one.passage.text.split()
        assert one.tokens <= seen.limit
    runs = [number for number, _ in groupby(seen.pieces, lambda piece: piece.passage)]
    assert [number for number in runs if number] == [one.number for one in seen.passages]
