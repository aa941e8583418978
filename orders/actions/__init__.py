"""The verbs of a job. Each module by noun; everything public is read from here."""

from orders.actions.answers import ask_other, choose_language, keep, send_again
from orders.actions.changes import (
    ask_change,
    cancel,
    decide_change,
    propose_change,
    withdraw_request,
)
from orders.actions.codes import confirm_code, send_code
from orders.actions.drafts import amend, begin, copy, create, discard, fill
from orders.actions.expenses import (
    approve_receipt,
    available_for_refund,
    hand_in,
    refund,
    refuse_receipt,
)
from orders.actions.forwarding import Colleague, forward
from orders.actions.reminding import remind_to_sign
from orders.actions.repeating import repeat
from orders.actions.reviews import ask_review, decide_review
from orders.actions.sending import send, withdraw
from orders.actions.signing import Signer, decline, lapse_due, opened, sign
from orders.actions.start import warn_not_ready
from orders.actions.work import (
    ask_work,
    confirm_work,
    decide_work,
    release_silent,
    remind_silence,
)
from orders.plans import JobFields

__all__ = [
    "Colleague",
    "JobFields",
    "Signer",
    "amend",
    "approve_receipt",
    "ask_change",
    "ask_other",
    "ask_review",
    "ask_work",
    "available_for_refund",
    "begin",
    "cancel",
    "choose_language",
    "confirm_code",
    "confirm_work",
    "copy",
    "create",
    "decide_change",
    "decide_review",
    "decide_work",
    "decline",
    "discard",
    "fill",
    "forward",
    "hand_in",
    "keep",
    "lapse_due",
    "opened",
    "propose_change",
    "refund",
    "refuse_receipt",
    "release_silent",
    "remind_silence",
    "remind_to_sign",
    "repeat",
    "send",
    "send_again",
    "send_code",
    "sign",
    "warn_not_ready",
    "withdraw",
    "withdraw_request",
]
