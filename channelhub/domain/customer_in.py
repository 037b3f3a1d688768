"""The body of `POST /api/v1/customers`: what the HTTP route checks and what the `api` connector's parser reads."""

import hashlib
from datetime import datetime
from typing import Annotated, Final

import msgspec

from channelhub.domain.message_in import (
    IdentityIn,
    InvalidMessageError,
    decoded,
    id_faults,
    identity_faults,
    time_faults,
)

#: How a stored delivery says that it is one: the posted bytes alone don't.
MEDIA_TYPE: Final = "application/vnd.channelhub.customer+json"
MAX_BYTES: Final = 256 * 1024


class CustomerIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What your system knows of a customer. They are found by `external_id` and identities, or made."""

    account: Annotated[
        str,
        msgspec.Meta(
            min_length=1, max_length=64, description='The account of kind api that says so, with trust = "verified".'
        ),
    ]
    external_id: Annotated[
        str,
        msgspec.Meta(
            max_length=200,
            description="Your own customer id, an identity of kind external. What you say is kept on it.",
        ),
    ] = ""
    identities: Annotated[
        list[IdentityIn],
        msgspec.Meta(
            max_length=20,
            description="At most 20 addresses. Without external_id the first that is believed keeps what you say.",
        ),
    ] = []
    updated_at: Annotated[
        datetime,
        msgspec.Meta(
            tz=True,
            description="When your system changed the record: ISO 8601 with a zone. What is older than what is known "
            "changes nothing.",
        ),
    ]
    name: Annotated[str, msgspec.Meta(max_length=200, description="As shown. Absent: it stays.")] = ""
    language: Annotated[
        str, msgspec.Meta(max_length=35, description="What they speak (BCP 47, such as uk). Absent: it stays.")
    ] = ""
    segment: Annotated[
        str, msgspec.Meta(max_length=40, description="Their class, such as vip. Absent: none any more.")
    ] = ""
    attributes: Annotated[
        dict[
            Annotated[str, msgspec.Meta(min_length=1, max_length=100)],
            Annotated[str, msgspec.Meta(max_length=200)],
        ],
        msgspec.Meta(
            max_length=30,
            description="Further facts, such as city or plan: at most 30. They replace what the account said before.",
        ),
    ] = {}

    @property
    def known_by(self) -> list[IdentityIn]:
        """Every address, what is believed first, the external id before all."""
        own = [IdentityIn(kind="external", value=self.external_id)] if self.external_id else []
        return own + sorted(self.identities, key=lambda one: one.verified is False)


_decoder = msgspec.json.Decoder(CustomerIn)


def read_customer(body: bytes) -> CustomerIn:
    """The customer in `body`. Raises only `InvalidMessageError`."""
    customer = decoded(body, _decoder)
    errors = identity_faults(customer.identities, "identities") | time_faults(customer.updated_at, "updated_at")
    if customer.external_id:
        errors |= id_faults(customer.external_id)
    if not customer.external_id and all(one.verified is False for one in customer.identities):
        errors["identities"] = "needs one that is believed, or external_id"
    if errors:
        raise InvalidMessageError("; ".join(f"{field}: {why}" for field, why in errors.items()), errors=errors)
    return customer


def delivery_id(body: bytes) -> str:
    """What names its delivery: the same bytes are the same. A tab stands in no id of a message."""
    return f"customer\t{hashlib.blake2b(body, digest_size=16).hexdigest()}"
