"""What office documents say of themselves: titles that mean something, dates in ISO form."""

import datetime
import re
from typing import Any

from indexer.extract.extracted import clean

# Left there by the program, or the name of a file: no title that anyone gave.
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint)\b.*|(?:untitled|ohne titel|sans titre)\W*\d*"
    r"|.*\.(?:docx?|docm|odt|rtf|pdf|pptx?|xlsx?|indd|qxd|qxp|pub|tex|dvi|html?|txt|ai|eps)"
    r"|(?:word )?document\W*\d*|(?:new |neues )?microsoft word.document|layout \d+|slide \d+"
    r"|(?:power ?point )?presentation|title|(?:file|https?)://\S*|\S*[_\\]\S*|[\W\d]*",
    re.IGNORECASE,
)

_NO_AUTHOR = re.compile(
    r"python-docx|(?:microsoft|windows|ms) ?(?:office)?(?: user)?|office(?: user)?"
    r"|(?:the )?(?:author|admin\w*|user|owner|unknown|anonymous|default|guest|root)\W*\d*|[\W\d]*",
    re.IGNORECASE,
)
_NO_DATE = ("2013-12-23T23:15:00", "1970-01-01", "1601-01-01")
"""When python-docx's template was saved, and where clocks begin."""

_LONGEST_TITLE = 300


def said_title(text: str) -> str:
    """A title as the metadata give it; empty where it is none."""
    title = clean(text)
    return "" if len(title) > _LONGEST_TITLE or _NO_TITLE.fullmatch(title) else title


def said_author(text: str) -> str:
    """An author as the metadata give them; empty where a program or template put the name in."""
    author = clean(text)
    return "" if _NO_AUTHOR.fullmatch(author) else author


def said_date(text: str) -> str | None:
    """The day of a date in PDF's or ISO 8601's form, or None where it is none, or a template's."""
    if text.strip().startswith(_NO_DATE):
        return None
    found = re.match(r"\s*(?:D:)?(\d{4})-?(\d{2})?-?(\d{2})?", text)
    try:
        return str(datetime.date(*(int(part or 1) for part in found.groups()))) if found else None
    except ValueError:
        return None


def said_tags(*texts: str) -> list[str]:
    """Keywords, parted by commas or semicolons, each once."""
    words = (clean(word) for text in texts for word in re.split(r"[,;]", text))
    return list(dict.fromkeys(word for word in words if word))


def said(**values: Any) -> dict[str, Any]:  # noqa: ANN401 (what JSON can hold)
    """Only what has a value."""
    return {name: value for name, value in values.items() if value}
