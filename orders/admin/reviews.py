"""Jobs to look at before they leave."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from members import visitors
from members.roles import ByRole
from office import clock
from office.desk import Facts, button
from office.templatetags.house import euros, longday
from office.windows import NOTHING
from orders import actions
from orders.admin.windows import OfOrder, Waiting
from orders.models import Review


class OpenReviews(Waiting):
    waiting: ClassVar = {"decided_at": None}


class ReviewDecision(forms.Form):
    """Whether a job may leave."""

    allowed = forms.TypedChoiceField(
        label=_("Décision"),
        choices=[("yes", _("elle peut partir")), ("no", _("elle ne part pas"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Explication (l’affilié la lit)"),
        required=False,
        max_length=400,
        widget=forms.Textarea,
    )


def asked(review: Review) -> Facts:
    """What the job is, and why it waits."""
    order = review.order
    amount = f"{order.get_amount_kind_display()}, {euros(order.amount)}" if order.amount else ""
    return [
        (_("affilié"), order.affiliate.name),
        (_("métier"), str(order.trade or NOTHING)),
        *[(_("pourquoi"), reason) for reason in review.reasons],
        (_("réponse au plus tard"), longday(review.due_on)),
        (_("client"), str(order.client or NOTHING)),
        (_("description"), order.description or NOTHING),
        (_("lieu"), order.place or NOTHING),
        (_("montant"), amount or NOTHING),
    ]


@admin.register(Review)
class ReviewAdmin(ByRole, ModelAdmin):
    """The queue of drafts that wait for an advisor's eye."""

    list_display = ("order", "affiliate", "reason", "asked_at", "due_on", "allowed")
    list_filter = (OpenReviews, OfOrder)
    list_select_related = ("order__affiliate", "order__client", "order__trade")
    ordering = ("due_on", "id")
    fields = (
        "order", "affiliate", "reason", "asked_at", "due_on", "allowed", "note", "decided_at",
        "decided_by",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("decide",)

    @admin.display(description=_("affilié"))
    def affiliate(self, review: Review) -> str:
        return review.order.affiliate.name

    @admin.display(description=_("pourquoi"))
    def reason(self, review: Review) -> str:
        return review.reason

    @button(
        _("Décider"),
        primary=True,
        when=lambda row: row.decided_at is None,
        facts=asked,
        permissions=["advisor"],
        question=_("La personne est prévenue. Ce qui est déjà signé n’est pas concerné."),
        form=ReviewDecision,
    )
    def decide(self, request: HttpRequest, row: Review, *, allowed: bool, note: str) -> Any:
        user, at = visitors.user_of(request), clock.now()
        actions.decide_review(row.pk, allowed=allowed, note=note, user=user, at=at)
        return _("Décidé : la personne est prévenue.")
