"""The guided tour of the demo: one job of Ana's from its signature to the client's money.

Nothing is acted: each step asks the real state whether it is done, and opens the real page as the
person whose turn it is. Whoever wanders off comes back to the step where things stand.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from invoicing.models import Invoice, Series
from members.models import User
from members.pieces import Task
from orders.models import Order
from orders.queries import title_of, with_chain
from orders.states import OrderStatus
from payroll.models import Contract, Payslip
from payroll.states import ContractStatus, DeclarationStatus, RunStatus
from smart.demo.cast import ANA, CARLA, DENIS
from smart.models import DemoMail

SESSION = "tour"  # the ref of the job that is followed
BACKEND = "django.contrib.auth.backends.ModelBackend"
ENDED = (
    OrderStatus.CANCELLED,
    OrderStatus.REPLACED,
    OrderStatus.DECLINED,
    OrderStatus.LAPSED,
)
CLIENT = "client"

Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class TourStep:
    """A step: whose turn it is, what to do, where, and whether it is done."""

    who: str  # an e-mail of the cast, or CLIENT
    name: str
    text: Words
    look: Words  # what to notice there
    url: str
    done: bool


@dataclass(frozen=True, kw_only=True)
class Tour:
    """The steps of one job; ``now`` is the first that is not done."""

    order: Order
    steps: tuple[TourStep, ...]

    @property
    def now(self) -> TourStep | None:
        return next((step for step in self.steps if not step.done), None)

    @property
    def place(self) -> int:
        return sum(1 for step in self.steps if step.done) + 1


def newest() -> Order | None:
    """The job a tour follows: Ana's last one that can still go its way."""
    jobs = Order.objects.filter(affiliate__user__email=ANA.email).exclude(status__in=ENDED)
    return jobs.exclude(status=OrderStatus.DRAFT, client=None).order_by("-id").first()


def tour_of(ref: str) -> Tour | None:
    """The tour of a job as it stands now."""
    order = with_chain(Order.objects.filter(ref=ref)).first()
    return Tour(order=order, steps=tuple(_steps(order))) if order else None


def followed(request: HttpRequest) -> Tour | None:
    """The tour this visitor is on."""
    session = getattr(request, "session", None)  # pages that answer before the session have none
    ref = session.get(SESSION) if session is not None else None
    return tour_of(ref) if ref else None


def _steps(order: Order) -> Iterator[TourStep]:
    contract = next((row for row in order.contracts.all() if row.living), None)
    yield from _until_signed(order)
    yield from _until_worked(order, contract)
    yield from _until_paid(order, contract)


def _until_signed(order: Order) -> Iterator[TourStep]:
    client = order.signer_name or str(_("le client"))
    job = reverse("job", args=[order.ref])
    signed = order.signed_at is not None
    yield TourStep(
        who=ANA.email,
        name=ANA.first_name,
        text=_("Ana prépare sa mission et l’envoie au client"),
        look=_("La barre du prix : où va chaque euro. Puis « Envoyer au client »."),
        url=reverse("job-edit", args=[order.ref]) if order.status == OrderStatus.DRAFT else job,
        done=order.status != OrderStatus.DRAFT,
    )
    yield TourStep(
        who=CLIENT,
        name=client,
        text=_("Le client ouvre son courrier et signe, sans compte"),
        look=_("Le lien dans l’e-mail. La page dit tout avant qu’il signe."),
        url=_letter(order.signer_email, order.ref),
        done=signed,
    )


def _until_worked(order: Order, contract: Contract | None) -> Iterator[TourStep]:
    status = contract.status if contract else ""
    job = reverse("job", args=[order.ref])
    yield _of_denis(
        _("Denis signe le contrat pour la coopérative"),
        look=_("Le contrat est déjà écrit : il est né de la signature du client."),
        url=_desk("payroll_contract", contract, "sign", "to_sign"),
        done=status not in ("", ContractStatus.DRAFT),
    )
    declared = [row for row in contract.declarations.all() if row.kind == "in"] if contract else []
    to_declare = [row for row in declared if row.status == DeclarationStatus.TO_DECLARE]
    yield _of_carla(
        _("Carla déclare le travail à la sécurité sociale (Dimona)"),
        look=_("Inventez un numéro de douze chiffres : c’est une démonstration."),
        url=_desk("payroll_declaration", next(iter(to_declare), None), "record", "to_declare"),
        done=bool(declared) and not to_declare,
    )
    yield TourStep(
        who=ANA.email,
        name=ANA.first_name,
        text=_("Ana signe son contrat, avant le premier jour"),
        look=_("Sur son accueil, une seule chose à faire."),
        url=reverse("contract", args=[contract.ref]) if contract else job,
        done=status == ContractStatus.SIGNED,
    )
    yield TourStep(
        who=ANA.email,
        name=ANA.first_name,
        text=_("Les jours passent, puis Ana confirme le travail fait"),
        look=_("Appuyez sur « Prochain événement », jusqu’à ce que la question soit posée."),
        url=reverse("work", args=[contract.ref]) if contract else job,
        done=bool(contract and contract.released_at),
    )


def _until_paid(order: Order, contract: Contract | None) -> Iterator[TourStep]:
    invoice = (
        Invoice.objects.filter(job=order.ref, series=Series.INVOICE)
        .select_related("receivable")
        .order_by("-id")
        .first()
    )
    issued = invoice is not None and invoice.issued_on is not None
    slip = (
        Payslip.objects.live().filter(contract=contract).select_related("run").first()
        if contract
        else None
    )
    run = slip.run if slip else None
    reached = run.status if run else ""
    approved = (RunStatus.APPROVED, RunStatus.EXECUTED)
    yield TourStep(
        who=CLIENT,
        name=order.signer_name,
        text=_("La facture part d’elle-même chez le client"),
        look=_("« Prochain événement », puis le courrier du client : le montant, le code."),
        url=_letter(order.signer_email, invoice.printed_number if invoice and issued else ""),
        done=issued,
    )
    yield _of_carla(
        _("Carla relit la paie et la soumet"),
        look=_("« Prochain événement » jusqu’à ce que la paie soit préparée."),
        url=_desk("payroll_payrun", run, "submit", "built"),
        done=reached in (RunStatus.SUBMITTED, *approved),
    )
    yield _of_denis(
        _("Denis l’approuve : quatre yeux, jamais deux"),
        look=_("Le fonds avance le salaire si le client n’a pas encore payé."),
        url=_desk("payroll_payrun", run, "approve", "submitted"),
        done=reached in approved,
    )
    yield _of_denis(
        _("La banque verse le salaire, Denis le confirme"),
        look=_("« Jour suivant » jusqu’au jour du virement, puis « Tout exécuté »."),
        url=_desk("payroll_payrun", run, "confirm_all", "approved"),
        done=reached == RunStatus.EXECUTED,
    )
    receivable = getattr(invoice, "receivable", None)
    yield _of_denis(
        _("Le client paie, Denis inscrit l’argent"),
        look=_("Le fonds est remboursé tout seul. Ana n’a rien attendu."),
        url=_desk("invoicing_invoice", invoice if issued else None, "record_payment", "all"),
        done=bool(receivable and receivable.settled_on),
    )


def _of_denis(text: Words, *, look: Words, url: str, done: bool) -> TourStep:
    return TourStep(who=DENIS.email, name="Denis", text=text, look=look, url=url, done=done)


def _of_carla(text: Words, *, look: Words, url: str, done: bool) -> TourStep:
    return TourStep(who=CARLA.email, name="Carla", text=text, look=look, url=url, done=done)


def _desk(model: str, row: Any, button: str, queue: str) -> str:
    """The button of a row at the desk; its list as long as there is no row."""
    if row is not None:
        return reverse(f"admin:{model}_{button}", args=[row.pk])
    return f"{reverse(f'admin:{model}_changelist')}?queue={queue}"


def _letter(to: str, about: str) -> str:
    """The newest letter to somebody about something; the mailbox as long as there is none."""
    found = DemoMail.objects.filter(to=to)
    newest = found.filter(subject_line__contains=about).first() if about else None
    return (
        reverse("demo-letter", args=[newest.ref]) if newest else f"{reverse('demo-mail')}?to={to}"
    )


# --- Its pages -----------------------------------------------------------------------------------


@require_GET
def tour(request: HttpRequest) -> HttpResponse:
    """All steps, and where things stand."""
    told = followed(request) or _fresh()
    context = {
        "told": told,
        "title": title_of(told.order) if told else "",
        "following": SESSION in request.session,
        "tasks": _tasks(told) if told else [],
        "people": [(ANA.email, ANA.first_name), (CARLA.email, "Carla"), (DENIS.email, "Denis")],
    }
    return render(request, "smart/demo/tour.html", context)


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Follow a job; with ``stop`` follow none any more."""
    request.session.pop(SESSION, None)
    order = newest()
    if "stop" in request.POST or order is None:
        return redirect("demo-tour")
    request.session[SESSION] = order.ref
    return go(request)


@require_POST
def go(request: HttpRequest) -> HttpResponse:
    """To the page of the step that is next, as the person whose turn it is."""
    told = followed(request)
    if told is None or told.now is None:
        return redirect("demo-tour")
    _become(request, told.now.who)
    return redirect(told.now.url)


@require_POST
def become(request: HttpRequest) -> HttpResponse:
    """Sit down as one of the cast, on her own first page."""
    if request.POST.get("who") not in (ANA.email, CARLA.email, DENIS.email):
        raise Http404
    _become(request, request.POST["who"])
    return redirect("home")


def _become(request: HttpRequest, who: str) -> None:
    ref = request.session.get(SESSION)
    if who == CLIENT:
        logout(request)
    elif getattr(request.user, "email", "") != who:
        login(request, User.objects.get(email=who), backend=BACKEND)
    if ref:
        request.session[SESSION] = ref


def _fresh() -> Tour | None:
    order = newest()
    return tour_of(order.ref) if order else None


def _tasks(told: Tour) -> list[Task]:
    return [
        Task(
            text=step.text,
            state="done" if step.done else "waiting" if step is told.now else "todo",
            note=step.look if step is told.now else "",
        )
        for step in told.steps
    ]
