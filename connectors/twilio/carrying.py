"""Which files go with a message by Twilio, which fetches them from us, and which as a text with a link: MMS and
WhatsApp carry some types up to a size (twilio.com/docs/messaging/guides/accepted-mime-types), SMS none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from channelhub.domain.outbound import OutgoingFile
from channelhub.sdk.file_addresses import as_words
from channelhub.sdk.files import media_type
from connectors.twilio.config import TwilioSmsConfig, is_service

MB: Final = 1_000_000
MAX_MMS_BYTES: Final = 5 * MB
MAX_UNSCALED_BYTES: Final = 600_000  # of what Twilio doesn't scale down for a phone's network
MAX_WHATSAPP_BYTES: Final = 16 * MB
MAX_WHATSAPP_IMAGE_BYTES: Final = 5 * MB
_SCALED: Final = ("image/jpeg", "image/png", "image/gif")
_UNSCALED: Final = (
    "video/mp4", "video/3gpp", "video/quicktime", "video/mpeg", "video/webm", "audio/mp4", "audio/mpeg", "audio/ogg",
    "audio/3gpp", "audio/amr", "text/vcard", "text/x-vcard", "text/csv", "text/calendar", "application/pdf",
)  # fmt: skip
_BY_WHATSAPP: Final = (
    "video/mp4", "audio/ogg", "audio/amr", "audio/3gpp", "audio/aac", "audio/mpeg", "application/pdf",
    "application/msword", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation", "text/vcard",
)  # fmt: skip
#: Where MMS exist: both ends lie there. A short code is one of the USA or Canada.
_MMS_CODES: Final = ("+1", "+61")


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriage:
    """What one message carries: types with their bounds in bytes, how many pictures, and what may have words beside."""

    types: Mapping[str, int]
    most: int
    total_bytes: int
    worded: frozenset[str]

    def takes(self, file: OutgoingFile) -> bool:
        return len(file.content) <= self.types.get(media_type(file), -1)


MMS: Final = Carriage(
    types=dict.fromkeys(_SCALED, MAX_MMS_BYTES) | dict.fromkeys(_UNSCALED, MAX_UNSCALED_BYTES),
    most=10,
    total_bytes=MAX_MMS_BYTES,
    worded=frozenset((*_SCALED, *_UNSCALED)),
)
WHATSAPP: Final = Carriage(
    types={"image/jpeg": MAX_WHATSAPP_IMAGE_BYTES, "image/png": MAX_WHATSAPP_IMAGE_BYTES}
    | dict.fromkeys(_BY_WHATSAPP, MAX_WHATSAPP_BYTES),
    most=1,
    total_bytes=MAX_WHATSAPP_BYTES,
    worded=frozenset({"image/jpeg", "image/png", "video/mp4"}),
)
SMS: Final = Carriage(types={}, most=0, total_bytes=0, worded=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message: its words, and the addresses of what it carries."""

    words: str = ""
    media: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """A message that may get further files."""

    part: Part
    size: int = 0
    takes_more: bool = False


def carriage_of(config: TwilioSmsConfig, to: str) -> Carriage:
    """How files go from this number to that one."""
    sender = config.sender
    for code in _MMS_CODES:
        is_there = sender.startswith(code) or is_service(sender) or (code == "+1" and sender.isdigit())
        if is_there and to.startswith(code):
            return MMS
    return SMS


def parts(
    texts: Sequence[str], files: Sequence[OutgoingFile], addresses: Sequence[str], carriage: Carriage
) -> list[Part]:
    """The messages of an answer: the words, then the files in order. The last words go with the first files, pictures
    together, where one message carries that."""
    opened = [_Open(part=Part(words=text)) for text in texts]
    if opened:
        opened[-1] = replace(opened[-1], takes_more=True)
    for file, address in zip(files, addresses, strict=True):
        last = opened[-1] if opened else None
        if not carriage.takes(file):
            opened.append(_Open(part=Part(words=as_words(file, address))))
        elif last is not None and (joined := _joined(last, file, address, carriage)):
            opened[-1] = joined
        else:
            opened.append(_with(_Open(part=Part()), file, address))
    return [one.part for one in opened]


def _joined(last: _Open, file: OutgoingFile, address: str, carriage: Carriage) -> _Open | None:
    """The last message with a further file; None where it can't have it."""
    kind, held = media_type(file), last.part
    has_room = len(held.media) < carriage.most and last.size + len(file.content) <= carriage.total_bytes
    if not last.takes_more or not has_room or (held.words and kind not in carriage.worded):
        return None
    return _with(last, file, address) if not held.media or kind in _SCALED else None


def _with(last: _Open, file: OutgoingFile, address: str) -> _Open:
    part = replace(last.part, media=(*last.part.media, address))
    return _Open(part=part, size=last.size + len(file.content), takes_more=media_type(file) in _SCALED)
