"""Requests to change or cancel."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from members import visitors
from members.forms_base import EuroField
from members.roles import ByRole
from office import clock
from office.desk import Facts, button
from orders import actions
from orders.actions import changes
from orders.admin.windows import OfOrder, Waiting
from orders.models import ChangeRequest, Order
from orders.states import ChangeStatus, OrderStatus


class OpenRequests(Waiting):
    # before the signature it is the affiliate who answers
    waiting: ClassVar = {"status": ChangeStatus.OPEN, "order__status": OrderStatus.SIGNED}


def is_for_staff(request: ChangeRequest) -> bool:
    """Whether staff decide: asked of a signed job, and open."""
    return request.status == ChangeStatus.OPEN and request.order.status == OrderStatus.SIGNED


class ChangeDecision(forms.Form):
    """What staff decide of a request; the amounts only count with a cancellation."""

    outcome = forms.ChoiceField(
        label=_("Décision"),
        choices=[
            (changes.KEEP, _("garder la mission telle quelle")),
            (changes.CHANGE, _("préparer une nouvelle version à faire signer")),
            (changes.CANCEL, _("annuler la mission")),
        ],
        widget=forms.RadioSelect,
    )
    price = EuroField(label=_("Annulation : encore dû par le client, hors TVA"))
    gross = EuroField(label=_("Annulation : salaire brut à payer"))
    note = forms.CharField(
        label=_("Explication (le client et l’affilié la lisent)"),
        max_length=600,
        widget=forms.Textarea,
    )


def amounts_of(
    order: Order, *, price: Decimal, gross: Decimal
) -> dict[int, tuple[Decimal, Decimal]]:
    """Amounts for a whole job divided over its contracts, the first ones filled first."""
    divided: dict[int, tuple[Decimal, Decimal]] = {}
    for row in changes.consequences(order):
        part = (min(price, row.service), min(gross, row.contract.gross))
        price, gross = price - part[0], gross - part[1]
        divided[row.contract.pk] = part
    if divided and (price or gross):
        last = next(reversed(divided))
        divided[last] = (divided[last][0] + price, divided[last][1] + gross)
    return divided


def asked(request: ChangeRequest) -> Facts:
    """Who asks for what, and what a cancellation would mean."""
    context = {"consequences": changes.consequences(request.order)}
    return [
        (_("mission"), str(request.order)),
        (_("demande"), request.get_kind_display()),
        (_("texte"), request.text),
        (_("demandé par"), request.asked_by),
        (
            _("si la mission est annulée"),
            render_to_string("orders/desk_consequences.html", context),
        ),
    ]


@admin.register(ChangeRequest)
class ChangeRequestAdmin(ByRole, ModelAdmin):
    """The queue of requests to change or cancel, with what cancelling would mean."""

    list_display = ("order", "kind", "text", "asked_by", "asked_at", "status")
    list_filter = (OpenRequests, OfOrder, "kind")
    list_select_related = ("order",)
    ordering = ("asked_at",)
    fields = (
        "order", "kind", "text", "asked_by", "asked_at", "consequences", "status", "decided_at",
        "decided_by", "decision",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("decide",)

    @admin.display(description=_("si la mission est annulée"))
    def consequences(self, request: ChangeRequest) -> SafeString:
        context = {"consequences": changes.consequences(request.order)}
        return render_to_string("orders/desk_consequences.html", context)

    @button(
        _("Décider"),
        primary=True,
        when=is_for_staff,
        facts=asked,
        permissions=["advisor"],
        question=_(
            "Un contrat signé rompu sans motif grave doit le salaire jusqu’à son terme (loi du "
            "3 juillet 1978, art. 40). Les montants ci-dessous ne comptent que pour une annulation."
        ),
        form=ChangeDecision,
        initial=lambda row: {"price": Decimal("0.00"), "gross": Decimal("0.00")},
    )
    def decide(
        self,
        request: HttpRequest,
        row: ChangeRequest,
        *,
        outcome: str,
        price: Decimal,
        gross: Decimal,
        note: str,
    ) -> Any:
        actions.decide_change(
            row.pk,
            outcome=outcome,
            note=note,
            user=visitors.user_of(request),
            at=clock.now(),
            amounts=amounts_of(row.order, price=price, gross=gross),
        )
        return _("Décidé : le client et l’affilié sont prévenus.")
