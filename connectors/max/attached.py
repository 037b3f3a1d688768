"""What hangs on a message: files, each as a reference, and lines for what is no file."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import msgspec

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment
from channelhub.sdk.json_parts import read_part
from connectors.max.shapes import User

MAX_ATTACHED: Final = 100
VIDEO: Final = "video:"  # before a token with which MAX tells the address
_MAX_SIZE: Final = 2**53
#: Kinds with a file: its type, and the extension of the name that it gets.
_FILES: Final = {
    "image": ("image/jpeg", "jpg"),
    "video": ("video/mp4", "mp4"),
    "audio": ("audio/mp4", "m4a"),
    "file": ("application/octet-stream", "bin"),
}


class Payload(msgspec.Struct, frozen=True):
    """The fields of all kinds of payloads that we read."""

    url: str | None = None
    token: str | None = None
    code: str | None = None
    photo_id: int | None = None
    vcf_info: str | None = None
    max_info: User | None = None


class Thing(msgspec.Struct, frozen=True):
    """An attachment; some say beside the payload what the file is, and a place has no payload."""

    type: str
    payload: msgspec.Raw = msgspec.Raw()
    filename: str | None = None
    size: int | None = None
    title: str | None = None
    transcription: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class Button(msgspec.Struct, frozen=True):
    text: str = ""
    payload: str | None = None


class Keyboard(msgspec.Struct, frozen=True):
    buttons: tuple[tuple[Button, ...], ...] = ()


@dataclass(slots=True)
class Found:
    """What the attachments of a message, and of one that it forwards, say and hold."""

    lines: list[str] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    keyboard: Keyboard = field(default_factory=Keyboard)
    warnings: list[str] = field(default_factory=list)

    def take(self, attachments: msgspec.Raw) -> None:
        """Add a list of attachments; what can't be read is a warning, what isn't known a line with its kind."""
        for raw in (read_part(attachments, list[msgspec.Raw], "attachments", self.warnings) or ())[:MAX_ATTACHED]:
            thing = read_part(raw, Thing, "attachment", self.warnings)
            if thing is not None:
                self._add(thing)

    def _add(self, thing: Thing) -> None:
        if thing.type == "inline_keyboard":
            self.keyboard = read_part(thing.payload, Keyboard, "inline_keyboard", self.warnings) or self.keyboard
            return
        payload = read_part(thing.payload, Payload, thing.type[:64], self.warnings) or Payload()
        if thing.type == "contact":
            self.phones += _phones(payload.vcf_info or "")
        file = _file(thing, payload)
        if file is not None:
            self.files.append(file)
        line = (thing.transcription or "") if file is not None else _line(thing, payload)
        if line:
            self.lines.append(line)


def _file(thing: Thing, payload: Payload) -> Attachment | None:
    if thing.type not in _FILES:
        return None
    content_type, extension = _FILES[thing.type]
    reference = f"{VIDEO}{payload.token}" if thing.type == "video" and payload.token else payload.url
    if not reference:
        return None
    size = thing.size or 0
    name = thing.filename or f"{thing.type}-{payload.photo_id or 'file'}.{extension}"
    return Attachment(
        filename=label(name), content_type=content_type, size=size if 0 < size < _MAX_SIZE else 0, reference=reference
    )


def _line(thing: Thing, payload: Payload) -> str:
    reads = _LINES.get(thing.type)
    if reads:
        return reads(thing, payload)
    return " ".join(filter(None, (f"[{thing.type[:64]}]", thing.title, payload.url)))


def _place(thing: Thing, _payload: Payload) -> str:
    if thing.latitude is None or thing.longitude is None:
        return "[location]"
    return f"📍 {thing.latitude:.6f}, {thing.longitude:.6f}"


def _sticker(_thing: Thing, payload: Payload) -> str:
    return f"[sticker {payload.code[:100]}]" if payload.code else "[sticker]"


def _share(thing: Thing, payload: Payload) -> str:
    return " ".join(filter(None, (thing.title, payload.url))) or "[share]"


def _contact(_thing: Thing, payload: Payload) -> str:
    name = payload.max_info.full_name if payload.max_info else ""
    return " ".join(filter(None, ("📇", name, *_phones(payload.vcf_info or ""))))


def _phones(card: str) -> list[str]:
    """The numbers of a visiting card (RFC 6350, TEL): MAX writes one."""
    lines = [line.partition(":") for line in card[:10_000].splitlines()]
    values = [value.removeprefix("tel:").strip() for name, _, value in lines if name.upper().split(";")[0] == "TEL"]
    return [value if value.startswith("+") else f"+{value}" for value in values if value][:5]


_LINES: Final[dict[str, Callable[[Thing, Payload], str]]] = {
    "location": _place,
    "sticker": _sticker,
    "share": _share,
    "contact": _contact,
}
