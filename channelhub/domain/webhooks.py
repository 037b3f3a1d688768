"""Endpoints that events are posted to, what they asked for, and what became of each delivery."""

from dataclasses import dataclass
from enum import StrEnum

from channelhub.domain.secrets import Secret


class Signing(StrEnum):
    """How deliveries are signed: HMAC-SHA256 with a shared secret, or ed25519 with a key pair."""

    V1 = "v1"
    V1A = "v1a"


class EndpointState(StrEnum):
    """A disabled endpoint is sent nothing, and new events are not kept for it. What waits goes on waiting."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    REMOVED = "removed"


class DisabledReason(StrEnum):
    """Why an endpoint is disabled."""

    NONE = ""
    BY_HAND = "by-hand"
    GONE = "gone"  # it answered 410
    FAILING = "failing"  # nothing but failures for days


class DeliveryState(StrEnum):
    """`failed`: for good, a dead letter; only a person has it sent again."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    FAILED = "failed"


class Redelivery(StrEnum):
    """What is being queued again for an endpoint."""

    NONE = ""
    EVENTS = "events"  # every event of a time, also those it was never sent
    FAILED = "failed"  # dead letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which events an endpoint wants. An empty tuple means: all. Event types are exact, `outage.*` or `*`."""

    event_types: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()  # lower case
    takes_replayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One address that events are posted to. Times are microseconds UTC."""

    id: int
    url: str
    description: str = ""
    owner_email: str = ""
    filters: Filters = Filters()
    is_ordered: bool = False
    headers: tuple[tuple[str, Secret], ...] = ()
    signing: Signing = Signing.V1
    state: EndpointState = EndpointState.ENABLED
    disabled_reason: DisabledReason = DisabledReason.NONE
    starts_after: int = 0
    failing_since_us: int | None = None
    delivered_us: int | None = None
    error: str = ""
    hold_until_us: int = 0
    redeliver: Redelivery = Redelivery.NONE
    redeliver_after: int = 0
    redeliver_until: int = 0
    redeliver_since_us: int = 0
    version: int = 1
    created_us: int = 0
    changed_us: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningSecret:
    """A key of an endpoint. `expires_us` None: the current one; else it signs beside the current one until then."""

    id: int
    secret: Secret
    created_us: int
    expires_us: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookMessage:
    """What is posted. `key` is the header webhook-id: the same for every endpoint and at every attempt."""

    key: str
    event_id: int | None  # None: a test
    type: str
    at_us: int
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDelivery:
    """One message for one endpoint. `tries` counts since it was queued last, `attempts` ever."""

    id: int
    webhook_id: int
    message_key: str
    event_type: str
    state: DeliveryState
    attempts: int
    tries: int
    due_us: int
    error: str
    created_us: int
    changed_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One post. `headers` as they may be shown; `status` None: no answer came; `error` empty: it was taken."""

    number: int
    at_us: int
    took_ms: int
    headers: tuple[tuple[str, str], ...]
    status: int | None
    answer: str
    error: str
