"""Legal entities and their double-entry books."""

from django.db import models
from django.db.models import F, Q

from office.fields import MoneyField
from office.refs import RefField


class LegalEntity(models.Model):
    """An employing and invoicing company of the cooperative, with what the law wants on its papers
    (CSA 2:20).
    """

    ref = RefField()
    code = models.CharField(max_length=8, unique=True)  # in number series and invoice numbers
    name = models.CharField(max_length=120)
    legal_form = models.CharField(max_length=60)
    enterprise_number = models.CharField(max_length=10, unique=True)  # ten digits
    vat_number = models.CharField(max_length=12)  # BE + ten digits
    street = models.CharField(max_length=120)
    postcode = models.CharField(max_length=10)
    city = models.CharField(max_length=80)
    court = models.CharField(max_length=120)  # "RPM Bruxelles, division francophone"
    email = models.EmailField()
    website = models.CharField(max_length=120, blank=True)
    iban = models.CharField(max_length=34)
    bic = models.CharField(max_length=11)
    bank = models.CharField(max_length=60)
    joint_committee = models.CharField(max_length=10)  # "200"
    workers = models.PositiveIntegerField()  # size for the contribution rates
    employer_number = models.CharField(max_length=10)  # ONSS

    class Meta:
        verbose_name_plural = "legal entities"

    def __str__(self) -> str:
        return self.name


class Account(models.Model):
    """An account of the chart (holder empty), or one holder's own account below it
    (``activity:3``, ``client:7``).
    """

    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="accounts")
    code = models.CharField(max_length=10)
    name = models.CharField(max_length=120)
    holder = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "code", "holder"], name="account_once_per_holder"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Entry(models.Model):
    """One booking. ``source`` names the document or act it books (``invoice:12``), once; ``job``
    is an order's ref.
    """

    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="entries")
    on = models.DateField()
    kind = models.CharField(max_length=30)
    source = models.CharField(max_length=40)
    job = models.CharField(max_length=8, blank=True)
    text = models.CharField(max_length=200)
    legs = models.PositiveSmallIntegerField()
    booked_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["job"]), models.Index(fields=["entity", "on"])]
        constraints = [
            models.UniqueConstraint(fields=["entity", "source"], name="entry_once_per_source"),
            models.CheckConstraint(condition=Q(legs__gte=2), name="entry_two_legs"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.text}"


class Posting(models.Model):
    """One leg of an entry. ``amount`` in euros: debit above zero, credit below."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings")
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="postings", db_index=False
    )
    amount = MoneyField()

    class Meta:
        indexes = [models.Index(fields=["account"], include=["amount"], name="posting_balance")]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="posting_not_zero")]

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"


class Period(models.Model):
    """A month of an entity's books. Once closed it takes no entry."""

    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="periods")
    starts_on = models.DateField()
    ends_on = models.DateField()
    closed_at = models.DateTimeField()
    closed_by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entity", "starts_on"], name="period_once"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="period_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on:%Y-%m}"
