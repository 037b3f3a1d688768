"""From a stored post to what it says of a call. Pure: the same bytes give the same values, whenever and wherever."""

from collections.abc import Mapping, Sequence
from typing import Final

from channelhub.domain.inbound import MAX_SHAPE_CHARS, Inbound, Unknown
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.calls.call import Told, values
from connectors.calls.document import Document, read_form, read_json
from connectors.calls.providers import binotel, generic, mango, zadarma

JSON: Final = "application/json"
#: Of the envelope: whose post it is, where below our address it was posted, the account's zone, and the other side's
#: number where an earlier post of the same call told it.
PROVIDER, PATH, ZONE, PARTY = "provider", "path", "zone", "party"


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """What a post says: an Unknown where nobody documents it, nothing where it says nothing new. Raises Unparseable."""
    told = read(read_document(raw.body, raw.content_type), raw.envelope.extra)
    if isinstance(told, Told):
        return values(told)
    return [] if told is None else [Unknown(external_id=f"event:{raw.delivery_id}", shape=told[:MAX_SHAPE_CHARS])]


def read_document(body: bytes, content_type: str) -> Document:
    """JSON where it says so, or looks so; else a form. Raises Unparseable."""
    is_json = content_type.partition(";")[0].strip().lower() == JSON or body.lstrip()[:1] == b"{"
    return read_json(body) if is_json else read_form(body)


def read(document: Document, facts: Mapping[str, str]) -> Told | str | None:
    """A moment of a call; a name of what nobody documents; None for what says nothing new. Raises Unparseable."""
    match facts.get(PROVIDER, ""):
        case "mango":
            return mango.read(document, facts.get(PATH, ""), party=facts.get(PARTY, ""))
        case "zadarma":
            return zadarma.read(document, zone=facts.get(ZONE, "UTC"), party=facts.get(PARTY, ""))
        case "binotel":
            return binotel.read(document)
        case "generic":
            return generic.read(document)
    raise Unparseable("it doesn't say which telephone system it is of")
