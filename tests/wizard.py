"""The wizard of a job as somebody without script goes through it."""

from typing import Any

from tests import world
from tests.scenarios.visitor import Page, Visitor

CLIENT: dict[str, Any] = {
    "client_number": "0999.000.129",
    "signer_name": world.SIGNER,
    "signer_email": world.SIGNER_EMAIL,
}
MISSION: dict[str, Any] = {
    "description": "Refonte de la page d’accueil et de la boutique",
    "place": "rue des Imprimeurs 3, 1000 Bruxelles",
}


def begin(who: Visitor) -> Page:
    """The first page of a new draft: for whom?"""
    page = who.see("/jobs/new/")
    known = page.root is not None and page.root.xpath("//button[@name='client']")
    return who.press(page, "Un autre client" if known else "Commencer")


def write_job(
    who: Visitor,
    *,
    first: str = "2026-11-26",
    last: str = "2026-11-27",
    client: dict[str, Any] = CLIENT,
    mission: dict[str, Any] = MISSION,
    price: dict[str, Any] | None = None,
) -> Page:
    """A job for Dumont, page after page; gives the page where all is read again."""
    page = who.press(begin(who), "Continuer", **client)
    page = who.press(page, "Continuer", **mission)
    page = who.press(page, "Ajouter ces jours", fill_from=first, fill_until=last, fill_hours="7,60")
    page = who.press(page, "Continuer")
    return who.press(page, "Continuer", **(price or {"amount": "1.000,00"}))
