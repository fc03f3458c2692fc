"""A Word file comes out as it stands on paper: headings, lists, tables, notes; changes made."""

import datetime
import zipfile
from collections.abc import Iterable
from io import BytesIO

import docx
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls
from docx.table import Table
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.extract import Extracted, extract
from indexer.extract.docx.package import MAX_MARKUP, MAX_PARTS_SIZE

W = nsdecls("w")
BODY = f"<w:document {W}><w:body>%s</w:body></w:document>"


def saved(document: Document) -> bytes:
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def read(document: Document) -> Extracted:
    return extract(saved(document), ".docx")


def packed(compression: int = zipfile.ZIP_DEFLATED, **parts: str | bytes) -> bytes:
    """A package of parts; '__' parts folders."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in parts.items():
            archive.writestr(f"{name.replace('__', '/')}.xml", data)
    return file.getvalue()


def body(xml: str) -> Extracted:
    """A document of nothing but this body."""
    return extract(packed(word__document=BODY % xml), ".docx")


def p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def kept(found: Extracted) -> list[tuple[str, int, str]]:
    return [(one.kind, one.level, one.text) for one in found.blocks if not one.dropped]


def dropped(found: Extracted) -> list[tuple[str, str]]:
    return [(one.dropped, one.text) for one in found.blocks if one.dropped]


def test_title_headings_paragraphs_and_lists_keep_their_order() -> None:
    document = docx.Document()
    document.add_heading("Knee pain", 0)
    document.add_heading("What helps", 1)
    document.add_paragraph("Rest it. Then:")
    document.add_paragraph("cool it", style="List Bullet")
    document.add_paragraph("raise it", style="List Number")
    document.add_heading("At night", 2)
    document.add_paragraph("Sleep.")
    found = read(document)
    assert found.title == "Knee pain"
    assert kept(found)[1:] == [
        ("heading", 1, "What helps"), ("text", 0, "Rest it. Then:"), ("item", 0, "cool it"),
        ("item", 0, "raise it"), ("heading", 2, "At night"), ("text", 0, "Sleep."),
    ]  # fmt: skip
    assert found.text.startswith("What helps\n\nRest it. Then:\ncool it\nraise it\n\nAt night")


def test_a_style_based_on_a_heading_is_one_whatever_it_is_called() -> None:
    document = docx.Document()
    style = document.styles.add_style("Zwischentitel", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Heading 3"]
    document.add_paragraph("Nachts", style=style)
    document.add_paragraph("Schlafen.")
    assert kept(read(document))[0] == ("heading", 3, "Nachts")


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ('<w:outlineLvl w:val="1"/>', ("heading", 2)),
        ('<w:outlineLvl w:val="8"/>', ("heading", 6)),
        ('<w:outlineLvl w:val="9"/>', ("text", 0)),
        ('<w:outlineLvl w:val="x"/>', ("text", 0)),
        ('<w:pStyle w:val="Heading2"/>', ("heading", 2)),
        ('<w:numPr><w:numId w:val="3"/></w:numPr>', ("item", 0)),
        ('<w:numPr><w:numId w:val="0"/></w:numPr>', ("text", 0)),
        ('<w:pStyle w:val="Nowhere"/>', ("text", 0)),
    ],
)
def test_what_a_paragraph_says_of_itself_counts(properties: str, expected: tuple[str, int]) -> None:
    found = body(p("Before.") + p("At night", properties) + p("After."))
    assert kept(found)[1][:2] == expected


def test_a_short_bold_paragraph_above_text_is_a_heading() -> None:
    bold = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>%s</w:t></w:r></w:p>"
    long = "word " * 30
    found = body(
        p("Lead.") + bold % "At night" + p("Sleep.") + bold % "Never drive." + p("So.")
        + bold % long + p("So.") + bold % "The end"
    )  # fmt: skip
    assert [(kind, text) for kind, _, text in kept(found) if kind != "text"] == [
        ("heading", "At night")
    ]
    off = bold.replace("<w:b/>", '<w:b w:val="0"/>')
    assert kept(body(p("Lead.") + off % "At night" + p("Sleep.")))[1][0] == "text"


def add_table(document: Document, *rows: Iterable[str], bold: bool = False) -> Table:
    table = document.add_table(0, len(list(rows[0])))
    for at, row in enumerate(rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.paragraphs[0].add_run(text).bold = (bold and at == 0) or None
    return table


ROWS = (["Medicine", "", "How often"], ["Terbinafine 1% cream", "tube", "Once a day"])


def test_rows_stand_between_paragraphs_with_the_names_of_their_columns() -> None:
    document = docx.Document()
    document.add_paragraph("Before.")
    add_table(document, *ROWS, bold=True)
    document.add_paragraph("After.")
    row = "Medicine: Terbinafine 1% cream | tube | How often: Once a day"
    assert read(document).text == f"Before.\n\n{row}\n\nAfter."


def test_a_row_marked_to_repeat_is_a_header_and_an_unmarked_one_is_a_row() -> None:
    document = docx.Document()
    table = add_table(document, *ROWS)
    assert read(document).text == "Medicine | How often\nTerbinafine 1% cream | tube | Once a day"
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    assert "How often: Once a day" in read(document).text


def test_a_merged_cell_stands_in_each_of_its_rows_once() -> None:
    document = docx.Document()
    table = add_table(document, ["Age", "Dose", "Times"], ["under 12", "", ""], ["a", "b", "c"])
    table.cell(1, 1).merge(table.cell(1, 2)).text = "none"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "all"
    assert read(document).text == "Age | Dose | Times\nall | none\nall | b | c"


def test_merged_cells_keep_the_names_of_their_columns() -> None:
    document = docx.Document()
    table = add_table(
        document,
        ["Medicine", "Dose", ""],
        ["", "Adults", "Children"],
        ["Ibuprofen", "400 mg", "200 mg"],
        ["Ibuprofen", "at night", "at night"],
        bold=True,
    )
    for one, other in (((0, 0), (1, 0)), ((0, 1), (0, 2)), ((2, 0), (3, 0)), ((3, 1), (3, 2))):
        table.cell(*one).merge(table.cell(*other))  # which keeps the paragraphs of both
    assert read(document).text.split("\n") == [
        "Medicine: Ibuprofen | Dose Adults: 400 mg | Dose Children: 200 mg",
        "Medicine: Ibuprofen | Dose Adults / Dose Children: at night",
    ]


def test_a_cell_across_a_table_is_a_line_and_the_names_stand_below_it() -> None:
    document = docx.Document()
    table = add_table(document, ["Doses in a day", ""], ["Age", "Dose"], ["9", "none"], bold=True)
    table.cell(0, 0).merge(table.cell(0, 1))
    for cell in table.rows[1].cells:
        cell.paragraphs[0].runs[0].bold = True
    assert read(document).text == "Doses in a day\nAge: 9 | Dose: none"


def test_a_table_that_lays_out_the_page_is_no_table() -> None:
    document = docx.Document()
    box = document.add_table(1, 1).cell(0, 0)
    box.paragraphs[0].text = "Call 999 if you cannot get up."
    box.add_paragraph("Call your GP if it swells.")
    side = document.add_table(1, 2)
    side.cell(0, 0).paragraphs[0].text = "Left text."
    side.cell(0, 1).add_paragraph("Right heading", style="Heading 2")
    side.cell(0, 1).add_paragraph("Right text.")
    assert [text for _, _, text in kept(read(document))] == [
        "Call 999 if you cannot get up.", "Call your GP if it swells.",
        "Left text.", "Right heading", "Right text.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<w:r><w:t>one</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t></w:r>", "one two three"),
        ("<w:r><w:t>half</w:t></w:r><w:r><w:t>way</w:t></w:r>", "halfway"),
        ("<w:r><w:t>X</w:t><w:noBreakHyphen/><w:t>ray</w:t></w:r>", "X-ray"),
        ("<w:r><w:t>treat</w:t><w:softHyphen/><w:t>ment</w:t></w:r>", "treatment"),
        ("<w:hyperlink><w:r><w:t>the page</w:t></w:r></w:hyperlink>", "the page"),
        ("<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>7</w:t></w:r>", "7"),
        ("<w:ins><w:r><w:t>new</w:t></w:r></w:ins>", "new"),
        ("<w:del><w:r><w:delText>old</w:delText><w:t>old</w:t></w:r></w:del>", ""),
        ("<w:moveFrom><w:r><w:t>there</w:t></w:r></w:moveFrom>", ""),
        ("<w:moveTo><w:r><w:t>here</w:t></w:r></w:moveTo>", "here"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>", ""),
        ("<w:sdt><w:sdtContent><w:r><w:t>field</w:t></w:r></w:sdtContent></w:sdt>", "field"),
        ("<w:r><w:footnoteReference/><w:t>said</w:t></w:r>", "said"),
        (
            '<w:r><w:t>25 </w:t><w:sym w:font="Symbol" w:char="F06D"/><w:t>g, </w:t>'
            '<w:sym w:font="Symbol" w:char="F0A3"/><w:t>200 </w:t>'
            '<w:sym w:font="Wingdings" w:char="F0FC"/><w:sym w:font="Wingdings" w:char="F001"/>'
            '<w:sym w:font="Arial" w:char="2265"/><w:sym/></w:r>',
            "25 µg, ≤200 ✓□≥□",
        ),
        (
            '<w:r><w:rPr><w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/></w:rPr>'
            "<w:t>\uf0b1</w:t></w:r><w:r><w:t>5</w:t></w:r>",
            "±5",
        ),
        (
            '<w:r><w:t>10</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
            "<w:t>-9</w:t></w:r><w:r><w:t> mol H</w:t></w:r>"
            '<w:r><w:rPr><w:vertAlign w:val="subscript"/></w:rPr><w:t>2</w:t></w:r>'
            '<w:r><w:t>O, 1</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
            "<w:t>st</w:t></w:r>",
            "10⁻⁹ mol H₂O, 1st",
        ),
    ],
)
def test_a_paragraph_is_read_as_it_stands_when_printed(inside: str, expected: str) -> None:
    assert body(f"<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr>{inside}</w:p>").text == expected


def test_a_deleted_paragraph_end_joins_what_it_parted() -> None:
    deleted = (
        '<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr><w:r><w:t>Rest </w:t></w:r></w:p>'
    )
    assert body(deleted + p("it.")).text == "Rest it."


def test_deleted_rows_are_gone() -> None:
    row = "<w:tr><w:trPr>{}</w:trPr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>"
    gone = row.format('<w:del w:id="1"/>', p("old"), p("old"))
    assert body(f"<w:tbl>{gone}{row.format('', p('a'), p('b'))}</w:tbl>").text == "a | b"


def test_text_boxes_are_read_once_after_the_paragraph_that_holds_them() -> None:
    box = f"<w:txbxContent>{p('In the box.')}</w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    choice = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    held = f"<mc:AlternateContent {mc}>{choice}</mc:AlternateContent>"
    found = body(f"<w:p><w:r><w:t>Around </w:t>{held}<w:t>it.</w:t></w:r></w:p>")
    assert found.text == "Around it.\n\nIn the box."


def test_heads_and_feet_of_pages_and_contents_are_dropped() -> None:
    document = docx.Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = "Harbour Clinic"
    section.footer.paragraphs[0].text = "Leaflet 7"
    section.footer.add_paragraph("In an emergency call 999.")
    style = document.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("What helps\t3", style=style)
    document.add_paragraph("Rest it.")
    found = read(document)
    assert found.text == "Rest it.\n\nIn an emergency call 999."
    assert dropped(found) == [
        ("page header", "Harbour Clinic"), ("table of contents", "What helps 3"),
        ("page footer", "Leaflet 7"),
    ]  # fmt: skip


def with_parts(document: Document, **notes: str) -> bytes:
    """The document with parts of notes added."""
    for kind, xml in notes.items():
        part = docx.opc.part.Part(  # type: ignore[attr-defined]
            docx.opc.packuri.PackURI(f"/word/{kind}.xml"),  # type: ignore[attr-defined]
            "application/xml",
            xml.encode(),
            document.part.package,
        )
        base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        document.part.relate_to(part, f"{base}/{kind}")
    return saved(document)


def test_notes_come_last_and_comments_do_not_come() -> None:
    document = docx.Document()
    document.add_paragraph("Rest it.")
    note = '<w:{0} w:id="{1}" {2}>{3}</w:{0}>'
    foot = note.format("footnote", -1, 'w:type="separator"', p("line")) + note.format(
        "footnote", 1, "", p("Smith 2024.")
    )
    data = with_parts(
        document,
        footnotes=f"<w:footnotes {W}>{foot}</w:footnotes>",
        endnotes=f"<w:endnotes {W}>{note.format('endnote', 1, '', p('Jones 2025.'))}</w:endnotes>",
        comments=f"<w:comments {W}><w:comment>{p('Really?')}</w:comment></w:comments>",
    )
    assert extract(data, ".docx").text == "Rest it.\n\nSmith 2024.\n\nJones 2025."


def test_properties_become_metadata() -> None:
    document = docx.Document()
    said = document.core_properties
    said.title, said.author, said.language = "Knees: a guide", "Dr Araminta Sole", "en-GB"
    said.keywords, said.subject = "knee; pain", "Joints"
    said.created = datetime.datetime(2023, 10, 24, 8)
    said.modified = datetime.datetime(2024, 1, 2, 9)
    document.add_paragraph("Rest it.")
    found = read(document)
    assert found.title == "Knees: a guide"
    assert found.metadata == {
        "author": "Dr Araminta Sole",
        "published": "2023-10-24",
        "modified": "2024-01-02",
        "language": "en-GB",
        "tags": ["knee", "pain", "Joints"],
    }


@pytest.mark.parametrize(
    "author", ["python-docx", "Microsoft Office User", "Windows User", "Author", "admin", "User 1"]
)
def test_what_a_template_says_of_itself_is_no_metadata(author: str) -> None:
    document = docx.Document()  # python-docx's own template, of 2013
    document.core_properties.author = author
    document.add_paragraph("Rest it.")
    assert read(document).metadata == {"language": "en-US"}


@pytest.mark.parametrize(
    "author", ["Ada Officer", "Anna User", "The Patients' Author Group", "NHS"]
)
def test_other_authors_are_kept(author: str) -> None:
    document = docx.Document()
    document.core_properties.author = author
    assert read(document).metadata["author"] == author


@pytest.mark.parametrize(
    ("headings", "said", "expected"),
    [
        ([("Styled", 0), ("First", 1)], "Said", "Styled"),
        ([("First", 1)], "Said", "Said"),
        ([("First", 1), ("Second", 2)], "Untitled", "First"),
        ([("First", 1), ("Second", 1)], "", ""),
        ([], "", ""),
    ],
)
def test_the_title_is_the_styled_the_said_or_the_one_above_all(
    headings: list[tuple[str, int]], said: str, expected: str
) -> None:
    document = docx.Document()
    document.core_properties.title = said
    for text, level in headings:
        document.add_heading(text, level)
        document.add_paragraph("Text.")
    assert read(document).title == expected


def test_the_strict_dialect_is_read() -> None:
    strict = (BODY % p("Rest it.")).replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    assert extract(packed(word__document=strict), ".docx").text == "Rest it."


def encrypted_entry() -> bytes:
    data = bytearray(packed(word__document=BODY % p("Rest it.")))
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(sign) + at] |= 1
    return bytes(data)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
ENTITIES = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + BODY % p("&b;")
DEEP = "<w:tbl><w:tr><w:tc>" * 3000 + p("x") + "</w:tc></w:tr></w:tbl>" * 3000


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"PK", "it is damaged or cut short"),
        (OLE, "it is a file of Word 97 (.doc) by another name: save it as .docx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "it is protected by a password"),
        (encrypted_entry(), "it is protected by a password"),
        (b"{\\rtf1 Rest it.}", "it is an RTF file"),
        (b"%PDF-1.7", "it is a PDF file"),
        (b"\n<!doctype html><p>Rest", "it is a web page"),
        (b"Rest it.", "it is plain text"),
        (b"\x00\x01\x02", "it is damaged, or no Word file"),
        (packed(xl__workbook="<a/>"), "it is an Excel workbook"),
        (packed(content="<a/>"), "it is an OpenDocument file"),
        (packed(other="<a/>"), "it is a zip archive without a Word document"),
        (packed(word__document="<a/>"), "it is damaged: it has no body"),
        (packed(word__document="<a>"), "it is damaged or cut short"),
        (packed(zipfile.ZIP_LZMA, word__document=BODY), "it is damaged or cut short: it is packed"),
        (packed(word__document=ENTITIES), "its XML defines entities"),
        (packed(word__document=ENTITIES.encode("utf-16")), "its XML defines entities"),
        (packed(word__document=BODY % DEEP), "it is damaged or cut short"),
        (packed(word__document=b" " * (MAX_PARTS_SIZE + 1)), "its text unpacks to over 32 MiB"),
        (packed(word__document=BODY % ("<w:p/>" * MAX_MARKUP)), "it has over 2,000,000 marks"),
    ],
)
def test_what_is_no_sound_word_file_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError) as caught:
        extract(data, ".docx")
    assert str(caught.value).startswith(reason)


def test_pictures_are_not_unpacked() -> None:
    data = packed(word__document=BODY % p("Rest it."), word__media__bomb=b" " * 300_000_000)
    assert extract(data, ".docx").text == "Rest it."


def valid() -> bytes:
    document = docx.Document()
    document.add_heading("Knee pain", 0)
    document.add_paragraph("Rest it for two days.")
    add_table(document, *ROWS, bold=True)
    file = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(saved(document))) as source,
        zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive,
    ):
        for name in source.namelist():  # not packed, so that changes reach the XML
            archive.writestr(name, source.read(name))
    return file.getvalue()


VALID = valid()
_positions = st.integers(0, len(VALID) - 1)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(_positions, st.integers(0, 255)), max_size=20), _positions)
def test_damaged_files_are_read_or_refused(changes: Iterable[tuple[int, int]], cut: int) -> None:
    data = bytearray(VALID)
    for at, byte in changes:
        data[at] = byte
    for damaged in (bytes(data), VALID[:cut]):
        try:
            extract(damaged, ".docx")
        except ValueError as error:
            assert str(error)


_values = st.sampled_from(["", "x", "²", "-1", "0", "7", "9" * 30])


@settings(max_examples=100, deadline=None)
@given(_values, _values, _values)
def test_odd_numbers_in_the_markup_do_no_harm(level: str, span: str, before: str) -> None:
    cell = f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{p("a")}</w:tc>'
    row = f'<w:tr><w:trPr><w:gridBefore w:val="{before}"/></w:trPr>{cell * 2}</w:tr>'
    found = body(f'<w:tbl>{row}</w:tbl>{p("b", f"""<w:outlineLvl w:val="{level}"/>""")}')
    assert found.text.split() == ["a", "|", "a", "b"] or found.title == "b"


_texts = st.lists(
    st.text("abc é&<:", min_size=1, max_size=40).filter(str.strip), min_size=1, max_size=15
)


@settings(max_examples=60, deadline=None)
@given(_texts)
def test_every_word_survives_in_its_order(texts: list[str]) -> None:
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    assert read(document).text.split() == " ".join(texts).split()
