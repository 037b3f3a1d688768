"""Where a conversation lives, as one string: the chat, and where there is one the topic or the business account."""

from dataclasses import dataclass

from connectors.telegram.shapes import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an answer goes."""

    chat_id: int
    topic: int | None = None
    business: str = ""


def thread_key(chat_id: int, *, topic: int | None = None, business: str = "") -> str:
    """`chat`, `chat/topic`, `chat@business connection`."""
    key = f"{chat_id}/{topic}" if topic is not None else str(chat_id)
    return f"{key}@{business}" if business else key


def thread_of(message: Message) -> str:
    """The key of the conversation that a message stands in."""
    return thread_key(
        message.chat.id,
        topic=message.message_thread_id if message.is_topic_message else None,
        business=message.business_connection_id,
    )


def read_key(key: str) -> Place:
    """The place that `thread_key` wrote down. Raises ValueError for anything else."""
    place, _, business = key.partition("@")
    chat, _, topic = place.partition("/")
    return Place(chat_id=int(chat), topic=int(topic) if topic else None, business=business)
