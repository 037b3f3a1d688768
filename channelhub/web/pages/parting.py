"""What the card's page says after two addresses were taken apart, or one was taken out."""

from dataclasses import dataclass

from channelhub.pipeline.card import Card
from channelhub.pipeline.commands.people import still_joined_by
from channelhub.store import people as stored
from channelhub.store.database import Session
from channelhub.web.views import people
from channelhub.web.views.people import IdentityView, LinkView


@dataclass(frozen=True, slots=True, kw_only=True)
class StillOne:
    """Two addresses of a card that are one customer although a link of theirs was taken apart."""

    ends: list[IdentityView]
    links: list[LinkView]


async def still_one(session: Session, link_id: int, card: Card) -> StillOne | None:
    """Of a revoked link: what joins its ends now; None where nothing does, or where it is no link of this card."""
    known = await stored.link(session, link_id) if link_id else None
    if known is None or known.revoked_us is None:
        return None
    own = {one.id: one for one in card.identities}
    if known.left_id not in own or known.right_id not in own:
        return None
    found = await still_joined_by(session, known.left_id, known.right_id)
    return StillOne(
        ends=[people.identity(own[one]) for one in (known.left_id, known.right_id)],
        links=[people.link(one) for one in found],
    )


async def taken_out(session: Session, identity_id: int) -> IdentityView | None:
    """An address that was taken out and can be put back."""
    if not identity_id or not await stored.taken_out(session, identity_id):
        return None
    known = (await stored.identities(session, [identity_id])).get(identity_id)
    return people.identity(known) if known is not None else None
