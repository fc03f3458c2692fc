"""Doses and calls for help: what no rule about furniture may take from a reader."""

import re

_DOSE = re.compile(
    r"\b\d+(?:[.,]\d+)* ?(?:mg|ml|g|mcg|micrograms?|milligrams?|grams?|millilitres?|units|IU)\b"
    r"|\d ?µg\b"
    r"|\b(?:\d+|half an?|one|two|three|four) "
    r"(?:tablets?|capsules?|pills?|puffs?|drops?|patch(?:es)?|sachets?|suppositor(?:y|ies)"
    r"|tea ?spoon(?:ful)?s?|spoonfuls?)\b",
    re.IGNORECASE,
)
_HELP = re.compile(
    r"\b(?:999|112|911|111|A&E|ambulance|overdos\w+|poisons? (?:centre|line)"
    r"|(?:an|medical|real) emergency|emergency (?:department|room|services?|number|help|care)"
    r"|urgent (?:help|care|advice|treatment|attention|appointment)|urgently"
    r"|(?:see|ask|call|ring|tell|phone) (?:a|an|your|the) "
    r"(?:doctor|GP|pharmacist|nurse|midwife|dentist|surgery))\b",
    re.IGNORECASE,
)
_ALARMS = re.compile(r"\b(?:emergenc\w+|urgent\w*)\b", re.IGNORECASE)
_BIDS = re.compile(
    r"(?:^|: )(?:always |please |if in doubt,? )?"
    r"(?:call|ring|dial|phone|see|ask|tell|go|get|seek)\b",
    re.IGNORECASE,
)
_ENDS = (".", "!", ":", ";")
_SENTENCE = re.compile(r"[a-z][.!] ")
"""Ends within the text: words of a menu that stand below may be part of its paragraph."""


def names_dose_or_help(text: str) -> bool:
    """Whether a text names a dose, an emergency or someone to ask."""
    return any(words.search(text) for words in (_DOSE, _HELP, _ALARMS))


def is_advice(text: str) -> bool:
    """Whether it is a dose, or says to get help in a sentence or as a bidding.

    'When to call an ambulance' is a link's text or a heading, and 'Emergencies' an entry of a menu.
    """
    if _DOSE.search(text):
        return True
    told = text.rstrip("\"'”’)").endswith(_ENDS) or _SENTENCE.search(text) or _BIDS.search(text)
    return bool(told and _HELP.search(text))
