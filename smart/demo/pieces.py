"""Every piece of the look in every state, on pages of the demo: what a builder sees first."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from members.forms import AddressForm, BankAccountForm, HouseholdForm
from members.pieces import (
    Figure,
    FigureLine,
    Knot,
    Moment,
    NextStep,
    Part,
    PartLine,
    Step,
    Tab,
    Task,
    bars,
    price_bar,
)
from office import clock, documents, languages
from office.models import Document
from office.templatetags.house import euros
from orders import conditions
from orders.client_forms import SignForm
from orders.forms import ReceiptForm, WorkForm
from orders.shown import CONSENT
from orders.states import OrderStatus
from orders.thread import Facts, client_knots, knots

PAGES: dict[str, str | Promise] = {
    "pieces": _("Pièces"),
    "thread": _("Le fil"),
    "forms": _("Formulaires"),
    "tables": _("Tableaux et chiffres"),
    "papers": _("Papiers"),
}
LOOKS = ("", "secondary", "quiet", "danger")
TONES = ("done", "now", "waiting", "stopped", "info", "todo")
COLOURS = ("paper", "sheet", "ink", "ink-soft", "line", "leaf", "amber", "brick", "sky")
ICONS = (
    "home jobs pay person plus check clock paper mail warning arrow copy lock box search".split()
)


@require_GET
def pieces(request: HttpRequest, page: str = "pieces") -> HttpResponse:
    """One of the pages of pieces."""
    if page not in PAGES:
        raise Http404
    at = clock.now()
    context = {
        "page": page,
        "tabs": [
            Tab(text=text, url=reverse("pieces", args=[name]), current=name == page)
            for name, text in PAGES.items()
        ],
        "now": at,
        **CONTEXTS[page](at),
    }
    return render(request, f"smart/demo/pieces/{page}.html", context)


@require_GET
def paper(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """The newest paper of a kind in the demo world."""
    made = Document.objects.filter(kind=kind, language=language, sha256__isnull=False)
    newest = made.exclude(template="").order_by("-id").first()
    if newest is None:
        raise Http404
    return documents.response(newest)


def _pieces(at: datetime) -> dict[str, Any]:
    today = clock.day_of(at)
    new = reverse("job-new")
    return {
        "looks": LOOKS,
        "tones": TONES,
        "colours": COLOURS,
        "icons": ICONS,
        "bar": _bar(),
        "steps": [
            Step(label=_("Le travail"), state="done", url="#steps"),
            Step(label=_("Le client"), state="done", url="#steps"),
            Step(label=_("Les jours"), state="now"),
            Step(label=_("Le prix"), state="todo"),
            Step(label=_("Vérifier"), state="todo"),
        ],
        "next_steps": [
            NextStep(
                title=_("Signez votre contrat pour Dumont Éditions SRL"),
                text=_("La coopérative l’a signé. Sans votre signature, ne commencez pas."),
                button=_("Lire et signer"),
                url=new,
                due=today + timedelta(days=2),
            ),
            NextStep(
                title=_("« Galerie de réalisations » est chez votre client"),
                text=_("À lui de signer."),
                button=_("Voir la mission"),
                url=new,
                tone="waiting",
                due=today + timedelta(days=8),
            ),
            NextStep(
                title=_("« Photos de la fête » n’est pas signée : ne commencez pas"),
                text=_("Le client a décliné : « La date ne convient plus. »"),
                button=_("Voir la mission"),
                url=new,
                tone="stopped",
            ),
            NextStep(title=_("Rien à faire pour l’instant"), text=_("Bonne journée."), tone="done"),
        ],
        "moments": _moments(at),
        "tasks": [
            Task(text=_("Confirmer votre adresse e-mail"), state="done"),
            Task(
                text=_("La coopérative relit votre inscription"),
                state="waiting",
                note=_("En général en deux jours de bureau."),
            ),
            Task(
                text=_("Déclarer une première mission"),
                state="todo",
                button=_("Commencer"),
                url=new,
            ),
        ],
    }


def _moments(at: datetime) -> list[Moment]:
    told: list[tuple[int, str | Promise, str, str]] = [
        (1, _("Contrat signé"), "Ana Lopes", "done"),
        (26, _("Travail déclaré à la sécurité sociale (Dimona)"), "Carla Vermeulen", "done"),
        (50, _("Changement ou annulation demandé"), "Marc Dumont", "waiting"),
        (74, _("Virement du salaire rejeté par la banque"), "Denis Claes", "stopped"),
        (98, _("Commande signée par le client"), "Marc Dumont", "done"),
        (300, _("Commande ouverte par le client"), "Marc Dumont", ""),
        (320, _("Commande envoyée au client"), "Ana Lopes", "done"),
        (321, _("Brouillon commencé"), "Ana Lopes", ""),
    ]
    return [
        Moment(
            at=at - timedelta(hours=hours),
            text=text,
            who=who,
            tone=tone,
            detail=_("Pouvons-nous décaler d’une semaine ?") if tone == "waiting" else "",
        )
        for hours, text, who, tone in told
    ]


def _bar() -> Any:
    line = PartLine(
        label=_("Cotisation personnelle ONSS"),
        amount=Decimal("78.89"),
        base=Decimal("603.63"),
        rate=Decimal("0.1307"),
        source=_("Fichier des taux de l’ONSS"),
    )
    amounts: list[tuple[str, str | Promise, str]] = [
        ("fee", _("Contribution à la coopérative"), "61.10"),
        ("expenses", _("Frais"), "24.00"),
        ("employer", _("Cotisations patronales"), "170.29"),
        ("insurance", _("Assurance et fonds"), "4.21"),
        ("employee", _("Cotisations personnelles (ONSS)"), "78.89"),
        ("tax", _("Précompte professionnel (impôt)"), "0.00"),
        ("net", _("Salaire net"), "520.32"),
        ("holiday", _("Pécule de vacances net"), "81.18"),
        ("rounding", _("Arrondi"), "0.01"),
    ]
    parts = [
        Part(
            key=key,
            label=label,
            amount=Decimal(amount),
            lines=(line,) if key == "employee" else (),
        )
        for key, label, amount in amounts
    ]
    return price_bar(Decimal("940.00"), parts)


@dataclass(frozen=True, kw_only=True)
class Thread:
    """A state of the thread, and what it is called here."""

    title: str | Promise
    knots: tuple[Knot, ...]


def _thread(at: datetime) -> dict[str, Any]:
    on = clock.day_of(at)
    return {
        "threads": [_state(title, on, facts) for title, facts in _states(on)],
        "client_threads": [
            Thread(title=_("Chez le client : signée"), knots=client_knots(_facts(on, **_SIGNED))),
        ],
    }


_SIGNED: dict[str, Any] = {"status": OrderStatus.SIGNED}


def _facts(on: date, **facts: Any) -> Facts:
    return Facts(
        client="Dumont Éditions SRL",
        on=on,
        first_day=facts.pop("first_day", on + timedelta(days=3)),
        last_day=facts.pop("last_day", on + timedelta(days=4)),
        **facts,
    )


def _state(title: str | Promise, on: date, facts: dict[str, Any]) -> Thread:
    return Thread(title=title, knots=knots(_facts(on, **facts)))


def _states(on: date) -> list[tuple[str | Promise, dict[str, Any]]]:
    """Every state a job's thread can be in, in the order of its life."""
    soon, past = on + timedelta(days=8), on - timedelta(days=2)
    ready = _SIGNED | {"contracts_signed": True, "declared": True}
    working = ready | {"first_day": past, "last_day": soon}
    done = {
        "status": OrderStatus.RELEASED,
        "contracts_signed": True,
        "declared": True,
        "answered": True,
        "first_day": past,
        "last_day": past,
    }
    invoiced = done | {"invoice_on": past, "invoice_due_on": soon, "pay_deadline": soon}
    return [
        (_("Brouillon"), {"status": OrderStatus.DRAFT}),
        (_("Envoyée"), {"status": OrderStatus.SENT, "sign_until": soon}),
        (_("Déclinée"), {"status": OrderStatus.DECLINED}),
        (_("Lien expiré"), {"status": OrderStatus.LAPSED}),
        (_("Contrat à signer par la coopérative"), _SIGNED | {"contract_of_cooperative": True}),
        (_("Contrat à signer par vous"), _SIGNED | {"contract_of_affiliate": True}),
        (_("Papier à vérifier"), _SIGNED | {"contract_to_check": True}),
        (_("À déclarer"), _SIGNED | {"contracts_signed": True}),
        (_("Prête à commencer"), ready),
        (_("Travail en cours"), working),
        (_("À confirmer"), ready | {"first_day": past, "last_day": on}),
        (_("Chez votre conseiller"), working | {"status": OrderStatus.HELD}),
        (_("Travail confirmé"), done | {"pay_deadline": soon}),
        (_("Non confirmé"), done | {"not_confirmed": True, "pay_deadline": soon}),
        (_("Facturée"), invoiced),
        (_("Payée à vous d’abord"), invoiced | {"paid_on": on}),
        (_("Payée par le client d’abord"), invoiced | {"settled_on": on}),
        (_("Terminée"), invoiced | {"paid_on": on, "settled_on": on}),
        (_("Annulée"), {"status": OrderStatus.CANCELLED}),
        (_("Annulée après facture"), invoiced | {"status": OrderStatus.CANCELLED}),
        (_("Remplacée"), {"status": OrderStatus.REPLACED}),
    ]


def _consent() -> str:
    told = {"ref": "7K2M9XQ4", "version": 1, "conditions": conditions.CURRENT}
    return CONSENT[languages.current()].format(**told, client="Dumont Éditions SRL")


def _forms(at: datetime) -> dict[str, Any]:
    day = clock.day_of(at)
    days = [(day, Decimal("7.60")), (day + timedelta(days=1), Decimal("7.60"))]
    account = BankAccountForm({"iban": "BE12 3456"})
    sign = SignForm({"name": "Marc Dumont"}, consent=_consent())
    return {
        "forms": [
            (_("Vide"), AddressForm()),
            (_("Remplie"), AddressForm(initial={"street": "rue du Page 12", "postcode": "1050"})),
            (_("À revoir"), AddressForm({"street": "rue du Page 12", "postcode": "abcd"})),
            (_("Un champ à revoir"), account),
            (_("Choix, cases et nombres"), HouseholdForm({"children": "-2"})),
            (_("Signer, à revoir"), sign),
            (_("Fichier et montant"), ReceiptForm()),
            (_("Heures faites"), WorkForm(days=days)),
        ]
    }


def _tables(at: datetime) -> dict[str, Any]:
    job = reverse("jobs")
    rows = (
        (date(2026, 11, 17), _("Salaire, Dumont Éditions SRL"), Decimal("605.92"), "done"),
        (date(2026, 12, 4), _("Salaire, Atelier Nord SA"), Decimal("812.40"), "waiting"),
        (date(2026, 12, 11), _("Salaire, Mairie de Namur"), Decimal("1234.56"), "stopped"),
    )
    months = [
        (_("septembre"), Decimal("1204.10")),
        (_("octobre"), Decimal("0")),
        (_("novembre"), Decimal("605.92")),
    ]
    lines = tuple(
        FigureLine(text=text, amount=amount, note=f"{day:%d/%m/%Y}", url=job)
        for day, text, amount, _tone in rows
    )
    return {
        "rows": rows,
        "total": sum((row[2] for row in rows), Decimal(0)),
        "bars": bars([(label, value, euros(value)) for label, value in months]),
        "figures": [
            Figure(name=_("Gagné"), amount=Decimal("812.40"), lines=lines[1:2]),
            Figure(
                name=_("En route"),
                amount=Decimal("605.92"),
                note=_("mardi 17 novembre"),
                lines=lines[:1],
            ),
            Figure(name=_("Garanti"), amount=Decimal("0")),
            Figure(name=_("Reçu"), amount=Decimal("2652.88"), lines=lines, more=4, url=job),
        ],
    }


def _papers(at: datetime) -> dict[str, Any]:
    made = Document.objects.exclude(template="").filter(sha256__isnull=False)
    found = made.order_by("kind", "language", "-id").distinct("kind", "language")
    return {"papers": list(found)}


CONTEXTS = {
    "pieces": _pieces,
    "thread": _thread,
    "forms": _forms,
    "tables": _tables,
    "papers": _papers,
}
