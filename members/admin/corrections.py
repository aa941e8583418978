"""Corrections of identity: what stood, what is asked, the proof, two buttons."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from members import visitors
from members.actions import corrections
from members.admin.windows import Portfolio, ReasonForm
from members.models import IdentityCorrection
from members.roles import ByRole
from office import clock
from office.desk import button
from office.windows import Queue, beside


class CorrectionQueue(Queue):
    views = (("to_decide", _("à décider")), ("decided", _("décidées")), ("all", _("toutes")))

    def rows(self, view: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return {
            "to_decide": queryset.filter(decided_at=None),
            "decided": queryset.filter(decided_at__isnull=False),
        }.get(view, queryset)


class OfCorrection(Portfolio):
    path = "affiliate__advisor"


def undecided(row: IdentityCorrection) -> bool:
    """Whether somebody still has to answer."""
    return row.decided_at is None


def facts(row: IdentityCorrection) -> list[tuple[str | Promise, str]]:
    """What would change."""
    changes = [(label, f"{was} → {asked}") for label, was, asked in row.changes]
    return [*changes, (_("pourquoi"), row.reason)]


@admin.register(IdentityCorrection)
class IdentityCorrectionAdmin(ByRole, ModelAdmin):
    list_display = ("affiliate", "change", "asked_at", "decided_at", "accepted")
    list_filter = (CorrectionQueue, OfCorrection)
    list_select_related = ("affiliate__user", "proof")
    search_fields = ("affiliate__first_name", "affiliate__last_name", "last_name")
    ordering = ("asked_at", "id")
    fields = (
        "affiliate",
        "change",
        "reason",
        "proof_shown",
        "asked_at",
        "decided_at",
        "decided_by",
        "accepted",
        "refusal_reason",
    )
    actions_detail = ("accept", "refuse")

    @admin.display(description=_("changement"))
    def change(self, row: IdentityCorrection) -> str:
        return ", ".join(f"{label} ({was} → {asked})" for label, was, asked in row.changes)

    @admin.display(description=_("preuve"))
    def proof_shown(self, row: IdentityCorrection) -> str | Promise:
        if row.proof.forgotten_at:
            return _("effacée avec la réponse")
        return beside("identity-proof", row.ref, text=_("Voir la preuve"))

    @button(
        _("Corriger l’identité"),
        permissions=["advisor"],
        primary=True,
        when=undecided,
        facts=facts,
        question=_(
            "La nouvelle identité vaut pour tout ce qui se fait ensuite ; les papiers déjà faits "
            "gardent l’ancienne. La preuve est effacée."
        ),
    )
    def accept(self, request: HttpRequest, row: IdentityCorrection) -> str | Promise:
        user, by = visitors.user_of(request), visitors.actor(request)
        corrections.accept(row.pk, user=user, by=by, at=clock.now())
        return _("Identité corrigée : la personne est prévenue.")

    @button(
        _("Refuser"),
        permissions=["advisor"],
        when=undecided,
        facts=facts,
        question=_("L’identité reste comme elle est. La personne reçoit cette raison."),
        form=ReasonForm,
    )
    def refuse(
        self, request: HttpRequest, row: IdentityCorrection, *, reason: str
    ) -> str | Promise:
        user, by = visitors.user_of(request), visitors.actor(request)
        corrections.refuse(row.pk, reason=reason, user=user, by=by, at=clock.now())
        return _("Demande refusée : la personne est prévenue.")
