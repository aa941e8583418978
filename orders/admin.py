"""The staff desk of the jobs: a window on orders, and the queues where an advisor or finance
decide.
"""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from members import visitors
from members.forms_base import EuroField
from members.models import Role
from members.roles import ByRole, may
from office import clock, journal
from office.desk import Facts, button
from office.templatetags.house import euros, hours, shortday
from office.windows import NOTHING, Queue, beside
from orders import actions, queries, settlement
from orders.actions import changes
from orders.actions.work import hours_done, owed
from orders.evidence import chain_of
from orders.models import ChangeRequest, Order, Receipt, WorkReport
from orders.states import ChangeStatus, OrderStatus


class Waiting(Queue):
    """What waits, unless everything is asked for."""

    views = (("waiting", _("à décider")), ("all", _("tout")))
    waiting: ClassVar[dict[str, Any]] = {}

    def rows(self, view: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if view == "all" else queryset.filter(**self.waiting)


class UndecidedReports(Waiting):
    waiting: ClassVar = {"decided_at": None, "contract__released_at": None}


class OpenRequests(Waiting):
    waiting: ClassVar = {"status": ChangeStatus.OPEN}


class OpenReceipts(Queue):
    """Receipts to approve, then to refund once the client has paid."""

    views = (
        ("waiting", _("à approuver")),
        ("to_refund", _("à rembourser")),
        ("all", _("tous")),
    )

    def rows(self, view: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        open_ones = queryset.filter(refused_reason="", refunded_on=None)
        return {
            "waiting": open_ones.filter(approved_at=None),
            "to_refund": open_ones.filter(approved_at__isnull=False),
        }.get(view, queryset)


class AmongOrders(Queue):
    """Named views of the orders."""

    views = (
        ("all", _("toutes")),
        ("sent", _("chez le client")),
        ("signed", _("signées")),
        ("held", _("à décider")),
        ("not_confirmed", _("partis sans confirmation")),
        ("not_covered", _("sans garantie")),
    )

    def rows(self, view: str, queryset: QuerySet[Order]) -> QuerySet[Order]:
        if view == "not_confirmed":
            silent = WorkReport.objects.filter(order=OuterRef("pk"), answer="silence")
            return queryset.filter(Exists(silent))
        if view == "not_covered":
            return queryset.filter(guaranteed=False, status__in=["sent", "signed", "held"])
        return queryset if view == "all" else queryset.filter(status=view)


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
        "purchase_reference", "ended_at", "ended_reason", "replaces", "paper", "certificate_paper",
        "evidence", "contract_pages", "invoice_pages", "books", "where", "timeline",
    )  # fmt: skip
    readonly_fields = fields

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

    @admin.display(description=_("commande"))
    def paper(self, order: Order) -> str:
        return beside("job-paper", order.ref) if order.document_id else NOTHING

    @admin.display(description=_("certificat de signature"))
    def certificate_paper(self, order: Order) -> str:
        return beside("job-certificate", order.ref) if order.certificate_id else NOTHING

    @admin.display(description=_("chaîne des preuves"))
    def evidence(self, order: Order) -> Any:
        facts, broken = chain_of(order), journal.verify(order)
        if not facts:
            return NOTHING
        if broken is None:
            return _("entière (%(count)d)") % {"count": len(facts)}
        return _("rompue au fait no %(place)d : prévenez l’administration") % {"place": broken}

    @admin.display(description=_("écritures"))
    def books(self, order: Order) -> str:
        booked = order.status in {OrderStatus.RELEASED, OrderStatus.SIGNED, OrderStatus.HELD}
        return beside("job-books", order.ref, text=_("voir")) if booked else NOTHING

    @admin.display(description=_("contrats"))
    def contract_pages(self, order: Order) -> str:
        return self.links_to(order.contracts.order_by("pk"))

    @admin.display(description=_("factures"))
    def invoice_pages(self, order: Order) -> str:
        return self.links_to(order.invoices.order_by("pk"))

    def get_urls(self) -> list[URLPattern]:
        of = self.admin_site.admin_view(self.show_job)
        return [path("of/<str:ref>/", of, name="orders_order_of"), *super().get_urls()]

    def show_job(self, request: HttpRequest, ref: str) -> HttpResponse:
        """The page of a job by its reference: all that a contract or an invoice knows of it."""
        order = get_object_or_404(Order, ref=ref)
        return self.change_view(request, str(order.pk))


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


def is_undecided(report: WorkReport) -> bool:
    """Whether an advisor is still to decide of this month's work."""
    return report.decided_at is None and report.contract.released_at is None


def reported(report: WorkReport) -> Facts:
    """What was agreed, what is said, what would follow."""
    amounts = proposed(report)
    return [
        (_("affilié"), report.contract.affiliate.name),
        (_("réponse"), report.get_answer_display()),
        (_("note"), report.note or NOTHING),
        (_("heures convenues"), hours(report.contract.hours)),
        (_("heures faites"), hours(hours_done(report))),
        (_("salaire convenu"), euros(report.contract.gross)),
        (_("salaire dû par la loi"), euros(amounts["gross"])),
        (_("serait facturé (au prorata)"), euros(amounts["price"])),
    ]


@admin.register(WorkReport)
class WorkReportAdmin(ByRole, ModelAdmin):
    """The queue of answers other than « done as agreed »: the advisor decides."""

    list_display = (
        "affiliate", "contract", "answer", "note", "reported_at", "wage_owed", "decided_at",
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

    @admin.display(description=_("affilié"))
    def affiliate(self, report: WorkReport) -> str:
        return report.contract.affiliate.name

    @admin.display(description=_("heures faites par jour"))
    def hours_by_day(self, report: WorkReport) -> str:
        return "\n".join(f"{shortday(day)} : {hours(done)}" for day, done in report.hours.items())

    @admin.display(description=_("convenu"))
    def agreed(self, report: WorkReport) -> str:
        service = settlement.service_of(report.order, report.contract)
        return _("{hours}, {service} hors TVA, {gross} brut").format(
            hours=hours(report.contract.hours),
            service=euros(service),
            gross=euros(report.contract.gross),
        )

    @admin.display(description=_("serait facturé (au prorata)"))
    def would_invoice(self, report: WorkReport) -> str:
        return euros(proposed(report)["price"])

    @admin.display(description=_("salaire dû par la loi"))
    def wage_owed(self, report: WorkReport) -> str:
        return euros(owed(report))

    @button(
        _("Décider"),
        primary=True,
        when=is_undecided,
        facts=reported,
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
        primary=True,
        when=lambda row: row.status == ChangeStatus.OPEN,
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


class RefusalReason(forms.Form):
    """Why a receipt is refused."""

    reason = forms.CharField(label=_("Raison (l’affilié la lit)"), max_length=300)


class RefundDay(forms.Form):
    """When the transfer was made."""

    on = forms.DateField(
        label=_("Viré le"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


def is_open(receipt: Receipt) -> bool:
    """Whether a receipt is still to approve or refuse."""
    return receipt.approved_at is None and not receipt.refused_reason


def is_refundable(receipt: Receipt) -> bool:
    """Whether an approved receipt is still to pay back (the action looks at the money)."""
    return receipt.approved_at is not None and receipt.refunded_on is None


def paper_of(receipt: Receipt) -> str:
    """A link to the proof itself."""
    return beside("receipt-paper", receipt.line.order.ref, receipt.pk)


def handed_in(receipt: Receipt) -> Facts:
    """What is claimed, what the order says, what the client has paid."""
    return [
        (_("mission"), str(receipt.line.order)),
        (_("frais de la commande"), f"{receipt.line.label}, {euros(receipt.line.amount)}"),
        (_("montant du justificatif"), euros(receipt.amount)),
        (
            _("reçu du client pour les frais"),
            euros(actions.available_for_refund(receipt.line.order)),
        ),
        (_("justificatif"), paper_of(receipt)),
    ]


@admin.register(Receipt)
class ReceiptAdmin(ByRole, ModelAdmin):
    """The queue of receipts to approve, then to refund once the client has paid."""

    list_display = ("label", "job", "amount", "handed_in_at", "approved_at", "refunded_on")
    list_filter = (OpenReceipts,)
    list_select_related = ("line__order",)
    ordering = ("handed_in_at",)
    fields = (
        "job", "line", "amount", "proof", "handed_in_at", "approved_at", "approved_by",
        "refused_reason", "available", "refunded_on",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("approve", "refuse", "refund")

    def has_receipts_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Advisors know the job, finance the books: either answers a receipt."""
        return may(request.user, Role.ADVISOR, Role.FINANCE)

    @admin.display(description=_("reçu du client pour les frais"))
    def available(self, receipt: Receipt) -> str:
        return euros(actions.available_for_refund(receipt.line.order))

    @admin.display(description=_("frais"))
    def label(self, receipt: Receipt) -> str:
        return receipt.line.label

    @admin.display(description=_("mission"))
    def job(self, receipt: Receipt) -> str:
        return self.link_to(receipt.line.order)

    @admin.display(description=_("justificatif"))
    def proof(self, receipt: Receipt) -> str:
        return paper_of(receipt)

    @button(
        _("Approuver"),
        primary=True,
        when=is_open,
        facts=handed_in,
        permissions=["receipts"],
        question=_(
            "Le justificatif correspond aux frais de la commande : il sera remboursé quand le "
            "client aura payé."
        ),
    )
    def approve(self, request: HttpRequest, row: Receipt) -> Any:
        actions.approve_receipt(row.pk, user=visitors.user_of(request), at=clock.now())
        return _("Approuvé : il sera remboursé quand le client aura payé.")

    @button(
        _("Refuser"),
        permissions=["receipts"],
        when=is_open,
        question=_("L’affilié lit votre raison ; ces frais ne lui sont pas remboursés."),
        form=RefusalReason,
    )
    def refuse(self, request: HttpRequest, row: Receipt, *, reason: str) -> Any:
        actions.refuse_receipt(
            row.pk, reason=reason, user=visitors.user_of(request), at=clock.now()
        )
        return _("Refusé : l’affilié est prévenu.")

    @button(
        _("Rembourser"),
        primary=True,
        when=is_refundable,
        facts=handed_in,
        permissions=["finance"],
        question=_("Le virement à l’affilié est fait ; il est inscrit aux livres."),
        form=RefundDay,
        initial=lambda row: {"on": clock.today()},
    )
    def refund(self, request: HttpRequest, row: Receipt, *, on: Any) -> Any:
        actions.refund(row.pk, on=on, user=visitors.user_of(request), at=clock.now())
        return _("Remboursé et inscrit aux livres.")
