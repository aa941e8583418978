"""What this room tells affiliates and staff. Words name no amount of pay."""

from django.utils.translation import gettext_lazy as _

from members.models import AFFILIATE, Role
from office.notices import How, Kind, register

EVERYBODY = (AFFILIATE, *Role.values)

register(
    Kind(
        code="members/confirm_email",
        to=(AFFILIATE,),
        label=_("Une adresse e-mail est à confirmer"),
        words=_("Confirmez votre adresse e-mail : le lien est dans votre boîte."),
        page="profile",
        must=True,
    ),
    Kind(
        code="members/already_registered",
        to=EVERYBODY,
        label=_("Quelqu’un s’inscrit avec votre adresse"),
        words=_("Quelqu’un, peut-être vous, a rempli une inscription avec votre adresse."),
        page="password-change",
        must=True,
    ),
    Kind(
        code="members/accepted",
        to=(AFFILIATE,),
        label=_("Votre inscription est acceptée"),
        words=_("Votre inscription est acceptée : vos missions peuvent partir."),
        page="job-new",
        must=True,
    ),
    Kind(
        code="members/refused",
        to=(AFFILIATE,),
        label=_("Votre inscription n’est pas acceptée"),
        words=_("Votre inscription n’est pas acceptée. Lisez pourquoi."),
        page="profile",
        must=True,
    ),
    Kind(
        code="members/password",
        to=EVERYBODY,
        label=_("Un nouveau mot de passe est demandé"),
        words=_("Un lien pour choisir un nouveau mot de passe est parti vers votre boîte."),
        page="password-change",
        must=True,
    ),
    Kind(
        code="members/second_factor_reset",
        to=tuple(Role.values),
        label=_("Votre vérification en deux étapes est réinitialisée"),
        words=_("{by} a réinitialisé votre vérification en deux étapes : reliez une application."),
        page="second-factor",
        must=True,
    ),
    Kind(
        code="members/confirm_iban",
        to=(AFFILIATE,),
        label=_("Un compte bancaire est à confirmer"),
        words=_("Confirmez le compte {iban} : le lien est dans votre boîte."),
        page="bank-account",
        must=True,
    ),
    Kind(
        code="members/iban_approved",
        to=(AFFILIATE,),
        label=_("Votre compte bancaire est approuvé"),
        words=_("Vos prochains salaires iront au compte {iban}."),
        page="profile",
        must=True,
    ),
    Kind(
        code="members/iban_refused",
        to=(AFFILIATE,),
        label=_("Votre compte bancaire n’est pas utilisé"),
        words=_("Le compte {iban} n’est pas utilisé pour vos salaires. Lisez pourquoi."),
        page="bank-account",
        must=True,
    ),
    Kind(
        code="members/registration_to_review",
        to=(Role.ADVISOR,),
        label=_("Une inscription est à accepter"),
        words=_("{who} a confirmé son adresse : son inscription attend une réponse."),
        page="admin:members_affiliate_change",
        named_by="key",
        at_first=How.DIGEST,
        own_letter=False,
    ),
    Kind(
        code="members/account_to_approve",
        to=(Role.FINANCE,),
        label=_("Un compte bancaire est à approuver"),
        words=_("{who} demande à être payé·e sur le compte {iban}."),
        page="admin:members_bankaccount_change",
        named_by="key",
        at_first=How.DIGEST,
        own_letter=False,
    ),
)
