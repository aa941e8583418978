"""The tables of this room, by noun."""

from members.models.activities import (
    Activity,
    ActivityInvitation,
    ActivityMandate,
    ActivityQuerySet,
    ActivityRole,
    Mandate,
)
from members.models.corrections import IdentityCorrection, IdentityCorrectionQuerySet
from members.models.papers import IdentityPaper, PersonalPaper, PersonalPaperQuerySet
from members.models.people import (
    AFFILIATE,
    Affiliate,
    AffiliateQuerySet,
    BankAccount,
    BankAccountQuerySet,
    Household,
    HouseholdQuerySet,
    Role,
    User,
    UserQuerySet,
    Users,
)
from members.models.second_factors import RecoveryCode, SecondFactor
from members.models.shares import Share, SharePayment, ShareQuerySet
from members.models.terms import TermsAcceptance
from members.models.tokens import ApiToken, ApiTokenQuerySet, KeptAnswer
from members.models.trades import (
    ContractKind,
    Trade,
    TradeGroup,
    TradePaper,
    TradeQuerySet,
    TradeState,
    TradeStatus,
    in_language,
)

__all__ = [
    "AFFILIATE",
    "Activity",
    "ActivityInvitation",
    "ActivityMandate",
    "ActivityQuerySet",
    "ActivityRole",
    "Affiliate",
    "AffiliateQuerySet",
    "ApiToken",
    "ApiTokenQuerySet",
    "BankAccount",
    "BankAccountQuerySet",
    "ContractKind",
    "Household",
    "HouseholdQuerySet",
    "IdentityCorrection",
    "IdentityCorrectionQuerySet",
    "IdentityPaper",
    "KeptAnswer",
    "Mandate",
    "PersonalPaper",
    "PersonalPaperQuerySet",
    "RecoveryCode",
    "Role",
    "SecondFactor",
    "Share",
    "SharePayment",
    "ShareQuerySet",
    "TermsAcceptance",
    "Trade",
    "TradeGroup",
    "TradePaper",
    "TradeQuerySet",
    "TradeState",
    "TradeStatus",
    "User",
    "UserQuerySet",
    "Users",
    "in_language",
]
