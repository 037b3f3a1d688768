"""Who wrote: the number of an SMS, or WhatsApp's id of a person, as Twilio writes them in From and To."""

import re
from typing import Final

from channelhub.domain.people import Evidence, Handle, Sender

SMS: Final = "sms"  # a sender that is a name or a short code: nobody can be called back there
PHONE: Final = "phone"
WHATSAPP: Final = "whatsapp"
MAX_NAME_CHARS: Final = 256
_NUMBER: Final = re.compile(r"\+[0-9]{5,20}", re.ASCII)
_DIGITS: Final = re.compile(r"[0-9]{5,20}", re.ASCII)


def channel_of(address: str) -> str:
    """What an address belongs to: `whatsapp`, `messenger`, … before its colon, otherwise `sms`."""
    prefix, colon, _ = address.partition(":")
    return prefix if colon else SMS


def handle(address: str) -> Handle:
    """The identity that an address is: of WhatsApp without prefix and plus, as WhatsApp itself has it."""
    if channel_of(address) == WHATSAPP:
        value = address.removeprefix(f"{WHATSAPP}:").removeprefix("+")
        return Handle(kind=WHATSAPP, value=value, evidence=Evidence.CHANNEL_ID)
    if _NUMBER.fullmatch(address):
        return Handle(kind=PHONE, value=address, evidence=Evidence.CALLER)
    return Handle(kind=SMS, value=address, evidence=Evidence.CALLER)


def person(address: str, *, name: str = "", opaque: str = "", number: str = "") -> Sender:
    """The writer at an address. WhatsApp gives an id of theirs for this business beside it, and verified the number.

    The address that wrote comes first: an answer goes there.
    """
    first = handle(address)
    handles = [first]
    if first.kind == WHATSAPP:
        if opaque and opaque != first.value:
            handles.append(Handle(kind=WHATSAPP, value=opaque, evidence=Evidence.CHANNEL_ID))
        digits = first.value if _DIGITS.fullmatch(first.value) else number.removeprefix("+")
        if _DIGITS.fullmatch(digits):
            handles.append(Handle(kind=PHONE, value=f"+{digits}", evidence=Evidence.CHANNEL_CONTACT))
    return Sender(name=name[:MAX_NAME_CHARS], handles=tuple(handles), origin=f"{first.kind}:{first.value}")


def address_of(to: str, kind: str) -> str:
    """How Twilio writes an identity of this kind (`phone` or `whatsapp`)."""
    if kind != WHATSAPP:
        return to
    return f"{WHATSAPP}:+{to}" if _DIGITS.fullmatch(to) else f"{WHATSAPP}:{to}"
