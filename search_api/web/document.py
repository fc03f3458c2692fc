"""A web page as one file: no script, nothing loaded, to be sent round and printed."""

import hashlib
from base64 import b64encode
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "templates"
_STYLES = (_HERE / "static" / "base.css", _TEMPLATES / "document.css")


def document(name: str, **values: object) -> str:
    """The page that templates/NAME.html, which extends document.html, makes of `values`; its style
    is templates/NAME.css and what all such pages share."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    styles = (*_STYLES, _TEMPLATES / f"{name}.css")
    style = "".join(path.read_text(encoding="utf-8") for path in styles)
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'"
    page = environment.get_template(f"{name}.html")
    return page.render(**values, style=Markup(style), policy=policy)
