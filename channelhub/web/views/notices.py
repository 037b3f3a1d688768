"""Notices as the API shows them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from channelhub.domain.notices import NoticeText
from channelhub.domain.times import from_us
from channelhub.pipeline.audience import Audience
from channelhub.store.notices import Notice
from channelhub.store.recipients import Count, Troubled


class TextView(msgspec.Struct, frozen=True, kw_only=True):
    """What is said in one language; `short` is for channels without a subject."""

    subject: str
    text: str
    short: str


class NoticeView(msgspec.Struct, frozen=True, kw_only=True):
    """A message to many about an outage. `counts`: addresses in each state; `skipped`: nothing was sent to them."""

    id: str
    outage_id: str
    kind: str
    state: str
    version: int
    languages: list[str]
    author: str
    created_at: datetime
    approver: str
    approved_at: datetime | None
    closed_by: str
    closed_at: datetime | None
    finished_at: datetime | None
    counts: dict[str, int]


class NoticePage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` is what to pass as `before`; null at the end."""

    items: list[NoticeView]
    next: str | None


class OutcomeView(msgspec.Struct, frozen=True, kw_only=True):
    """How many addresses share what became of it; `reason` says why nothing was sent."""

    state: str
    channel: str
    language: str
    reason: str
    addresses: int


class TroubledView(msgspec.Struct, frozen=True, kw_only=True):
    """A send that failed, or of which nobody knows whether it arrived. Neither is repeated by itself."""

    message_id: str  # by which it can be sent again
    customer_id: str
    address: str
    channel: str
    state: str
    error: str


class AudienceShare(msgspec.Struct, frozen=True, kw_only=True):
    channel: str
    language: str
    customers: int


class UnsentShare(msgspec.Struct, frozen=True, kw_only=True):
    reason: str
    addresses: int


class AudienceView(msgspec.Struct, frozen=True, kw_only=True):
    """Who would be told if the draft were approved now, and who wouldn't. `whole` false: there are more."""

    customers: int
    told: list[AudienceShare]
    unsent: list[UnsentShare]
    whole: bool


class NoticeDetail(NoticeView, frozen=True, kw_only=True):
    """A notice with its texts. `audience` is there while it is a draft."""

    texts: dict[str, TextView]
    listed: int  # addresses on its list
    outcomes: list[OutcomeView]
    troubled: list[TroubledView]
    audience: AudienceView | None


def notice(one: Notice, counts: Sequence[Count]) -> NoticeView:
    return NoticeView(**_fields(one, counts))


def detail(
    one: Notice, counts: Sequence[Count], troubled: Sequence[Troubled], *, listed: int, audience: Audience | None
) -> NoticeDetail:
    return NoticeDetail(
        **_fields(one, counts),
        texts={language: _text(text) for language, text in sorted(one.texts.items())},
        listed=listed,
        outcomes=[
            OutcomeView(
                state=count.state,
                channel=count.channel,
                language=count.language,
                reason=count.reason,
                addresses=count.addresses,
            )
            for count in counts
        ],
        troubled=[
            TroubledView(
                message_id=str(row.message_id),
                customer_id=str(row.customer_id),
                address=row.shown,
                channel=row.channel,
                state=row.state,
                error=row.error,
            )
            for row in troubled
        ],
        audience=None if audience is None else _audience(audience),
    )


def by_state(counts: Sequence[Count]) -> dict[str, int]:
    """How many addresses are in each state."""
    found: dict[str, int] = {}
    for one in counts:
        found[one.state] = found.get(one.state, 0) + one.addresses
    return found


def _audience(one: Audience) -> AudienceView:
    return AudienceView(
        customers=one.customers,
        told=[
            AudienceShare(channel=channel, language=language, customers=customers)
            for (channel, language), customers in one.told.items()
        ],
        unsent=[UnsentShare(reason=reason, addresses=addresses) for reason, addresses in one.unsent.items()],
        whole=one.is_whole,
    )


def _text(one: NoticeText) -> TextView:
    return TextView(subject=one.subject, text=one.text, short=one.short)


def _fields(one: Notice, counts: Sequence[Count]) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "outage_id": str(one.outage_id),
        "kind": str(one.kind),
        "state": str(one.state),
        "version": one.version,
        "languages": sorted(one.texts),
        "author": one.author,
        "created_at": from_us(one.created_us),
        "approver": one.approver,
        "approved_at": _moment(one.approved_us),
        "closed_by": one.closed_by,
        "closed_at": _moment(one.closed_us),
        "finished_at": _moment(one.finished_us),
        "counts": by_state(counts),
    }


def _moment(at_us: int | None) -> datetime | None:
    return None if at_us is None else from_us(at_us)
