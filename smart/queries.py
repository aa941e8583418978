"""The affiliate's home: what to do next, her jobs, her money. A fixed number of queries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from members.models import ActivityInvitation, Affiliate, Share
from members.pieces import Figure, NextStep, Task
from members.queries import invitations_to
from members.states import AffiliateStatus
from office import clock
from orders import queries as orders_queries
from orders import share
from orders.models import Order
from orders.queries import JobCard
from orders.states import OrderStatus
from payroll.models import Contract
from payroll.states import ContractStatus
from smart.beginnings import beginnings
from smart.figures import figures_of
from smart.papers import Paper, Wanted, described, found

JOBS_SHOWN = 6
ENDED = (OrderStatus.CANCELLED, OrderStatus.REPLACED)
UNDER_WAY = (OrderStatus.SENT, OrderStatus.SIGNED, OrderStatus.HELD)
SPENDING = (OrderStatus.SIGNED, OrderStatus.HELD, OrderStatus.RELEASED)
PAPERS_SHOWN = 4


@dataclass(frozen=True, kw_only=True)
class Shortcut:
    """Something she often does, one tap away."""

    text: str
    url: str
    icon: str
    post: bool = False


@dataclass(frozen=True, kw_only=True)
class Home:
    """What the affiliate's home prints."""

    step: NextStep
    invitations: Sequence[ActivityInvitation]
    tasks: Sequence[Task]  # of a newcomer, until all are done
    figures: Sequence[Figure]
    jobs: Sequence[JobCard]
    more_jobs: bool
    papers: Sequence[Paper]
    shortcuts: Sequence[Shortcut]


def home_of(affiliate: Affiliate, *, at: datetime) -> Home:
    """Everything on the home of an affiliate (user loaded)."""
    orders = list(orders_queries.with_chain(_at_hand(affiliate)).order_by("-id"))
    shown = orders[:JOBS_SHOWN]
    mine = found(affiliate.user, Wanted()).order_by("-id")
    return Home(
        step=next_step(affiliate, orders, at=at),
        invitations=list(invitations_to(affiliate)),
        tasks=beginnings(affiliate, orders, at=at),
        figures=figures_of(affiliate, on=clock.day_of(at)),
        jobs=orders_queries.cards(shown, at=at),
        more_jobs=len(orders) > JOBS_SHOWN,
        papers=described(mine[:PAPERS_SHOWN]),
        shortcuts=_shortcuts(orders),
    )


def _at_hand(affiliate: Affiliate) -> QuerySet[Order]:
    """Her newest jobs, and however old they are those that still go on or are not paid to her."""
    rows = Order.objects.filter(affiliate=affiliate).exclude(status__in=ENDED)
    unpaid = Contract.objects.living().filter(affiliate=affiliate, gross_due__gt=0)
    unpaid = unpaid.exclude(payslips__transfers__executed_on__isnull=False)
    return rows.filter(
        Q(pk__in=rows.order_by("-id").values("pk")[: JOBS_SHOWN + 1])
        | Q(status__in=UNDER_WAY)
        | Q(ref__in=unpaid.values("job"))
    )


def _shortcuts(orders: Sequence[Order]) -> list[Shortcut]:
    """A new job, a copy of the last one, an expense of a job that has some."""
    offered = [Shortcut(text=_("Nouvelle mission"), url=reverse("job-new"), icon="plus")]
    sent = [order for order in orders if order.status != OrderStatus.DRAFT]
    if sent:
        again = reverse("job-copy", args=[sent[0].ref])
        text = _("Copier la dernière mission")
        offered.append(Shortcut(text=text, url=again, icon="copy", post=True))
    for order in orders:
        if order.status in SPENDING and order.expense_lines.all():
            there = reverse("job", args=[order.ref]) + "#expenses"
            offered.append(Shortcut(text=_("Déposer un justificatif"), url=there, icon="paper"))
            break
    return offered


# --- The one thing to do next --------------------------------------------------------------------


def next_step(affiliate: Affiliate, orders: Sequence[Order], *, at: datetime) -> NextStep:
    """The first of: what only she can do, by urgency; what others do; a new job."""
    steps = [
        *_of_membership(affiliate),
        *_hers(orders, at=at),
        *_of_share(affiliate, on=clock.day_of(at)),
        *_to_mend(orders),
        *_of_others(orders, at=at),
    ]
    return steps[0] if steps else _nothing()


def _of_membership(affiliate: Affiliate) -> Iterator[NextStep]:
    if affiliate.user.email_confirmed_at is None:
        yield NextStep(
            title=_("Confirmez votre adresse e-mail"),
            text=_("Le lien est dans le message que nous vous avons envoyé."),
            button=_("Voir mon profil"),
            url=reverse("profile"),
        )
    elif affiliate.status == AffiliateStatus.REGISTERED:
        yield NextStep(
            title=_("Nous vérifions votre inscription"),
            text=_(
                "Vous pouvez déjà préparer une mission ; elle partira une fois acceptée "
                "votre inscription."
            ),
            button=_("Préparer une mission"),
            url=reverse("job-new"),
            tone="waiting",
        )
    elif affiliate.status == AffiliateStatus.REFUSED:
        yield NextStep(
            title=_("Votre inscription n’a pas été acceptée"),
            text=affiliate.refusal_reason,
            tone="stopped",
        )


def _hers(orders: Sequence[Order], *, at: datetime) -> Iterator[NextStep]:
    """What only she can do: sign, answer, mend; the soonest first."""
    on = clock.day_of(at)
    living = [row for order in orders for row in order.contracts.all() if row.living]
    for row in sorted(living, key=lambda row: row.starts_on):
        if row.status == ContractStatus.OFFERED and row.starts_on > on:
            yield NextStep(
                title=_("Signez votre contrat pour {client}").format(client=row.client_name),
                text=_("La coopérative l’a signé. Sans votre signature, ne commencez pas."),
                button=_("Lire et signer"),
                url=reverse("contract", args=[row.ref]),
                due=row.starts_on,
            )
    to_confirm = [row for order in orders for row in orders_queries.to_confirm(order, at=at)]
    for row in to_confirm:
        if row.ends_on <= on:
            title = _("Le travail pour {client} est-il fait ?")
            yield NextStep(
                title=title.format(client=row.client_name),
                text=_("Votre réponse lance la facture et votre paie."),
                button=_("Répondre"),
                url=reverse("work", args=[row.ref]),
            )


def _of_share(affiliate: Affiliate, *, on: date) -> Iterator[NextStep]:
    """The share of the year, once nothing new leaves without it."""
    asked = Share.objects.filter(affiliate=affiliate, year=on.year, paid_on=None)
    if asked.exists() and share.holds_back(affiliate.pk, on=on):
        yield NextStep(
            title=_("Payez votre part {year} de la coopérative").format(year=on.year),
            text=_("Sans elle, aucune nouvelle mission ne part. Ce qui est signé continue."),
            button=_("Voir comment payer"),
            url=reverse("share"),
        )


def _to_mend(orders: Sequence[Order]) -> Iterator[NextStep]:
    """Jobs nobody signed, then drafts."""
    for order in orders:
        if order.status in (OrderStatus.DECLINED, OrderStatus.LAPSED):
            yield NextStep(
                title=_("« {job} » n’est pas signée : ne commencez pas").format(job=_name(order)),
                text=order.ended_reason or _("Reprenez-la comme brouillon pour la changer."),
                button=_("Voir la mission"),
                url=reverse("job", args=[order.ref]),
                tone="stopped",
            )
    for order in orders:
        if order.status == OrderStatus.DRAFT and not _looked_at(order):
            yield NextStep(
                title=_("Terminez « {job} »").format(job=_name(order)),
                text=_("C’est encore un brouillon : votre client n’a rien reçu."),
                button=_("Continuer"),
                url=reverse("job-edit", args=[order.ref]),
            )


def _of_others(orders: Sequence[Order], *, at: datetime) -> Iterator[NextStep]:
    """What will happen next without her, and when."""
    on = clock.day_of(at)
    for order in orders:
        if order.status == OrderStatus.HELD:
            yield _look(order, _("Votre conseiller regarde « {job} »"), tone="waiting")
    for order in orders:
        if until := _looked_at(order):
            yield _look(
                order,
                _("Votre conseiller regarde « {job} »"),
                _("Elle part après sa réponse."),
                "waiting",
                until,
            )
    for order in orders:
        contracts = [row for row in order.contracts.all() if row.living]
        if any(row.status == ContractStatus.DRAFT for row in contracts):
            yield _look(
                order,
                _("La coopérative signe votre contrat pour « {job} »"),
                _("Vous recevez un message dès que c’est à vous de signer."),
                tone="waiting",
            )
    for order in orders:
        if order.status == OrderStatus.SENT:
            until = _last_day_to_sign(order)
            yield _look(
                order, _("« {job} » est chez votre client"), _("À lui de signer."), "waiting", until
            )
    for order in orders:
        coming = [day.day for day in order.days.all() if day.day >= on]
        if order.status == OrderStatus.SIGNED and coming:
            yield _look(order, _("Prochain jour de travail : « {job} »"), "", "done", min(coming))
    for order in orders:
        due = [row.pay_deadline for row in order.contracts.all() if _unpaid(row)]
        deadlines = [day for day in due if day]
        if deadlines:
            yield _look(
                order,
                _("Votre paie pour « {job} » se prépare"),
                _(
                    "Elle est sur votre compte au plus tard à cette date, "
                    "que le client ait payé ou non."
                ),
                "waiting",
                min(deadlines),
            )


def _looked_at(order: Order) -> date | None:
    """Until when an advisor looks at a draft, of orders loaded ``with_chain``."""
    until: date | None = order.review_due_on  # type: ignore[attr-defined]
    return until


def _last_day_to_sign(order: Order) -> date | None:
    """A link that closes at midnight can be used until the day before."""
    if order.link_expires_at is None:
        return None
    return clock.day_of(order.link_expires_at - timedelta(microseconds=1))


def _unpaid(contract: Contract) -> bool:
    slips = contract.payslips.all()
    executed = any(row.executed_on for slip in slips for row in slip.transfers.all())
    return bool(contract.living and contract.gross_due and not executed)


def _look(
    order: Order, title: str, text: str = "", tone: str = "now", due: date | None = None
) -> NextStep:
    return NextStep(
        title=title.format(job=_name(order)),
        text=text,
        button=_("Voir la mission"),
        url=reverse("job", args=[order.ref]),
        tone=tone,
        due=due,
    )


def _nothing() -> NextStep:
    return NextStep(
        title=_("Rien à faire pour l’instant"),
        text=_("Un client vous confie une mission ? Déclarez-la avant de commencer."),
        button=_("Déclarer une mission"),
        url=reverse("job-new"),
        tone="done",
    )


def _name(order: Order) -> str:
    return str(orders_queries.title_of(order))
