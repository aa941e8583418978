"""Clients: verified, corrected, their term and their ceiling."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from invoicing.actions import clients
from invoicing.admin.windows import DeskForm, ReasonForm, Said
from invoicing.desk import identity
from invoicing.models import Client
from members import visitors
from members.forms_base import EuroField
from members.roles import ByRole
from office import clock
from office.desk import button
from office.windows import Queue


class IdentityForm(DeskForm):
    """The words every paper prints of a client."""

    name = forms.CharField(label=_("Nom"), max_length=120)
    street = forms.CharField(label=_("Rue et numéro"), max_length=120)
    postcode = forms.CharField(label=_("Code postal"), max_length=10)
    city = forms.CharField(label=_("Localité"), max_length=80)
    language = forms.ChoiceField(label=_("Langue"), choices=settings.LANGUAGES)


class TermForm(DeskForm):
    """The term negotiated with a client."""

    days = forms.IntegerField(
        label=_("Délai de paiement, en jours"),
        required=False,
        min_value=0,
        help_text=_("Laissez vide pour reprendre le délai de la maison."),
    )


class CeilingForm(DeskForm):
    """The guarantee's ceiling for a client."""

    amount = EuroField(
        label=_("Plafond garanti, en euros hors TVA"),
        required=False,
        help_text=_("Laissez vide pour reprendre le plafond de la maison."),
    )


class ClientQueue(Queue):
    views = (
        ("to_verify", _("à vérifier")),
        ("verified", _("vérifiés")),
        ("blocked", _("hors garantie")),
        ("all", _("tous")),
    )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if request.GET.get("q"):
            return queryset
        return {
            "to_verify": queryset.filter(verified_at=None),
            "verified": queryset.filter(verified_at__isnull=False),
            "blocked": queryset.filter(blocked_at__isnull=False),
        }.get(self.value(), queryset)


@admin.register(Client)
class ClientAdmin(ByRole, ModelAdmin):
    list_display = ("name", "enterprise_number", "city", "kind", "is_verified", "is_covered")
    list_filter = (ClientQueue,)
    search_fields = ("name", "enterprise_number", "ref")
    ordering = ("name", "id")
    fields = (
        "ref",
        "kind",
        "name",
        "enterprise_number",
        "vat_number",
        "street",
        "postcode",
        "city",
        "country",
        "language",
        "payment_term_days",
        "guarantee_ceiling",
        "created_at",
        "found_at",
        "verified_at",
        "blocked_at",
        "blocked_reason",
    )
    actions_detail = ("verify", "amend", "set_term", "set_ceiling", "block", "unblock")

    @admin.display(description=_("vérifié"), boolean=True)
    def is_verified(self, client: Client) -> bool:
        return client.verified_at is not None

    @admin.display(description=_("garanti"), boolean=True)
    def is_covered(self, client: Client) -> bool:
        return client.blocked_at is None

    @button(
        _("Vérifier"),
        permissions=["advisor"],
        primary=True,
        when=lambda row: row.verified_at is None,
        facts=identity,
        question=_(
            "Vous avez comparé ces données avec la Banque-Carrefour des Entreprises. Les membres "
            "ne pourront plus les changer."
        ),
    )
    def verify(self, request: HttpRequest, row: Client) -> Said:
        clients.verify(row.pk, by=visitors.actor(request), at=clock.now())
        return _("Client vérifié.")

    @button(
        _("Corriger"),
        permissions=["advisor"],
        question=_("Les documents déjà émis ne changent pas."),
        form=IdentityForm,
        initial=lambda row: {name: getattr(row, name) for name in IdentityForm.base_fields},
    )
    def amend(self, request: HttpRequest, row: Client, **words: str) -> Said:
        clients.amend(row.pk, **words, by=visitors.actor(request), at=clock.now())
        return _("Données corrigées.")

    @button(
        _("Délai de paiement"),
        permissions=["finance"],
        question=_("Il vaut pour les prochaines missions."),
        form=TermForm,
        initial=lambda row: {"days": row.payment_term_days},
    )
    def set_term(self, request: HttpRequest, row: Client, *, days: int | None) -> Said:
        clients.set_term(row.pk, days=days, by=visitors.actor(request), at=clock.now())
        return _("Délai de paiement enregistré.")

    @button(
        _("Plafond garanti"),
        permissions=["finance"],
        question=_("Il vaut pour les prochaines missions."),
        form=CeilingForm,
        initial=lambda row: {"amount": row.guarantee_ceiling},
    )
    def set_ceiling(self, request: HttpRequest, row: Client, *, amount: Decimal | None) -> Said:
        clients.set_ceiling(row.pk, amount=amount, by=visitors.actor(request), at=clock.now())
        return _("Plafond enregistré.")

    @button(
        _("Sortir de la garantie"),
        permissions=["finance"],
        when=lambda row: row.blocked_at is None,
        question=_("Ses prochaines missions ne seront plus couvertes par le fonds."),
        form=ReasonForm,
    )
    def block(self, request: HttpRequest, row: Client, *, reason: str) -> Said:
        clients.block(row.pk, reason=reason, by=visitors.actor(request), at=clock.now())
        return _("Ce client n’est plus garanti.")

    @button(
        _("Remettre dans la garantie"),
        permissions=["finance"],
        when=lambda row: row.blocked_at is not None,
        question=_("Ses prochaines missions pourront de nouveau être couvertes."),
    )
    def unblock(self, request: HttpRequest, row: Client) -> Said:
        clients.unblock(row.pk, by=visitors.actor(request), at=clock.now())
        return _("Ce client est de nouveau garanti.")
