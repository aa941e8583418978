"""What a token may be allowed, each in one word."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Scope(TextChoices):
    SIMULATE = "simulate", _("calculer un prix")
    CLIENTS_READ = "clients:read", _("lire les clients")
    CLIENTS_WRITE = "clients:write", _("créer des clients")
    ORDERS_READ = "orders:read", _("lire les missions")
    ORDERS_WRITE = "orders:write", _("préparer des missions")
    ORDERS_SEND = "orders:send", _("envoyer, reprendre et annuler des missions")
    INVOICES_READ = "invoices:read", _("lire les factures")
    PAY_READ = "pay:read", _("lire les fiches de paie")
    DOCUMENTS_READ = "documents:read", _("télécharger les documents")
    EVENTS_READ = "events:read", _("suivre ce qui se passe")
