"""The register of shares: who holds one for which year, what is still to come."""

import csv
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from members import visitors
from members.actions import shares
from members.forms_base import EuroField
from members.models import Share, SharePayment
from members.roles import ByRole
from office import clock
from office.desk import Facts, button
from office.money import ZERO
from office.templatetags import house
from office.windows import Queue, beside

CSV = "text/csv; charset=utf-8"


class SharePaymentForm(forms.Form):
    """A line of the bank."""

    amount = EuroField(label=_("Montant reçu"))
    received_on = forms.DateField(
        label=_("Reçu le"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    reference = forms.CharField(label=_("Référence de la ligne de la banque"), max_length=140)


class GivenBackForm(forms.Form):
    """The day the surplus left."""

    on = forms.DateField(
        label=_("Rendu le"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class ShareQueue(Queue):
    views = (
        ("to_come", _("à recevoir")),
        ("register", _("registre")),
        ("surplus", _("trop-perçus")),
        ("all", _("toutes")),
    )

    def rows(self, view: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return {
            "to_come": queryset.filter(paid_on=None),
            "register": queryset.filter(paid_on__isnull=False),
            "surplus": queryset.filter(got__gt=F("amount")),
        }.get(view, queryset)


class SharePayments(ByRole, TabularInline):
    model = SharePayment
    fields = ("received_on", "amount", "reference", "recorded_at", "recorded_by")
    ordering = ("received_on", "id")
    extra = 0


def to_pay(row: Any) -> Facts:
    """What is expected for a share, and what came."""
    return [
        (_("membre"), row.affiliate.name),
        (_("année"), str(row.year)),
        (_("valeur"), house.euros(row.amount)),
        (_("déjà reçu"), house.euros(row.received)),
        (_("communication"), house.communication(row.communication)),
    ]


@admin.register(Share)
class ShareAdmin(ByRole, ModelAdmin):
    list_display = ("number", "affiliate", "year", "amount", "came", "code", "paid_on")
    list_filter = (ShareQueue, "year")
    list_select_related = ("affiliate", "entity")
    search_fields = ("affiliate__first_name", "affiliate__last_name", "communication", "ref")
    ordering = ("id",)
    fields = (
        "number", "affiliate", "entity", "year", "amount", "came", "code", "asked_at", "paid_on",
        "paper",
    )  # fmt: skip
    inlines = (SharePayments,)
    actions_list = ("export",)
    actions_detail = ("record_payment", "give_back")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Share]:
        rows: QuerySet[Share] = super().get_queryset(request)
        return rows.annotate(got=Sum("payments__amount", default=ZERO))

    @admin.display(description=_("numéro"), ordering="id")
    def number(self, row: Share) -> str:
        return str(row.pk)

    @admin.display(description=_("reçu"))
    def came(self, row: Any) -> str:
        return house.euros(row.got)

    @admin.display(description=_("communication"))
    def code(self, row: Share) -> str:
        return house.communication(row.communication)

    @admin.display(description=_("certificat"))
    def paper(self, row: Share) -> str:
        return beside("share-certificate", row.ref) if row.certificate_id else ""

    @button(
        _("Inscrire un paiement"),
        permissions=["finance"],
        primary=True,
        when=lambda row: row.paid_on is None,
        facts=to_pay,
        question=_(
            "Une partie, le tout ou trop : la même ligne de la banque ne compte qu’une fois."
        ),
        form=SharePaymentForm,
        initial=lambda row: {"amount": row.amount - row.received, "received_on": clock.today()},
    )
    def record_payment(
        self,
        request: HttpRequest,
        row: Share,
        *,
        amount: Decimal,
        received_on: date,
        reference: str,
    ) -> str | Promise:
        shares.record_payment(
            row.pk,
            amount=amount,
            received_on=received_on,
            reference=reference,
            by=visitors.actor(request),
            at=clock.now(),
        )
        return _("Paiement inscrit.")

    @button(
        _("Trop-perçu rendu"),
        permissions=["finance"],
        when=lambda row: row.received > row.amount,
        facts=to_pay,
        question=_("Inscrivez le jour où le trop-perçu est reparti vers son compte."),
        form=GivenBackForm,
        initial=lambda row: {"on": clock.today()},
    )
    def give_back(self, request: HttpRequest, row: Share, *, on: date) -> str | Promise:
        shares.give_back(row.pk, on=on, by=visitors.actor(request), at=clock.now())
        return _("Trop-perçu rendu.")

    @button(
        _("Exporter le registre"),
        permissions=["finance"],
        question=_("Toutes les parts payées, une ligne par part, pour un tableur."),
    )
    def export(self, request: HttpRequest, row: None) -> HttpResponse:
        answer = HttpResponse(content_type=CSV)
        name = f"{_('parts')}-{clock.today()}.csv"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer.write("\ufeff")
        lines = csv.writer(answer, delimiter=";")
        titles = (_("numéro"), _("membre"), _("adresse"), _("année"), _("valeur"), _("payée le"))
        lines.writerow(map(str, titles))
        for share in Share.objects.paid().select_related("affiliate").order_by("id").iterator():
            who = share.affiliate
            address = f"{who.street}, {who.postcode} {who.city}"
            cells = (share.pk, plain_cell(who.name), plain_cell(address), share.year)
            lines.writerow([*cells, share.amount, share.paid_on])
        return answer


def plain_cell(text: str) -> str:
    """A text a spreadsheet does not take for a formula.

    >>> plain_cell("=1+1"), plain_cell("Ana")
    ("'=1+1", 'Ana')
    """
    return f"'{text}" if text[:1] in "=+-@\t" else text
