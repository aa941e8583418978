"""The figures of law this room pays by."""

from pathlib import Path

from django.conf import settings

from office import parameters

FOLDER = Path(__file__).parent / "legislation"


def law() -> parameters.Law:
    """The legislation, read once; the demo fills what is missing with rows marked unconfirmed."""
    return parameters.load(FOLDER, demo=settings.COOP_DEMO)
