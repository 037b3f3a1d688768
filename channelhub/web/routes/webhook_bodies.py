"""What is said of an endpoint over the API, read into checked values."""

from typing import Annotated

import msgspec

from channelhub.domain.secrets import Secret
from channelhub.domain.webhooks import Filters, Signing
from channelhub.rules.webhooks.filters import is_pattern
from channelhub.rules.webhooks.headers import MAX_HEADERS, fault_of
from channelhub.sdk.endpoint_addresses import MAX_URL_CHARS
from channelhub.web.bodies import MAX_ID, checked_text
from channelhub.web.problems import Kind, Problem

Url = Annotated[str, msgspec.Meta(min_length=8, max_length=MAX_URL_CHARS, description="A public host, by https.")]
Description = Annotated[str, msgspec.Meta(max_length=300)]
OwnerEmail = Annotated[
    str,
    msgspec.Meta(
        max_length=254,
        pattern=r"^(|[^\s@\x00-\x1f]{1,64}@[^\s@\x00-\x1f]{1,189})\Z",
        description="Who is told when it is disabled for its failures.",
    ),
]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
EventTypes = Annotated[
    list[Word], msgspec.Meta(max_length=50, description="outage.suspected, outage.*; empty: every type.")
]
Accounts = Annotated[list[Word], msgspec.Meta(max_length=50, description="Empty: events of every account and of none.")]
Segments = Annotated[
    list[Word], msgspec.Meta(max_length=50, description="Classes of customers; empty: all, and events about nobody.")
]
Headers = Annotated[
    dict[Annotated[str, msgspec.Meta(max_length=100)], Annotated[str, msgspec.Meta(max_length=1000)]],
    msgspec.Meta(max_length=MAX_HEADERS, description="Sent along with each post, such as Authorization. Shown masked."),
]
Key = Annotated[
    str,
    msgspec.Meta(max_length=200, description="A key the receiver has: whsec_… (v1), whsk_… (v1a). Empty: a new one."),
]


class NewWebhook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an endpoint is to be sent, and how."""

    url: Url
    description: Description = ""
    owner_email: OwnerEmail = ""
    event_types: EventTypes = []
    accounts: Accounts = []
    segments: Segments = []
    replayed: Annotated[bool, msgspec.Meta(description="Send events of history that is read again, too.")] = False
    ordered: Annotated[bool, msgspec.Meta(description="One event at a time, in their order.")] = False
    headers: Headers = {}
    signing: Annotated[Signing, msgspec.Meta(description="v1: a shared secret; v1a: an ed25519 key pair.")] = Signing.V1
    secret: Key = ""


class WebhookChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays. `headers` replaces all of them. With `version`, a stale one is a 409."""

    url: Url | msgspec.UnsetType = msgspec.UNSET
    description: Description | msgspec.UnsetType = msgspec.UNSET
    owner_email: OwnerEmail | msgspec.UnsetType = msgspec.UNSET
    event_types: EventTypes | msgspec.UnsetType = msgspec.UNSET
    accounts: Accounts | msgspec.UnsetType = msgspec.UNSET
    segments: Segments | msgspec.UnsetType = msgspec.UNSET
    replayed: bool | msgspec.UnsetType = msgspec.UNSET
    ordered: bool | msgspec.UnsetType = msgspec.UNSET
    headers: Headers | msgspec.UnsetType = msgspec.UNSET
    version: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)] | msgspec.UnsetType = msgspec.UNSET


class Rotation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how long the keys of before sign beside the new one."""

    secret: Key = ""
    overlap_hours: Annotated[float, msgspec.Meta(ge=0, le=720)] = 24.0


class WebhookQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Endpoints in the order they were made."""

    after: Annotated[int, msgspec.Meta(ge=0, le=MAX_ID, description="`next` of the page before.")] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000, description="At most so many.")] = 50


def filters_of(known: Filters, body: NewWebhook | WebhookChange) -> Filters:
    """The filters with what a body changes. Raises Problem."""
    for one in body.event_types or ():
        if not is_pattern(one):
            detail = f"{one.encode('ascii', 'backslashreplace').decode()} names no event types: outage.*, for example"
            raise Problem(Kind.INVALID, f"event_types: {detail}.", errors={"event_types": detail})
    texts = {
        name: tuple(dict.fromkeys(checked_text(one, name) for one in given))
        for name, given in (("accounts", body.accounts), ("segments", body.segments))
        if given is not msgspec.UNSET
    }
    return Filters(
        event_types=known.event_types if body.event_types is msgspec.UNSET else tuple(dict.fromkeys(body.event_types)),
        accounts=texts.get("accounts", known.accounts),
        segments=tuple(one.strip().lower() for one in texts.get("segments", known.segments)),
        takes_replayed=known.takes_replayed if body.replayed is msgspec.UNSET else body.replayed,
    )


def headers_of(given: dict[str, str]) -> tuple[tuple[str, Secret], ...]:
    """Raises Problem for a header that can't be sent along."""
    for name, value in given.items():
        if fault := fault_of(name, value):
            raise Problem(Kind.INVALID, f"headers: {fault}.", errors={"headers": fault})
    if len({name.lower() for name in given}) < len(given):
        raise Problem(Kind.INVALID, "headers: one is given twice.", errors={"headers": "one is given twice"})
    return tuple((name, Secret(value)) for name, value in given.items())
