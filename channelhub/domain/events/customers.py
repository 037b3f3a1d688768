"""Events of customers: who is the same person, and what they say about how we did."""

from typing import Annotated, ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from channelhub.domain.events.payload import Actor, CustomerId, EventType, IdentityId, Payload, Version


class LinkData(Payload, frozen=True, kw_only=True):
    """Two identities and the customers they belong to now."""

    left_identity_id: IdentityId
    right_identity_id: IdentityId
    left_customer_id: CustomerId
    right_customer_id: CustomerId
    actor: Actor


class CustomerLinked(LinkData, frozen=True, kw_only=True):
    """Two identities are one customer from now on: both customer ids are the same."""

    TYPE: ClassVar[str] = "customer.linked"


class CustomerUnlinked(LinkData, frozen=True, kw_only=True):
    """Two identities were taken apart. Other links may still join them: then both customer ids are the same."""

    TYPE: ClassVar[str] = "customer.unlinked"


class CustomerErased(Payload, frozen=True, kw_only=True):
    """All that was kept of a customer is being erased. It says no more than that: `GET /erasures/{erasure_id}`."""

    TYPE: ClassVar[str] = "customer.erased"
    erasure_id: Annotated[str, msgspec.Meta(description="Digits, to be kept as text: the id of the erasure.")]


class FeedbackReceived(Payload, frozen=True, kw_only=True):
    """A customer rated how a problem was handled. The words stand in `GET /ratings/{rating_id}`."""

    TYPE: ClassVar[str] = "feedback.received"
    rating_id: Annotated[str, msgspec.Meta(description="Digits, to be kept as text: the id of the rating.")]
    customer_id: CustomerId
    score: Annotated[int, msgspec.Meta(ge=1, le=5, description="5 is best.")]
    previous_score: Annotated[int | None, msgspec.Meta(description="What they said before; null at the first answer.")]
    has_comment: Annotated[bool, msgspec.Meta(description="They wrote something, too.")]
    version: Version
    outage_id: Annotated[str, msgspec.Meta(description="The outage that is rated, where it is one.")] | UnsetType = (
        UNSET
    )
    incident_id: (
        Annotated[str, msgspec.Meta(description="The incident that is rated, where it is one.")] | UnsetType
    ) = UNSET


TYPES = (
    EventType(
        payload=CustomerLinked,
        when="When verified evidence or a person joins them.",
        example=CustomerLinked(
            left_identity_id="7215530814720",
            right_identity_id="8830173265921",
            left_customer_id="7215530814720",
            right_customer_id="7215530814720",
            actor="agent:Olena",
        ),
    ),
    EventType(
        payload=CustomerUnlinked,
        when="When a person takes back a link.",
        example=CustomerUnlinked(
            left_identity_id="7215530814720",
            right_identity_id="8830173265921",
            left_customer_id="7215530814720",
            right_customer_id="8830173265921",
            actor="agent:Olena",
        ),
    ),
    EventType(
        payload=CustomerErased,
        when="When an administrator's request to erase is carried out; other events of the customer are gone then.",
        example=CustomerErased(erasure_id="3318020441"),
    ),
    EventType(
        payload=FeedbackReceived,
        when="When a rating is given for the first time, and when it is changed.",
        example=FeedbackReceived(
            rating_id="5120031744",
            customer_id="7215530814720",
            score=4,
            previous_score=None,
            has_comment=True,
            version=1,
            outage_id="40963",
        ),
    ),
)
