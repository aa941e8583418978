"""What the room above hands over to have a contract made, never an order."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ledger.models import LegalEntity
from members.models import Affiliate, Trade


@dataclass(frozen=True, kw_only=True)
class ContractPlan:
    """A fixed-term contract to copy, all its days inside one calendar month.

    ``gross`` is the agreed pay in euros for all the days, ``insurance_rate`` a fraction of it,
    ``days`` the hours of each day in ascending order. ``justification`` says why contracts may
    follow one another (law of 3 July 1978, art. 10); empty, the paper prints the standard sentence:
    the nature of the work.
    """

    entity_id: int
    affiliate_id: int
    activity_id: int
    job: str
    trade_code: str
    client_name: str
    description: str
    place: str
    free_setting: bool
    days: tuple[tuple[date, Decimal], ...]
    gross: Decimal
    insurance_rate: Decimal
    joint_committee: str
    language: str
    guaranteed: bool = False
    justification: str = ""


@dataclass(frozen=True, kw_only=True)
class Parties:
    """The rows a plan names, for a caller that has read them already."""

    entity: LegalEntity
    affiliate: Affiliate
    trade: Trade
