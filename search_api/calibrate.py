"""What a new snapshot's cosines are worth, learnt from questions that it makes itself: no labels.

Two kinds of question have answers that are known. Those of everyday life (everyday.txt) have
nothing to do with most corpora; the median of what comes up for them is what 'unrelated' looks
like. A heading is a question that the text below it answers; with title and headings hidden from
that text, since a reader's question isn't printed above its answer, the median is what 'answered'
looks like.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median

from indexer.article import Passage
from indexer.encoder.encoder import Encoder
from indexer.snapshot.analysis import terms
from indexer.snapshot.calibration import TYPICAL, Calibration, Scale
from indexer.snapshot.reader import Snapshot
from search_api.rank import rank
from search_api.verdict import Signs

_EVERYDAY = Path(__file__).parent / "everyday.txt"
_HEADINGS = 100
"""Passages whose headings are asked: each costs about 15 ms, and the median moves little more."""
_FEWEST = 10
"""With fewer, the typical distance between 'unrelated' and 'answered' is used."""
_LEAST = 0.05
"""The two are never closer: an encoder that can't tell them apart must not divide by zero."""


def calibrate(snapshot: Snapshot) -> Calibration:
    """Learn a snapshot's scales. The same snapshot always gives the same.

    Returns:
        The typical scales for a snapshot without passages.
    """
    encoder = snapshot.encoder()
    everyday = _EVERYDAY.read_text(encoding="utf-8").splitlines()
    ranked = (rank(snapshot, encoder, text) for text in everyday)
    unrelated = [one.signs for one in ranked if one]
    if not unrelated:
        return TYPICAL
    answered = list(_answered(snapshot, encoder))
    return Calibration(
        passage=_scale(
            (signs.passage for signs in unrelated),
            [signs.passage for signs in answered],
            TYPICAL.passage,
        ),
        sentence=_scale(
            (signs.sentence for signs in unrelated),
            [signs.sentence for signs in answered],
            TYPICAL.sentence,
        ),
    )


def heading_question(passage: Passage) -> str:
    """The heading above a passage as a question; with the title, where it doesn't speak of its
    subject ('Symptoms'). Empty where nothing stands above."""
    if not passage.heading_path:
        return passage.title
    heading = passage.heading_path[-1]
    subject = {term.stem for term in terms(passage.title)}
    named = {term.stem for term in terms(heading)} & subject
    return heading if named else f"{heading} {passage.title}".strip()


def _answered(snapshot: Snapshot, encoder: Encoder) -> Iterator[Signs]:
    """What passages say to their own headings that are hidden from them."""
    passages = [(p, heading_question(p)) for p in _sample(snapshot)]
    passages = [(passage, question) for passage, question in passages if terms(question)]
    bare = encoder.embed(
        (one.text, [(start - one.start, end - one.start) for start, end in one.sentences])
        for one, _ in passages
    )
    for (_, question), embedded in zip(passages, bare, strict=True):
        vector = encoder.encode_question(question)
        sentence = float((embedded.spans @ vector).max(initial=-1))
        yield Signs(float(embedded.vector @ vector), sentence, 0)


def _sample(snapshot: Snapshot) -> Iterator[Passage]:
    """A passage each of some articles; which ones changes little from one snapshot to the next."""
    articles: set[int] = set()
    for row in snapshot.store.passages_by_id():
        number = int(snapshot.article_of_passage[row])
        if number not in articles:
            articles.add(number)
            yield snapshot.store.passage(row, snapshot.store.article(number))
        if len(articles) == _HEADINGS:
            return


def _scale(unrelated: Iterable[float], answered: Sequence[float], typical: Scale) -> Scale:
    low = median(unrelated)
    if len(answered) >= _FEWEST:
        high = max(median(answered), low + _LEAST)
    else:
        high = low + typical.answered - typical.unrelated
    return Scale(round(low, 4), round(high, 4))
