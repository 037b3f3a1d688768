"""The body of `POST /api/v1/messages`: what the HTTP route checks and what the `api` connector's parser reads.

Both sides read the same bytes through `read_message`, so what was accepted can always be parsed again.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import msgspec

from channelhub.domain.json_size import has_more_marks

T = TypeVar("T", bound=msgspec.Struct)
MAX_MARKS = 20_000  # strings and separators of the whole body: fields and values, unknown ones included
MAX_BESIDE_FILES_BYTES = 2 * 1024 * 1024  # what isn't a file; the longest text takes 1.2 MB, all of it escaped

_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9998, 1, 1, tzinfo=UTC)  # a day from the calendar's end no arithmetic on time can overflow


class InvalidMessageError(ValueError):
    """The body is refused. `errors` names each faulty field; `is_malformed`: it is not JSON at all (HTTP 400);
    `is_too_large`: it holds more than a message can need (HTTP 413)."""

    def __init__(
        self,
        detail: str,
        *,
        errors: dict[str, str] | None = None,
        is_malformed: bool = False,
        is_too_large: bool = False,
    ) -> None:
        super().__init__(detail)
        self.errors = errors or {}
        self.is_malformed = is_malformed
        self.is_too_large = is_too_large


class IdentityIn(msgspec.Struct, frozen=True, kw_only=True):
    """One address of the sender."""

    kind: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^[a-z][a-z0-9_-]{0,31}$",
            description="What the address is: email, phone, external (your own customer id) or another channel's kind.",
        ),
    ]
    value: Annotated[str, msgspec.Meta(min_length=1, max_length=320, description="The address, as your system has it.")]
    verified: Annotated[
        bool | None,
        msgspec.Meta(
            description="false: the customer only says so. Absent or true: believed if the account is trusted."
        ),
    ] = None


class SenderIn(msgspec.Struct, frozen=True, kw_only=True):
    """Who wrote. The first identity is the address that wrote, the others are what is known of it."""

    name: Annotated[str, msgspec.Meta(max_length=200, description="The customer's name, as shown.")] = ""
    identities: Annotated[
        list[IdentityIn],
        msgspec.Meta(
            max_length=20, description="At most 20. None: the message stands alone, on a customer of its own."
        ),
    ] = []


class AttachmentIn(msgspec.Struct, frozen=True, kw_only=True):
    """A file, its bytes in base64."""

    filename: Annotated[str, msgspec.Meta(max_length=255, description="The file's name, without folders.")] = ""
    content_type: Annotated[str, msgspec.Meta(max_length=127, description="Its media type.")] = (
        "application/octet-stream"
    )
    content: Annotated[bytes, msgspec.Meta(description="Its bytes in base64 (RFC 4648 §4, padded).")]


class MessageIn(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a customer, taken in over HTTP."""

    account: Annotated[
        str, msgspec.Meta(min_length=1, max_length=64, description="The account of kind api that it belongs to.")
    ]
    external_id: Annotated[
        str,
        msgspec.Meta(
            min_length=1,
            max_length=200,
            description="Your id of the message. The same id again is a duplicate, even if its body differs.",
        ),
    ]
    sender: Annotated[SenderIn, msgspec.Meta(description="Who wrote it.")] = SenderIn()
    subject: Annotated[str, msgspec.Meta(max_length=1000, description="One line; may be empty.")] = ""
    text: Annotated[
        str,
        msgspec.Meta(
            max_length=100_000, description="The words, as plain text. May be empty only beside an attachment."
        ),
    ] = ""
    sent_at: (
        Annotated[
            datetime,
            msgspec.Meta(
                tz=True, description="When the customer wrote it: ISO 8601 with a zone. Absent: when it came."
            ),
        ]
        | None
    ) = None
    backfill: Annotated[
        bool,
        msgspec.Meta(
            description="true: history brought in for the record, oldest first, with sent_at. What was sent more than "
            "a day ago opens no incident, is not answered and raises no outage; it teaches what is usual."
        ),
    ] = False
    conversation: Annotated[
        str, msgspec.Meta(max_length=200, description="Your id of the thread it belongs to, if there is one.")
    ] = ""
    order_id: Annotated[str, msgspec.Meta(max_length=200, description="The order it is about, if known.")] = ""
    language: Annotated[
        str,
        msgspec.Meta(
            max_length=35,
            description="The language it is written in (BCP 47, such as uk). Absent: found from the text.",
        ),
    ] = ""
    attributes: Annotated[
        dict[
            Annotated[str, msgspec.Meta(min_length=1, max_length=100)],
            Annotated[str, msgspec.Meta(max_length=200)],
        ],
        msgspec.Meta(
            max_length=30,
            description="What else is known of the customer's case, such as city, app_version or payment_method: at "
            "most 30. Shown with the message; an outage says what its reports have in common.",
        ),
    ] = {}
    attachments: Annotated[list[AttachmentIn], msgspec.Meta(max_length=20, description="At most 20 files.")] = []


_CONTROL = re.compile(r"[\x00-\x1f]")
_decoder = msgspec.json.Decoder(MessageIn)
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])  # values unread, so a number of any length is harmless


def read_message(body: bytes) -> MessageIn:
    """The message in `body`. Raises only `InvalidMessageError`.

    Fields that the model doesn't have are accepted, `further_fields` gives them.
    """
    message = decoded(body, _decoder)
    _check_beside_files(body, message)
    errors = _cross_checks(message)
    if errors:
        raise InvalidMessageError("; ".join(f"{field}: {why}" for field, why in errors.items()), errors=errors)
    return message


def decoded(body: bytes, decoder: "msgspec.json.Decoder[T]") -> T:
    """What a posted body says, by one of the decoders of this hub's models. Raises only `InvalidMessageError`."""
    if has_more_marks(body, MAX_MARKS):
        raise InvalidMessageError(f"The body has more than {MAX_MARKS} fields and values.", is_too_large=True)
    try:
        said = decoder.decode(body)
        _fields.decode(body)  # also the names of the fields that the model doesn't have
    except msgspec.ValidationError as exc:
        detail, _, place = str(exc).partition(" - at `")
        field = place.rstrip("`").removeprefix("$").removeprefix(".") or "body"
        raise InvalidMessageError(f"{field}: {detail}", errors={field: detail}) from exc
    except RecursionError as exc:
        raise InvalidMessageError("The JSON is nested too deeply.", is_malformed=True) from exc
    except ValueError as exc:  # msgspec.DecodeError and UnicodeDecodeError
        raise InvalidMessageError(f"The body is not JSON in UTF-8: {exc}", is_malformed=True) from exc
    return said


def _check_beside_files(body: bytes, message: MessageIn) -> None:
    """Raises InvalidMessageError: what stands beside the files is kept and shown, so it has a bound of its own."""
    if len(body) <= MAX_BESIDE_FILES_BYTES:
        return
    files = sum(4 * ((len(item.content) + 2) // 3) for item in message.attachments)
    escapes = body.count(b"\\/")  # how some writers of JSON put the / of base64
    if len(body) - files - escapes > MAX_BESIDE_FILES_BYTES:
        detail = f"At most {MAX_BESIDE_FILES_BYTES} bytes are taken beside the files."
        raise InvalidMessageError(detail, is_too_large=True)


def further_fields(body: bytes) -> dict[str, str]:
    """The top-level fields of an accepted body that `MessageIn` doesn't have, as text: kept and shown, never lost."""
    known = MessageIn.__struct_fields__
    return {name: _as_text(value) for name, value in _fields.decode(body).items() if name not in known}


def _as_text(value: msgspec.Raw) -> str:
    """A JSON string's content, or any other value as it was written."""
    written = bytes(value)
    try:
        return msgspec.json.decode(written, type=str)
    except ValueError:
        return written.decode(errors="replace")


def _cross_checks(message: MessageIn) -> dict[str, str]:
    errors = id_faults(message.external_id)
    if not message.text.strip() and not message.subject.strip() and not message.attachments:
        errors["text"] = "must not be empty unless there is a subject or an attachment"
    errors |= identity_faults(message.sender.identities, "sender.identities")
    if message.backfill and message.sent_at is None:
        errors["sent_at"] = "is required with backfill"
    return errors | time_faults(message.sent_at, "sent_at")


def id_faults(external_id: str) -> dict[str, str]:
    """What is wrong with a posted id, by its field: nothing in a good one."""
    if external_id.strip() and not _CONTROL.search(external_id):
        return {}
    return {"external_id": "must have a visible character and no control characters"}


def identity_faults(identities: Sequence[IdentityIn], field: str) -> dict[str, str]:
    """What is wrong with posted identities beyond what their model says, by field."""
    errors: dict[str, str] = {}
    for index, identity in enumerate(identities):
        if not identity.kind.isprintable():  # a `$` also matches before a line end
            errors[f"{field}[{index}].kind"] = "must not end with a line end"
        if not identity.value.strip():
            errors[f"{field}[{index}].value"] = "must have a visible character"
    return errors


def time_faults(at: datetime | None, field: str) -> dict[str, str]:
    """What is wrong with a posted time, by its field."""
    if at is None or _EARLIEST <= at < _LATEST:
        return {}
    return {field: "must lie between the years 1970 and 9997"}
