"""One message in full, as the API shows it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from channelhub.domain.inbound import Attachment
from channelhub.domain.message_ids import message_id
from channelhub.domain.times import from_us
from channelhub.pipeline.linked import Linked
from channelhub.rules.incident import SPAM_SCORE
from channelhub.store.delivery_reports import DeliveryReport
from channelhub.store.media import MediaStatus
from channelhub.store.message_texts import Version
from channelhub.store.messages import Message
from channelhub.store.outbox import OutboxItem
from channelhub.store.parking import Parked
from channelhub.web.views.attachments import AttachmentView, attachment_views


class VersionView(msgspec.Struct, frozen=True, kw_only=True):
    """The words of one version; 0 is the original."""

    revision: int
    subject: str
    text: str
    reply_text: str | None
    hidden: list[tuple[int, int]] = []
    at: datetime


class SourceView(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that carried the message."""

    account: str
    received_at: datetime


class ParkedView(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that could not be read, with what could be salvaged of it."""

    id: str
    account: str
    external_id: str
    message_id: str
    reason: str
    detail: str
    salvage: dict[str, str]
    attempts: int
    parked_at: datetime
    size: int


class ParkedPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is what to pass as `after`; null at the end."""

    items: list[ParkedView]
    next: str | None


class ReportView(msgspec.Struct, frozen=True, kw_only=True):
    """What the other side said of a message that we sent: a bounce, a receipt. `detail` is in its words."""

    status: str  # delayed, delivered, failed, read
    permanent: bool
    recipient: str
    detail: str
    at: datetime


class SendingView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a message that we sent, and why."""

    state: str  # queued, sending, sent, uncertain, failed, delayed, delivered, read
    reason: str
    attempts: int
    reports: list[ReportView]


class LinkedView(msgspec.Struct, frozen=True, kw_only=True):
    """Another conversation that this one has to do with. `reason`: `thread` (Message-IDs), `token` (somebody answered
    with a token that we gave to another), `subject` (only a suggestion). `answered`: this conversation answers it."""

    conversation_id: str
    customer_id: str
    address: str
    subject: str
    reason: str
    answered: bool


class AlbumPartView(msgspec.Struct, frozen=True, kw_only=True):
    """One of several messages that were sent as one and stand on the timeline as one entry."""

    message_id: str
    text: str
    deleted: bool
    attachments: list[AttachmentView]


class MessageView(msgspec.Struct, frozen=True, kw_only=True):
    """A message. While `state` is received or parked, only what is known of the delivery is filled in."""

    id: str
    state: str  # received, processed, parked
    account: str
    external_id: str
    message_id: str
    received_at: datetime
    channel: str = ""
    type: str = ""
    direction: str = ""
    verified: bool = False
    evidence: str = ""
    customer_id: str | None = None
    identity_id: str | None = None
    conversation_id: str | None = None
    incident_id: str | None = None
    at: datetime | None = None
    sent_at: datetime | None = None
    deleted_at: datetime | None = None
    subject: str = ""
    text: str = ""
    reply_text: str | None = None  # without what is hidden; null: nothing is
    hidden: list[tuple[int, int]] = []  # history and signature: [start, end) in characters of `text`
    html: str = ""
    language: str = ""
    order_id: str = ""
    automatic: list[str] = []
    spam_score: float = 0.0
    spam: bool = False  # by its score: it opens no incident and has no vote on outages
    extra: dict[str, str] = {}
    warnings: list[str] = []
    versions: list[VersionView] = []
    sources: list[SourceView] = []
    attachments: list[AttachmentView] = []
    album: list[AlbumPartView] = []  # where it was sent as one with others: all of them, in their order
    outages: list[str] = []
    marks: list[str] = []  # own, returned, linked, new-subject: noticed when it came; not-spam: a person said so
    sending: SendingView | None = None
    linked: list[LinkedView] = []
    parked: ParkedView | None = None


def message(
    one: Message,
    *,
    customer_id: int | None,
    versions: Sequence[Version],
    attachments: Sequence[Attachment],
    media: Mapping[int, MediaStatus],
    sources: Sequence[tuple[int, str, int]],
    outages: Sequence[int],
    sent: OutboxItem | None = None,
    reports: Sequence[DeliveryReport] = (),
    linked: Sequence[Linked] = (),
    album: Sequence[AlbumPartView] = (),
) -> MessageView:
    newest = versions[0] if versions else None
    kinds = {"reply": "is_reply", "bounce": "is_bounce", "bulk": "is_bulk", "list": "is_list"}
    return MessageView(
        id=str(one.id),
        state="processed",
        account=one.account,
        external_id=one.external_id,
        message_id=one.message_ref,
        received_at=from_us(one.received_us),
        channel=one.channel,
        type=one.type,
        direction=one.direction,
        verified=one.evidence.is_verified,
        evidence=str(one.evidence),
        customer_id=_id(customer_id),
        identity_id=str(one.identity_id),
        conversation_id=_id(one.conversation_id),
        incident_id=_id(one.incident_id),
        at=from_us(one.at_us),
        sent_at=from_us(one.sent_us) if one.sent_us is not None else None,
        deleted_at=from_us(one.deleted_us) if one.deleted_us is not None else None,
        subject=newest.subject if newest else one.subject,
        text=newest.text if newest else "",
        reply_text=newest.reply_text if newest else None,
        hidden=list(newest.hidden) if newest else [],
        html=newest.html if newest else "",
        language=one.language,
        order_id=one.order_id,
        automatic=[kind for kind, name in kinds.items() if getattr(one.automatic, name)],
        spam_score=one.spam_score,
        spam=one.spam_score >= SPAM_SCORE,
        extra=one.extra,
        warnings=list(one.warnings),
        versions=[_version(version) for version in versions],
        sources=[SourceView(account=account, received_at=from_us(at_us)) for _, account, at_us in sources],
        attachments=attachment_views(one.id, attachments, media),
        album=list(album),
        outages=[str(outage_id) for outage_id in outages],
        marks=list(one.marks),
        sending=_sending(sent, reports) if sent is not None else None,
        linked=[_linked(other) for other in linked],
    )


def album_part(
    one: Message, versions: Sequence[Version], attachments: Sequence[Attachment], media: Mapping[int, MediaStatus]
) -> AlbumPartView:
    return AlbumPartView(
        message_id=str(one.id),
        text=versions[0].text if versions else "",
        deleted=one.deleted_us is not None,
        attachments=attachment_views(one.id, attachments, media),
    )


def parked(one: Parked) -> ParkedView:
    return ParkedView(
        id=str(message_id(one.inbox_id)),
        account=one.account,
        external_id=one.delivery_id,
        message_id=one.message_ref,
        reason=one.reason,
        detail=one.detail,
        salvage=one.salvage,
        attempts=one.attempts,
        parked_at=one.parked_at,
        size=one.size,
    )


def _sending(item: OutboxItem, reports: Sequence[DeliveryReport]) -> SendingView:
    return SendingView(
        state=str(item.state),
        reason=item.error,
        attempts=item.attempts,
        reports=[
            ReportView(
                status=str(one.status),
                permanent=one.is_permanent,
                recipient=one.recipient,
                detail=one.detail,
                at=from_us(one.at_us),
            )
            for one in reports
        ],
    )


def _linked(one: Linked) -> LinkedView:
    return LinkedView(
        conversation_id=str(one.conversation_id),
        customer_id=str(one.customer_id),
        address=one.address,
        subject=one.subject,
        reason=one.reason,
        answered=one.is_answered,
    )


def _version(one: Version) -> VersionView:
    return VersionView(
        revision=one.revision,
        subject=one.subject,
        text=one.text,
        reply_text=one.reply_text,
        hidden=list(one.hidden),
        at=from_us(one.at_us),
    )


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)
