"""Who wrote a message, and whether it is a customer's: in a private chat always, on a server by the settings."""

from enum import Enum, auto

from channelhub.domain.people import Evidence, Handle, Sender
from connectors.discord.config import Places
from connectors.discord.delivery import Circumstances
from connectors.discord.shapes import Member, Message, User

KIND = "discord"
MAX_NAME_CHARS = 256


class Writer(Enum):
    """Whose a message is."""

    CUSTOMER = auto()
    COLLEAGUE = auto()
    OURSELVES = auto()
    MACHINE = auto()  # another bot, or a webhook
    NOBODY = auto()  # it is not said where customers are


def writer_of(
    message: Message, author: User, member: Member, people: tuple[User, ...], around: Circumstances, places: Places
) -> Writer:
    """`member` is the author on that server, `people` are who is mentioned."""
    if author.id == around.bot:
        return Writer.OURSELVES
    if author.bot or message.webhook_id:
        return Writer.MACHINE
    if not (message.guild_id or around.guild):
        return Writer.CUSTOMER
    if not places.takes(message.channel_id, around.parent) and around.bot not in {one.id for one in people}:
        return Writer.NOBODY
    roles = {*member.roles, *around.roles}
    is_colleague = author.id in places.colleagues or bool(roles & set(places.colleague_roles))
    return Writer.COLLEAGUE if is_colleague else Writer.CUSTOMER


def handle(user: str) -> Handle:
    """A person as Discord knows them, everywhere."""
    return Handle(kind=KIND, value=user, evidence=Evidence.CHANNEL_ID)


def sender(user: str, name: str = "") -> Sender:
    return Sender(name=name[:MAX_NAME_CHARS], handles=(handle(user),), origin=f"{KIND}:{user}")


def sender_of(user: User, nick: str = "") -> Sender:
    """By the name on that server, else by the one that they chose for everywhere, else by the unique one."""
    return sender(user.id, nick or user.global_name or user.username)
