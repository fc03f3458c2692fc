"""Bytes in any encoding that people still have become the characters that were meant."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.extract.decode import decode

FRENCH = (
    "Le médecin a conseillé de se reposer après l'opération. Où avez-vous été blessé ? "
    "Les élèves préfèrent l'été à l'hiver, et la forêt à la plage. Ça dépend de l'âge. "
) * 3
MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_utf_8_is_read_as_it_is(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")


@pytest.mark.parametrize("encoding", MARKS)
def test_a_byte_order_mark_says_the_encoding(encoding: str) -> None:
    assert decode(MARKS[encoding] + FRENCH.encode(encoding)) == FRENCH


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "latin-1"),
        ("Rest at the café for £5.", "latin-1"),
        ("The knee hurts. It costs £5 a day.", "latin-1"),
        ("“It’s not serious,” she said – rest the knee. It costs £5.", "windows-1252"),
        ("Die Bäume wären schöner, wenn größere Hunde müde wären.", "latin-1"),
        ("Żółta łódź płynie. Kolano boli już dwa dni, trzeba odpocząć.", "windows-1250"),
        ("Колено болит уже два дня, нужно отдохнуть и приложить лёд.", "windows-1251"),
        ("膝が痛いときは、まず二日間休んでください。", "shift_jis"),
    ],
)
def test_legacy_text_is_guessed(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a\0b", "binary file"),
        (bytes(range(256)), "binary file"),
        (codecs.BOM_UTF16_LE + b"a", "opens as utf-16 but is not"),
        (codecs.BOM_UTF8 + b"\xff", "opens as utf-8-sig but is not"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        decode(data)
