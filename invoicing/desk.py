"""What the pages of the finance desk say before somebody decides."""

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from invoicing.models import Advance, Client, Invoice, Payment, Receivable, Series
from invoicing.states import InvoiceStatus
from office.desk import Facts
from office.templatetags import house

REGISTER = (  # the public page of an enterprise
    "https://kbopub.economie.fgov.be/kbopub/toonondernemingps.html?ondernemingsnummer={number}"
)


def identity(row: Client) -> Facts:
    """What the register of enterprises must say too, and where to look."""
    seat = f"{row.street}, {row.postcode} {row.city}"
    register = REGISTER.format(number=row.enterprise_number)
    look = format_html(
        '<a class="text-link" href="{}" target="_blank" rel="noopener noreferrer">{}</a>',
        register,
        _("ouvrir la fiche publique"),
    )
    return [
        (_("nom"), row.name),
        (_("numéro d’entreprise"), house.enterprise(row.enterprise_number)),
        (_("siège"), seat),
        (_("Banque-Carrefour des Entreprises"), look),
    ]


def to_pay(row: Receivable) -> Facts:
    """What is owed, by whom."""
    return [
        (_("document"), str(row.invoice)),
        (_("client"), row.invoice.client.name),
        (_("reste à payer"), house.euros(row.open_amount)),
        (_("à payer pour le"), house.longday(row.invoice.due_on)),
        (_("communication"), house.communication(row.invoice.communication)),
    ]


def to_send(row: Invoice) -> Facts:
    """What leaves, to whom."""
    return [
        (_("client"), row.client.name),
        (_("contact"), f"{row.contact_name}, {row.contact_email}"),
        (_("hors TVA"), house.euros(row.net)),
        (_("TVA"), house.euros(row.vat)),
        (_("TVA comprise"), house.euros(row.total)),
    ]


def is_payable(row: Invoice) -> bool:
    """Whether money may be recorded on a document: an issued invoice."""
    return row.status == InvoiceStatus.ISSUED and row.series == Series.INVOICE


def is_creditable(row: Invoice) -> bool:
    """Whether an invoice may be credited: issued, and not credited yet."""
    credited = row.credit_notes.exclude(status=InvoiceStatus.ANNULLED)
    return is_payable(row) and not credited.exists()


def is_outstanding(row: Advance) -> bool:
    """Whether the fund still waits for this money."""
    return row.amount > row.repaid + row.lost


def advanced(row: Advance) -> Facts:
    """What the fund lent, and what came back."""
    return [
        (_("mission"), row.job),
        (_("avancé"), house.euros(row.amount)),
        (_("remboursé"), house.euros(row.repaid)),
        (_("reste en cours"), house.euros(row.amount - row.repaid - row.lost)),
        (_("supporté par"), _("le fonds de garantie") if row.covered else _("l’activité")),
    ]


def is_reversible(row: Payment) -> bool:
    """Whether a payment may be taken back: not itself a reversal, not reversed already."""
    return row.reverses_id is None and not hasattr(row, "reversed_by")
