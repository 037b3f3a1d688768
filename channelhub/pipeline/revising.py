"""What a message says when its delivery is read again, beside what is stored of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import msgspec

from channelhub.domain.inbound import Attachment, EditedMessage, NewMessage
from channelhub.domain.people import Evidence, Identity
from channelhub.domain.times import from_us
from channelhub.pipeline.arrival import Arrived, claims_of
from channelhub.pipeline.desk import Desk
from channelhub.pipeline.entries import message_of, report_of, version_of
from channelhub.pipeline.happenings import JOURNEY, Happening, happening_of, happening_version
from channelhub.pipeline.rulebook import Rulebook
from channelhub.rules.incident import NOT_SPAM
from channelhub.rules.outage.report import Report
from channelhub.store.message_texts import Version
from channelhub.store.messages import Message

SHOWN_CHARS = 80
_WORDS = ("subject", "text", "reply_text", "html", "hidden")
_COLUMNS = (
    "external_id", "message_ref", "sent_us", "at_us", "subject", "language", "evidence", "automatic", "spam_score",
    "order_id", "origin", "extra", "warnings",
)  # fmt: skip
_report = msgspec.json.Decoder(Report)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field of a message, in words: shortened texts, ISO 8601 times."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A stored message, and as it would be. `report` is None where detection is told nothing new."""

    before: Message
    after: Message
    old_version: Version | None
    version: Version | None
    attachments: tuple[Attachment, ...] | None = None  # None: the files come from another delivery
    report: Report | None = None
    differences: tuple[Difference, ...] = field(default_factory=tuple)


def revise(
    desk: Desk, book: Rulebook, arrived: Arrived, known: Message, *, sources: int, stored_report: str
) -> Revision | None:
    """What reading its delivery again changes of a message; None when the item has no words of its own.

    The sender is met again on the desk, so evidence that a mended parser finds is there too.
    """
    claims = claims_of(arrived, book)
    if not claims:
        return None
    item = arrived.item
    message = item.message if isinstance(item, EditedMessage) else item
    if isinstance(message, NewMessage):
        revision = max(1, item.revision) if isinstance(item, EditedMessage) else 0
        fresh = message_of(arrived, book, message, claims, key=known.key, revision=revision)
        version = version_of(arrived, message, known.id, revision)
        name, attachments = message.sender.name, message.content.attachments
    else:
        assert isinstance(item, Happening)
        fresh = happening_of(arrived, book, item, claims, key=known.key)
        version = happening_version(arrived, item, known.id)
        name, attachments = item.sender.name if item.sender else "", ()
    linked = set(desk.written.links)
    writer = desk.meet(claims, name=name, language=fresh.language, at_us=fresh.at_us)
    links = [link for link_id, link in desk.written.links.items() if link_id not in linked]
    found = _compared(desk, arrived, known, fresh, version, attachments, writer, sources, stored_report)
    joined = [
        Difference(field="link", before="", after=f"{_shown(desk, link.left_id)} = {_shown(desk, link.right_id)}")
        for link in links
    ]
    return replace(found, differences=(*found.differences, *joined))


def _compared(
    desk: Desk,
    arrived: Arrived,
    known: Message,
    fresh: Message,
    version: Version,
    attachments: tuple[Attachment, ...],
    writer: Identity,
    sources: int,
    stored_report: str,
) -> Revision:
    kept = [one for one in desk.versions.get(known.id, []) if one.inbox_id == arrived.inbox_id]
    old = next((one for one in kept if one.revision == version.revision), None)
    after = known
    is_own = known.inbox_id == arrived.inbox_id
    if known.type == JOURNEY:  # its facts are those of its newest revision, whichever delivery brought that
        is_own = known.revision == fresh.revision
    if is_own:
        after = _rewritten(known, fresh, is_newest=known.revision == fresh.revision)
    evidence = _evidence(known, fresh, is_only_source=sources <= 1)
    after = replace(after, evidence=evidence)
    report = _report_again(desk, arrived, known, after, stored_report)
    differences = [
        *(_difference(name, getattr(known, name), getattr(after, name)) for name in _COLUMNS),
        *((_difference(name, getattr(old, name), getattr(version, name)) for name in _WORDS) if old else ()),
    ]
    if after.identity_id != known.identity_id:
        differences.append(_difference("sender", _shown(desk, known.identity_id), str(writer.key)))
    shown = desk.attachments.get(known.id, 0)
    if is_own and known.revision == fresh.revision and shown != len(attachments):
        differences.append(_difference("attachments", shown, len(attachments)))
    if report is not None:
        before = _report.decode(stored_report).features.terms
        differences.append(Difference(field="features", before=_short(" ".join(before)), after=_short(_terms(report))))
    found = {one.field: one for one in differences if one is not None}
    is_reworded = old is not None and any(getattr(old, name) != getattr(version, name) for name in _WORDS)
    return Revision(
        before=known,
        after=after,
        old_version=old if is_reworded else None,
        version=replace(version, id=old.id) if old is not None and is_reworded else None,
        attachments=attachments if is_own and known.revision == fresh.revision else None,
        report=report,
        differences=tuple(found.values()),
    )


def _rewritten(known: Message, fresh: Message, *, is_newest: bool) -> Message:
    """The stored message with what its bytes say now; where it was edited since, the edit's words stay."""
    return replace(
        known,
        identity_id=fresh.identity_id,
        external_id=fresh.external_id,
        message_ref=fresh.message_ref,
        at_us=fresh.at_us,
        sent_us=fresh.sent_us,
        subject=fresh.subject if is_newest else known.subject,
        language=fresh.language if is_newest else known.language,
        automatic=fresh.automatic,
        spam_score=0.0 if NOT_SPAM in known.marks else fresh.spam_score,  # a person's word stays on top
        order_id=fresh.order_id,
        origin=fresh.origin,
        extra=fresh.extra,
        warnings=fresh.warnings,
    )


def _evidence(known: Message, fresh: Message, *, is_only_source: bool) -> Evidence:
    """The strongest of its sources; only where there is one can it become weaker."""
    if is_only_source or fresh.evidence.strength < known.evidence.strength:
        return fresh.evidence
    return known.evidence


def _report_again(desk: Desk, arrived: Arrived, known: Message, after: Message, stored: str) -> Report | None:
    """The report with its features anew; when and whose it was stays as it was told."""
    if not stored or arrived.features is None or known.inbox_id != arrived.inbox_id:
        return None
    told = _report.decode(stored)
    is_blocked = known.identity_id in desk.blocked
    fresh = report_of(
        after, arrived.features, customer_id=told.customer, is_history=told.is_backfill, is_blocked=is_blocked
    )
    # When it was told, and whether its sender was believed then, stay as long as the evidence does.
    is_verified = told.is_verified if after.evidence is known.evidence else fresh.is_verified
    fresh = replace(fresh, at_us=told.at_us, is_verified=is_verified)
    return None if fresh == told else fresh


def _difference(name: str, before: object, after: object) -> Difference | None:
    if before == after:
        return None
    return Difference(field=name.removesuffix("_us"), before=_said(name, before), after=_said(name, after))


def _said(name: str, value: object) -> str:
    if name.endswith("_us") and isinstance(value, int):
        return from_us(value).isoformat()
    if name == "automatic":
        return " ".join(sorted(_flags(value))) or "no"
    if isinstance(value, dict):
        return _short(", ".join(f"{key}={one}" for key, one in sorted(value.items())))
    if isinstance(value, tuple):
        return _short("; ".join(map(str, value)))
    return "" if value is None else _short(str(value))


def _flags(value: object) -> Iterator[str]:
    return (
        name.removeprefix("is_") for name in ("is_reply", "is_bounce", "is_bulk", "is_list") if getattr(value, name)
    )


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN_CHARS else flat[: SHOWN_CHARS - 1] + "…"


def _terms(report: Report) -> str:
    return " ".join(report.features.terms)


def _shown(desk: Desk, identity_id: int) -> str:
    known = desk.identities.get(identity_id)
    return str(known.key) if known else str(identity_id)
