"""A customer's message, a colleague's answer to one, or our own come back."""

from channelhub.domain.inbound import Content, DeliveryStatus, Direction, EditedMessage, NewMessage, Thread
from channelhub.domain.people import Sender
from channelhub.sdk.json_parts import read_part
from connectors.discord.config import Places
from connectors.discord.delivery import Circumstances
from connectors.discord.moments import microseconds, moment_of
from connectors.discord.shapes import Answered, Member, Message, Reference, User
from connectors.discord.words import attachments, text_of
from connectors.discord.writer import Writer, sender, sender_of, writer_of

#: Types of what somebody says (message types of the API's documentation): said, answered, by a command.
SAID = frozenset({0, 19, 20, 23})


def read_message(
    message: Message, around: Circumstances, places: Places
) -> NewMessage | EditedMessage | DeliveryStatus | str:
    """What it is, or the name of what is only kept.

    An edit is one by its time: Discord also tells of previews and pins, which change nothing that was said.
    """
    author = message.author
    assert author is not None
    warnings: list[str] = []
    member = read_part(message.member, Member, "member", warnings) or Member()
    people = tuple(read_part(message.mentions, list[User], "mentions", warnings) or ())
    whose = writer_of(message, author, member, people, around, places)
    if whose is Writer.OURSELVES:
        return _sent(message)
    if whose is Writer.MACHINE:
        return "message of a bot"
    if whose is Writer.NOBODY:
        return "message elsewhere"
    if message.type not in SAID:
        return f"message of type {message.type}"
    who = sender_of(author, member.nick or "")
    is_ours = whose is Writer.COLLEAGUE
    if is_ours:
        customer = _answered(message, around, places)
        if customer is None:
            return "colleague's message"
        who = customer
    text, files = text_of(message, people, around.bot, warnings), attachments(message, warnings)
    if not (text or files or warnings):
        return "message without content"
    said = _new(message, around, who, Content(text=text, attachments=files), is_ours=is_ours, warnings=warnings)
    if message.edited_timestamp is None:
        return said
    return EditedMessage(external_id=said.external_id, revision=microseconds(message.edited_timestamp), message=said)


def _new(
    message: Message, around: Circumstances, who: Sender, content: Content, *, is_ours: bool, warnings: list[str]
) -> NewMessage:
    """A private chat is a conversation, and so is each channel and thread of a server."""
    guild = message.guild_id or around.guild
    reference = read_part(message.message_reference, Reference, "message_reference", warnings) or Reference()
    return NewMessage(
        external_id=message.id,
        sender=who,
        content=content,
        thread=Thread(
            key=f"{guild}:{message.channel_id}" if guild else message.channel_id,
            message_id=message.id,
            in_reply_to=(reference.message_id or "") if reference.type == 0 else "",
        ),
        direction=Direction.OUT if is_ours else Direction.IN,
        sent_at=message.timestamp or moment_of(message.id),
        is_time_vouched=True,
        extra={"written_by": message.author.id} if is_ours and message.author else {},
        warnings=tuple(warnings),
    )


def _answered(message: Message, around: Circumstances, places: Places) -> Sender | None:
    """The customer whom a colleague answers: by a reply, or in a thread that the customer began."""
    answered = read_part(message.referenced_message, Answered, "referenced_message", []) or Answered()
    known = answered.author
    if known and not known.bot and known.id not in places.colleagues:
        return sender_of(known)
    author = message.author.id if message.author else ""
    is_customer_s = around.owner not in ("", author, around.bot, *places.colleagues)
    return sender(around.owner) if is_customer_s else None


def _sent(message: Message) -> DeliveryStatus:
    """What we said ourselves: it surely was sent."""
    answered = read_part(message.referenced_message, Answered, "referenced_message", []) or Answered()
    return DeliveryStatus(
        external_id=f"{message.id}:sent",
        about=(),
        status="sent",
        at=message.timestamp or moment_of(message.id),
        sent_id=message.id,
        sent_to=sender_of(answered.author).handles[0] if answered.author else None,
    )
