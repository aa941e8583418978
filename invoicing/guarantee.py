"""Who bears the loss when a client does not pay: decided before anything is sent, shown in one
sentence.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum
from django.db.models.functions import Least
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from invoicing.models import Client, ClientKind, Invoice, Series
from invoicing.policies import GuaranteePolicy
from invoicing.states import InvoiceStatus
from office import policy
from office.money import ZERO
from office.templatetags.house import euros

SENTENCES: dict[str, str | Promise] = {
    "covered": _(
        "Cette mission est couverte par le fonds de garantie : si votre client ne paie pas, "
        "c’est lui qui supporte la perte."
    ),
    "covered_new": _(
        "Cette mission est couverte par le fonds de garantie, jusqu’à {ceiling} hors TVA pour "
        "un client qui n’a pas encore payé de facture."
    ),
    "blocked": _(
        "Cette mission n’est pas couverte : la coopérative ne garantit plus ce client. Votre "
        "salaire sera payé à temps, mais une facture impayée viendrait en moins de votre activité."
    ),
    "above_new_ceiling": _(
        "Cette mission n’est pas couverte : avec elle, ce nouveau client devrait {exposure} hors "
        "TVA, au-dessus des {ceiling} garantis. Votre salaire sera payé à temps, mais une "
        "facture impayée viendrait en moins de votre activité."
    ),
    "above_ceiling": _(
        "Cette mission n’est pas couverte : avec elle, ce client devrait {exposure} hors TVA, "
        "au-dessus des {ceiling} garantis. Votre salaire sera payé à temps, mais une facture "
        "impayée viendrait en moins de votre activité."
    ),
    "not_belgian_business": _(
        "Cette mission n’est pas couverte : le fonds de garantie ne couvre que les entreprises "
        "belges."
    ),
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """What the decision looks at. Amounts in euros excl. VAT."""

    belgian_business: bool
    blocked: bool
    paid_before: bool  # at least one invoice paid in full
    unpaid: Decimal  # guaranteed work of this client not paid yet
    requested: Decimal  # the price of the job asked for
    own_ceiling: Decimal | None = None  # decided by staff for this client


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The guarantee's answer; `str()` is its sentence in the reader's language."""

    covered: bool
    code: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return sentence(self.code, self.values)


def sentence(code: str, values: dict[str, Any]) -> str:
    """An answer's sentence, from its code and values: amounts, as Decimal or as JSON keeps them."""
    shown = {name: euros(value) for name, value in values.items()}
    return str(SENTENCES[code]).format(**shown)


def decide(case: Case, rules: GuaranteePolicy) -> Answer:
    """Covered or not, and why.

    >>> case = Case(belgian_business=True, blocked=False, paid_before=False,
    ...             unpaid=Decimal("4500.00"), requested=Decimal("1000.00"))
    >>> decide(case, GuaranteePolicy()).code
    'above_new_ceiling'
    """
    if not case.belgian_business:
        return Answer(covered=False, code="not_belgian_business")
    if case.blocked:
        return Answer(covered=False, code="blocked")
    new = not case.paid_before and case.own_ceiling is None
    ceiling = rules.new_client_ceiling if new else case.own_ceiling
    ceiling = rules.client_ceiling if ceiling is None else ceiling
    exposure = case.unpaid + case.requested
    if exposure > ceiling:
        code = "above_new_ceiling" if new else "above_ceiling"
        return Answer(covered=False, code=code, values={"exposure": exposure, "ceiling": ceiling})
    if new:
        return Answer(covered=True, code="covered_new", values={"ceiling": ceiling})
    return Answer(covered=True, code="covered")


def ask(client: Client | None, *, amount: Decimal, on: date) -> Answer:
    """The answer for a job of ``amount`` euros excl. VAT; without client: for a new one."""
    return decide(case_of(client, amount), policy.current(GuaranteePolicy, on))


def case_of(client: Client | None, amount: Decimal) -> Case:
    """What is known of a client, in two queries."""
    if client is None:
        return Case(
            belgian_business=True, blocked=False, paid_before=False, unpaid=ZERO, requested=amount
        )
    invoices = Invoice.objects.filter(client=client, series=Series.INVOICE)
    waiting = invoices.filter(status__in=[InvoiceStatus.DRAFT, InvoiceStatus.RELEASED])
    owed = invoices.filter(status=InvoiceStatus.ISSUED, receivable__open_amount__gt=0)
    not_issued = waiting.filter(guaranteed=True).aggregate(sum=Sum("net"))["sum"]
    issued = owed.filter(guaranteed=True).aggregate(
        sum=Sum(Least(F("net"), F("receivable__open_amount")))
    )["sum"]
    paid = invoices.filter(
        status=InvoiceStatus.ISSUED, receivable__open_amount=0, credit_notes=None
    )
    return Case(
        belgian_business=client.kind == ClientKind.BELGIAN_BUSINESS,
        blocked=client.blocked_at is not None,
        paid_before=paid.exists(),
        unpaid=(not_issued or ZERO) + (issued or ZERO),
        requested=amount,
        own_ceiling=client.guarantee_ceiling,
    )
