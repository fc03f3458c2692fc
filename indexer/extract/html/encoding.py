"""A web page's bytes → characters, whatever it says of its encoding and whatever is true."""

import codecs
import re

from indexer.extract.decode import MARKS, decode

_DECLARED = re.compile(
    rb"""(?:<meta[^>]{0,400}?charset|<\?xml[^>]{0,100}?encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_HEAD = 4096
"""Bytes in which a declaration is looked for."""
# Read as what browsers read them as (the WHATWG Encoding Standard): each a superset of its name.
_MEANT = {
    "ascii": "cp1252",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "shift_jis": "cp932",
    "tis-620": "cp874",
}
# Python has codecs that are no charsets (rot13, idna); and no page that is read as ASCII is UTF-16.
_CHARSET = re.compile(r"ascii|big5|cp\d|euc_|gb|hz|iso|johab|koi8|mac_|shift_jis|tis|utf-8")


def decode_page(data: bytes) -> str:
    """Decode by byte-order mark; as UTF-8 if it is; as declared; else by the likeliest look.

    Raises:
        ValueError: the bytes are no text.
    """
    if any(data.startswith(mark) for mark, _ in MARKS):
        return decode(data)
    for encoding, zeros in (("utf-16-le", data[1:20:2]), ("utf-16-be", data[:20:2])):
        if len(zeros) > 3 and not any(zeros):
            return data.decode(encoding, "replace")
    declared = _declared(data)
    # All of its bytes are ASCII, so it would pass for UTF-8.
    if declared == "iso2022_jp" and b"\x1b" in data:
        return data.decode(declared, "replace")
    data = data.replace(b"\0", b"")
    for encoding in ("utf-8", declared):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return _nearly(data, declared) or decode(data)


def _declared(data: bytes) -> str:
    """The codec that a page declares; UTF-8 where it declares none that there is."""
    found = _DECLARED.search(data[:_HEAD])
    try:
        name = codecs.lookup(found[1].decode("ascii", "replace")).name if found else "utf-8"
    except LookupError:
        return "utf-8"
    return _MEANT.get(name, name) if _CHARSET.match(name) else "utf-8"


def _nearly(data: bytes, declared: str) -> str:
    """The text as declared, if but a few bytes are wrong (a page cut off, two pages glued)."""
    text = data.decode(declared, "replace")
    wrong = text.count("\ufffd")
    beyond_ascii = sum(1 for character in text if character > "\x7f")
    return text if wrong * 20 <= beyond_ascii else ""
