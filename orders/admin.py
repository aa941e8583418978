"""The staff desk of the jobs: a window on orders, and the queues where an advisor or finance
decide.
"""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from members import visitors
from members.forms_base import EuroField
from members.models import Role
from members.roles import ByRole, may
from office import clock, documents
from office.desk import button
from office.templatetags.house import euros
from orders import actions, queries, settlement
from orders.actions import changes
from orders.actions.work import hours_done, owed
from orders.models import ChangeRequest, Order, Receipt, WorkReport
from orders.states import ChangeStatus

Choices = list[tuple[str, Any]]


class Waiting(admin.SimpleListFilter):
    """What waits, unless everything is asked for."""

    title = _("file")
    parameter_name = "queue"
    waiting: dict[str, Any] = {}

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("all", _("tout"))]

    def choices(self, changelist: Any) -> Any:
        for value, label in ((None, _("à décider")), ("all", _("tout"))):
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if self.value() == "all" else queryset.filter(**self.waiting)


class UndecidedReports(Waiting):
    waiting = {"decided_at": None, "contract__released_at": None}


class OpenRequests(Waiting):
    waiting = {"status": ChangeStatus.OPEN}


class OpenReceipts(Waiting):
    """Receipts to approve, or approved and to refund."""

    waiting = {"refused_reason": "", "refunded_on": None}


class AmongOrders(admin.SimpleListFilter):
    """Named views of the orders."""

    title = _("file")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [
            ("not_confirmed", _("partis sans confirmation")),
            ("not_covered", _("sans garantie")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        if self.value() == "not_confirmed":
            silent = WorkReport.objects.filter(order=OuterRef("pk"), answer="silence")
            return queryset.filter(Exists(silent))
        if self.value() == "not_covered":
            return queryset.filter(guaranteed=False, status__in=["sent", "signed", "held"])
        return queryset


@admin.register(Order)
class OrderAdmin(ByRole, ModelAdmin):
    """Read only: what was shown to the client, where the job stands, all that happened."""

    list_display = ("ref", "affiliate", "client", "status", "price", "first_day", "sent_at")
    list_filter = (AmongOrders, "status")
    list_select_related = ("affiliate", "client")
    search_fields = ("ref", "client__name", "affiliate__last_name", "affiliate__first_name")
    ordering = ("-id",)
    fields = (
        "ref", "status", "version", "affiliate", "client", "trade", "description", "place",
        "signer_name", "signer_email", "price", "gross", "payment_term_days", "guaranteed",
        "sent_at", "link_expires_at", "opened_at", "signed_at", "signed_name", "signed_role",
        "purchase_reference", "ended_at", "ended_reason", "replaces", "where", "timeline",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("paper",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        orders: QuerySet[Order] = super().get_queryset(request)
        return orders.prefetch_related("days")

    @admin.display(description=_("premier jour"))
    def first_day(self, order: Order) -> Any:
        return min((row.day for row in order.days.all()), default=None)

    @admin.display(description=_("où en est la mission"))
    def where(self, order: Order) -> SafeString:
        loaded = queries.with_chain(Order.objects.filter(pk=order.pk)).get()
        invoice = queries.invoices_of([order.ref]).get(order.ref)
        knots = queries.thread_of(loaded, invoice, at=clock.now())
        return render_to_string("orders/desk_thread.html", {"knots": knots})

    @admin.display(description=_("ce qui s’est passé"))
    def timeline(self, order: Order) -> SafeString:
        return render_to_string("orders/desk_timeline.html", {"moments": queries.moments(order)})

    @button(_("Commande en PDF"), question=_("Ouvrir la commande montrée au client."))
    def paper(self, request: HttpRequest, row: Order) -> Any:
        if row.document is None:
            return _("Cette mission n’a pas encore été envoyée : elle n’a pas de papier.")
        return documents.response(row.document)


class WorkDecision(forms.Form):
    """What an advisor decides of a month's work."""

    price = EuroField(label=_("À facturer pour cette partie, hors TVA"))
    gross = EuroField(label=_("Salaire brut à payer"))
    note = forms.CharField(
        label=_("Note (l’affilié la lit)"), required=False, max_length=600, widget=forms.Textarea
    )


def proposed(report: WorkReport) -> dict[str, Decimal]:
    """The decision proposed for a report: in proportion to the hours done."""
    share = hours_done(report) / report.contract.hours
    service = settlement.service_of(report.order, report.contract)
    return {"price": (service * share).quantize(Decimal("0.01")), "gross": owed(report)}


@admin.register(WorkReport)
class WorkReportAdmin(ByRole, ModelAdmin):
    """The queue of answers other than « done as agreed »: the advisor decides."""

    list_display = (
        "contract", "answer", "note", "reported_at", "would_invoice", "wage_owed", "decided_at",
    )  # fmt: skip
    list_filter = (UndecidedReports, "answer")
    list_select_related = ("contract__affiliate", "order")
    ordering = ("reported_at",)
    fields = (
        "order", "contract", "answer", "note", "hours_by_day", "agreed", "would_invoice",
        "wage_owed", "reported_at", "reported_by", "decided_at", "decided_by", "decided_price",
        "decided_gross", "decision_note",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("decide",)

    @admin.display(description=_("heures faites par jour"))
    def hours_by_day(self, report: WorkReport) -> str:
        return ", ".join(f"{day} : {hours}" for day, hours in report.hours.items()) or "—"

    @admin.display(description=_("convenu"))
    def agreed(self, report: WorkReport) -> str:
        service = settlement.service_of(report.order, report.contract)
        return _("{hours} h, {service} hors TVA, {gross} brut").format(
            hours=report.contract.hours, service=euros(service), gross=euros(report.contract.gross)
        )

    @admin.display(description=_("serait facturé (au prorata)"))
    def would_invoice(self, report: WorkReport) -> str:
        return euros(proposed(report)["price"])

    @admin.display(description=_("salaire dû par la loi"))
    def wage_owed(self, report: WorkReport) -> str:
        return euros(owed(report))

    @button(
        _("Décider"),
        permissions=["advisor"],
        question=_(
            "Proposé : au prorata des heures faites. La facture part avec ce prix, la paie avec "
            "ce salaire ; un salaire sous celui que la loi doit demande une note."
        ),
        form=WorkDecision,
        initial=proposed,
    )
    def decide(
        self, request: HttpRequest, row: WorkReport, *, price: Decimal, gross: Decimal, note: str
    ) -> Any:
        actions.decide_work(
            row.pk,
            price=price,
            gross=gross,
            note=note,
            user=visitors.user_of(request),
            at=clock.now(),
        )
        return _("Décidé : l’affilié est prévenu.")


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


@admin.register(ChangeRequest)
class ChangeRequestAdmin(ByRole, ModelAdmin):
    """The queue of requests to change or cancel, with what cancelling would mean."""

    list_display = ("order", "kind", "text", "asked_by", "asked_at", "status")
    list_filter = (OpenRequests, "kind")
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
        permissions=["advisor"],
        question=_(
            "Les conséquences d’une annulation sont sur la page de la demande : un contrat signé "
            "rompu sans motif grave doit le salaire jusqu’à son terme (loi du 3 juillet 1978, "
            "art. 40)."
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


class RefusalReason(forms.Form):
    """Why a receipt is refused."""

    reason = forms.CharField(label=_("Raison (l’affilié la lit)"), max_length=300)


class RefundDay(forms.Form):
    """When the transfer was made."""

    on = forms.DateField(
        label=_("Viré le"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


@admin.register(Receipt)
class ReceiptAdmin(ByRole, ModelAdmin):
    """The queue of receipts to approve, then to refund once the client has paid."""

    list_display = ("line", "amount", "handed_in_at", "approved_at", "available", "refunded_on")
    list_filter = (OpenReceipts,)
    list_select_related = ("line__order",)
    ordering = ("handed_in_at",)
    fields = (
        "line", "amount", "handed_in_at", "approved_at", "approved_by", "refused_reason",
        "available", "refunded_on",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("paper", "approve", "refuse", "refund")

    def has_receipts_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Advisors know the job, finance the books: either answers a receipt."""
        return may(request.user, Role.ADVISOR, Role.FINANCE)

    @admin.display(description=_("reçu du client pour les frais"))
    def available(self, receipt: Receipt) -> str:
        return euros(actions.available_for_refund(receipt.line.order))

    @button(_("Voir le justificatif"), question=_("Ouvrir le papier déposé."))
    def paper(self, request: HttpRequest, row: Receipt) -> Any:
        return documents.response(row.paper)

    @button(
        _("Approuver"),
        permissions=["receipts"],
        question=_("Le justificatif correspond aux frais de la commande."),
    )
    def approve(self, request: HttpRequest, row: Receipt) -> Any:
        actions.approve_receipt(row.pk, user=visitors.user_of(request), at=clock.now())
        return _("Approuvé : il sera remboursé quand le client aura payé.")

    @button(_("Refuser"), permissions=["receipts"], form=RefusalReason)
    def refuse(self, request: HttpRequest, row: Receipt, *, reason: str) -> Any:
        actions.refuse_receipt(
            row.pk, reason=reason, user=visitors.user_of(request), at=clock.now()
        )
        return _("Refusé : l’affilié est prévenu.")

    @button(
        _("Rembourser"),
        permissions=["finance"],
        question=_("Le virement à l’affilié est fait ; il est inscrit aux livres."),
        form=RefundDay,
        initial=lambda row: {"on": clock.today()},
    )
    def refund(self, request: HttpRequest, row: Receipt, *, on: Any) -> Any:
        actions.refund(row.pk, on=on, user=visitors.user_of(request), at=clock.now())
        return _("Remboursé et inscrit aux livres.")
