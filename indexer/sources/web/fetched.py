"""A page as it came from the web."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document found on the web."""

    address: str
    """Where it was asked for."""
    final_address: str
    """Where it was found, after redirects."""
    data: bytes
    suffix: str
    """Its format: '.html', '.xhtml', '.pdf', '.docx', '.md' or '.txt'."""
    kept: str = ""
    """Why this is an earlier copy, and of which day; empty when it is the page as it is now."""
