"""Letters that only a font makes what they are: Symbol's 'm' is µ; and digits set high or low."""

from lxml import etree

from indexer.extract.docx.style import child, value

UNKNOWN = "□"
"""For a sign that no table here has: a reader sees that something stands there."""

_SYMBOL = (
    "!∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾"
    "αβχδεφγηιϕκλµνοπθρστυϖωξψζ{|}∼",
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊",
)
"""From 0x21 and from 0xA0 on, as the font's maker has them."""
_FONTS = {
    "symbol": {
        start + at: sign
        for start, signs in zip((0x21, 0xA0), _SYMBOL, strict=True)
        for at, sign in enumerate(signs)
    },
    "wingdings": {
        0x28: "☎", 0x2A: "✉", 0x4A: "☺", 0x4B: "😐", 0x4C: "☹", 0x6C: "●", 0x6E: "■", 0x6F: "□",
        0x71: "❑", 0x72: "❒", 0x75: "◆", 0x76: "❖", 0x9F: "•", 0xA7: "▪", 0xA8: "◻", 0xD8: "➢",
        0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xEF: "⇦", 0xF0: "⇨", 0xF1: "⇧", 0xF2: "⇩",
        0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
    },
    "wingdings 2": {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x54: "☒", 0xA3: "□"},
}  # fmt: skip
_SET = {
    "superscript": str.maketrans("0123456789+-−–=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾"),
    "subscript": str.maketrans("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎"),
}


def symbol(element: etree._Element) -> str:
    """What a ``<w:sym>`` shows."""
    try:
        code = int(value(element, "char") or "", 16)
    except ValueError:
        return UNKNOWN
    return _of_font(code, value(element, "font"))


def run_text(run: etree._Element | None, text: str) -> str:
    """A run's letters; 10 with a 9 set high is not 109."""
    fonts = child(run, "rPr", "rFonts")
    font = value(fonts, "hAnsi") or value(fonts, "ascii")
    # A font's own signs stand where Unicode has none.
    text = "".join(_of_font(ord(one), font) if "\uf020" <= one <= "\uf0ff" else one for one in text)
    table = _SET.get(value(child(run, "rPr", "vertAlign")) or "")
    return text if table is None or any(map(str.isalpha, text)) else text.translate(table)


def _of_font(code: int, font: str | None) -> str:
    signs = _FONTS.get((font or "").casefold())
    if signs is None and 0x20 < code < 0xD800:
        return chr(code)
    return (signs or {}).get(code & 0xFF, UNKNOWN)
