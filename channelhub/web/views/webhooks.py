"""Endpoints and their deliveries as the API shows them. Keys and the values of own headers are never shown again."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from channelhub.domain.times import from_us
from channelhub.domain.webhooks import (
    Attempt,
    DeliveryState,
    Endpoint,
    EndpointState,
    Redelivery,
    Signing,
    SigningSecret,
    WebhookDelivery,
    WebhookMessage,
)
from channelhub.sdk.webhook_keys import NotAKey, read_key

NEVER, OK, FAILING, DISABLED = "never", "ok", "failing", "disabled"
MASK = "***"


class WebhookView(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint. `health`: never (nothing was sent yet), ok, failing since `failing_since`, or disabled.

    `public_key` is what v1a signatures are verified with. Until `old_key_until`, the key of before signs, too.
    `redelivering`: earlier events are being queued again.
    """

    id: str
    url: str
    description: str
    owner_email: str
    event_types: list[str]
    accounts: list[str]
    segments: list[str]
    replayed: bool
    ordered: bool
    headers: dict[str, str]
    signing: str
    public_key: str
    old_key_until: datetime | None
    state: str
    disabled_reason: str
    health: str
    failing_since: datetime | None
    last_delivered_at: datetime | None
    last_error: str
    redelivering: bool
    version: int
    created_at: datetime
    changed_at: datetime


class WebhookMade(msgspec.Struct, frozen=True, kw_only=True):
    """A new endpoint and its key. `secret` is shown this once; empty with v1a, whose private key stays here."""

    webhook: WebhookView
    secret: str


class WebhookPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is what to pass as `after`; null at the end."""

    items: list[WebhookView]
    next: str | None


class WebhookDeliveryView(msgspec.Struct, frozen=True, kw_only=True):
    """One event for one endpoint. `webhook_message_id` is the header webhook-id, `next_at` when it is tried next."""

    id: str
    webhook_id: str
    webhook_message_id: str
    event_type: str
    state: str
    attempts: int
    error: str
    next_at: datetime | None
    created_at: datetime
    changed_at: datetime


class WebhookDeliveryPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is what to pass as `before`; null at the end."""

    items: list[WebhookDeliveryView]
    next: str | None


class WebhookAttemptView(msgspec.Struct, frozen=True, kw_only=True):
    """One post: what was sent, the first 1,024 bytes of what was answered, and how long that took.

    `error` is empty where it was taken; else status, redirect, gone, timeout, dns, connect, tls, reset, blocked, …
    """

    number: int
    at: datetime
    took_ms: int
    request_headers: dict[str, str]
    status: int | None
    answer: str
    error: str


class WebhookDeliveryDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery with its body and its last attempts, the newest first."""

    delivery: WebhookDeliveryView
    body: str
    attempts: list[WebhookAttemptView]


class WebhookHealth(msgspec.Struct, frozen=True, kw_only=True):
    """How an endpoint does, for people who may not see its whole address, which may be a secret."""

    id: str
    host: str
    description: str
    health: str
    since: datetime | None
    detail: str


def healths(found: Sequence[Endpoint]) -> list[WebhookHealth]:
    """Those that need somebody come first."""
    return sorted(map(_health_view, found), key=lambda one: one.health in (OK, NEVER))


def _health_view(one: Endpoint) -> WebhookHealth:
    since_us = one.failing_since_us or one.delivered_us
    return WebhookHealth(
        id=str(one.id),
        host=urlsplit(one.url).hostname or "",
        description=one.description,
        health=_health(one),
        since=None if since_us is None else from_us(since_us),
        detail=str(one.disabled_reason) or one.error,
    )


def webhook(one: Endpoint, keys: Sequence[SigningSecret]) -> WebhookView:
    """`keys`: those that sign now, the current one first."""
    older = [key.expires_us for key in keys if key.expires_us is not None]
    return WebhookView(
        id=str(one.id),
        url=one.url,
        description=one.description,
        owner_email=one.owner_email,
        event_types=list(one.filters.event_types),
        accounts=list(one.filters.accounts),
        segments=list(one.filters.segments),
        replayed=one.filters.takes_replayed,
        ordered=one.is_ordered,
        headers={name: MASK for name, _ in one.headers},
        signing=str(one.signing),
        public_key=_public(keys) if one.signing is Signing.V1A else "",
        old_key_until=from_us(max(older)) if older else None,
        state=str(one.state),
        disabled_reason=str(one.disabled_reason),
        health=_health(one),
        failing_since=None if one.failing_since_us is None else from_us(one.failing_since_us),
        last_delivered_at=None if one.delivered_us is None else from_us(one.delivered_us),
        last_error=one.error,
        redelivering=one.redeliver is not Redelivery.NONE,
        version=one.version,
        created_at=from_us(one.created_us),
        changed_at=from_us(one.changed_us),
    )


def delivery(one: WebhookDelivery) -> WebhookDeliveryView:
    return WebhookDeliveryView(
        id=str(one.id),
        webhook_id=str(one.webhook_id),
        webhook_message_id=one.message_key,
        event_type=one.event_type,
        state=str(one.state),
        attempts=one.attempts,
        error=one.error,
        next_at=from_us(one.due_us) if one.state is DeliveryState.QUEUED else None,
        created_at=from_us(one.created_us),
        changed_at=from_us(one.changed_us),
    )


def detail(one: WebhookDelivery, message: WebhookMessage | None, attempts: Sequence[Attempt]) -> WebhookDeliveryDetail:
    return WebhookDeliveryDetail(
        delivery=delivery(one),
        body=message.body if message else "",
        attempts=[
            WebhookAttemptView(
                number=attempt.number,
                at=from_us(attempt.at_us),
                took_ms=attempt.took_ms,
                request_headers=dict(attempt.headers),
                status=attempt.status,
                answer=attempt.answer,
                error=attempt.error,
            )
            for attempt in attempts
        ],
    )


def _health(one: Endpoint) -> str:
    if one.state is not EndpointState.ENABLED:
        return DISABLED
    if one.failing_since_us is not None:
        return FAILING
    return NEVER if one.delivered_us is None else OK


def _public(keys: Sequence[SigningSecret]) -> str:
    """Of the current key; empty where it can't be read here."""
    try:
        return read_key(keys[0].secret.reveal()).public if keys else ""
    except NotAKey:
        return ""
