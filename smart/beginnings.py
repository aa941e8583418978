"""What a newcomer does once: the list on her home until all of it is done."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from members.models import Affiliate
from members.pieces import Task
from members.queries import bank_account_of
from members.states import AffiliateStatus
from orders.models import Order
from orders.states import OrderStatus
from payroll.models import Contract
from payroll.states import ContractStatus

SIGNED = ContractStatus.SIGNED


def beginnings(affiliate: Affiliate, orders: Sequence[Order], *, at: datetime) -> list[Task]:
    """The list, ``orders`` loaded with their contracts; empty once all is done."""
    tasks = [*_membership(affiliate, at=at), *_first_job(affiliate, orders)]
    return tasks if any(task.state != "done" for task in tasks) else []


def _membership(affiliate: Affiliate, *, at: datetime) -> Iterator[Task]:
    confirmed = affiliate.user.email_confirmed_at is not None
    yield _task(
        _("Confirmer votre adresse e-mail"),
        done=confirmed,
        button=_("Voir mon profil"),
        url=reverse("profile"),
    )
    yield _task(
        _("Être accepté·e par la coopérative"),
        done=affiliate.status == AffiliateStatus.ACCEPTED,
        note=_("Elle relit votre inscription et vous écrit.") if confirmed else "",
    )
    yield _task(
        _("Avoir un compte bancaire approuvé"),
        done=bank_account_of(affiliate.pk, at) is not None,
        note=_("Vos salaires y arrivent."),
        button=_("Voir mon profil"),
        url=reverse("profile"),
    )


def _first_job(affiliate: Affiliate, orders: Sequence[Order]) -> Iterator[Task]:
    """Told by the jobs at hand; where these do not say, by all she ever had."""
    mine = Order.objects.filter(affiliate=affiliate)
    hers = Contract.objects.filter(affiliate=affiliate)
    sent = any(order.sent_at for order in orders) or mine.exclude(sent_at=None).exists()
    signed = any(order.signed_at for order in orders)
    signed = signed or (sent and mine.exclude(signed_at=None).exists())
    contracts = [row for order in orders for row in order.contracts.all() if row.living]
    bound = any(row.signed for row in contracts)
    bound = bound or (signed and hers.filter(status=SIGNED).exists())
    drafts = [order.ref for order in orders if order.status == OrderStatus.DRAFT]
    yield _task(
        _("Envoyer une première commande"),
        done=sent,
        note=_("Vous voyez le net avant d’envoyer."),
        button=_("Continuer le brouillon") if drafts else _("Commencer"),
        url=reverse("job-edit", args=[drafts[0]]) if drafts else reverse("job-new"),
    )
    yield _task(
        _("Votre client la signe"),
        done=signed,
        note=_("En ligne, sans compte, en une minute.") if sent else "",
    )
    yield _task(
        _("Signer votre contrat avant le premier jour"),
        done=bound,
        note=_("La coopérative le signe d’abord, puis vous.") if contracts else "",
    )


def _task(text: str, *, done: bool, note: str = "", button: str = "", url: str = "") -> Task:
    """What she can do herself has a button; the rest waits for somebody else."""
    if done:
        return Task(text=text, state="done")
    return Task(text=text, state="todo" if url else "waiting", note=note, button=button, url=url)
