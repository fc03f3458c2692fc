"""Raised digits: '10<sup>9</sup>' is no 109, '1<sup>1</sup>/<sub>2</sub>' neither 11/2 nor 5½."""

import re

from selectolax.lexbor import LexborHTMLParser

_DIGITS = re.compile(r"[\d+−–,-]{1,12}", re.ASCII)
_RAISED = str.maketrans("0123456789+-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻")
_BAR = re.compile(r"\s*[/⁄]\s*(?:\d|$)")


def raise_digits(page: LexborHTMLParser) -> None:
    """Write digits that a page sets in superscript as such characters, fractions as '1 1/2'."""
    for node in page.css("sup"):
        text = node.text(strip=True)
        if not _DIGITS.fullmatch(text):
            continue
        before, after = node.prev, node.next
        over = (after.text_content or "") if after is not None and after.tag == "-text" else ""
        if _BAR.match(over) and text.isdigit():
            mixed = before is not None and (before.text_content or "")[-1:].isdigit()
            node.replace_with(f" {text}" if mixed else text)
        else:
            node.replace_with(text.translate(_RAISED))
