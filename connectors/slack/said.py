"""A customer's message in a chat or channel, or a colleague's answer to one."""

import msgspec

from channelhub.domain.inbound import Content, Direction, NewMessage, Thread
from channelhub.sdk.json_parts import read_part
from connectors.slack.moments import moment
from connectors.slack.shapes import Message, Metadata, Payload
from connectors.slack.words import attachments, files_of, text_of
from connectors.slack.writer import Office, is_private, sender, sender_of

METADATA_TYPE = "channelhub_answer"
#: Subtypes of what somebody says; the others tell of who came, left and renamed things.
MESSAGE_TYPE = frozenset({"file_share", "thread_broadcast", "me_message", "file_comment", "reply_broadcast"})


def read_message(message: Message, office: Office, *, is_ours: bool) -> NewMessage | None:
    """None for what has no content, and for a colleague's words that are no answer to a customer.

    A private chat is one conversation; in a channel each thread is.
    """
    warnings: list[str] = []
    files = files_of(message, warnings)
    text = text_of(message, files, office.bots, warnings)
    kept = attachments(files)
    who = sender_of(message)
    if is_ours:
        asked = message.parent_user_id or ""
        who = sender(asked) if message.thread_ts != message.ts and office.is_customer(asked) else None
    if who is None or not (text or kept or warnings):
        return None
    at = moment(message.ts)
    is_chat = is_private(message.channel, message.channel_type)
    root = message.thread_ts or message.ts
    return NewMessage(
        external_id=f"{message.channel}:{message.ts}",
        sender=who,
        content=Content(text=text, attachments=kept),
        thread=Thread(
            key=message.channel if is_chat else f"{message.channel}:{root}",
            message_id=f"{message.channel}:{message.ts}" + (f":{root}" if is_chat and root != message.ts else ""),
            in_reply_to=f"{message.channel}:{root}" if root != message.ts else "",
        ),
        direction=Direction.OUT if is_ours else Direction.IN,
        sent_at=at,
        is_time_vouched=at is not None,
        extra={"written_by": message.user or ""} if is_ours else {},
        warnings=tuple(warnings),
    )


def token_of(metadata: msgspec.Raw | Metadata) -> str:
    """What we signed and sent along, so that an answer of ours is known again."""
    found = metadata if isinstance(metadata, Metadata) else read_part(metadata, Metadata, "metadata", [])
    if found is None or found.event_type != METADATA_TYPE:
        return ""
    payload = read_part(found.event_payload, Payload, "event_payload", [])
    return payload.token if payload else ""
