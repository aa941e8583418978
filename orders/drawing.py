"""A signature drawn by hand: strokes as the path of an SVG, numbers and nothing else. Pure."""

import re

from django.utils.translation import gettext_lazy as _

from office.refusals import Refusal

WIDTH, HEIGHT = 600, 200
LONGEST = 16_000  # characters
FEWEST_POINTS = 8  # a dot or a slip of the finger is no signature
PATH = re.compile(r"(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})*)+", re.ASCII)


class DrawingUnreadable(Refusal):
    code = "drawing_unreadable"
    sentence = _(
        "Le dessin n’est pas arrivé en entier. Effacez-le et recommencez, ou signez en écrivant "
        "votre nom."
    )
    field = "drawing"


def cleaned(path: str) -> str:
    """The path, written anew from its numbers; nothing for nothing drawn.

    >>> cleaned("M10 20L11 21L12 22L13 23L14 24L15 25L16 26L17 027")
    'M10 20L11 21L12 22L13 23L14 24L15 25L16 26L17 27'
    >>> cleaned("")
    ''
    >>> cleaned('M10 20L11 21"><script>')
    Traceback (most recent call last):
    orders.drawing.DrawingUnreadable: drawing_unreadable
    """
    if not path:
        return ""
    if len(path) > LONGEST or not PATH.fullmatch(path):
        raise DrawingUnreadable()
    points = [(kind, int(x), int(y)) for kind, x, y in re.findall(r"([ML])(\d+) (\d+)", path)]
    if len(points) < FEWEST_POINTS or any(x > WIDTH or y > HEIGHT for _kind, x, y in points):
        raise DrawingUnreadable()
    return "".join(f"{kind}{x} {y}" for kind, x, y in points)
