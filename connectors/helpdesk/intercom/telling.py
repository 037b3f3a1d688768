"""Which parts of a conversation tell customers or agents something, and by which events Intercom posts them."""

from collections.abc import Iterator
from typing import Final

import msgspec

from channelhub.sdk.json_parts import UNREADABLE
from connectors.helpdesk.intercom.shapes import Conversation, Event, Item, Opening, Part

#: Events whose item is a conversation with the parts that were added.
SPOKEN: Final = frozenset(
    f"conversation.{name}"
    for name in (
        "admin.assigned", "admin.closed", "admin.noted", "admin.open.assigned", "admin.opened", "admin.replied",
        "admin.snoozed", "admin.unsnoozed", "operator.replied", "user.replied",
    )
)  # fmt: skip
#: Events of a conversation that began just now: its first message is told, too.
BEGUN: Final = frozenset({"conversation.user.created", "conversation.admin.single.created"})
REDACTED: Final = "conversation_part.redacted"
#: Documented events that no message is in; those of a deleted conversation name none of its messages.
IGNORED: Final = frozenset(
    {
        "ping", "conversation.admin.replied.translated", "conversation.company.updated",
        "conversation.contact.attached", "conversation.contact.detached", "conversation.deleted",
        "conversation.priority.updated", "conversation.rating.added", "conversation.rating.changed",
        "conversation.rating.remarked", "conversation.read", "conversation_part.tag.created",
    }
)  # fmt: skip
#: The beginnings of documented events of other things: people, companies, articles, campaigns.
ELSEWHERE: Final = (
    "admin.", "article.", "call.", "company.", "contact.", "content_stat.", "event.", "granular.", "job.", "user.",
    "visitor.",
)  # fmt: skip


def tells_nothing(topic: str) -> bool:
    """Whether events of this topic are of no customer's and no agent's words."""
    return topic in IGNORED or topic.startswith(ELSEWHERE)


def posted_parts(event: Event) -> tuple[Conversation | None, list[Part]]:
    """What an event of SPOKEN, BEGUN or REDACTED tells. Raises what decoding raises for other shapes.

    A reply's event repeats how its conversation began, perhaps years ago: that was told when it began. A part that
    comes without its conversation can't be placed: the list brings it.
    """
    is_redaction = event.topic == REDACTED
    if msgspec.json.decode(event.data.item, type=Item).type == "conversation_part":
        return None, [msgspec.json.decode(event.data.item, type=Part)] if is_redaction else []
    talk = msgspec.json.decode(event.data.item, type=Conversation)
    parts = [msgspec.json.decode(raw, type=Part) for raw in _raws(talk)]
    if is_redaction:
        return talk, _taken_back(parts)
    spoken = [part for part in parts if part.says_something]
    first = opening(talk) if event.topic in BEGUN else None
    return talk, [first, *spoken] if first else spoken


def listed_parts(talk: Conversation) -> Iterator[tuple[msgspec.Raw, Part | None]]:
    """All that a conversation says, its beginning first. None for a part that isn't in the documented shape."""
    if (first := opening(talk)) is not None:
        yield msgspec.Raw(msgspec.json.encode(first)), first
    for raw in _raws(talk):
        try:
            part = msgspec.json.decode(raw, type=Part)
        except UNREADABLE:
            yield raw, None
            continue
        if part.says_something:
            yield raw, part


def opening(talk: Conversation) -> Part | None:
    """How the conversation began, as a part; it is named by the conversation, since campaigns share their message."""
    source = talk.source
    if source is None:
        return None
    first = Part(
        id=f"conversation:{talk.id}",
        part_type="comment",
        body=source.body,
        created_at=talk.created_at,
        author=source.author,
        attachments=source.attachments,
        redacted=source.redacted,
    )
    return first if first.says_something else None


def outline(talk: Conversation) -> Conversation:
    """What of a conversation is kept beside each of its parts: who is in it, by which channel, about what."""
    source = talk.source
    kept = Opening(type=source.type, subject=source.subject, author=source.author) if source else None
    return msgspec.structs.replace(talk, source=kept, conversation_parts=None)


def _raws(talk: Conversation) -> list[msgspec.Raw]:
    return talk.conversation_parts.conversation_parts if talk.conversation_parts else []


def _taken_back(parts: list[Part]) -> list[Part]:
    """Those that are marked; a lone part where none is, as older versions post it."""
    return [part for part in parts if part.redacted] or (parts if len(parts) == 1 else [])
