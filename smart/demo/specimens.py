"""Papers of nobody: drawn, so that the demo’s people have something to show."""

from datetime import date
from functools import lru_cache
from io import BytesIO

import font_source_sans_pro
from PIL import Image, ImageDraw, ImageFont

from members.models.papers import PAPER_KINDS
from office.uploads import Upload

SIZE = (860, 540)  # a card of 85 by 54 millimetres
PAPER, INK, FAINT = "#e9efe6", "#1c2430", "#b9c8b4"
MARGIN = 44
YEARS = 4


def valid_until(on: date) -> date:
    """The date their cards bear."""
    return date(on.year + YEARS, 6, 30)


@lru_cache(maxsize=200)
def photograph(kind: str, *, name: str, born: date) -> Upload:
    """The picture of a paper that says what it is, and that it is a specimen."""
    image = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    for top in range(0, SIZE[1], 18):
        pen.line([(0, top), (SIZE[0], top + 60)], fill=FAINT)
    pen.rounded_rectangle([10, 10, SIZE[0] - 10, SIZE[1] - 10], radius=30, outline=INK, width=3)
    pen.text((MARGIN, 40), str(PAPER_KINDS[kind]).upper(), fill=INK, font=_letters(30))
    pen.text((MARGIN, 90), "SPECIMEN", fill="#a8321f", font=_letters(56))
    if kind == "id_front":
        pen.rounded_rectangle([580, 180, 800, 460], radius=12, fill=FAINT, outline=INK, width=2)
        pen.ellipse([645, 220, 735, 320], fill=PAPER, outline=INK, width=2)
        pen.chord([610, 340, 770, 580], 180, 360, fill=PAPER, outline=INK, width=2)
    pen.text((MARGIN, 240), name, fill=INK, font=_letters(40))
    if kind in ("id_front", "id_back"):
        pen.text((MARGIN, 310), f"{born:%d/%m/%Y}", fill=INK, font=_letters(34))
    made = BytesIO()
    image.save(made, "JPEG", quality=70)
    return Upload(content=made.getvalue(), media_type="image/jpeg", extension=".jpg")


def _letters(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_source_sans_pro.SourceSansProSemibold, size)
