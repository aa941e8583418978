"""Proof of the refunds in the books: each refunded receipt is booked once, and nothing else is."""

from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from ledger.checks import Problem
from ledger.models import Entry
from orders.models import Receipt

REFUND = "refund"  # kind of entry
BANK_LEG, COST_LEG = "receipt", "receipt-cost"


def run() -> list[Problem]:
    """Each refunded receipt has its two entries of its amount; each such entry its receipt."""
    booked: dict[str, Decimal] = {
        row["source"]: row["debit"]
        for row in Entry.objects.filter(kind=REFUND, postings__amount__gt=0)
        .values("source")
        .annotate(debit=Sum("postings__amount"))
    }
    problems = []
    refunded = Receipt.objects.filter(refunded_on__isnull=False).values_list("pk", "amount")
    for number, amount in refunded.iterator(chunk_size=1000):
        for prefix in (BANK_LEG, COST_LEG):
            found = booked.pop(f"{prefix}:{number}", None)
            if found != amount:
                text = _(
                    "Justificatif {number} : {amount} € remboursés, {found} € dans les livres."
                ).format(number=number, amount=amount, found=found or 0)
                problems.append(Problem(code="refund_not_booked", text=text))
    problems += [
        Problem(
            code="refund_without_receipt",
            text=_("L’écriture {source} n’a pas de justificatif remboursé.").format(source=source),
        )
        for source in booked
    ]
    return problems
