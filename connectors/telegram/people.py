"""Who wrote: Telegram's own ids. User names can be changed and taken over by others, so they name nobody."""

from channelhub.domain.people import Evidence, Handle, Sender
from connectors.telegram.shapes import Chat, Contact, User

KIND = "telegram"
MAX_NAME_CHARS = 256

_CYRILLIC = frozenset({"be", "bg", "kk", "ky", "mk", "mn", "ru", "sr", "tg", "uk"})
_LANGUAGE_CHARS = 2000


def of_user(user: User) -> Sender:
    return _sender(user.id, user.name)


def of_chat(chat: Chat) -> Sender:
    """A channel, or a group's anonymous administrators, writing in its own name."""
    return _sender(chat.id, chat.name)


def with_contact(sender: Sender, contact: Contact) -> Sender:
    """The sender with the phone they gave. Telegram names the number's owner: where that is the sender, it vouches."""
    own = sender.handles[0].value
    is_own = contact.user_id is not None and str(contact.user_id) == own
    phone = Handle(
        kind="phone",
        value=contact.phone_number if contact.phone_number.startswith("+") else f"+{contact.phone_number}",
        evidence=Evidence.CHANNEL_CONTACT if is_own else Evidence.CLAIMED,
    )
    return Sender(name=sender.name, handles=(*sender.handles, phone), origin=sender.origin)


def language(user: User | None, text: str) -> str:
    """The language the customer's app is set to, unless what they write is in another script: then the text decides."""
    code = user.language_code[:2].lower() if user else ""
    if len(code) != 2 or not (code.isascii() and code.isalpha()):
        return ""
    letters = [char for char in text[:_LANGUAGE_CHARS] if char.isalpha()]
    cyrillic = sum("\u0400" <= char <= "\u04ff" for char in letters)
    is_cyrillic = cyrillic * 2 > len(letters)
    return code if not letters or is_cyrillic == (code in _CYRILLIC) else ""


def is_anothers(contact: Contact, sender: Sender) -> bool:
    """Whether Telegram says that the number is of somebody else than who sent it."""
    return contact.user_id is not None and str(contact.user_id) != sender.handles[0].value


def _sender(number: int, name: str) -> Sender:
    handle = Handle(kind=KIND, value=str(number), evidence=Evidence.CHANNEL_ID)
    return Sender(name=name[:MAX_NAME_CHARS], handles=(handle,), origin=f"{KIND}:{number}")
