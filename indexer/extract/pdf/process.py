"""Run as a script of its own: a PDF on standard input → its pages' runs of text, as JSON.

A process apart, because PDFium is native code fed with files from anywhere: one that crashes,
never ends or eats the memory costs that document, not the job. It imports nothing of this
project, so that it starts fast; `pdf.py` is the other end.
"""

import contextlib
import ctypes
import json
import math
import re
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as native

CPU_SECONDS = 30
"""A thousand pages take about twelve."""
MEMORY = 2**30
"""Bytes of address space."""
MAX_PAGES = 2_000
MAX_CHARACTERS = 5_000_000
"""A long novel has one million."""
MAX_RUNS = 300_000
"""Stretches of text: some programs write each word as its own."""

_BOLD = re.compile(r"bold|black|heavy|demi|^(?:\w+\+)?(?:cmbx|sfbx)", re.IGNORECASE)
_FORCE_BOLD = 1 << 18
_WIDE_GAP = 1.2
"""In font sizes: a wider gap between words parts columns or cells."""
_INFO = ("Title", "Author", "Keywords", "CreationDate", "ModDate")


def main() -> None:
    """Print ``{"pages": […], "info": {…}}`` or ``{"error": "why, for people"}``."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    with contextlib.suppress(ValueError, OSError):  # not every system has this limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        found = _read(sys.stdin.buffer.read())
    except pdfium.PdfiumError:
        found = {"error": _reason(native.FPDF_GetLastError())}
    except ValueError as error:
        found = {"error": str(error)}
    json.dump(found, sys.stdout)


def _reason(code: int) -> str:
    if code == native.FPDF_ERR_PASSWORD:
        return "it is protected by a password: save a copy without one"
    if code == native.FPDF_ERR_SECURITY:
        return "it is protected in a way that can't be opened: save a copy without protection"
    return "it is damaged, or no PDF file"


def _read(data: bytes) -> dict[str, Any]:
    document = pdfium.PdfDocument(data)
    count = len(document)
    if count > MAX_PAGES:
        raise ValueError(f"it has {count:,} pages, over the limit of {MAX_PAGES:,}: split it")
    pages = []
    characters = pieces = 0
    for number in range(count):
        try:
            page = document[number]
            text = page.get_textpage()
        except pdfium.PdfiumError:
            pages.append({"state": "damaged", "height": 0, "runs": []})
            continue
        characters += text.count_chars()
        if characters > MAX_CHARACTERS:
            raise ValueError(f"it has over {MAX_CHARACTERS:,} characters, the limit: split it")
        runs = list(islice(_runs(text), MAX_RUNS - pieces + 1))
        pieces += len(runs)
        if pieces > MAX_RUNS:
            raise ValueError(f"its text has over {MAX_RUNS:,} pieces, the limit: split it")
        state = "text" if runs else "image" if _has_image(page) else "empty"
        pages.append({"state": state, "height": page.get_height(), "runs": runs})
        text.close()
        page.close()
    info = {name: document.get_metadata_value(name) for name in _INFO}
    return {"pages": pages, "info": {**info, "Lang": _language(document)}}


def _runs(text: pdfium.PdfTextPage) -> Iterator[list[Any]]:
    """Stretches of text of one font on one line: left, right, baseline, size, bold, angle, text.

    A run ends where PDFium has a line end, where the text object does, and at a wide gap.
    """
    letters: list[int] = []
    first = last = owner = 0
    for at in range(text.count_chars()):
        code = native.FPDFText_GetUnicode(text, at)
        if code in (10, 13):
            if letters:
                yield _run(text, first, last, letters)
            letters = []
            continue
        object_ = ctypes.cast(native.FPDFText_GetTextObject(text, at), ctypes.c_void_p).value
        if code == 32 or not object_:  # PDFium's own spaces and hyphens belong to no object
            letters += [code] if letters else []
            continue
        after_space = letters and letters[-1] == 32
        if letters and (object_ != owner or (after_space and _wide(text, last, at))):
            yield _run(text, first, last, letters)
            letters = [32] if after_space else []  # a space ahead says that a word ended
        if not letters or letters == [32]:
            first, owner = at, object_
        letters.append(code)
        last = at
    if letters:
        yield _run(text, first, last, letters)


def _wide(text: pdfium.PdfTextPage, before: int, after: int) -> bool:
    gap: float = _box(text, after).left - _box(text, before).right
    return gap > _WIDE_GAP * _size(text, after)[0]


def _run(text: pdfium.PdfTextPage, first: int, last: int, letters: list[int]) -> list[Any]:
    size, angle = _size(text, first)
    start, end = _box(text, first), _box(text, last)
    x, y = ctypes.c_double(), ctypes.c_double()
    native.FPDFText_GetCharOrigin(text, first, x, y)
    # Text that runs along another axis is measured along it.
    ends = {
        0: (start.left, end.right, y.value),
        90: (start.bottom, end.top, -x.value),
        180: (-start.right, -end.left, -y.value),
        270: (-start.top, -end.bottom, x.value),
    }.get(angle, (start.left, end.right, y.value))
    string = (
        "".join(map(chr, letters)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )
    return [*(round(value, 2) for value in ends), size, _is_bold(text, first), angle, string]


def _size(text: pdfium.PdfTextPage, at: int) -> tuple[float, int]:
    """Height of the font as drawn, and the direction that its text runs in, in degrees."""
    matrix = native.FS_MATRIX()
    native.FPDFText_GetMatrix(text, at, matrix)
    scale = math.hypot(matrix.c, matrix.d)
    size = native.FPDFText_GetFontSize(text, at) * scale
    angle = round(math.degrees(math.atan2(matrix.b, matrix.a))) % 360
    return round(size, 1) if math.isfinite(size) else 0.0, angle


def _box(text: pdfium.PdfTextPage, at: int) -> Any:  # noqa: ANN401 (a ctypes structure)
    box = native.FS_RECTF()
    native.FPDFText_GetLooseCharBox(text, at, box)
    return box


def _is_bold(text: pdfium.PdfTextPage, at: int) -> bool:
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    native.FPDFText_GetFontInfo(text, at, name, len(name), flags)
    # Filled and stroked: how word processors make a bold that the font lacks.
    mode = native.FPDFTextObj_GetTextRenderMode(native.FPDFText_GetTextObject(text, at))
    return bool(
        flags.value & _FORCE_BOLD
        or mode == native.FPDF_TEXTRENDERMODE_FILL_STROKE
        or _BOLD.search(name.value.decode("utf-8", "replace"))
    )


def _has_image(page: pdfium.PdfPage) -> bool:
    return any(
        native.FPDFPageObj_GetType(native.FPDFPage_GetObject(page, at))
        in (native.FPDF_PAGEOBJ_IMAGE, native.FPDF_PAGEOBJ_FORM)
        for at in range(native.FPDFPage_CountObjects(page))
    )


def _language(document: pdfium.PdfDocument) -> str:
    name = (native.FPDF_WCHAR * 32)()
    written = native.FPDFCatalog_GetLanguage(document, name, ctypes.sizeof(name))  # bytes
    return "".join(map(chr, name[: max(written // 2 - 1, 0)])) if written <= 64 else ""


if __name__ == "__main__":
    main()
