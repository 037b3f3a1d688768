"""An event as it is posted to endpoints: the bytes of the live stream, under a key that names it for good."""

import hashlib

import msgspec

from channelhub.domain.events.catalogue import version_of
from channelhub.domain.events.envelope import EventBody
from channelhub.domain.events.webhooks import WebhookTest
from channelhub.domain.times import from_us, to_us
from channelhub.domain.webhooks import WebhookMessage
from channelhub.store.events import Event, body_of
from channelhub.store.jsontext import as_json


def message_of(event: Event) -> WebhookMessage:
    """The post of an event: the same key for the same event whenever it is made.

    The digest keeps an event apart from another that got the same number after a restore of an older backup.
    """
    at_us = to_us(event.at)
    facts = as_json([event.type, at_us, event.account, event.data])
    return WebhookMessage(
        key=f"evt_{event.id}_{hashlib.sha256(facts.encode()).hexdigest()[:12]}",
        event_id=event.id,
        type=event.type,
        at_us=at_us,
        body=as_json(body_of(event)),
    )


def trial_of(webhook_id: int, *, at_us: int) -> WebhookMessage:
    """What an endpoint is sent when a person tries it. It is no event: its `id` is 0."""
    tried = WebhookTest(webhook_id=str(webhook_id))
    body = EventBody(
        id="0",
        type=tried.TYPE,
        version=version_of(tried.TYPE),
        timestamp=from_us(at_us),
        account="",
        replayed=False,
        data=msgspec.to_builtins(tried),
    )
    return WebhookMessage(
        key=f"test_{webhook_id}_{at_us}", event_id=None, type=tried.TYPE, at_us=at_us, body=as_json(body)
    )
