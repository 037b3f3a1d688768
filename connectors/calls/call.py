"""A moment of a call, whoever told it, and the values that it becomes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from channelhub.content.filenames import label
from channelhub.domain.inbound import Attachment, CallEvent, Content, Direction, Inbound, NewMessage, Thread
from channelhub.domain.people import Evidence, Handle, Sender

MISSED: Final = "\N{MOBILE PHONE OFF}"  # says it in every language
RECORDED: Final = "\N{STUDIO MICROPHONE}"
LONGEST_S: Final = 7 * 86_400
_MAX_WORDS_CHARS: Final = 20_000
_NUMBER: Final = re.compile(r"\+?[0-9]{3,20}", re.ASCII)
_INTERNATIONAL: Final = re.compile(r"7[0-9]{10}|[1-9][0-9]{11,14}", re.ASCII)
_MARKS: Final = str.maketrans("", "", " ()-.\u00a0")


class Moment(StrEnum):
    """What happens to a call, as `CallEvent.state` has it."""

    STARTED = "started"
    ANSWERED = "answered"
    MISSED = "missed"
    ENDED = "ended"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One moment of the call `call_id`. `party` is the number of the other side, empty where it is hidden."""

    call_id: str
    moment: Moment
    party: str
    line: str = ""  # our number
    colleague: str = ""  # who answered: an extension, a name
    at: datetime | None = None
    duration_s: int | None = None
    recording: str = ""  # how the system calls the file, or its address
    words: str = ""  # what the caller left, written down by the system


def values(told: Told) -> Sequence[Inbound]:
    """An entry of the call, once for each moment, whatever is repeated. A missed call is a contact besides, because it
    wants an answer; a recording is a message of ours with the file."""
    sender = person(told)
    event = CallEvent(
        external_id=f"{told.call_id}:{told.moment}",
        sender=sender,
        state=told.moment,
        sent_at=told.at,
        duration_s=told.duration_s if told.duration_s is None else max(0, min(told.duration_s, LONGEST_S)),
    )
    if told.moment is Moment.MISSED or told.words:
        words = told.words[:_MAX_WORDS_CHARS].strip() or MISSED
        return [event, _message(told, sender, "contact", words, Direction.IN)]
    if told.moment is Moment.RECORDED and told.recording:
        return [event, _message(told, sender, "recording", RECORDED, Direction.OUT)]
    return [event]


def person(told: Told) -> Sender:
    """The other side, known by the number that the network told; a hidden one stands alone with its call."""
    if told.party:
        handle = Handle(kind="phone", value=told.party, evidence=Evidence.CALLER)
        return Sender(handles=(handle,), origin=f"phone:{told.party}")
    return Sender(handles=(Handle(kind="device", value=f"call:{told.call_id}"),))


def number(text: str, *, is_international: bool = False) -> str:
    """A number without its marks; empty for what is none (anonymous, an extension, a SIP name).

    The plus that many systems leave out is put back: where all of a system's numbers are international, and where a
    number is too long for a national one (12 digits, or the 11 of +7). Others are of the hub's `default_region`.
    """
    found = text.strip().translate(_MARKS)[:40]
    if not _NUMBER.fullmatch(found):
        return ""
    is_long = _INTERNATIONAL.fullmatch(found) is not None or (is_international and len(found) > 9)
    return f"+{found}" if is_long and not found.startswith("+") else found


def _message(told: Told, sender: Sender, what: str, words: str, direction: Direction) -> NewMessage:
    files: tuple[Attachment, ...] = ()
    if told.recording:
        name = label(told.recording.partition("?")[0].rpartition("/")[2]) or "recording"
        name = name if name.endswith((".mp3", ".wav", ".ogg")) else f"{name}.mp3"
        files = (Attachment(filename=name, content_type=_type(name), size=0, reference=told.recording),)
    facts = {"line": told.line, "answered_by": told.colleague}
    return NewMessage(
        external_id=f"{told.call_id}:{what}",
        sender=sender,
        content=Content(text=words, attachments=files),
        thread=Thread(key=told.party or told.call_id),
        direction=direction,
        sent_at=told.at,
        is_time_vouched=told.at is not None,
        extra={name: value[:200] for name, value in facts.items() if value},
    )


def _type(name: str) -> str:
    return {"wav": "audio/wav", "ogg": "audio/ogg"}.get(name.rpartition(".")[2], "audio/mpeg")
