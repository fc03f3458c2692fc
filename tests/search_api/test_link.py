"""Links open a page at the excerpt itself, though the page may say the same elsewhere."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import unquote, urldefrag

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article import Article, Passage, Section
from indexer.fragment import with_targets
from indexer.sentence import sentences
from indexer.split import TokenBudget, split
from search_api.link import link

PAGE = "https://site.example/knee"
Place = tuple[int, int]
"""The number of a block and where in it."""


def passage_of(article: Article) -> Passage:
    """All of an article as one passage, as the indexer makes it."""
    text, path = article.text, article.sections[-1].heading_path if article.sections else ()
    start = article.sections[-1].start if article.sections else 0
    spans = tuple((start + a, start + b) for a, b in sentences(text[start:]))
    whole = Passage(article.id, article.title, path, start, len(text), text[start:], spans)
    return with_targets(article, [whole])[0]


@pytest.mark.parametrize(
    ("url", "opens"),
    [
        ("https://site.example/a:b", True),
        ("HTTP://site.example/", True),
        ("/advice/knee", True),
        ("knee?at=10:30", True),
        ("javascript:alert(1)", False),
        ("JavaScript:alert(1)//", False),
        ("data:text/html,hello", False),
    ],
)
def test_only_addresses_of_the_web_are_links(url: str, opens: bool) -> None:
    article = Article("a", "Knee", "Rest the knee for two days.", (), url)
    passage = passage_of(article)
    assert bool(link(article, passage, passage.sentences[0])) == opens


def linked(
    text: str, first: int = 0, last: int | None = None, url: str | None = PAGE, **rest: object
) -> str | None:
    """The link to the sentences of a text from one to another."""
    article = replace(Article("knee", "Knee", text, (), url), **rest)  # type: ignore[arg-type]
    passage = passage_of(article)
    spans = passage.sentences
    return link(article, passage, (spans[first][0], spans[first if last is None else last][1]))


def opened(blocks: Sequence[str], made: str) -> tuple[Place, Place] | None:
    """What a browser makes of a link: start and end of the first match (WICG, 3.5)."""
    parts = urldefrag(made)[1].partition(":~:text=")[2].split(",")
    before = unquote(parts.pop(0).removesuffix("-")) if parts[0].endswith("-") else ""
    start, end = ([unquote(one) for one in parts] + [""])[:2]
    for number, block in enumerate(blocks):
        for at, after in whole_words(before or start, block):
            place = number
            if before:
                at = len(block) - len(block[after:].lstrip())
                if at == len(block) and number + 1 < len(blocks):
                    place, at = number + 1, 0
                after = next((b for a, b in whole_words(start, blocks[place]) if a == at), 0)
                if not after:
                    continue
            if not end:
                return (place, at), (place, after)
            for last in range(place, len(blocks)):
                for a, b in whole_words(end, blocks[last]):
                    if last > place or a >= after:
                        return (place, at), (last, b)
            return None
    return None


def whole_words(sought: str, block: str) -> Iterator[tuple[int, int]]:
    for found in re.finditer(rf"(?<!\w)(?=({re.escape(sought)})(?!\w))", block, re.IGNORECASE):
        yield found.span(1)


WORDS = st.lists(
    st.sampled_from(["rest", "the", "Knee,", "ICE", "a-b", "it", "is", "50%", "d&c", "Café"]),
    min_size=1,
    max_size=9,
)
SENTENCE = WORDS.map(lambda words: "See " + " ".join(words) + ".")
BLOCKS = st.lists(
    st.tuples(st.booleans(), st.lists(SENTENCE, min_size=1, max_size=3)), min_size=1, max_size=9
)


@given(BLOCKS, st.data())
def test_a_browser_finds_the_excerpt_and_nothing_before_it(
    drawn: list[tuple[bool, list[str]]], data: st.DataObject
) -> None:
    """Blocks that are the article's, and others that the page shows among them."""
    kept = [(at, " ".join(said)) for at, (is_kept, said) in enumerate(drawn) if is_kept]
    blocks = [" ".join(said) for _, said in drawn]
    text, unread, starts = "", [], {}
    for at, block in enumerate(blocks):
        if drawn[at][0]:
            text += "\n\n" if text else ""
            starts[at] = len(text)
            text += block
        else:
            unread.append((len(text), block))
    if not kept:
        return
    article = Article("knee", "Knee", text, (), PAGE, unread=tuple(unread))
    passage = passage_of(article)
    first = data.draw(st.integers(0, len(passage.sentences) - 1))
    last = data.draw(st.integers(first, len(passage.sentences) - 1))
    excerpt = passage.sentences[first][0], passage.sentences[last][1]

    def place(offset: int) -> Place:
        block = max(at for at, start in starts.items() if start <= offset)
        return block, offset - starts[block]

    made = link(article, passage, excerpt)
    assert made is not None
    found = opened(blocks, made)
    assert found is not None or made == PAGE, made
    if found is None or found[0] != place(excerpt[0]):  # then it is said before
        assert found is None or found[0] < place(excerpt[0])
        block, at = place(passage.sentences[first][1])
        shown = plain(" ".join([*blocks[:block], blocks[block][:at]]))
        sentence = plain(article.text[slice(*passage.sentences[first])])
        assert shown.index(sentence) < len(shown) - len(sentence)
    else:
        assert found[0] < found[1] <= place(excerpt[1])


def plain(text: str) -> str:
    return f" {' '.join(re.findall(r'[a-z0-9]+', text.casefold().replace('é', 'e')))} "


@pytest.mark.parametrize(
    ("text", "directive"),
    [
        ("Rest the knee.", "Rest%20the%20knee."),
        ("Rest, walk - well-shod & slowly.", "Rest%2C%20walk%20%2D%20well%2Dshod%20%26%20slowly."),
        ("Ça va, 膝。", "%C3%87a%20va%2C%20%E8%86%9D%E3%80%82"),
        ("100% of #1?", "100%25%20of%20%231%3F"),
        ("A b c d e f g h i j.", "A%20b%20c%20d%20e%20f%20g%20h%20i%20j."),
        ("A b c d e f g h i j k.", "A%20b%20c%20d,i%20j%20k."),
        ("Take 3.5 mg, with well-shod feet, at ten, at noon, or at ten.",
         "Take%203.5%20mg,or%20at%20ten."),
        ("One two three four five, by the ice, or so, by the ice, or so",
         "One%20two%20three%20four,so%2C%20by%20the%20ice%2C%20or%20so"),
    ],
)  # fmt: skip
def test_a_link_quotes_an_excerpt_encoded(text: str, directive: str) -> None:
    assert linked(text) == f"{PAGE}#:~:text={directive}"


def test_a_list_is_told_by_both_its_ends() -> None:
    assert linked("Take:\n- ice\n- rest", 0, 2) == f"{PAGE}#:~:text=Take,%2D%20rest"


def test_an_anchor_and_a_query_stay() -> None:
    quoted = ":~:text=Rest%20it."
    assert linked("Rest it.", url=f"{PAGE}#rest") == f"{PAGE}#rest{quoted}"
    assert linked("Rest it.", url=f"{PAGE}?a=1&b=2") == f"{PAGE}?a=1&b=2#{quoted}"


@pytest.mark.parametrize("url", [None, ""])
def test_without_an_address_there_is_no_link(url: str | None) -> None:
    assert linked("Rest the knee.", url=url) is None


def test_a_sentence_that_a_teaser_begins_with_is_told_by_more_of_it() -> None:
    said = "Rest the knee for two days and walk on the third."
    unread = ((0, "Rest the knee for two weeks, says our newsletter"),)
    made = linked(said, unread=unread)
    assert (
        made
        == f"{PAGE}#:~:text=Rest%20the%20knee%20for%20two%20days%20and%20walk,on%20the%20third."
    )


def test_a_sentence_said_before_is_told_by_what_stands_ahead_of_it() -> None:
    text = "For the knee.\n\nRest it well.\n\nFor the hip, a joint.\n\nRest it well."
    assert linked(text, 1) == f"{PAGE}#:~:text=Rest%20it%20well."
    assert linked(text, 3) == f"{PAGE}#:~:text=the%20hip%2C%20a%20joint.-,Rest%20it%20well."


def test_what_can_not_be_told_apart_is_opened_at_what_stands_ahead_of_it_or_the_page() -> None:
    # A box among the article's blocks: what stands ahead of the sentence is not its own.
    text = "Rest it well.\n\nThe hip\n\nRest it well."
    at, end = text.index("The hip"), text.index("The hip") + len("The hip")
    sections = (Section(0, at - 2, ()), Section(end, len(text), ("The hip",)))
    boxed = ((end, "Our newsletter"),)
    assert linked(text, sections=sections, unread=boxed) == f"{PAGE}#:~:text=The%20hip"
    twice = "It heals. Rest it.\n\nThey say this. Rest it.\n\nThey say this. Rest it."
    ahead = f"{PAGE}#:~:text=say%20this.%20Rest%20it.-,They%20say%20this"
    assert (linked(twice, 4), linked(twice, 5)) == (f"{ahead}.", ahead)
    assert linked("Rest it well.", unread=((0, "REST it well!"),)) == PAGE


def test_rows_of_tables_are_never_quoted() -> None:
    assert linked("Dose: 5 mg | Times a day: 3") == PAGE
    made = linked("Take it like this, and see us if it hurts:\nDose: 5 mg | Times: 3", 0, 1)
    assert made == f"{PAGE}#:~:text=Take%20it%20like%20this"


@given(
    st.text(st.sampled_from("aB7 _-.?!|\n\u0e01\u0e34\u104a\u819d\u3099\u0301\u00e9\u0905\u093e"))
)
def test_a_target_is_never_empty_nor_ends_before_it_starts(text: str) -> None:
    """Signs that are no letters, wherever they stand: lines to fill in, marks, stops."""
    passage = passage_of(Article("form", "Form", text, (), PAGE))
    for target in passage.targets:
        assert target is None or target.before <= target.start < target.end <= len(text)


@pytest.mark.parametrize("text", ["____", "____ ____ ____ ____", "__ . __", "\u0e34\u0e34"])
def test_without_a_letter_or_digit_a_link_opens_the_page(text: str) -> None:
    assert linked(text) == PAGE


def test_a_line_to_write_on_is_no_word() -> None:
    assert linked("____ Name: ____") == f"{PAGE}#:~:text=____%20Name%3A%20____"
    assert linked("__ Name", unread=((0, "Name"),)) == PAGE


def test_the_rest_of_a_word_too_long_for_a_passage_has_no_target() -> None:
    text = "x" * 1_000
    budget = TokenBudget(lambda texts: [len(one) for one in texts], 400, 500)
    article = Article("code", "Code", text, (Section(0, len(text), ()),), PAGE)
    first, *rest = with_targets(article, split(article, budget))
    assert first.targets != (None,)
    assert rest and all(one.targets == (None,) for one in rest)
