"""Bytes → characters, for files that don't say what encoding they are in."""

import codecs

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> str:
    """Decode by byte-order mark, else as UTF-8, else as the likeliest legacy encoding.

    Raises:
        ValueError: the bytes are no text.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise ValueError(f"it opens as {encoding} but is not: {error.reason}") from None
    if b"\0" in data:
        raise ValueError("it holds zero bytes: a binary file, not text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes  # slow to import, seldom needed

        found = from_bytes(data)
        best = found.best()
        if best is None:
            raise ValueError("its bytes are text in no known encoding; save it as UTF-8") from None
        # Of several that look as good, the commonest: else '£5' is read as 'Ł5' or '｣5'.
        tied = (one for one in found if one.chaos == best.chaos)
        return str(next((one for one in tied if "cp1252" in one.could_be_from_charset), best))
