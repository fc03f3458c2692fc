"""A PDF's text comes out as it is read: headings, paragraphs and lists whole, furniture dropped."""

import datetime
import zlib
from collections.abc import Callable, Iterable

import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from indexer.extract import Extracted, extract
from indexer.extract.pdf.hyphen import join_lines
from indexer.extract.pdf.process import MAX_PAGES

PROSE = (
    "Rest the knee for the first two days and cool it three times an hour, never longer than ten "
    "minutes. After that, begin to move it again: a stiff knee heals more slowly than one that "
    "is bent and stretched every day, even where that is a little sore. "
)


class Leaflet(FPDF):
    """A page of A4 in Helvetica, with what is written on it."""

    def __init__(self, header: str = "", footer: str = "", align: str = "L") -> None:
        super().__init__()
        self._texts, self._align = (header, footer), align
        self.set_creation_date(datetime.datetime(2023, 10, 24, tzinfo=datetime.UTC))
        self.add_page()

    def header(self) -> None:
        self._write_at(10, self._texts[0])

    def footer(self) -> None:
        self._write_at(-12, self._texts[1])

    def _write_at(self, y: float, text: str) -> None:
        self.set_y(y)
        self.set_font("Helvetica", size=8)
        self.cell(0, 5, text.replace("#", str(self.page_no())))
        self.set_xy(self.l_margin, 25)

    def write_text(self, text: str, size: float = 11, style: str = "", width: float = 0) -> None:
        self.set_font("Helvetica", style=style, size=size)
        self.multi_cell(width, size * 0.45, text, align=self._align, new_x="LMARGIN", new_y="NEXT")
        self.ln(size * 0.25)


def read(pdf: FPDF) -> Extracted:
    return extract(bytes(pdf.output()), ".pdf")


def kept(found: Extracted) -> list[tuple[str, int, str]]:
    return [(one.kind, one.level, one.text) for one in found.blocks if not one.dropped]


def dropped(found: Extracted) -> list[tuple[str, str]]:
    return [(one.dropped, one.text) for one in found.blocks if one.dropped]


def raw(*objects: str, root: int = 1) -> bytes:
    """A PDF of objects written by hand; readers find them without a table."""
    body = "".join(f"{at} 0 obj\n{one}\nendobj\n" for at, one in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer\n<< /Root {root} 0 R >>\n%%EOF\n".encode("latin-1")


def test_headings_have_levels_by_their_size_and_bold_ones_come_last() -> None:
    pdf = Leaflet()
    for text, size, style in (
        ("Knee pain", 22, "B"), (PROSE, 11, ""), ("What helps", 16, ""), (PROSE, 11, ""),
        ("At night", 11, "B"), (PROSE, 11, ""), ("What harms", 16, ""), (PROSE, 11, ""),
    ):  # fmt: skip
        pdf.write_text(text, size, style)
    text = ("text", 0, PROSE.strip())
    assert kept(read(pdf)) == [
        ("heading", 1, "Knee pain"), text, ("heading", 2, "What helps"), text,
        ("heading", 3, "At night"), text, ("heading", 2, "What harms"), text,
    ]  # fmt: skip
    assert read(pdf).title == "Knee pain"


def test_a_bold_sentence_and_a_bold_start_are_no_headings() -> None:
    pdf = Leaflet()
    pdf.write_text("Never drive with your leg in plaster, even for a short way.", style="B")
    pdf.write_text(PROSE)
    pdf.set_font("Helvetica", "B", 11)
    pdf.write(5, "Note: ")
    pdf.set_font("Helvetica", "", 11)
    pdf.write(5, PROSE)
    assert [kind for kind, _, _ in kept(read(pdf))] == ["text"] * 3
    assert kept(read(pdf))[2][2] == f"Note: {PROSE.strip()}"


@pytest.mark.parametrize("align", ["L", "J"])
def test_wrapped_lines_make_paragraphs_again(align: str) -> None:
    pdf = Leaflet(align=align)
    pdf.write_text(PROSE * 3)
    pdf.write_text(PROSE)
    assert read(pdf).text == f"{(PROSE * 3).strip()}\n\n{PROSE.strip()}"


def test_paragraphs_without_a_gap_are_parted_where_a_line_ends_early() -> None:
    pdf = Leaflet()
    pdf.set_font("Helvetica", size=11)
    pdf.multi_cell(0, 5, f"{PROSE.strip()}\n{PROSE.strip()}", align="L")
    assert read(pdf).text == f"{PROSE.strip()}\n\n{PROSE.strip()}"


def test_a_paragraph_runs_over_the_end_of_a_page() -> None:
    pdf = Leaflet(header="Harbour Clinic", footer="Page # of 2")
    pdf.set_y(255)
    pdf.write_text(PROSE * 2)
    pdf.write_text("Then walk.")
    found = read(pdf)
    assert pdf.pages_count == 2
    assert found.text == f"{(PROSE * 2).strip()}\n\nThen walk."
    assert dropped(found) == [
        ("running header", "Harbour Clinic"), ("page number", "Page 1 of 2"),
        ("running header", "Harbour Clinic"), ("page number", "Page 2 of 2"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("footer", "rule"),
    [("#", "page number"), ("- # -", "page number"), ("Leaflet 12, page #", "running footer")],
)
def test_numbers_that_count_the_pages_are_dropped(footer: str, rule: str) -> None:
    pdf = Leaflet(footer=footer)
    for _ in range(3):
        pdf.write_text(PROSE)
        pdf.add_page()
    pdf.write_text(PROSE)
    expected = [(rule, footer.replace("#", str(number))) for number in range(1, 5)]
    assert dropped(read(pdf)) == expected


def test_a_call_for_help_at_the_foot_of_all_pages_is_kept_once() -> None:
    pdf = Leaflet(footer="In an emergency call 999.")
    for _ in range(2):
        pdf.write_text(PROSE)
        pdf.add_page()
    pdf.write_text(PROSE)
    assert read(pdf).text.endswith(f"{PROSE.strip()}\n\nIn an emergency call 999.")
    assert dropped(read(pdf)) == [("running footer", "In an emergency call 999.")] * 2


def test_text_that_says_the_same_on_every_page_is_no_furniture() -> None:
    pdf = Leaflet()
    for _ in range(150):
        pdf.write_text("Stretch the calf and hold it.")
    assert pdf.pages_count > 3
    assert read(pdf).text.count("Stretch") == 150


@pytest.mark.parametrize("mark", ["-", "\x95", "1.", "2)"])
def test_list_items_lose_their_marks_and_keep_their_lines(mark: str) -> None:
    pdf = Leaflet()
    pdf.core_fonts_encoding = "windows-1252"
    pdf.write_text("Try these:")
    items = ["rest", PROSE.strip(), "a warm bath"]
    for number, item in enumerate(items):
        digit = mark[0].isdigit()
        pdf.set_font("Helvetica", size=11)
        shown = f"{number + 1}{mark[1]}" if digit else mark.encode("latin-1").decode("cp1252")
        pdf.cell(8, 5, shown)
        pdf.multi_cell(150, 5, item, align="L", new_x="LMARGIN", new_y="NEXT")
    assert read(pdf).text == "\n".join(["Try these:", *items])


def test_a_line_that_starts_with_a_number_does_not_start_an_item() -> None:
    pdf = Leaflet()
    pdf.set_font("Helvetica", size=11)
    full, *_ = wrapped(pdf, PROSE, 190)
    pdf.multi_cell(0, 5, f"{full}\n10. of them are enough.", align="L")
    assert [kind for kind, _, _ in kept(read(pdf))] == ["text"]


@pytest.mark.parametrize("by_rows", [True, False])
def test_two_columns_are_read_one_after_the_other(by_rows: bool) -> None:
    pdf = Leaflet()
    pdf.write_text("Knee pain", 20)
    left, right = (PROSE * 4).strip(), (PROSE * 4).replace("knee", "ankle").strip()
    pdf.set_font("Helvetica", size=10)
    lines = [
        [(x, 45 + 4.5 * at, line) for at, line in enumerate(wrapped(pdf, text, 82))]
        for x, text in ((10, left), (110, right))
    ]
    cells = lines[0] + lines[1]
    for x, y, line in sorted(cells, key=lambda cell: cell[1]) if by_rows else cells:
        pdf.set_xy(x, y)
        pdf.cell(82, 4.5, line)
    assert read(pdf).text == f"{left}\n\n{right}"


def wrapped(pdf: FPDF, text: str, width: float) -> list[str]:
    lines: list[str] = pdf.multi_cell(width, 5, text, align="L", dry_run=True, output="LINES")
    return lines


def test_lines_drawn_from_the_bottom_up_are_read_from_the_top_down() -> None:
    pdf = Leaflet()
    pdf.set_font("Helvetica", size=11)
    for at, line in reversed(list(enumerate(wrapped(pdf, PROSE * 4, 180)))):
        pdf.set_xy(10, 30 + 5 * at)
        pdf.cell(0, 5, line)
    assert read(pdf).text == (PROSE * 4).strip()


def test_cells_side_by_side_make_a_row() -> None:
    pdf = Leaflet()
    pdf.write_text(PROSE)
    for row in (("Age", "Dose"), ("under 12", "none"), ("12 and over", "one tablet")):
        pdf.set_font("Helvetica", size=11)
        for cell in row:
            pdf.cell(60, 8, cell)
        pdf.ln()
    assert kept(read(pdf))[1:] == [
        ("item", 0, "Age | Dose"), ("item", 0, "under 12 | none"),
        ("item", 0, "12 and over | one tablet"),
    ]  # fmt: skip


FOOD = "Take it with food or just after a meal, never with an empty stomach."
TABLE = (
    ("Medicine", "How to take it", "Most in a day"),
    ("Ibuprofen", FOOD, "1,200 mg"),
    ("Paracetamol", "With water.", "4 g"),
    ("Naproxen", "", "500 mg"),
)


@pytest.mark.parametrize("align", ["LEFT", "CENTER", "RIGHT"])
@pytest.mark.parametrize("padding", [0, 2])
def test_rows_below_bold_names_carry_them(align: str, padding: int) -> None:
    pdf = Leaflet()
    pdf.write_text(PROSE)
    with pdf.table(text_align=align, padding=padding, line_height=5) as table:  # type: ignore[arg-type]
        for row in TABLE:
            table.row(row)
    pdf.ln(5)
    pdf.write_text("Then walk.")
    assert kept(read(pdf))[1:] == [
        ("item", 0, f"Medicine: Ibuprofen | How to take it: {FOOD} | Most in a day: 1,200 mg"),
        ("item", 0, "Medicine: Paracetamol | How to take it: With water. | Most in a day: 4 g"),
        ("item", 0, "Medicine: Naproxen | Most in a day: 500 mg"),
        ("text", 0, "Then walk."),
    ]  # fmt: skip


def test_names_that_are_bold_stand_above_rows_whose_first_cells_are_too() -> None:
    pdf = Leaflet()
    pdf.write_text(PROSE)
    for row in (("Age", "Dose", "Times"), ("Adults", "400 mg", "3"), ("Old", "1 g", "4")):
        for at, cell in enumerate(row):
            pdf.set_font("Helvetica", "B" if row[0] == "Age" or not at else "", 11)
            pdf.cell(60, 6, cell)
        pdf.ln()
    assert [text for kind, _, text in kept(read(pdf)) if kind == "item"] == [
        "Age: Adults | Dose: 400 mg | Times: 3", "Age: Old | Dose: 1 g | Times: 4",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        [("Age", "Dose"), ("Adults", "400 mg")],
        [("Age", "Dose"), ("Adults", "400 mg"), ("Old", "200 mg"), ("Under 12",), ("boys", "none")],
        [("Age", "Dose"), ("Adults", "400 mg"), ("", "or 200 mg"), ("Old", "200 mg")],
        [("Age", "Dose"), ("Adults",), ("Old", "200 mg"), ("All", "none")],
    ],
)
def test_a_table_that_is_not_clear_stays_as_it_is(rows: list[tuple[str, ...]]) -> None:
    pdf = Leaflet()
    pdf.write_text(PROSE)
    for at, row in enumerate(rows):
        pdf.set_font("Helvetica", "" if at else "B", 11)
        for cell in row:
            pdf.cell(60, 6, cell)
        pdf.ln()
    found = " ".join(text for _, _, text in kept(read(pdf))[1:])
    words = [word for row in rows for cell in row for word in cell.split()]
    assert found.replace("| ", "").split() == words


@pytest.mark.parametrize("by_rows", [True, False])
def test_columns_of_prose_below_bold_headings_are_no_table(by_rows: bool) -> None:
    pdf = Leaflet()
    pdf.set_font("Helvetica", size=11)
    texts = [(PROSE * 2).strip(), (PROSE * 2).replace("knee", "ankle").strip()]
    columns = [
        [(x, 40 + 5 * at, line) for at, line in enumerate([head, *wrapped(pdf, text, 82)])]
        for x, head, text in ((10, "What helps", texts[0]), (110, "What harms", texts[1]))
    ]
    cells = columns[0] + columns[1]
    for x, y, line in sorted(cells, key=lambda cell: cell[1]) if by_rows else cells:
        pdf.set_font("Helvetica", "B" if y == 40 else "", 11)
        pdf.set_xy(x, y)
        pdf.cell(82, 5, line)
    assert [text for _, _, text in kept(read(pdf))] == [
        "What helps", texts[0], "What harms", texts[1],
    ]  # fmt: skip


def test_two_short_columns_of_prose_are_no_table_either() -> None:
    pdf = Leaflet()
    pdf.write_text(PROSE)
    for row in (
        ("What helps", "What harms"),
        ("A warm bath in the evening and", "Kneeling on a hard floor and"),
        ("a pillow between your knees at", "sitting with crossed legs for an"),
        ("night.", "hour."),
    ):
        pdf.set_font("Helvetica", "B" if row[0] == "What helps" else "", 11)
        for cell in row:
            pdf.cell(80, 5, cell)
        pdf.ln()
    assert "What helps:" not in read(pdf).text


@pytest.mark.parametrize("mark", ["o", "-"])
def test_a_mark_within_a_sentence_opens_no_item(mark: str) -> None:
    pdf = Leaflet()
    pdf.set_font("Helvetica", size=11)
    full, *_ = wrapped(pdf, PROSE, 190)
    pdf.multi_cell(0, 5, f"{full}\n{mark} never longer.", align="L")
    assert kept(read(pdf)) == [("text", 0, f"{full.strip()} {mark} never longer.")]


def test_sideways_text_is_dropped_and_a_page_on_its_side_is_read() -> None:
    pdf = Leaflet()
    pdf.write_text(PROSE)
    with pdf.rotation(90, 200, 200):
        pdf.text(200, 200, "DRAFT")
    assert dropped(read(pdf)) == [("rotated text", "DRAFT")]
    pdf = Leaflet()
    with pdf.rotation(90, 20, 200):
        for at, line in enumerate(wrapped(pdf, PROSE, 150)):
            pdf.text(20, 200 + 5 * at, line)
    assert read(pdf).text == PROSE.strip()


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Knees: a guide", "Knees: a guide"),
        ("Knee pain | Harbour Clinic", "Knee pain"),
        ("Microsoft Word - draft3.doc", "Knee pain"),
        ("untitled", "Knee pain"),
        ("leaflet_v3", "Knee pain"),
        ("knee.pdf", "Knee pain"),
        ("", "Knee pain"),
    ],
)
def test_a_title_is_the_metadatas_where_someone_gave_it(title: str, expected: str) -> None:
    pdf = Leaflet()
    pdf.set_title(title)
    pdf.write_text("Knee pain", 20)
    pdf.write_text(PROSE)
    assert read(pdf).title == expected


def test_metadata_is_kept() -> None:
    pdf = Leaflet()
    pdf.set_author("Dr Araminta Sole")
    pdf.set_keywords("knee, pain; knee")
    pdf.set_lang("en-GB")
    pdf.write_text(PROSE)
    assert read(pdf).metadata == {
        "author": "Dr Araminta Sole",
        "published": "2023-10-24",
        "language": "en-GB",
        "tags": ["knee", "pain"],
    }


def hyphened(*lines: str) -> str:
    pdf = Leaflet()
    pdf.set_font("Helvetica", size=11)
    pdf.multi_cell(0, 5, "\n".join(lines), align="L")
    return read(pdf).text


@pytest.mark.parametrize(
    ("first", "second", "elsewhere", "expected"),
    [
        ("treat-", "ment", "", "treatment"),
        ("anti-", "inflammatory", "", "anti-inflammatory"),
        ("anti-", "inflammatory", "antiinflammatory", "antiinflammatory"),
        ("anti-", "bodies", "", "antibodies"),
        ("anti-", "bodies", "anti-bodies", "anti-bodies"),
        ("non-", "steroidal", "", "non-steroidal"),
        ("long-", "er", "", "longer"),
        ("over-the-", "counter", "", "over-the-counter"),
        ("COVID-", "19", "", "COVID-19"),
        ("X-", "ray", "", "X-ray"),
        ("Cooper-", "Smith", "", "Cooper-Smith"),
        ("rest -", "not walk", "", "rest - not walk"),
        ("rest", "it", "", "rest it"),
    ],
)
def test_a_hyphen_at_a_lines_end_goes_unless_it_belongs_to_the_word(
    first: str, second: str, elsewhere: str, expected: str
) -> None:
    assert join_lines([first, second], {elsewhere}) == expected


def test_broken_words_are_whole_again() -> None:
    long = "This line is as long as any other in the paragraph, and it ends within a word: treat-"
    assert "a word: treatment of the" in hyphened(long, "ment of the knee begins with rest.")


def test_ligatures_are_letters() -> None:
    data = raw(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 5 0 R "
        "/Resources << /Font << /F 4 0 R >> >> >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding "
        "<< /Type /Encoding /Differences [1 /fi /fl] >> >>",
        stream(b"BT /F 12 Tf 50 700 Td (\\001rst in\\002ammation) Tj ET"),
    )
    assert extract(data, ".pdf").text == "first inflammation"


def stream(data: bytes, extra: str = "") -> str:
    text = data.decode("latin-1")
    return f"<< /Length {len(data)} {extra} >>\nstream\n{text}\nendstream"


def test_a_pdf_that_opens_without_a_password_is_read() -> None:
    pdf = Leaflet()
    pdf.set_encryption(owner_password="owner")
    pdf.write_text(PROSE)
    assert read(pdf).text == PROSE.strip()


def scan() -> FPDF:
    pdf = Leaflet()
    pdf.image(Image.new("L", (40, 40), 128), x=10, y=10, w=100)
    return pdf


def protected() -> FPDF:
    pdf = Leaflet()
    pdf.write_text(PROSE)
    pdf.set_encryption(owner_password="owner", user_password="user")
    return pdf


def too_long() -> FPDF:
    pdf = Leaflet()
    for _ in range(MAX_PAGES):
        pdf.add_page()
    return pdf


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (scan, "it has no text layer (a scan): run it through OCR first"),
        (protected, "it is protected by a password"),
        (too_long, "it has 2,001 pages, over the limit of 2,000"),
    ],
)
def test_what_cannot_be_read_says_why(make: Callable[[], FPDF], reason: str) -> None:
    with pytest.raises(ValueError) as caught:
        read(make())
    assert str(caught.value).startswith(reason)


def test_a_page_that_is_an_image_is_named_among_those_with_text() -> None:
    pdf = scan()
    pdf.add_page()
    pdf.write_text(PROSE)
    assert dropped(read(pdf)) == [("no text layer", "Page 1")]


def page(content: str) -> list[str]:
    return [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources "
        "<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        content,
    ]


BOMB = zlib.compress(zlib.compress(b"BT /F 9 Tf (a) Tj ET " * 25_000_000, 9), 9)
HOSTILE = {
    "empty": b"",
    "no PDF": b"<html><p>Not found</p></html>",
    "only a header": b"%PDF-1.7\n",
    "pages that contain themselves": raw(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [2 0 R 2 0 R] /Parent 2 0 R /Count 5 >>",
    ),
    "pages beyond number": raw(
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 2147483647 >>"
    ),
    "a stream that unpacks for ever": raw(
        *page(stream(BOMB, "/Filter [/FlateDecode /FlateDecode]"))
    ),
    "absurd nesting": raw(*page("[" * 100_000 + "]" * 100_000)),
    "a form that draws itself": raw(
        *page(stream(b"/X Do")),
        stream(b"/X Do", "/Type /XObject /Subtype /Form /Resources << /XObject << /X 5 0 R >> >>"),
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_in_plain_words(name: str) -> None:
    with pytest.raises(ValueError) as caught:
        extract(HOSTILE[name], ".pdf")
    assert str(caught.value).startswith(("it ", "its ", "reading it "))


VALID = Leaflet("Harbour Clinic", "Page #")
for _text, _size in (("Knee pain", 20), (PROSE * 12, 11), ("What helps", 15), (PROSE * 12, 11)):
    VALID.write_text(_text, _size)
VALID_BYTES = bytes(VALID.output())

_positions = st.integers(0, len(VALID_BYTES) - 1)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(_positions, st.integers(0, 255)), max_size=20), _positions)
def test_damaged_files_are_read_or_refused(changes: Iterable[tuple[int, int]], cut: int) -> None:
    data = bytearray(VALID_BYTES)
    for at, byte in changes:
        data[at] = byte
    for damaged in (bytes(data), VALID_BYTES[:cut]):
        try:
            extract(damaged, ".pdf")
        except ValueError as error:
            assert str(error)


_words = st.text("abcdefghijklmnopqrstuvwxyzé", min_size=1, max_size=12)
_sentences = (
    st.lists(_words, min_size=1, max_size=90)
    .map(lambda words: " ".join(words) + ".")
    .filter(lambda text: not text.startswith("o "))  # that is Word's hollow bullet
)


@settings(max_examples=30, deadline=None)
@given(st.lists(_sentences, min_size=1, max_size=25), st.sampled_from(["L", "J"]))
def test_every_word_survives_in_its_order(paragraphs: list[str], align: str) -> None:
    pdf = Leaflet("Harbour Clinic 77", "Page #", align)
    for paragraph in paragraphs:
        pdf.write_text(paragraph)
    pdf.add_page()
    pdf.write_text(PROSE)
    found = read(pdf)
    assert found.text.split() == " ".join([*paragraphs, PROSE]).split()
