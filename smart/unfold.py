"""The staff desk's shell (django-unfold)."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


def style(request: HttpRequest) -> str:
    """The few rules of our own: queues of the day, proofs, thread."""
    return static("smart/desk.css")


def icon(request: HttpRequest) -> str:
    """The house's mark."""
    return static("mark.svg")


def shelf(title: str | Promise, **pages: str | Promise) -> dict[str, Any]:
    """A part of the menu: admin page -> its name."""
    return {
        "title": title,
        "separator": True,
        "items": [
            {"title": label, "link": reverse_lazy(f"admin:{page}_changelist")}
            for page, label in pages.items()
        ],
    }


MENU = [
    {
        "items": [
            {"title": _("À faire aujourd’hui"), "link": reverse_lazy("admin:index")},
            {
                "title": _("Vos avis"),
                "link": reverse_lazy("notices"),
                "badge": "members.bell.count",
            },
            {"title": _("Les livres se prouvent"), "link": reverse_lazy("books")},
            {"title": _("Qui peut quoi"), "link": reverse_lazy("roles")},
        ]
    },
    shelf(
        _("Missions"),
        orders_order=_("Missions"),
        orders_review=_("Missions à regarder"),
        orders_workreport=_("Réponses sur le travail"),
        orders_changerequest=_("Demandes de changement"),
        orders_receipt=_("Justificatifs"),
    ),
    shelf(
        _("Paie"),
        payroll_contract=_("Contrats"),
        payroll_declaration=_("Déclarations Dimona"),
        payroll_payrun=_("Paies"),
        payroll_payslip=_("Fiches de paie"),
        payroll_transfer=_("Virements"),
    ),
    shelf(
        _("Facturation"),
        invoicing_client=_("Clients"),
        invoicing_invoice=_("Factures et notes de crédit"),
        invoicing_receivable=_("Créances"),
        invoicing_question=_("Questions des clients"),
        invoicing_payment=_("Paiements"),
        invoicing_advance=_("Avances"),
    ),
    shelf(
        _("Personnes"),
        members_affiliate=_("Affiliés"),
        members_bankaccount=_("Comptes bancaires"),
        members_identitycorrection=_("Corrections d’identité"),
        members_user=_("Personnes qui se connectent"),
        members_apitoken=_("Jetons d’accès"),
        members_mandate=_("Mandats"),
        members_share=_("Parts"),
        members_trade=_("Métiers"),
        members_activity=_("Activités"),
        members_activitymandate=_("Mandats dans les activités"),
    ),
    shelf(
        _("Livres"),
        ledger_entry=_("Écritures"),
        ledger_account=_("Comptes"),
        ledger_period=_("Mois clôturés"),
        ledger_legalentity=_("Entités"),
    ),
    shelf(
        _("Maison"),
        office_batch=_("Actions groupées"),
        office_letter=_("Lettres"),
        office_document=_("Documents"),
        office_event=_("Événements"),
        office_policy=_("Règles de la maison"),
        office_webhook=_("Envois automatiques"),
    ),
]

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Coopérative"),
    "SITE_HEADER": _("Coopérative"),
    "SITE_SUBHEADER": _("bureau"),
    "SITE_URL": "/",
    "SHOW_HISTORY": False,
    "SHOW_LANGUAGES": True,
    "LANGUAGES": {"action": reverse_lazy("language")},
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "smart.desk.dashboard",
    "STYLES": [style],
    "BORDER_RADIUS": "8px",
    "COLORS": {
        "primary": {
            "50": "oklch(97% .02 165)",
            "100": "oklch(94% .04 165)",
            "200": "oklch(88% .07 165)",
            "300": "oklch(80% .1 165)",
            "400": "oklch(70% .11 165)",
            "500": "oklch(58% .1 165)",
            "600": "oklch(47% .09 165)",
            "700": "oklch(41% .08 165)",
            "800": "oklch(35% .07 165)",
            "900": "oklch(30% .06 165)",
            "950": "oklch(20% .04 165)",
        },
    },
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": icon}],
    "ACCOUNT": {
        "navigation": [
            {"title": _("Vérification en deux étapes"), "link": reverse_lazy("second-factor")},
            {"title": _("Changer de mot de passe"), "link": reverse_lazy("password-change")},
        ]
    },
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": MENU},
}
