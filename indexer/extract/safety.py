"""Doses and calls for help, which are never taken for site furniture."""

import re

SAFETY = re.compile(
    r"\b(?:999|112|911|111|A&E|emergenc\w+|urgent\w*|\d+ ?(?:mg|ml|g|micrograms?)|overdose"
    r"|(?:see|ask|call|tell) (?:a|an|your|the) (?:doctor|GP|pharmacist|nurse|midwife|ambulance))\b"
    r"|\b(?:call|ring|see|go|come)\b.*\bif\b|\bif you\b",
    re.IGNORECASE,
)
"""What a text says that a reader must not miss: how much to take, when to call whom."""
