"""Where an affiliate stands with the cooperative, each paper she shows, and each invitation to an
activity.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AffiliateStatus(TextChoices):
    DRAFT = "draft", _("inscription à compléter")
    REGISTERED = "registered", _("inscription à vérifier")
    ACCEPTED = "accepted", _("membre")
    REFUSED = "refused", _("inscription refusée")


AFFILIATE_TRANSITIONS = {
    AffiliateStatus.DRAFT: frozenset({AffiliateStatus.REGISTERED}),
    AffiliateStatus.REGISTERED: frozenset({AffiliateStatus.ACCEPTED, AffiliateStatus.REFUSED}),
    AffiliateStatus.REFUSED: frozenset({AffiliateStatus.REGISTERED}),
    AffiliateStatus.ACCEPTED: frozenset(),
}


class PaperStatus(TextChoices):
    GIVEN = "given", _("à vérifier")
    ACCEPTED = "accepted", _("acceptée")
    REFUSED = "refused", _("à refaire")
    EXPIRED = "expired", _("échue")
    REPLACED = "replaced", _("remplacée")


PAPER_TRANSITIONS = {
    PaperStatus.GIVEN: frozenset({PaperStatus.ACCEPTED, PaperStatus.REFUSED, PaperStatus.REPLACED}),
    PaperStatus.ACCEPTED: frozenset({PaperStatus.EXPIRED, PaperStatus.REPLACED}),
    PaperStatus.REFUSED: frozenset({PaperStatus.REPLACED}),
    PaperStatus.EXPIRED: frozenset({PaperStatus.REPLACED}),
    PaperStatus.REPLACED: frozenset(),
}


class InvitationStatus(TextChoices):
    OPEN = "open", _("en attente de réponse")
    ACCEPTED = "accepted", _("acceptée")
    DECLINED = "declined", _("déclinée")
    WITHDRAWN = "withdrawn", _("retirée")


INVITATION_TRANSITIONS = {
    InvitationStatus.OPEN: frozenset(
        {InvitationStatus.ACCEPTED, InvitationStatus.DECLINED, InvitationStatus.WITHDRAWN}
    ),
    InvitationStatus.ACCEPTED: frozenset(),
    InvitationStatus.DECLINED: frozenset(),
    InvitationStatus.WITHDRAWN: frozenset(),
}
