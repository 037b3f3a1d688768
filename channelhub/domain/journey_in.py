"""The body of `POST /api/v1/journey-events`: what the HTTP route checks and what the `api` connector's parser reads."""

from datetime import datetime
from typing import Annotated, Final

import msgspec

from channelhub.domain.journeys import MAX_TYPE_CHARS, TYPE_PATTERN
from channelhub.domain.message_in import (
    IdentityIn,
    InvalidMessageError,
    decoded,
    id_faults,
    identity_faults,
    time_faults,
)

#: How a stored delivery says that it is one: the posted bytes alone don't.
MEDIA_TYPE: Final = "application/vnd.channelhub.journey-event+json"
MAX_BYTES: Final = 256 * 1024
MAX_REVISION: Final = 2**53 - 1  # what every JSON reader can hold; milliseconds since 1970 fit


class JourneyEventIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happened to a customer elsewhere: in the shop, at the bank, on the way, in the CRM."""

    account: Annotated[
        str, msgspec.Meta(min_length=1, max_length=64, description="The account of kind api that it belongs to.")
    ]
    external_id: Annotated[
        str,
        msgspec.Meta(
            min_length=1,
            max_length=200,
            description="Your id of the event. The same id and revision again is a duplicate, whatever its body.",
        ),
    ]
    revision: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=MAX_REVISION,
            description="A correction has the same external_id and a higher revision, and takes its place; one that "
            "comes late stays behind. A counter, or a time of change in milliseconds.",
        ),
    ] = 0
    type: Annotated[
        str,
        msgspec.Meta(
            pattern=TYPE_PATTERN,
            max_length=MAX_TYPE_CHARS,
            description="What happened: order.placed, payment.failed, … or a type of your own of that form.",
        ),
    ]
    occurred_at: Annotated[
        datetime,
        msgspec.Meta(tz=True, description="When it happened: ISO 8601 with a zone. It stands there on the timeline."),
    ]
    name: Annotated[str, msgspec.Meta(max_length=200, description="The customer's name, as shown.")] = ""
    identities: Annotated[
        list[IdentityIn],
        msgspec.Meta(
            min_length=1, max_length=20, description="Whom it happened to, by at least one address; at most 20."
        ),
    ]
    text: Annotated[str, msgspec.Meta(max_length=2000, description="A note for people, as plain text.")] = ""
    attributes: Annotated[
        dict[
            Annotated[str, msgspec.Meta(min_length=1, max_length=100)],
            Annotated[str, msgspec.Meta(max_length=200)],
        ],
        msgspec.Meta(
            max_length=30,
            description="What is known of it, such as order_id, sum, payment_method or city: at most 30. Shown; an "
            "outage says what the affected customers have in common.",
        ),
    ] = {}


_decoder = msgspec.json.Decoder(JourneyEventIn)


def read_journey_event(body: bytes) -> JourneyEventIn:
    """The event in `body`. Raises only `InvalidMessageError`."""
    event = decoded(body, _decoder)
    errors = id_faults(event.external_id) | identity_faults(event.identities, "identities")
    errors |= time_faults(event.occurred_at, "occurred_at")
    if errors:
        raise InvalidMessageError("; ".join(f"{field}: {why}" for field, why in errors.items()), errors=errors)
    return event


def delivery_id(event: JourneyEventIn) -> str:
    """What names its delivery among the account's: a tab stands in no id of a message, so none can be taken for it."""
    return f"journey\t{event.external_id}\t{event.revision}"
