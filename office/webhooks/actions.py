"""Webhooks: asked by a person, approved by staff, fed from her feed, sent by workers."""

import base64
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from office import crypto, journal, leases, outbox
from office.actors import Actor
from office.api.values import InstantOut
from office.models import Delivery, FeedItem, Webhook
from office.refusals import Refusal
from office.webhooks import sending
from office.webhooks.addresses import AddressRefused, resolved, target_of

TASK = "office.tasks.deliver_webhook"
LEASE_SECONDS = 30
AT_MOST = 5
ENDED = "webhook_ended"


class TooManyWebhooks(Refusal):
    code = "too_many_webhooks"
    sentence = _("Vous avez déjà {most} envois automatiques. Terminez ceux qui ne servent plus.")


class NoKind(Refusal):
    code = "no_kind"
    sentence = _("Choisissez au moins un événement.")
    field = "kinds"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A new webhook and, this one time, its secret."""

    webhook: Webhook
    secret: str


@transaction.atomic
def ask(user_id: int, *, url: str, kinds: Iterable[str], by: Actor, at: datetime) -> Asked:
    """A person wants to be told at an address. Nothing leaves before staff approve it.

    Raises ``AddressRefused``, ``NoKind``, ``TooManyWebhooks``.
    """
    target_of(url, demo=settings.COOP_DEMO)
    wanted = sorted(set(kinds))
    if not wanted:
        raise NoKind()
    if Webhook.objects.filter(user_id=user_id, ended_at=None).count() >= AT_MOST:
        raise TooManyWebhooks(most=AT_MOST)
    secret = sending.SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    webhook = Webhook.objects.create(
        user_id=user_id,
        owner=by.name[:120],
        url=url,
        kinds=wanted,
        secret=crypto.seal(secret),
        asked_at=at,
    )
    journal.record("webhook.asked", webhook, f"user:{user_id}", by=by, at=at, url=url)
    return Asked(webhook=webhook, secret=secret)


@transaction.atomic
def approve(webhook_id: int, *, by: Actor, at: datetime) -> Webhook:
    """Staff know the host and whose it is: from now on it is told. Twice: no change."""
    webhook = _lock(webhook_id)
    if webhook.approved_at is None and webhook.ended_at is None:
        webhook.approved_at, webhook.approved_by = at, by.name[:120]
        webhook.save(update_fields=["approved_at", "approved_by"])
        journal.record("webhook.approved", webhook, by=by, at=at, url=webhook.url)
    return webhook


@transaction.atomic
def end(webhook_id: int, *, by: Actor, at: datetime) -> Webhook:
    """Nothing is sent there any more, by its owner's wish or the staff's. Twice: no change."""
    webhook = _lock(webhook_id)
    if webhook.ended_at is None:
        webhook.ended_at = at
        webhook.save(update_fields=["ended_at"])
        journal.record("webhook.ended", webhook, by=by, at=at)
    return webhook


def plan(items: Sequence[FeedItem], *, at: datetime) -> list[Delivery]:
    """A row for each webhook that wants each item; in the transaction that wrote the items."""
    webhooks = Webhook.objects.filter(
        user_id__in={item.user_id for item in items}, approved_at__isnull=False, ended_at=None
    )
    by_user: dict[int, list[Webhook]] = {}
    for webhook in webhooks:
        by_user.setdefault(webhook.user_id, []).append(webhook)
    rows = Delivery.objects.bulk_create(
        Delivery(webhook=webhook, item=item, planned_at=at)
        for item in items
        for webhook in by_user.get(item.user_id, ())
        if item.kind in webhook.kinds
    )
    for row in rows:
        outbox.nudge(TASK, row.pk)
    return rows


@transaction.atomic
def deliver_again(delivery_id: int, *, by: Actor, at: datetime) -> Delivery:
    """The same item once more, under the same message id: the receiver knows it again."""
    first = Delivery.objects.select_related("webhook").get(pk=delivery_id)
    row = Delivery.objects.create(
        webhook=first.webhook, item_id=first.item_id, again=True, planned_at=at
    )
    journal.record("webhook.asked_again", first.webhook, by=by, at=at, delivery=first.ref)
    outbox.nudge(TASK, row.pk)
    return row


def to_send() -> QuerySet[Delivery]:
    """Deliveries not received yet. Of one table only, so that a claim is one row's own."""
    return Delivery.objects.filter(sent_at=None)


def deliver(delivery_id: int, *, at: datetime) -> None:
    """Send one, unless somebody else does or did; a refused or silent receiver is tried again."""
    claim = leases.claim(to_send(), delivery_id, seconds=LEASE_SECONDS)
    if claim is None:
        return
    row = Delivery.objects.select_related("webhook", "item").get(pk=delivery_id)
    mine = Delivery.objects.filter(sent_at=None, claimed_until=claim)
    if row.webhook.approved_at is None or row.webhook.ended_at is not None:
        leases.give_back(mine, row, fault=ENDED, at=at, for_good=True)
        return
    try:
        status = _post(row, at)
    except AddressRefused as refusal:
        leases.give_back(mine, row, fault=refusal.code, at=at, for_good=True)
        return
    except (OSError, HTTPException) as fault:
        leases.give_back(mine, row, fault=type(fault).__name__, at=at, for_good=False)
        return
    mine.filter(pk=row.pk).update(answered=status)
    if 200 <= status < 300:
        mine.filter(pk=row.pk).update(sent_at=at, claimed_until=None, fault="")
    else:
        leases.give_back(mine, row, fault=f"HTTP {status}", at=at, for_good=status == 410)


def leave_to_owner(*, at: datetime) -> int:
    """Deliveries whose every attempt died with its worker: the owner may ask again."""
    return leases.exhausted(to_send()).update(stuck_at=at, fault="worker")


def body_of(item: FeedItem) -> bytes:
    """What is sent: kind, instant and refs; whoever receives it asks the API for the rest."""
    at = InstantOut().to_representation(item.at)  # as the feed writes it
    told = {"ref": item.ref, "kind": item.kind, "at": at, "things": item.things}
    return json.dumps(told, separators=(",", ":")).encode()


def _post(row: Delivery, at: datetime) -> int:
    target = target_of(row.webhook.url, demo=settings.COOP_DEMO)
    address = resolved(target, demo=settings.COOP_DEMO)
    body, timestamp = body_of(row.item), int(at.timestamp())
    secret = crypto.unseal(row.webhook.secret)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "cooperative",
        "webhook-id": row.item.ref,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sending.signature(
            secret, message_id=row.item.ref, timestamp=timestamp, body=body
        ),
    }
    return sending.post(target, address=address, headers=headers, body=body)


def _lock(webhook_id: int) -> Webhook:
    return Webhook.objects.select_for_update(no_key=True).get(pk=webhook_id)
