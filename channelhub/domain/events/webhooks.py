"""Events of webhook endpoints."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar

import msgspec

from channelhub.domain.events.payload import EventType, Moment, Payload

WebhookId = Annotated[str, msgspec.Meta(description="Digits, to be kept as text: the id of the endpoint.")]


class WebhookDisabled(Payload, frozen=True, kw_only=True):
    """An endpoint is sent nothing any more, until a person enables it. Its address is left out: it may be a secret."""

    TYPE: ClassVar[str] = "webhook.disabled"

    webhook_id: WebhookId
    description: Annotated[str, msgspec.Meta(description="As whoever made the endpoint described it.")]
    reason: Annotated[str, msgspec.Meta(description="gone: it answered 410; failing: nothing but failures for days.")]
    error: Annotated[str, msgspec.Meta(description="Of the last attempt: status, timeout, dns, connect, tls, …")]
    first_failed_at: Annotated[Moment, msgspec.Meta(description="Since when every attempt failed.")]


class WebhookTest(Payload, frozen=True, kw_only=True):
    """A person tries an endpoint. Only that endpoint is sent it; the live stream is not."""

    TYPE: ClassVar[str] = "webhook.test"

    webhook_id: WebhookId


TYPES = (
    EventType(
        payload=WebhookDisabled,
        when="When an endpoint answers 410, or an attempt fails after five days of nothing but failures.",
        example=WebhookDisabled(
            webhook_id="3",
            description="warehouse",
            reason="failing",
            error="timeout",
            first_failed_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        ),
    ),
    EventType(
        payload=WebhookTest,
        when="When a test is asked for, over the API or by `channelhub webhooks test`.",
        example=WebhookTest(webhook_id="3"),
        is_streamed=False,
    ),
)
