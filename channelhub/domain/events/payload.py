"""What all payloads have in common.

A payload's shape has a version. It changes by addition only: a new field isn't required, and nothing is removed,
renamed or given another type. So the newest schema describes every event that was ever written, and a receiver that
ignores fields it doesn't know goes on working. What can't be said so becomes a type of its own.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

import msgspec


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """The `data` of one type of event: ids and facts, never what a customer wrote."""

    TYPE: ClassVar[str]
    SCHEMA_VERSION: ClassVar[int] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """One type of event as the catalogue lists it. `when`: what raises it, in a sentence."""

    payload: type[Payload]
    when: str
    example: Payload
    is_streamed: bool = True  # False: webhooks only

    @property
    def name(self) -> str:
        return self.payload.TYPE

    @property
    def version(self) -> int:
        return self.payload.SCHEMA_VERSION

    @property
    def meaning(self) -> str:
        """What it says, in a sentence."""
        return (self.payload.__doc__ or "").partition("\n\n")[0].replace("\n", " ").strip()


def _id(of: str) -> msgspec.Meta:
    return msgspec.Meta(description=f"Digits, to be kept as text: the id of {of}.")


MessageId = Annotated[str, _id("the message")]
CustomerId = Annotated[str, _id("the customer, as it was when this happened; former ids keep leading to the customer")]
ConversationId = Annotated[str | None, _id("the conversation; null where it stands in none")]
IncidentId = Annotated[str, _id("the incident")]
IncidentIdOrNone = Annotated[str | None, _id("the incident; null where it belongs to none")]
OutageId = Annotated[str, _id("the outage")]
NoticeId = Annotated[str, _id("the notice")]
IdentityId = Annotated[str, _id("an identity: one address of a person")]
Account = Annotated[str, msgspec.Meta(description="The account's name in the hub's configuration.")]
Channel = Annotated[str, msgspec.Meta(description="email, telegram, form, api, …")]
Actor = Annotated[str, msgspec.Meta(description="Who did it: a role and a token's name, or the hub itself.")]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Version = Annotated[
    int, msgspec.Meta(ge=1, description="Grows with each change of the thing; an older one that comes late is stale.")
]
