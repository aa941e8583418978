"""The share of the year: when it is due, what its page says, its certificate."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from members.models import Affiliate, Share
from members.policies import SharesPolicy
from office import bank, documents, policy
from office.models import Document
from office.money import ZERO


def is_due(affiliate_id: int, *, jobs: int, on: date) -> bool:
    """Whether a member with so many jobs needs a share before anything new, and lacks it.

    Raises ``NoPolicy`` while the house has not decided price and free jobs.
    """
    if jobs < policy.current(SharesPolicy, on).free_jobs:
        return False
    held = Share.objects.paid().filter(affiliate_id=affiliate_id, year=on.year)
    return not held.exists()


@dataclass(frozen=True, kw_only=True)
class YearOfShare:
    """One year on her page."""

    year: int
    share: Share | None
    received: Decimal
    payment_code: str

    @property
    def left(self) -> Decimal:
        """Euros still to pay."""
        return max(self.share.amount - self.received, ZERO) if self.share else ZERO

    @property
    def surplus(self) -> Decimal:
        """Euros received above its value."""
        return max(self.received - self.share.amount, ZERO) if self.share else ZERO


def years_of(affiliate: Affiliate, on: date) -> list[YearOfShare]:
    """This year and the next, and every year before that has a share, newest first."""
    rows = Share.objects.filter(affiliate=affiliate).select_related("entity", "certificate")
    held = {row.year: row for row in rows}
    years = sorted({on.year, on.year + 1, *held}, reverse=True)
    return [_year(year, held.get(year)) for year in years]


def _year(year: int, share: Share | None) -> YearOfShare:
    received = share.received if share else ZERO
    code = ""
    if share and received < share.amount:
        code = bank.payment_code(
            name=share.entity.name,
            iban=share.entity.iban,
            amount=share.amount - received,
            reference=share.communication,
        )
    return YearOfShare(year=year, share=share, received=received, payment_code=code)


def certificate(share: Share, *, at: datetime) -> Document:
    """The paper that says the share is hers, in her language."""
    affiliate, entity = share.affiliate, share.entity
    language = affiliate.user.language
    fields = "name legal_form street postcode city vat_number court email website"
    titles = {"fr": "Certificat de part", "nl": "Aandeelbewijs", "en": "Share certificate"}
    title = f"{titles[language]} {share.year}"
    return documents.order(
        "share",
        template=f"print/share.v1.{language}.html",
        language=language,
        subject=share,
        title=title,
        file_name=f"{title}.pdf".replace(" ", "-"),
        context={
            "entity": {field: getattr(entity, field) for field in fields.split()},
            "holder": {
                field: getattr(affiliate, field) for field in ("name", "street", "postcode", "city")
            },
            "number": share.pk,
            "ref": share.ref,
            "year": share.year,
            "amount": share.amount,
            "paid_on": share.paid_on,
        },
        at=at,
    )
