"""Events of notices: what many customers are told about an outage."""

from typing import Annotated, ClassVar

import msgspec

from channelhub.domain.events.payload import EventType, NoticeId, OutageId, Payload
from channelhub.domain.notices import NoticeKind


class NoticeData(Payload, frozen=True, kw_only=True):
    """A notice; its words and who reads them stay in the hub."""

    notice_id: NoticeId
    outage_id: OutageId
    kind: Annotated[NoticeKind, msgspec.Meta(description="The first word, an update, or that it is over.")]
    languages: Annotated[list[str], msgspec.Meta(description="In which languages it is written.")]
    approver: Annotated[str, msgspec.Meta(description="Who let it go out.")]


class NoticeApproved(NoticeData, frozen=True, kw_only=True):
    """A person let a notice go out."""

    TYPE: ClassVar[str] = "notice.approved"


class NoticeSent(NoticeData, frozen=True, kw_only=True):
    """Everybody who was known by then was told."""

    TYPE: ClassVar[str] = "notice.sent"
    counts: Annotated[dict[str, int], msgspec.Meta(description="Addresses by what became of them: sent, failed, …")]


TYPES = (
    EventType(
        payload=NoticeApproved,
        when="In the commit of the approval; sending begins after it.",
        example=NoticeApproved(
            notice_id="7", outage_id="40963", kind=NoticeKind.NOTICE, languages=["ru", "uk"], approver="admin:Ihor"
        ),
    ),
    EventType(
        payload=NoticeSent,
        when="Once, when nobody waits any more. Customers who report later are still told, without another event.",
        example=NoticeSent(
            notice_id="7",
            outage_id="40963",
            kind=NoticeKind.NOTICE,
            languages=["ru", "uk"],
            approver="admin:Ihor",
            counts={"sent": 41, "failed": 1},
        ),
    ),
)
