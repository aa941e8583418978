"""Where an affiliate stands with the cooperative."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AffiliateStatus(TextChoices):
    REGISTERED = "registered", _("inscription à vérifier")
    ACCEPTED = "accepted", _("membre")
    REFUSED = "refused", _("inscription refusée")


AFFILIATE_TRANSITIONS = {
    AffiliateStatus.REGISTERED: frozenset({AffiliateStatus.ACCEPTED, AffiliateStatus.REFUSED}),
    AffiliateStatus.REFUSED: frozenset({AffiliateStatus.REGISTERED}),
    AffiliateStatus.ACCEPTED: frozenset(),
}
