"""A Word file as a package: its parts, read within bounds, or a word on what it is instead."""

import posixpath
import re
import zipfile
import zlib
from io import BytesIO

from lxml import etree

MAX_PARTS_SIZE = 32 * 2**20
"""Bytes that all parts read may have unpacked; pictures are not read."""
MAX_MARKUP = 2_000_000
"""Tags and attributes of one part: what its tree costs in memory. A book has half of that."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE = "save it as .docx in Word"
_CLAIMED = (
    (b"%PDF", "it is a PDF file by another name: name it .pdf"),
    (b"{\\rtf", f"it is an RTF file by another name: {_SAVE}"),
    (b"<", "it is a web page or XML by another name: name it .html"),
)
_OTHERS = (
    ("xl/workbook.xml", "it is an Excel workbook by another name"),
    ("ppt/presentation.xml", "it is a PowerPoint presentation by another name"),
    ("content.xml", f"it is an OpenDocument file by another name: {_SAVE}"),
)
_DAMAGED = "it is damaged or cut short"
_SOUND_COMPRESSION = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Package:
    """The parts of a Word file."""

    def __init__(self, data: bytes) -> None:
        """Open the file.

        Raises:
            ValueError: it is no Word file; says what it is.
        """
        if not data.startswith(b"PK"):
            raise ValueError(_what_else(data))
        try:
            self._archive = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise ValueError(f"{_DAMAGED}: {error}") from None
        self._left = MAX_PARTS_SIZE
        self._names = {name.lower(): name for name in self._archive.namelist()}
        self.main = self.related("", "officeDocument")[:1] or ["word/document.xml"]
        if self.main[0].lower() not in self._names or self.main[0].startswith(("xl/", "ppt/")):
            raise ValueError(
                next(
                    (reason for name, reason in _OTHERS if name in self._names),
                    "it is a zip archive without a Word document in it",
                )
            )

    def related(self, part: str, kind: str) -> list[str]:
        """The names of the parts that a part (the package: "") names as its `kind`."""
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        if root is None:
            return []
        return [
            posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip("/")
            for one in root
            if one.get("Type", "").endswith(f"/{kind}") and one.get("TargetMode") != "External"
        ]

    def first(self, part: str, kind: str) -> etree._Element | None:
        """The root of the first part of a `kind` that a part names, if there is one."""
        for name in self.related(part, kind):
            return self.xml(name)
        return None

    def xml(self, name: str) -> etree._Element | None:
        """The root of a part's XML, or None where there is no such part.

        Raises:
            ValueError: it is damaged, or too much to read.
        """
        stored = self._names.get(name.lower())
        data = self._unpacked(stored) if stored else b""
        return _parsed(data) if data else None

    def _unpacked(self, name: str) -> bytes:
        info = self._archive.getinfo(name)
        if info.flag_bits & 1:
            raise ValueError("it is protected by a password: save a copy without one")
        if info.compress_type not in _SOUND_COMPRESSION:
            raise ValueError(f"{_DAMAGED}: it is packed in a way that Word doesn't use")
        try:
            with self._archive.open(info) as part:
                data = part.read(self._left + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise ValueError(f"{_DAMAGED}: {error}") from None
        self._left -= len(data)
        if self._left < 0:
            limit = MAX_PARTS_SIZE // 2**20
            raise ValueError(f"its text unpacks to over {limit} MiB, the limit: split it")
        return data


def _parsed(data: bytes) -> etree._Element:
    if b"<!DOCTYPE" in (data.replace(b"\0", b"") if b"\0" in data else data):  # UTF-16 too
        raise ValueError("its XML defines entities, which Word never does: it may do harm")
    if data.count(b"<") + data.count(b"=") > MAX_MARKUP:
        raise ValueError(f"it has over {MAX_MARKUP:,} marks of formatting, the limit: split it")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValueError(f"{_DAMAGED}: {error}") from None


def _what_else(data: bytes) -> str:
    if not data.strip():
        return "it is empty"
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return "it is protected by a password: save a copy without one"
        return f"it is a file of Word 97 (.doc) by another name: {_SAVE}"
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    for sign, reason in _CLAIMED:
        if start.startswith(sign):
            return reason
    if re.search(rb"[\0-\x08]", data[:1000]):
        return "it is damaged, or no Word file"
    return "it is plain text by another name: name it .txt"
