"""The staff's window on people, one module by noun."""

from members.admin import (
    activities,
    affiliates,
    bank_accounts,
    corrections,
    mandates,
    shares,
    tokens,
    trades,
    users,
)

__all__ = [
    "activities",
    "affiliates",
    "bank_accounts",
    "corrections",
    "mandates",
    "shares",
    "tokens",
    "trades",
    "users",
]
