"""How messages are named here."""


def external_id(chat_id: int, number: int | str, *, business: str = "") -> str:
    """How a message is named: its number within its chat. A business account's chats count by themselves."""
    return f"{business}:{chat_id}:{number}" if business else f"{chat_id}:{number}"


def number_of(name: str) -> int | None:
    """The number of the message that `external_id` named; None for what is no message of a chat."""
    number = name.rpartition(":")[2]
    is_message = not name.startswith("callback:") and number.isascii() and number.isdigit()
    return int(number) if is_message else None
