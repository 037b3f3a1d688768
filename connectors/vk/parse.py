"""From a stored event to what it says. Pure: the same bytes give the same values, whenever and wherever."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec

from channelhub.domain.inbound import CustomerProfile, Inbound, Reachability
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.vk import comments, said
from connectors.vk.delivery import ARRIVED
from connectors.vk.people import person
from connectors.vk.settings import read_settings
from connectors.vk.shapes import LAST_MS, PROFILE, Allowed, Event, Person
from connectors.vk.told import Told


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """What one event says. A kind that we don't know is an Unknown; what is no event, or one that isn't of its
    documented shape, raises Unparseable."""
    try:
        event = msgspec.json.decode(raw.body, type=Event)
    except UNREADABLE as exc:
        raise Unparseable(f"no event of VK: {str(exc)[:300]}") from exc
    if not event.type:
        raise Unparseable("no event of VK: it has no type")
    arrived = raw.envelope.extra.get(ARRIVED, "")
    told = Told(
        event=event,
        id=raw.delivery_id,
        settings=read_settings(raw.settings),
        arrived_ms=int(arrived) if arrived.isascii() and arrived.isdigit() else 1,
    )
    reads = _READERS.get(event.type)
    return [reads(told) if reads else told.unknown(who=_user(told))]


def _reach(told: Told) -> Inbound:
    """VK doesn't say when: it holds from when it came."""
    return Reachability(
        external_id=f"event:{told.id}",
        sender=person(told.read(Allowed).user_id),
        is_reachable=told.event.type == "message_allow",
    )


def _known(told: Told) -> Inbound:
    """What a person calls themselves. VK doesn't say since when: it holds from when we asked."""
    found = told.read(Person)
    asked_at = datetime.fromtimestamp(min(told.arrived_ms, LAST_MS) / 1000, UTC)
    return CustomerProfile(external_id=told.id, sender=person(found.id, found.shown), updated_at=asked_at)


def _user(told: Told) -> int:
    """Whom an event that we don't read is about, where it says so."""
    try:
        return max(0, msgspec.json.decode(told.event.object, type=Allowed).user_id)
    except UNREADABLE:
        return 0


_READERS: dict[str, Callable[[Told], Inbound]] = {
    "message_new": said.new,
    "message_reply": said.reply,
    "message_edit": said.edited,
    "message_read": said.seen,
    "message_reaction_event": said.reacted,
    "message_allow": _reach,
    "message_deny": _reach,
    "wall_post_new": comments.post,
    PROFILE: _known,
    **{f"{what}_new": comments.new for what in comments.COMMENTS},
    **{f"{what}_restore": comments.new for what in comments.COMMENTS},
    **{f"{what}_edit": comments.edited for what in comments.COMMENTS},
    **{f"{what}_delete": comments.deleted for what in comments.COMMENTS},
}
#: What we ask VK to tell: not who types, joins, leaves or likes, which is no word to the community.
EVENTS = (
    *(kind for kind in _READERS if kind != PROFILE),
    "message_event", "user_block", "user_unblock", "market_order_new", "market_order_edit", "lead_forms_new",
)  # fmt: skip
