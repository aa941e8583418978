"""The register of trades, and from when each is accepted, paused or refused."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from members import visitors
from members.actions import trades
from members.models import Trade, TradeState, TradeStatus
from members.roles import ByRole
from members.trades import RISKS, standing
from office import clock
from office.desk import button
from office.windows import NOTHING, Queue


class TradeDecision(forms.Form):
    """Where a trade stands from a day on, and why."""

    status = forms.ChoiceField(
        label=_("Nouvelles missions"),
        choices=[
            (TradeStatus.ACCEPTED, _("acceptées")),
            (TradeStatus.PAUSED, _("en pause : un conseiller les regarde d’abord")),
            (TradeStatus.REFUSED, _("non acceptées")),
        ],
        widget=forms.RadioSelect,
    )
    starts_on = forms.DateField(
        label=_("À partir du"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    reason_fr = forms.CharField(
        label=_("Raison, lue par les personnes"),
        required=False,
        max_length=400,
        widget=forms.Textarea,
    )
    reason_nl = forms.CharField(
        label=_("En néerlandais"), required=False, max_length=400, widget=forms.Textarea
    )
    reason_en = forms.CharField(
        label=_("En anglais"), required=False, max_length=400, widget=forms.Textarea
    )


class ByStanding(Queue):
    views = (
        ("all", _("tous")),
        ("paused", _("en pause")),
        ("refused", _("non acceptés")),
        ("left", _("sortis du registre")),
    )

    def rows(self, view: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if view == "left":
            return queryset.filter(active=False)
        inside = queryset.filter(active=True)
        return inside if view == "all" else inside.filter(status=view)


class States(ByRole, TabularInline):
    model = TradeState
    fields = ("status", "starts_on", "reason_fr", "decided_at", "decided_by")
    ordering = ("-starts_on", "-id")
    extra = 0


def stands(row: Trade) -> str:
    """Where a trade stands today, with its reason."""
    today = standing(row, clock.today())
    return f"{today.status.label}. {today.reason}" if today.reason else str(today.status.label)


@admin.register(Trade)
class TradeAdmin(ByRole, ModelAdmin):
    list_display = ("name", "family", "today", "contract_kind", "risk", "pay_class", "proof")
    list_filter = (ByStanding, "family__parent", "contract_kind", "artistic")
    list_select_related = ("family__parent",)
    search_fields = ("label_fr", "label_nl", "label_en", "code", "words")
    ordering = ("family__position", "label_fr")
    fields = (
        "code",
        "label_fr",
        "label_nl",
        "label_en",
        "family",
        "today",
        "artistic",
        "risk",
        "contract_kind",
        "pay_class",
        "proof",
        "active",
    )
    inlines = (States,)
    actions_detail = ("decide",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Trade]:
        rows: Any = super().get_queryset(request)
        return rows.standing(clock.today())

    @admin.display(description=_("métier"), ordering="label_fr")
    def name(self, row: Trade) -> str:
        return str(row)

    @admin.display(description=_("aujourd’hui"))
    def today(self, row: Any) -> str:
        return str(TradeStatus(row.status).label)

    @admin.display(description=_("classe de risque"), ordering="risk_class")
    def risk(self, row: Trade) -> str:
        return str(RISKS.get(row.risk_class, row.risk_class))

    @admin.display(description=_("preuves demandées"))
    def proof(self, row: Trade) -> str:
        return ", ".join(row.papers_asked) or NOTHING

    @button(
        _("Accepter, mettre en pause, refuser"),
        permissions=["administrator"],
        facts=lambda row: [(_("métier"), str(row)), (_("aujourd’hui"), stands(row))],
        question=_(
            "Compte pour les nouvelles missions à partir de ce jour. Ce qui est signé continue. "
            "La raison est lue par qui choisit ce métier, dans sa langue."
        ),
        form=TradeDecision,
        initial=lambda row: {"starts_on": clock.today()},
    )
    def decide(
        self, request: HttpRequest, row: Trade, *, status: str, starts_on: date, **reasons: str
    ) -> str | Promise:
        trades.decide(
            row.pk,
            status=status,
            starts_on=starts_on,
            reasons={name.removeprefix("reason_"): text for name, text in reasons.items()},
            user=visitors.user_of(request),
            by=visitors.actor(request),
            on=clock.today(),
            at=clock.now(),
        )
        return _("C’est décidé.")
