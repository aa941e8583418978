"""Dimona at the desk: what to declare before tomorrow, and the number of each answer."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from members import visitors
from office import clock
from office.desk import button
from office.templatetags import house
from office.windows import Queue
from payroll import queries
from payroll.actions import declarations
from payroll.admin.windows import Desk
from payroll.models import Declaration
from payroll.states import DeclarationStatus


class PeriodForm(forms.Form):
    """The answer of social security."""

    period_number = forms.CharField(
        label=_("Numéro de période"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class DeclarationQueue(Queue):
    views = (
        ("tomorrow", _("à déclarer avant demain")),
        ("to_declare", _("à déclarer")),
        ("recorded", _("déclarées")),
        ("all", _("toutes")),
    )

    def rows(self, view: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match view:
            case "tomorrow":
                return queryset.filter(pk__in=queries.to_declare(clock.today()))
            case "to_declare":
                return queryset.filter(status=DeclarationStatus.TO_DECLARE)
            case "recorded":
                return queryset.filter(status=DeclarationStatus.RECORDED)
            case _other:
                return queryset


def is_open(row: Declaration) -> bool:
    """Whether a declaration is still to make."""
    return row.status == DeclarationStatus.TO_DECLARE


def to_type(row: Declaration) -> list[tuple[Any, Any]]:
    """What the portal of social security asks for."""
    contract, entity = row.contract, row.contract.entity
    until = contract.last_day_worked or contract.ends_on
    asked = [
        (_("Dimona"), row.get_kind_display()),
        (_("affilié"), contract.affiliate.name),
        (_("numéro national"), contract.affiliate.national_number_masked),
        (_("naissance"), house.shortday(contract.affiliate.birth_date)),
        (_("employeur"), f"{entity.name}, ONSS {entity.employer_number}"),
        (_("du"), house.shortday(contract.starts_on)),
        (_("au"), house.shortday(until)),
    ]
    if row.previous:
        asked.append((_("période à modifier ou annuler"), row.previous.period_number))
    return asked


@admin.register(Declaration)
class DeclarationAdmin(Desk):
    """Dimona, declared by hand on the ONSS portal: the number of the answer goes here."""

    list_display = ("affiliate", "what", "national_number", "starts", "ends", "due_on", "state")
    list_filter = (DeclarationQueue, "kind")
    list_select_related = ("contract__affiliate", "contract__entity", "previous")
    search_fields = ("contract__affiliate__last_name", "period_number", "contract__job")
    ordering = ("due_on", "id")
    actions_detail = ("record", "show_number")
    fields = (
        *("what", "state", "due_on", "affiliate", "national_number", "birth_date", "employer"),
        *("committee", "starts", "ends", "period_number", "previous_period", "contract"),
        "job_page",
        *("recorded_at", "recorded_by"),
    )

    @display(description=_("Dimona"))
    def what(self, row: Declaration) -> str:
        return row.get_kind_display()

    @display(
        description=_("état"),
        label={DeclarationStatus.TO_DECLARE: "warning", DeclarationStatus.RECORDED: "success"},
    )
    def state(self, row: Declaration) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @display(description=_("mission"))
    def job_page(self, row: Declaration) -> str:
        return self.job_link(row.contract.job)

    @display(description=_("affilié"))
    def affiliate(self, row: Declaration) -> str:
        return row.contract.affiliate.name

    @display(description=_("numéro national"))
    def national_number(self, row: Declaration) -> str:
        return row.contract.affiliate.national_number_masked

    @display(description=_("naissance"))
    def birth_date(self, row: Declaration) -> str:
        return house.shortday(row.contract.affiliate.birth_date)

    @display(description=_("employeur"))
    def employer(self, row: Declaration) -> str:
        entity = row.contract.entity
        return f"{entity.name}, {entity.enterprise_number}, ONSS {entity.employer_number}"

    @display(description=_("commission paritaire, type"))
    def committee(self, row: Declaration) -> str:
        return "XXX, OTH"  # committee 200 is declared as XXX, an ordinary worker as OTH

    @display(description=_("du"), ordering="contract__starts_on")
    def starts(self, row: Declaration) -> str:
        return house.shortday(row.contract.starts_on)

    @display(description=_("au"))
    def ends(self, row: Declaration) -> str:
        return house.shortday(row.contract.last_day_worked or row.contract.ends_on)

    @display(description=_("période à modifier ou annuler"))
    def previous_period(self, row: Declaration) -> str:
        return row.previous.period_number if row.previous else ""

    @button(
        _("Noter le numéro"),
        permissions=["payroll"],
        primary=True,
        when=is_open,
        facts=to_type,
        question=_(
            "Déclarez d’abord sur le portail de la sécurité sociale, puis notez ici le numéro de "
            "sa réponse : cette personne peut commencer."
        ),
        form=PeriodForm,
        initial=lambda row: {"period_number": row.previous.period_number if row.previous else ""},
    )
    def record(self, request: HttpRequest, row: Declaration, *, period_number: str) -> Any:
        declarations.record(
            row.pk,
            period_number=period_number,
            by=visitors.actor(request),
            user=visitors.user_of(request),
            at=clock.now(),
        )
        return _("Déclaration notée.")

    @button(
        _("Voir le numéro national"),
        permissions=["payroll"],
        when=is_open,
        question=_("Le numéro entier s’affiche une fois ; le journal retient qui l’a demandé."),
    )
    def show_number(self, request: HttpRequest, row: Declaration) -> Any:
        number = declarations.national_number(row.pk, by=visitors.actor(request), at=clock.now())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": row.contract.affiliate.name,
            "number": number,
        }
        return TemplateResponse(request, "payroll/national_number.html", context)
