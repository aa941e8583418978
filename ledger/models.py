"""Legal entities and their double-entry books."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from office.fields import MoneyField
from office.refs import RefField


class LegalEntity(models.Model):
    """An employing and invoicing company of the cooperative, with what the law wants on its papers
    (CSA 2:20).
    """

    ref = RefField(_("référence"))
    code = models.CharField(
        _("code"), max_length=8, unique=True
    )  # in number series and invoice numbers
    name = models.CharField(_("nom"), max_length=120)
    legal_form = models.CharField(_("forme légale"), max_length=60)
    enterprise_number = models.CharField(
        _("numéro d’entreprise"), max_length=10, unique=True
    )  # ten digits
    vat_number = models.CharField(_("numéro de TVA"), max_length=12)  # BE + ten digits
    street = models.CharField(_("rue et numéro"), max_length=120)
    postcode = models.CharField(_("code postal"), max_length=10)
    city = models.CharField(_("localité"), max_length=80)
    court = models.CharField(_("RPM"), max_length=120)  # "RPM Bruxelles, division francophone"
    email = models.EmailField(_("e-mail"))
    website = models.CharField(_("site"), max_length=120, blank=True)
    iban = models.CharField(_("compte"), max_length=34)
    bic = models.CharField(_("BIC"), max_length=11)
    bank = models.CharField(_("banque"), max_length=60)
    joint_committee = models.CharField(_("commission paritaire"), max_length=10)  # "200"
    workers = models.PositiveIntegerField(_("travailleurs"))  # size for the contribution rates
    employer_number = models.CharField(_("numéro ONSS"), max_length=10)  # ONSS

    class Meta:
        verbose_name = _("entité")
        verbose_name_plural = _("entités")

    def __str__(self) -> str:
        return self.name


class Account(models.Model):
    """An account of the chart (holder empty), or one holder's own account below it
    (``activity:3``, ``client:7``).
    """

    entity = models.ForeignKey(
        LegalEntity, on_delete=models.PROTECT, related_name="accounts", verbose_name=_("entité")
    )
    code = models.CharField(_("code"), max_length=10)
    name = models.CharField(_("nom"), max_length=120)
    holder = models.CharField(_("titulaire"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("compte")
        verbose_name_plural = _("comptes")
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

    entity = models.ForeignKey(
        LegalEntity, on_delete=models.PROTECT, related_name="entries", verbose_name=_("entité")
    )
    on = models.DateField(_("date"))
    kind = models.CharField(_("genre"), max_length=30)
    source = models.CharField(_("pièce"), max_length=40)
    job = models.CharField(_("mission"), max_length=8, blank=True)
    text = models.CharField(_("libellé"), max_length=200)
    legs = models.PositiveSmallIntegerField(_("lignes"))
    booked_at = models.DateTimeField(_("passée le"))

    class Meta:
        verbose_name = _("écriture")
        verbose_name_plural = _("écritures")
        indexes = [models.Index(fields=["job"]), models.Index(fields=["entity", "on"])]
        constraints = [
            models.UniqueConstraint(fields=["entity", "source"], name="entry_once_per_source"),
            models.CheckConstraint(condition=Q(legs__gte=2), name="entry_two_legs"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.text}"


class Posting(models.Model):
    """One leg of an entry. ``amount`` in euros: debit above zero, credit below."""

    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="postings", verbose_name=_("écriture")
    )
    account = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        related_name="postings",
        db_index=False,
        verbose_name=_("compte"),
    )
    amount = MoneyField(_("montant (débit au-dessus de zéro)"))

    class Meta:
        verbose_name = _("ligne d’écriture")
        verbose_name_plural = _("lignes d’écriture")
        indexes = [models.Index(fields=["account"], include=["amount"], name="posting_balance")]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="posting_not_zero")]

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"


class Period(models.Model):
    """A month of an entity's books. Once closed it takes no entry."""

    entity = models.ForeignKey(
        LegalEntity, on_delete=models.PROTECT, related_name="periods", verbose_name=_("entité")
    )
    starts_on = models.DateField(_("du"))
    ends_on = models.DateField(_("au"))
    closed_at = models.DateTimeField(_("clôturé le"))
    closed_by = models.CharField(_("clôturé par"), max_length=200)

    class Meta:
        verbose_name = _("mois clôturé")
        verbose_name_plural = _("mois clôturés")
        constraints = [
            models.UniqueConstraint(fields=["entity", "starts_on"], name="period_once"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="period_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on:%Y-%m}"
