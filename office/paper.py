"""HTML to PDF. Imported by workers only: WeasyPrint takes a second to load.

Style sheet and fonts are parsed once per process. The renderer fetches nothing: whatever a text
asks for, from the network or the disk, is refused. The same page gives the same bytes.
"""

import os
from functools import cache
from typing import Any, NoReturn

from django.template.loader import get_template
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

STYLE_SHEET = "print/paper.v1.css"


class FetchRefused(ValueError):
    """A paper asked for something outside itself."""

    code = "fetch_refused"


class NoFonts(RuntimeError):
    """Without fonts the renderer would crash the process."""

    code = "no_fonts"


def pdf(page: str) -> bytes:
    """The PDF of a page."""
    style_sheet, fonts = _style()
    document = HTML(string=page, url_fetcher=NOWHERE, base_url=None)
    made: bytes = document.write_pdf(stylesheets=[style_sheet], font_config=fonts)
    return made


class Nowhere(URLFetcher):  # type: ignore[misc]
    """What the renderer asks whenever a page names an address: it is refused, the page goes on."""

    def fetch(self, url: str, headers: Any = None) -> NoReturn:
        """Refuse."""
        raise FetchRefused("papers fetch nothing")


NOWHERE = Nowhere()


@cache
def _style() -> tuple[CSS, FontConfiguration]:
    if not os.path.isfile(os.environ.get("FONTCONFIG_FILE", "")):
        raise NoFonts("FONTCONFIG_FILE names no file; ./coop writes it")
    fonts = FontConfiguration()
    source = get_template(STYLE_SHEET).template.source  # type: ignore[attr-defined]
    return CSS(string=source, font_config=fonts, url_fetcher=NOWHERE), fonts
