"""The life of an order: from the affiliate's draft to the work released to invoice and pay."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrderStatus(TextChoices):
    DRAFT = "draft", _("brouillon")
    SENT = "sent", _("envoyé au client")
    DECLINED = "declined", _("décliné par le client")
    LAPSED = "lapsed", _("lien expiré")
    SIGNED = "signed", _("signé par le client")
    HELD = "held", _("chez votre conseiller")
    RELEASED = "released", _("travail confirmé")
    CANCELLED = "cancelled", _("annulé")
    REPLACED = "replaced", _("remplacé")


ORDER_TRANSITIONS = {
    OrderStatus.DRAFT: frozenset({OrderStatus.SENT, OrderStatus.CANCELLED}),
    OrderStatus.SENT: frozenset(
        {
            OrderStatus.DRAFT,
            OrderStatus.SIGNED,
            OrderStatus.DECLINED,
            OrderStatus.LAPSED,
            OrderStatus.CANCELLED,
        }
    ),
    OrderStatus.DECLINED: frozenset({OrderStatus.DRAFT, OrderStatus.CANCELLED}),
    OrderStatus.LAPSED: frozenset({OrderStatus.DRAFT, OrderStatus.CANCELLED}),
    OrderStatus.SIGNED: frozenset(
        {
            OrderStatus.HELD,
            OrderStatus.RELEASED,
            OrderStatus.CANCELLED,
            OrderStatus.REPLACED,
        }
    ),
    # decided for one month, another month is still to come: back to signed
    OrderStatus.HELD: frozenset({OrderStatus.SIGNED, OrderStatus.RELEASED, OrderStatus.CANCELLED}),
    OrderStatus.RELEASED: frozenset(),
    OrderStatus.CANCELLED: frozenset(),
    OrderStatus.REPLACED: frozenset(),
}


class ChangeStatus(TextChoices):
    OPEN = "open", _("demandé")
    WITHDRAWN = "withdrawn", _("retiré")
    DONE = "done", _("décidé")


CHANGE_TRANSITIONS = {
    ChangeStatus.OPEN: frozenset({ChangeStatus.WITHDRAWN, ChangeStatus.DONE}),
    ChangeStatus.WITHDRAWN: frozenset(),
    ChangeStatus.DONE: frozenset(),
}
