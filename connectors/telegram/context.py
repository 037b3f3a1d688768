"""What a message refers to: the words it quotes, a message elsewhere, the one who wrote it first, its topic."""

from datetime import UTC, datetime

from channelhub.sdk.json_parts import read_part
from connectors.telegram.shapes import Chat, ExternalReply, Message, MessageOrigin, Quote, Story, Target

MAX_QUOTE_CHARS = 1024  # what Telegram allows (core.telegram.org/bots/api#replyparameters)
UNKNOWN = "?"


def context(message: Message, warnings: list[str]) -> dict[str, str]:
    """Fields beside the words, those that there are.

    `group`, `topic`: where it stands; `album`, `signature`; `quote`: the answered words that it is about; `answers`:
    whose message elsewhere, or whose story; `forwarded_from`, `forwarded_at` (ISO 8601), `forwarded_link`.
    """
    answered = read_part(message.reply_to_message, Target, "reply_to_message", [])
    quote = read_part(message.quote, Quote, "quote", warnings)
    fields = {
        "group": "" if message.chat.is_private else message.chat.title,
        "topic": answered.forum_topic_created.name if answered and answered.forum_topic_created else "",
        "album": message.media_group_id,
        "signature": message.author_signature,
        "quote": quote.text[:MAX_QUOTE_CHARS] if quote else "",
        "answers": _elsewhere(message, warnings),
    }
    origin = read_part(message.forward_origin, MessageOrigin, "forward_origin", warnings)
    return {name: value for name, value in (fields | _origin(origin)).items() if value}


def answered_number(message: Message) -> int | None:
    """The number of the message in this chat that is answered. What only says in which topic it stands answers none."""
    answered = read_part(message.reply_to_message, Target, "reply_to_message", [])
    return answered.message_id if answered and answered.forum_topic_created is None else None


def _elsewhere(message: Message, warnings: list[str]) -> str:
    external = read_part(message.external_reply, ExternalReply, "external_reply", warnings)
    if external:
        name = external.origin.name or (external.chat.name if external.chat else "") or UNKNOWN
        return " ".join(filter(None, (name, _link(external.chat, external.message_id))))
    story = read_part(message.reply_to_story, Story, "reply_to_story", warnings)
    return f"{story.chat.name or story.chat.id} #{story.id}" if story else ""


def _origin(origin: MessageOrigin | None) -> dict[str, str]:
    if origin is None:
        return {}
    return {
        "forwarded_from": origin.name or UNKNOWN,
        "forwarded_at": datetime.fromtimestamp(origin.date, UTC).isoformat() if origin.date else "",
        "forwarded_link": _link(origin.chat, origin.message_id),
    }


def _link(chat: Chat | None, number: int | None) -> str:
    """Where a public channel's or group's message can be read."""
    is_public = chat is not None and number is not None and chat.username.isascii() and chat.username.isidentifier()
    return f"https://t.me/{chat.username}/{number}" if chat and is_public else ""
