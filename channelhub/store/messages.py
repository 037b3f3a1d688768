"""Messages: one row each, with what is attached and where they came from. Their words stand in `message_texts`."""

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from channelhub.domain.inbound import Attachment, Automatic
from channelhub.domain.people import Evidence
from channelhub.store import albums, learning, media, message_texts
from channelhub.store.database import Row, Session, Value
from channelhub.store.jsontext import as_json
from channelhub.store.sqlfile import Queries

_sql = Queries.of("messages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as stored, without its words."""

    id: int
    inbox_id: int
    account: str
    channel: str
    type: str  # message, contact, journey, call, reaction, reach, unknown
    key: str
    external_id: str
    message_ref: str
    direction: str
    identity_id: int
    conversation_id: int | None
    incident_id: int | None
    at_us: int
    received_us: int
    sent_us: int | None
    subject: str
    language: str
    evidence: Evidence
    revision: int = 0
    deleted_us: int | None = None
    automatic: Automatic = field(default_factory=Automatic)
    spam_score: float = 0.0
    order_id: str = ""
    origin: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()  # noticed when it came: own, returned, linked, new-subject; said since: not-spam


def message_key(scope: str, channel: str, external_id: str) -> str:
    """The small key under which a message is stored once. `scope` is the account, or empty for ids that are global."""
    text = f"{scope}\0{channel}\0{external_id}".encode("utf-8", "surrogatepass")
    return base64.urlsafe_b64encode(hashlib.blake2b(text, digest_size=16).digest()).decode().rstrip("=")


async def by_keys(session: Session, keys: Iterable[str]) -> dict[str, Message]:
    rows = await session.all(_sql.by_keys, keys=sorted(set(keys)))
    return {row["message_key"]: _message(row) for row in rows}


async def get(session: Session, message_id: int) -> Message | None:
    row = await session.one(_sql.by_id, id=message_id)
    return None if row is None else _message(row)


async def get_many(session: Session, ids: Iterable[int]) -> dict[int, Message]:
    return {row["id"]: _message(row) for row in await session.all(_sql.by_ids, ids=sorted(set(ids)))}


async def of_inbox(session: Session, inbox_id: int) -> list[int]:
    """The ids of the messages a delivery carried, whichever delivery brought them first."""
    return [row["message_id"] for row in await session.all(_sql.of_inbox, inbox_id=inbox_id)]


async def sources(session: Session, message_id: int) -> list[tuple[int, str, int]]:
    """(inbox id, account, received microseconds) of every delivery that carried the message."""
    rows = await session.all(_sql.sources, message_id=message_id)
    return [(row["inbox_id"], row["account"], row["received_us"]) for row in rows]


async def add(session: Session, new: Sequence[Message]) -> None:
    await session.run_many(_sql.add, [{"id": one.id, "inbox_id": one.inbox_id, **_columns(one)} for one in new])
    await learning.queue(session, [one.id for one in new])


async def change(session: Session, changed: Sequence[Message]) -> None:
    """Write what an edit or a deletion changes."""
    await session.run_many(
        _sql.change,
        [
            {
                "id": one.id,
                "revision": one.revision,
                "deleted_us": one.deleted_us,
                "subject": one.subject,
                "language": one.language,
                "evidence": str(one.evidence),
            }
            for one in changed
        ],
    )
    await learning.queue(session, [one.id for one in changed])


async def correct(session: Session, corrected: Sequence[Message]) -> None:
    """Write what a newer revision of a journey event says."""
    names = ("identity_id", "at_us", "received_us", "sent_us", "revision", "subject", "evidence", "extra", "marks")
    rows = [(one.id, _columns(one)) for one in corrected]
    await session.run_many(
        _sql.correct, [{"id": row_id, **{name: columns[name] for name in names}} for row_id, columns in rows]
    )
    await learning.queue(session, [one.id for one in corrected])


async def rewrite(session: Session, message: Message) -> None:
    """Write what a replay computes anew."""
    kept = ("account", "channel", "type", "message_key", "direction", "conversation_id", "incident_id")
    other = ("received_us", "revision", "deleted_us", "marks")
    columns = {name: value for name, value in _columns(message).items() if name not in kept + other}
    await session.run(_sql.rewrite, id=message.id, **columns)
    await learning.queue(session, [message.id])


async def clear_of_spam(session: Session, message: Message) -> None:
    """Write its marks and its incident; its score is nothing from now on."""
    marks = _columns(message)["marks"]
    await session.run(_sql.clear_of_spam, id=message.id, marks=marks, incident_id=message.incident_id)
    await learning.queue(session, [message.id])


async def remove(session: Session, message_id: int) -> None:
    """Take a message away so that another takes its id (replay). The raw delivery stays, and that it was its source."""
    await message_texts.remove(session, message_id)
    await media.remove(session, message_id)
    await session.run(_sql.remove_attachments, message_id=message_id)
    await albums.forget(session, message_id)
    await session.run(_sql.remove, id=message_id)
    await learning.queue(session, [message_id])


async def add_sources(session: Session, pairs: Sequence[tuple[int, int]]) -> None:
    """Remember (inbox id, message id) pairs."""
    await session.run_many(_sql.add_source, [{"inbox_id": left, "message_id": right} for left, right in pairs])


async def add_attachments(session: Session, attached: Sequence[tuple[int, Sequence[Attachment]]]) -> None:
    await session.run_many(
        _sql.add_attachment,
        [
            {"message_id": message_id, "n": n, **_attachment_row(one)}
            for message_id, attachments in attached
            for n, one in enumerate(attachments)
        ],
    )


async def add_further_attachments(session: Session, attached: Sequence[tuple[int, Sequence[Attachment]]]) -> None:
    """Keep the files of another version beside those that are known."""
    await session.run_many(
        _sql.add_further_attachment,
        [
            {"message_id": message_id, **_attachment_row(one)}
            for message_id, attachments in attached
            for one in attachments
        ],
    )


async def deletions(session: Session, keys: Iterable[str]) -> dict[str, int]:
    """When messages that haven't come yet were deleted, by their keys."""
    rows = await session.all(_sql.deletions, keys=sorted(set(keys)))
    return {row["message_key"]: row["at_us"] for row in rows}


async def save_deletions(session: Session, found: Sequence[tuple[str, int, int]]) -> None:
    """Remember (message key, inbox id, microseconds) of deletions whose messages haven't come yet."""
    await session.run_many(
        _sql.save_deletion,
        [{"message_key": key, "inbox_id": inbox_id, "at_us": at_us} for key, inbox_id, at_us in found],
    )


async def attachments(session: Session, message_id: int) -> list[Attachment]:
    return [
        Attachment(
            filename=row["filename"],
            content_type=row["content_type"],
            size=row["size"],
            sha256=row["sha256"],
            is_inline=bool(row["is_inline"]),
            content_id=row["content_id"],
            reference=row["reference"],
        )
        for row in await session.all(_sql.attachments, message_id=message_id)
    ]


def _attachment_row(one: Attachment) -> dict[str, Value]:
    return {
        "filename": one.filename,
        "content_type": one.content_type,
        "size": one.size,
        "sha256": one.sha256,
        "is_inline": int(one.is_inline),
        "content_id": one.content_id,
        "reference": one.reference,
    }


def _columns(one: Message) -> dict[str, Value]:
    return {
        "account": one.account,
        "channel": one.channel,
        "type": one.type,
        "message_key": one.key,
        "external_id": one.external_id,
        "message_ref": one.message_ref,
        "direction": one.direction,
        "identity_id": one.identity_id,
        "conversation_id": one.conversation_id,
        "incident_id": one.incident_id,
        "at_us": one.at_us,
        "received_us": one.received_us,
        "sent_us": one.sent_us,
        "revision": one.revision,
        "deleted_us": one.deleted_us,
        "subject": one.subject,
        "language": one.language,
        "evidence": str(one.evidence),
        "is_automatic": int(one.automatic.is_any),
        "automatic": as_json(
            {name: getattr(one.automatic, name) for name in ("is_reply", "is_bounce", "is_bulk", "is_list")}
        ),
        "spam_score": one.spam_score,
        "order_id": one.order_id,
        "origin": one.origin,
        "extra": as_json(one.extra),
        "warnings": as_json(one.warnings),
        "marks": " ".join(one.marks),
    }


def _message(row: Row) -> Message:
    return Message(
        id=row["id"],
        inbox_id=row["inbox_id"],
        account=row["account"],
        channel=row["channel"],
        type=row["type"],
        key=row["message_key"],
        external_id=row["external_id"],
        message_ref=row["message_ref"],
        direction=row["direction"],
        identity_id=row["identity_id"],
        conversation_id=row["conversation_id"],
        incident_id=row["incident_id"],
        at_us=row["at_us"],
        received_us=row["received_us"],
        sent_us=row["sent_us"],
        subject=row["subject"],
        language=row["language"],
        evidence=Evidence(row["evidence"]),
        revision=row["revision"],
        deleted_us=row["deleted_us"],
        automatic=Automatic(**json.loads(row["automatic"])),
        spam_score=row["spam_score"],
        order_id=row["order_id"],
        origin=row["origin"],
        extra=json.loads(row["extra"]),
        warnings=tuple(json.loads(row["warnings"])),
        marks=tuple(row["marks"].split()),
    )
