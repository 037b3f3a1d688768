"""To whom an answer goes: the conversation that a person means by an id or by somebody's identity."""

from dataclasses import dataclass
from typing import Final

from channelhub.cli.exits import Exit, Failure
from channelhub.client.blocking import HubClient
from channelhub.client.shapes import CardView, EntryView
from channelhub.rules.identity import parse_key

PAGE: Final = 500
MOST_PAGES: Final = 10  # of a timeline, while the identity's newest message is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """A conversation, and how to say to a person which one it is."""

    conversation_id: str
    words: str


def addressee(hub: HubClient, to: str, *, default_region: str) -> Addressee:
    """The conversation with this id, or the one in which an identity (`kind:value`) was last heard or written to.

    Ends the command where there is none: a hub answers, it begins no conversation with who never wrote.
    """
    if to.isascii() and to.isdigit():
        return Addressee(conversation_id=to, words=f"conversation {to}")
    asked = parse_key(to, default_region=default_region)
    if asked is None:
        raise Failure(f"{to} is neither a conversation's id nor an identity: email:ann@example.com", Exit.USAGE)
    card = hub.customers.lookup(identity=to)
    own = {one["id"]: one for one in card["identities"] if (one["kind"], one["value"]) == asked}
    newest = _newest(hub, card, frozenset(own))
    if newest is None:
        raise Failure(f"nobody wrote from {to} yet: there is no conversation to answer in", Exit.FAILED)
    name = card["customer"]["name"] or own[newest["identity_id"]]["name"] or "no name"
    about = f", about “{newest['subject']}”" if newest["subject"] else ""
    assert newest["conversation_id"] is not None, "it was looked for"
    return Addressee(
        conversation_id=newest["conversation_id"],
        words=f"{asked[0]}:{asked[1]} ({name}), {newest['channel']} at {newest['account']}{about}",
    )


def _newest(hub: HubClient, card: CardView, identity_ids: frozenset[str]) -> EntryView | None:
    """The newest message of one of these identities that stands in a conversation."""
    page = card["timeline"]
    for _ in range(MOST_PAGES):
        for one in page["items"]:
            if one["type"] == "message" and one["conversation_id"] and one["identity_id"] in identity_ids:
                return one
        if not page["next"]:
            break
        page = hub.customers.timeline(card["customer"]["id"], before=page["next"], limit=PAGE)
    return None
