"""From what was stored to what it says. Pure: the same bytes give the same values, whenever and wherever."""

from collections.abc import Sequence
from typing import Final

import msgspec

from channelhub.domain.inbound import MAX_SHAPE_CHARS, DeletedMessage, Inbound, Unknown
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.helpdesk.intercom import words
from connectors.helpdesk.intercom.delivery import LISTED
from connectors.helpdesk.intercom.shapes import Author, Conversation, Event, Line, Part
from connectors.helpdesk.intercom.telling import BEGUN, REDACTED, SPOKEN, posted_parts
from connectors.helpdesk.said import MAX_ID_CHARS, Person, Said, moment_s, tell

KIND: Final = "intercom"
CUSTOMERS: Final = frozenset({"user", "lead", "contact", "visitor"})
OURS: Final = frozenset({"admin", "team", "bot", "operator"})
#: Parts whose body customers see: an agent may answer while assigning, opening, closing (developers.intercom.com).
SHOWN: Final = frozenset(
    {"comment", "quick_reply", "open", "close", "assignment", "assign_and_reopen", "assign_and_unsnooze"}
)


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """What one delivery says. What we don't know is an Unknown; what is none raises Unparseable."""
    try:
        if raw.envelope.extra.get(LISTED):
            line = msgspec.json.decode(raw.body, type=Line)
            return [_told(msgspec.json.decode(line.part, type=Part), line.conversation, raw)]
        event = msgspec.json.decode(raw.body, type=Event)
        return _posted(event, raw) or [
            Unknown(
                external_id=(event.id or "")[:MAX_ID_CHARS] or raw.delivery_id,
                shape=event.topic[:MAX_SHAPE_CHARS],
                sent_at=moment_s(event.created_at),
            )
        ]
    except UNREADABLE as exc:
        raise Unparseable(f"nothing that Intercom documents: {str(exc)[:300]}") from exc


def _posted(event: Event, raw: RawMessage) -> list[Inbound]:
    if event.topic == REDACTED:
        at = moment_s(event.created_at)
        return [DeletedMessage(external_id=str(part.id), at=at) for part in posted_parts(event)[1]]
    if event.topic in SPOKEN | BEGUN:
        talk, parts = posted_parts(event)
        return [_told(part, talk, raw) for part in parts if talk is not None]
    return []


def _told(part: Part, talk: Conversation, raw: RawMessage) -> Inbound:
    if part.redacted:
        return DeletedMessage(external_id=str(part.id))
    author = part.author or Author()
    is_note = part.part_type.startswith("note")
    is_customer = author.type in CUSTOMERS
    if not (is_customer or (author.type in OURS and (is_note or part.part_type in SHOWN))):
        return _unknown(part, f"{part.part_type} of {author.type or 'nobody'}")
    customer = _person(author) if is_customer else _asking(talk)
    if customer is None:
        return _unknown(part, f"{part.part_type} to nobody")
    source = talk.source
    said = Said(
        id=str(part.id),
        conversation=f"conversation:{talk.id}",
        customer=customer,
        agent=None if is_customer else Person(id="", name=author.name or ""),
        text=words.text(part.body),
        is_note=is_note,
        subject=words.text(source.subject) if source else "",
        at=moment_s(part.created_at),
        attachments=words.files(part, talk.id),
        via=source.type if source else "",
    )
    return tell(said, kind=KIND, raw=raw)


def _asking(talk: Conversation) -> Person | None:
    """Who began the conversation; where that was one of ours, whom they wrote to."""
    began = talk.source.author if talk.source else None
    if began is not None and began.type in CUSTOMERS and began.id is not None:
        return _person(began)
    contacts = talk.contacts.contacts if talk.contacts else []
    known = next((one for one in contacts if one.id is not None), None)
    return None if known is None else Person(id=str(known.id), name=known.name or "", email=known.email or "")


def _person(author: Author) -> Person | None:
    """None for people whom Intercom hides."""
    if author.id is None:
        return None
    return Person(id=str(author.id), name=author.name or "", email=author.email or "")


def _unknown(part: Part, shape: str) -> Unknown:
    return Unknown(external_id=str(part.id), shape=shape[:MAX_SHAPE_CHARS], sent_at=moment_s(part.created_at))
