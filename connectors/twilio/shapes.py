"""What Twilio answers, and how its list shows a message (twilio.com/docs/messaging/api), without what we don't need."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import msgspec


class Message(msgspec.Struct, frozen=True):
    """A message as the REST API shows it. Keys and counts are text there; `from` is a word of Python."""

    sid: str
    direction: str = ""  # inbound, outbound-api, outbound-reply, outbound-call
    sender: str = msgspec.field(name="from", default="")
    to: str | None = None
    body: str | None = None
    num_media: str | int | None = None
    messaging_service_sid: str | None = None
    date_created: str | None = None  # RFC 2822

    @property
    def created_at(self) -> datetime | None:
        return moment(self.date_created)

    @property
    def files(self) -> int:
        """How many files it has."""
        text = str(self.num_media or 0)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


class Page(msgspec.Struct, frozen=True):
    """A page of the list: newest first, and where the next one is."""

    messages: tuple[msgspec.Raw, ...]
    next_page_uri: str | None = None


class Media(msgspec.Struct, frozen=True):
    """A file of a message; its bytes are at `uri` without `.json`."""

    sid: str
    uri: str
    content_type: str = ""


class MediaPage(msgspec.Struct, frozen=True):
    media_list: tuple[msgspec.Raw, ...]


class Sent(msgspec.Struct, frozen=True):
    """What a message that was taken is answered with."""

    sid: str


class Fault(msgspec.Struct, frozen=True):
    """A refusal's body."""

    code: int = 0
    message: str = ""


class Account(msgspec.Struct, frozen=True):
    friendly_name: str
    status: str  # active, suspended, closed


class Number(msgspec.Struct, frozen=True):
    """A number of the account, and where Twilio posts what is sent to it."""

    sid: str
    sms_url: str | None = None
    sms_application_sid: str | None = None


class Numbers(msgspec.Struct, frozen=True):
    incoming_phone_numbers: tuple[Number, ...]


def moment(text: str | None) -> datetime | None:
    """A time as the REST API writes it (RFC 2822); None for what is none."""
    if not text:
        return None
    try:
        found = parsedate_to_datetime(text[:64])
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
