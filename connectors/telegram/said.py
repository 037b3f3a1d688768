"""One message of Telegram as one of ours: who, where, in answer to what, in which version."""

from dataclasses import dataclass
from datetime import UTC, datetime

from channelhub.domain.inbound import (
    Automatic,
    ContactShared,
    Content,
    DeliveryStatus,
    Direction,
    EditedMessage,
    NewMessage,
    Thread,
    Unknown,
)
from channelhub.domain.people import Sender
from channelhub.sdk.json_parts import read_part
from connectors.telegram import media, words
from connectors.telegram.context import answered_number, context
from connectors.telegram.names import external_id
from connectors.telegram.people import is_anothers, language, of_chat, of_user, with_contact
from connectors.telegram.shapes import Contact, Location, Message, User
from connectors.telegram.thread import thread_of

LIVE_STEP_S = 600
UPDATE_IDS = 2**31  # update ids are 32-bit and positive
_LAST_EDIT = 2**32 - 1  # seconds until 2106; keeps a revision within 63 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message in its update."""

    message: Message
    update_id: int
    bot_id: str
    is_edit: bool
    event: str = ""  # the field that says what happened, where the message says nothing else

    @property
    def id(self) -> str:
        message = self.message
        number = message.message_id if message.ephemeral_message_id is None else f"e{message.ephemeral_message_id}"
        return external_id(message.chat.id, number, business=message.business_connection_id)

    @property
    def revision(self) -> int:
        """Grows with each edit. Telegram stamps edits in whole seconds; the update's id orders those within one.

        Of a live location a position in ten minutes is a version, and the last, with which it stops.
        """
        edited_s = min(self.message.edit_date or self.message.date, _LAST_EDIT)
        if self._is_moving:
            return edited_s // LIVE_STEP_S * LIVE_STEP_S * UPDATE_IDS
        return edited_s * UPDATE_IDS + self.update_id % UPDATE_IDS

    @property
    def album(self) -> str:
        message = self.message
        return f"{message.chat.id}:{message.media_group_id}" if message.media_group_id else ""

    @property
    def _is_moving(self) -> bool:
        location = read_part(self.message.location, Location, "location", [])
        return self.is_edit and location is not None and location.live_period > 0

    @property
    def sent_at(self) -> datetime | None:
        return datetime.fromtimestamp(self.message.date, UTC) if self.message.date else None

    @property
    def sender(self) -> Sender:
        message = self.message
        if message.sender_chat:
            return of_chat(message.sender_chat)  # `from` is then a stand-in that many share
        return of_user(message.from_user) if message.from_user else of_chat(message.chat)

    @property
    def is_by_hub(self) -> bool:
        """Whether the bot itself wrote it for a business account: its owner's words don't name a bot."""
        bot = read_part(self.message.sender_business_bot, User, "sender_business_bot", [])
        return bot is not None and self.bot_id in ("", str(bot.id))

    @property
    def direction(self) -> Direction:
        """Out where the bot itself wrote, or its owner through a connected business account."""
        message, user = self.message, self.message.from_user
        if bytes(message.sender_business_bot):
            return Direction.OUT
        if user is None or message.sender_chat:
            return Direction.IN
        if message.business_connection_id:
            return Direction.IN if user.id == message.chat.id else Direction.OUT
        is_this_bot = str(user.id) == self.bot_id if self.bot_id else True
        return Direction.OUT if user.is_bot and is_this_bot else Direction.IN

    @property
    def thread(self) -> Thread:
        message = self.message
        answered = answered_number(message)
        return Thread(
            key=thread_of(message),
            message_id=self.id,
            in_reply_to=external_id(message.chat.id, answered, business=message.business_connection_id)
            if answered is not None
            else "",
        )

    def unknown(self, shape: str) -> Unknown:
        return Unknown(external_id=f"update:{self.update_id}", shape=shape, sender=self.sender, sent_at=self.sent_at)


def sent(said: Said) -> DeliveryStatus:
    """Our own answer in a business account's chat as it comes back: it surely was sent."""
    return DeliveryStatus(
        external_id=f"{said.id}:sent",
        about=(),
        status="sent",
        sent_id=said.id,
        sent_to=of_chat(said.message.chat).handles[0],
        at=said.sent_at,
    )


def read_message(said: Said) -> NewMessage | EditedMessage | ContactShared | Unknown:
    """A message, its edit, a phone number given by button, or an event that says nothing ("pinned", "joined")."""
    warnings: list[str] = []
    contact = read_part(said.message.contact, Contact, "contact", warnings)
    if contact and not is_anothers(contact, said.sender):
        return ContactShared(
            external_id=said.id,
            sender=with_contact(said.sender, contact),
            thread=said.thread,
            sent_at=said.sent_at,
            is_time_vouched=True,
        )
    text = words.text(said.message, warnings)
    files = media.attachments(said.message, warnings)
    if not text and not files and not warnings:
        return said.unknown(said.event or "message without text or file")
    message = NewMessage(
        external_id=said.id,
        sender=said.sender,
        content=Content(text=text, attachments=files, language=language(said.message.from_user, text)),
        thread=said.thread,
        direction=said.direction,
        sent_at=said.sent_at,
        is_time_vouched=said.sent_at is not None,
        automatic=Automatic(is_bulk=_is_bulk(said)),
        album=said.album,
        album_place=said.message.message_id,
        extra=context(said.message, warnings),
        warnings=tuple(warnings),
    )
    if said.is_edit:
        return EditedMessage(external_id=said.id, revision=said.revision, message=message)
    return message


def _is_bulk(said: Said) -> bool:
    """Posts of a channel and words of other bots: no person waits for an answer to them."""
    message, user = said.message, said.message.from_user
    if message.chat.type == "channel" or message.is_automatic_forward:
        return True
    return bool(user and user.is_bot and not message.sender_chat and said.direction is Direction.IN)
