"""What the fund advanced."""

from typing import Any

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from invoicing.actions import advances
from invoicing.admin.windows import ReasonForm, Said
from invoicing.desk import advanced, is_outstanding
from invoicing.models import Advance
from members import visitors
from members.roles import ByRole
from office import clock
from office.desk import button
from office.windows import Queue


class AdvanceQueue(Queue):
    views = (
        ("outstanding", _("en cours")),
        ("lost", _("perdues")),
        ("repaid", _("remboursées")),
        ("all", _("toutes")),
    )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return {
            "outstanding": queryset.filter(amount__gt=F("repaid") + F("lost")),
            "lost": queryset.filter(lost__gt=0),
            "repaid": queryset.filter(Q(amount=F("repaid")) & Q(amount__gt=0)),
        }.get(self.value(), queryset)


@admin.register(Advance)
class AdvanceAdmin(ByRole, ModelAdmin):
    list_display = (
        "job",
        "invoice",
        "covered",
        "cost",
        "amount",
        "repaid",
        "lost",
        "made_on",
    )
    list_filter = (AdvanceQueue, "covered")
    list_select_related = ("invoice",)
    search_fields = ("job", "invoice__printed_number")
    ordering = ("made_on", "id")
    fields = (
        "job_page",
        "invoice",
        "source",
        "covered",
        "cost",
        "amount",
        "repaid",
        "lost",
        "recovered",
        "made_on",
        "lost_reason",
    )
    actions_detail = ("lose",)

    @admin.display(description=_("mission"))
    def job_page(self, row: Advance) -> str:
        return self.link("orders_order_of", row.job, row.job)

    @button(
        _("Passer en perte"),
        primary=True,
        when=is_outstanding,
        facts=advanced,
        permissions=["finance"],
        question=_(
            "Le client ne paiera pas : le fonds de garantie supporte ce qui reste en cours, ou "
            "l’activité si la mission n’était pas couverte. Le salaire versé reste acquis."
        ),
        form=ReasonForm,
    )
    def lose(self, request: HttpRequest, row: Advance, *, reason: str) -> Said:
        by, at = visitors.actor(request), clock.now()
        advances.lose(row.pk, reason=reason, on=clock.day_of(at), by=by, at=at)
        return _("Avance passée en perte.")
