"""Events of notes that agents write for each other. No event holds the words of one."""

from typing import Annotated, ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from channelhub.domain.events.payload import Actor, CustomerId, EventType, Payload


class NoteData(Payload, frozen=True, kw_only=True):
    """Which note, whose customer, and who is named in it. The words stand in `GET /notes/{note_id}`."""

    note_id: Annotated[str, msgspec.Meta(description="Digits, to be kept as text: the id of the note.")]
    customer_id: CustomerId
    actor: Actor
    revision: Annotated[int, msgspec.Meta(ge=0, description="The version; 0 is the first.")]
    mentions: Annotated[list[str], msgspec.Meta(description="The logins of those who are named.")]
    conversation_id: (
        Annotated[str, msgspec.Meta(description="The conversation that it is about, where it is about one.")]
        | UnsetType
    ) = UNSET


class NoteAdded(NoteData, frozen=True, kw_only=True):
    """An agent wrote a note beside a customer's messages. Customers never see it."""

    TYPE: ClassVar[str] = "note.added"


class NoteChanged(NoteData, frozen=True, kw_only=True):
    """A note has new words; the earlier ones are kept."""

    TYPE: ClassVar[str] = "note.changed"


TYPES = (
    EventType(
        payload=NoteAdded,
        when="When an agent writes a note.",
        example=NoteAdded(
            note_id="7301183488",
            customer_id="7215530814720",
            actor="agent:kate",
            revision=0,
            mentions=["olena"],
            conversation_id="7215530814721",
        ),
    ),
    EventType(
        payload=NoteChanged,
        when="When its author or a lead writes it anew.",
        example=NoteChanged(
            note_id="7301183488", customer_id="7215530814720", actor="agent:kate", revision=1, mentions=["olena"]
        ),
    ),
)
