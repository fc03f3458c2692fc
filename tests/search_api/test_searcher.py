"""Answers are ranked, verbatim and the same for everybody, whatever is asked."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from indexer.errors import QuestionError
from indexer.snapshot.analysis import terms
from search_api.answer import Answer, Result
from search_api.question import Question
from search_api.searcher import Searcher

FAR_OFF = "who won the football world cup in 1966"
QUESTIONS = [
    "my lower back hurts when I sit, what can I take?",
    "Is it safe to run with a sprained ankle?",
    "sciatica",
    "big toe red hot swolen at nite",
    "asteoporosis bons weak",
    "kne pian goign down stares",
    "WHAT HELPS WITH TENNIS ELBOW???",
    "café-style chairs: naïve posture, résumé of exercises",
    "ظهري يؤلمني when I sit for long",
    "הגב שלי כואב back pain",
    "膝が痛い knee",
    "opioids, muscle relaxants & naproxen -- side effects?",
    "' OR 1=1; -- <b>knee</b>",
    "numb\tlegs\nand\u00a0bladder\u200btrouble",
    "knee " * 800,
    ("I sat on a low sofa for a week and now my back hurts. " * 80)[:4_000],
    FAR_OFF,
]


def ask(searcher: Searcher, text: str, limit: int = 10, offset: int = 0) -> Answer:
    """Ask so that results come with whatever verdict."""
    return searcher.ask(Question(text, limit, offset, min_verdict="none"))


def untimed(answer: Answer) -> dict[str, object]:
    return answer.model_dump(exclude={"took_ms"})


def filtered(searcher: Searcher, filters: dict[str, list[str]]) -> list[Result]:
    return searcher.ask(Question("pain", 100, filters=filters, min_verdict="none")).results


def values(result: Result, key: str) -> set[str]:
    held = result.article.metadata[key]
    return set(held) if isinstance(held, list) else {held}


@pytest.mark.parametrize("text", QUESTIONS, ids=range(len(QUESTIONS)))
def test_every_text_is_a_slice_of_the_stored_article(searcher: Searcher, text: str) -> None:
    answer = ask(searcher, text, limit=20)
    stems = {term.stem for term in terms(answer.read_as or text)}
    assert answer.question == text and len(answer.results) == 20
    for result in answer.results:
        article = searcher.article(result.article.id)
        assert article is not None and result.article.title == article.title
        for found in result.passages:
            assert found.text and found.text == article.text[found.start : found.end]
            assert found.start <= found.excerpt.start < found.excerpt.end <= found.end
            quoted = article.text[found.excerpt.start : found.excerpt.end]
            assert found.excerpt.text == quoted == quoted.strip()
            for start, end in found.highlights:
                assert found.start <= start < end <= found.end
                assert {term.stem for term in terms(article.text[start:end])} <= stems


@pytest.mark.parametrize("text", QUESTIONS, ids=range(len(QUESTIONS)))
def test_results_are_ranked_articles(searcher: Searcher, text: str) -> None:
    results = ask(searcher, text, limit=100).results
    ids = [result.article.id for result in results]
    assert len(set(ids)) == len(ids)
    assert [result.rank for result in results] == list(range(1, len(ids) + 1))
    assert all(one.score >= other.score for one, other in pairwise(results))
    for result in results:
        assert 1 <= len(result.passages) <= 3
        assert result.score == result.passages[0].score <= 1
        assert all(one.score >= other.score for one, other in pairwise(result.passages))
        assert len({found.id for found in result.passages}) == len(result.passages)


@pytest.mark.parametrize("text", QUESTIONS[:3])
def test_two_pages_are_one_longer_page(searcher: Searcher, text: str) -> None:
    first, second = ask(searcher, text, 3), ask(searcher, text, 3, 3)
    whole = ask(searcher, text, 6)
    assert [*first.results, *second.results] == whole.results
    assert first.has_more and second.confidence == whole.confidence


def test_past_the_last_result_there_is_nothing_and_no_more(searcher: Searcher) -> None:
    found = len(ask(searcher, "knee", 100).results)
    last, past = ask(searcher, "knee", 1, found - 1), ask(searcher, "knee", 10, found)
    assert len(last.results) == 1 and not last.has_more
    assert past.results == [] and not past.has_more
    assert past.verdict == last.verdict == "answered"


def test_a_clear_question_is_answered_from_the_right_article(searcher: Searcher) -> None:
    answer = searcher.ask(Question("What is gout and how is an attack treated?"))
    assert answer.verdict == "answered" and answer.confidence > 0.5
    assert answer.results[0].article.id == "gout"
    assert any(passage.highlights for passage in answer.results[0].passages)


@pytest.mark.parametrize(("text", "shares"), [("gout", True), ("ظهري يؤلمني", False)])
def test_only_shared_words_give_a_lexical_part(searcher: Searcher, text: str, shares: bool) -> None:
    parts = ask(searcher, text).results[0].passages[0].parts
    assert (parts.lexical > 0) == shares and parts.lexical <= 1 and parts.dense > 0


@pytest.mark.parametrize("text", ["what is it", "the, and of?", "🦵", "👩‍⚕️ 🙏🏽", "?!…", "- — -"])
@pytest.mark.parametrize("wanted", ["none", "weak"])
def test_without_a_subject_nothing_answers(searcher: Searcher, text: str, wanted: str) -> None:
    answer = searcher.ask(Question(text, min_verdict=wanted))  # type: ignore[arg-type]
    assert (answer.verdict, answer.confidence, answer.results) == ("none", 0, [])
    assert not answer.has_more


def test_a_question_about_something_else_is_not_answered_unless_wanted(searcher: Searcher) -> None:
    honest = searcher.ask(Question(FAR_OFF))
    assert (honest.verdict, honest.results, honest.has_more) == ("none", [], False)
    anyway = ask(searcher, FAR_OFF)
    assert len(anyway.results) == 10
    assert (anyway.verdict, anyway.confidence) == (honest.verdict, honest.confidence)


def test_values_of_one_filter_widen_and_filters_narrow(searcher: Searcher) -> None:
    everything = filtered(searcher, {})
    knee = filtered(searcher, {"tags": ["knee pain"]})
    either = filtered(searcher, {"tags": ["knee pain", "arthritis"]})
    both = filtered(searcher, {"tags": ["knee pain", "arthritis"], "audience": ["patients"]})
    assert 0 < len(both) < len(either) < len(everything) and len(knee) < len(either)
    assert all("knee pain" in values(one, "tags") for one in knee)
    assert all(values(one, "tags") & {"knee pain", "arthritis"} for one in either)
    kept = [one.article.id for one in either if "patients" in values(one, "audience")]
    assert [one.article.id for one in both] == kept


def test_a_filter_leaves_the_scores_of_the_best_that_pass_as_they_are(searcher: Searcher) -> None:
    text, only = "Why does my knee hurt on the stairs?", {"tags": ["knee pain"]}
    # Further down, not all was read token by token.
    best = searcher.ask(Question(text, 10)).results
    passing = searcher.ask(Question(text, 100, filters=only)).results
    scores = {one.article.id: one.score for one in best if "knee pain" in values(one, "tags")}
    assert len(scores) > 1
    assert scores.items() <= {one.article.id: one.score for one in passing}.items()


@pytest.mark.parametrize("value", ["KNEE PAIN", "Knee Pain", "knee pain"])
def test_a_filter_takes_any_case(searcher: Searcher, value: str) -> None:
    assert filtered(searcher, {"tags": [value]}) == filtered(searcher, {"tags": ["knee pain"]})


@pytest.mark.parametrize("wanted", [["no such tag"], []])
def test_a_filter_that_nothing_passes_leaves_nothing(searcher: Searcher, wanted: list[str]) -> None:
    answer = searcher.ask(Question("pain", filters={"tags": wanted}, min_verdict="none"))
    assert (answer.verdict, answer.results) == ("none", [])


def test_an_unknown_filter_is_refused_naming_the_known(searcher: Searcher) -> None:
    with pytest.raises(QuestionError, match=r"'colour'.*audience.*tags") as refused:
        filtered(searcher, {"colour": ["red"]})
    assert refused.value.field == "filter"


def test_an_article_and_a_passage_are_found_by_id_or_not_at_all(searcher: Searcher) -> None:
    found = ask(searcher, "gout", 1).results[0]
    held = searcher.passage(found.passages[0].id)
    assert held is not None
    article, passage = held
    assert article.id == found.article.id and passage.text == found.passages[0].text
    assert searcher.article("gout'") is None and searcher.passage("0" * 16) is None


def test_two_threads_get_what_one_gets(searcher: Searcher) -> None:
    asked = [f"{QUESTIONS[at % 13]} {'why ' * (at // 13)}" for at in range(200)]

    def answers() -> list[dict[str, object]]:
        return [untimed(ask(searcher, text, 5)) for text in asked]

    alone = answers()
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(answers) for _ in range(2)]
    assert [one.result() for one in both] == [alone, alone]


@pytest.mark.parametrize("slip", ["meniscsu", "menicus", "menisscus", "maniscus", "Meniscuss"])
def test_a_misspelt_word_is_mended_by_the_articles_own(searcher: Searcher, slip: str) -> None:
    right = searcher.ask(Question("Can a torn meniscus heal?"))
    mended = searcher.ask(Question(f"Can a torn {slip} heal?"))
    assert mended.question == f"Can a torn {slip} heal?"
    assert (mended.read_as, right.read_as) == ("Can a torn meniscus heal?", None)
    assert mended.results == right.results


@pytest.mark.parametrize(
    "text",
    ["arteritis", "giant cell arteritis", "temporal arteritis headache", "adduction exercises"],
)
def test_a_word_that_may_be_right_after_all_is_never_answered_by_another(
    searcher: Searcher, text: str
) -> None:
    asked = searcher.ask(Question(text))
    assert asked.read_as != text and asked.verdict != "answered"


def test_a_slip_in_a_question_that_is_clear_without_it_is_answered(searcher: Searcher) -> None:
    asked = searcher.ask(Question("can a torn knee cartilage, a menicus tear, heal on its own?"))
    assert asked.read_as and asked.verdict == "answered"


@pytest.mark.parametrize("text", ["knee \udcff pain", "\ud800"])
def test_what_is_no_text_is_refused(text: str) -> None:
    with pytest.raises(QuestionError, match="not valid text"):
        Question(text)


def test_words_that_no_article_has_stay_where_they_are_no_slips(searcher: Searcher) -> None:
    for text in ("How do I train a horse?", "xylophone lessons", "Who sells stamps?", "cold fet"):
        assert ask(searcher, text).read_as is None


@pytest.mark.parametrize("text", QUESTIONS, ids=range(len(QUESTIONS)))
@pytest.mark.parametrize("every", [True, False])
@pytest.mark.parametrize(("limit", "offset"), [(100, 0), (5, 3), (10, 1_000)])
def test_the_ranking_alone_is_that_of_the_answers(
    searcher: Searcher, text: str, every: bool, limit: int, offset: int
) -> None:
    for wanted in ("none", "weak"):
        question = Question(text, limit, offset, min_verdict=wanted, every=every)
        answered = [one.article.id for one in searcher.ask(question).results]
        assert searcher.rank(question) == answered
