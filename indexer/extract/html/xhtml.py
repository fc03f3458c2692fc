"""XHTML → HTML: the same page, as a parser of HTML must have it."""

import re

_CLOSED_AT_ONCE = re.compile(rb"<([a-z][\w:-]*)(\s[^<>]*)?/>", re.IGNORECASE)
_VOID = set(b"area base br col embed hr img input link meta param source track wbr".split())


def as_html(data: bytes) -> bytes:
    """Write ``<script/>`` as ``<script></script>``: HTML takes the first for an opening tag, and
    all that follows for the script's.

    Args:
        data: the page, in any encoding that holds ASCII as it is.
    """

    def opened(tag: re.Match[bytes]) -> bytes:
        name, attributes = tag[1], tag[2] or b""
        if name.lower() in _VOID:
            return tag[0]
        return b"<" + name + attributes + b"></" + name + b">"

    return _CLOSED_AT_ONCE.sub(opened, data)
