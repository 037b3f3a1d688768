"""Who wrote: the business-scoped id where there is one, else the number. User names change, and name nobody."""

import re
from collections.abc import Sequence

import msgspec

from channelhub.domain.people import Evidence, Handle, Sender
from connectors.meta.reading import read
from connectors.meta.whatsapp.shapes import Contact, Message

KIND = "whatsapp"
MAX_NAME_CHARS = 256

_NUMBER = re.compile(r"[0-9]{5,20}")


def is_number(value: str) -> bool:
    """Whether an id is a number's digits, and no business-scoped id (such as UA.8812003344556677)."""
    return _NUMBER.fullmatch(value) is not None


def person(ids: Sequence[str], *, name: str = "") -> Sender:
    """The one who has these ids: business-scoped ids and numbers, as far as they are known.

    The key is the business-scoped id: it stays when the number is hidden. The number goes with it as a phone, which
    WhatsApp itself verified.
    """
    known = [one for one in dict.fromkeys(ids) if one]
    opaque = [one for one in known if not is_number(one)]
    numbers = [one for one in known if is_number(one)]
    key = (opaque or numbers or [""])[0]
    handles = [Handle(kind=KIND, value=key, evidence=Evidence.CHANNEL_ID)]
    handles += [Handle(kind="phone", value=f"+{one}", evidence=Evidence.CHANNEL_CONTACT) for one in numbers]
    return Sender(name=name[:MAX_NAME_CHARS], handles=tuple(handles), origin=f"{KIND}:{key}")


def writer(message: Message, contacts: Sequence[msgspec.Raw]) -> Sender:
    """The customer of a message, with what the post says of them. One contact alone is the writer's."""
    ids = (message.from_user_id, message.from_number)
    told = [contact for contact in (read(raw, Contact) for raw in contacts) if contact]
    for contact in told:
        if {contact.user_id, contact.wa_id} & set(filter(None, ids)) or (len(told) == 1 and not any(ids)):
            return person((*ids, contact.user_id, contact.wa_id), name=contact.profile.name)
    return person(ids)


def addressee(message: Message) -> Sender:
    """The customer whom the business wrote to from its phone."""
    return person((message.to_user_id, message.to))
