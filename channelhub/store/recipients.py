"""Whom a notice concerns, what was decided about each address, and what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from channelhub.domain.notices import Unsent
from channelhub.domain.people import IdentityKey
from channelhub.store.database import Session
from channelhub.store.notices import Listed
from channelhub.store.sqlfile import Queries

_sql = Queries.of("recipients")
SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """An address that reported the outage; `message_id` is its newest report, whoever wrote it."""

    identity_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A decision: sent as `outbox_id`, or not sent for `reason`. `message_id` is 0 where nothing was reported."""

    notice_id: int
    identity_id: int
    message_id: int
    outbox_id: int | None
    reason: Unsent | None
    account: str
    channel: str
    language: str
    at_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many addresses of a notice share an outcome. `state` is the outbox's, or `skipped`; `first_us` and `last_us`
    are when the first and the last of them were handed to their channel."""

    state: str
    channel: str
    language: str
    reason: str
    addresses: int
    first_us: int | None
    last_us: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubled:
    """A send that failed, or of which nobody knows whether it arrived."""

    identity_id: int
    customer_id: int
    message_id: int
    shown: str
    channel: str
    state: str
    error: str


async def reporters(session: Session, *, notice_id: int, outage_id: int, limit: int) -> list[Reporter]:
    """Who reported and isn't decided about, in the order of their first reports."""
    rows = await session.all(_sql.reporters, notice_id=notice_id, outage_id=outage_id, limit=limit)
    return [Reporter(identity_id=row["identity_id"], message_id=row["message_id"]) for row in rows]


async def told_before(session: Session, *, notice_id: int, earlier: Iterable[int], limit: int) -> list[int]:
    """Addresses that earlier notices went to, or would have, and this one didn't decide about."""
    rows = await session.all(_sql.told_before, notice_id=notice_id, earlier=sorted(set(earlier)), limit=limit)
    return [row["identity_id"] for row in rows]


async def listed(session: Session, *, notice_id: int, limit: int) -> list[Listed]:
    """Addresses on the notice's list that aren't decided about."""
    return [
        Listed(
            identity_id=row["identity_id"],
            key=IdentityKey(kind=row["kind"], scope=row["scope"], value=row["value"]),
            shown=row["shown"],
        )
        for row in await session.all(_sql.listed, notice_id=notice_id, limit=limit)
    ]


async def human_reports(
    session: Session, *, outage_id: int, identity_ids: Iterable[int], spam_score: float
) -> dict[int, int]:
    """The newest report of each address that a person wrote, by address."""
    ids = sorted(set(identity_ids))
    rows = await session.all(_sql.human_reports, outage_id=outage_id, ids=ids, spam_score=spam_score)
    return {row["identity_id"]: row["message_id"] for row in rows}


async def kin(session: Session, customer_ids: Iterable[int]) -> dict[int, int]:
    """Every address of some customers, with the customer it belongs to."""
    rows = await session.all(_sql.kin, customer_ids=sorted(set(customer_ids)))
    return {row["id"]: row["customer_id"] for row in rows}


async def told(session: Session, identity_ids: Iterable[int], *, notice_id: int) -> set[int]:
    """Which addresses a notice went to, or is about to go to."""
    rows = await session.all(_sql.told, ids=sorted(set(identity_ids)), notice_id=notice_id)
    return {row["identity_id"] for row in rows}


async def taken(session: Session, conversation_ids: Iterable[int], *, notice_id: int) -> set[int]:
    """In which conversations a notice was said, or is about to be."""
    ids = sorted(set(conversation_ids))
    rows = await session.all(_sql.taken, notice_id=notice_id, conversation_ids=ids)
    return {row["conversation_id"] for row in rows}


async def handed(session: Session, identity_ids: Iterable[int], *, notice_ids: Iterable[int]) -> set[int]:
    """Which addresses some notices were handed over for, or may have been."""
    rows = await session.all(_sql.handed, ids=sorted(set(identity_ids)), notice_ids=sorted(set(notice_ids)))
    return {row["identity_id"] for row in rows}


async def save(session: Session, decided: Sequence[Recipient]) -> None:
    """Write decisions; one that led to a message stands for good."""
    await session.run_many(
        _sql.save,
        [
            {
                "notice_id": one.notice_id,
                "identity_id": one.identity_id,
                "message_id": one.message_id,
                "outbox_id": one.outbox_id,
                "reason": "" if one.reason is None else str(one.reason),
                "account": one.account,
                "channel": one.channel,
                "language": one.language,
                "at_us": one.at_us,
            }
            for one in decided
        ],
    )


async def of_outbox(session: Session, outbox_id: int) -> tuple[int, int] | None:
    """(notice id, identity id) that an outgoing message serves."""
    row = await session.one(_sql.of_outbox, outbox_id=outbox_id)
    return None if row is None else (row["notice_id"], row["identity_id"])


async def mark_handed(session: Session, outbox_id: int, *, at_us: int) -> None:
    await session.run(_sql.mark_handed, outbox_id=outbox_id, handed_us=at_us)


async def counts(session: Session, notice_id: int) -> list[Count]:
    """What became of a notice, by state, channel, language and reason."""
    return [
        Count(
            state=row["state"],
            channel=row["channel"],
            language=row["language"],
            reason=row["reason"],
            addresses=row["addresses"],
            first_us=row["first_us"],
            last_us=row["last_us"],
        )
        for row in await session.all(_sql.counts, notice_id=notice_id)
    ]


async def troubled(session: Session, notice_id: int, *, limit: int) -> list[Troubled]:
    """The sends that a person should look at, the oldest first."""
    return [
        Troubled(
            identity_id=row["identity_id"],
            customer_id=row["customer_id"],
            message_id=row["message_id"],
            shown=row["shown"],
            channel=row["channel"],
            state=row["state"],
            error=row["error"],
        )
        for row in await session.all(_sql.troubled, notice_id=notice_id, limit=limit)
    ]


async def waiting(session: Session, notice_id: int, *, limit: int) -> list[int]:
    """Outbox ids of a notice that wait to be sent."""
    return [row["id"] for row in await session.all(_sql.waiting, notice_id=notice_id, limit=limit)]


async def ended_with_waiting(session: Session, *, limit: int = 1000) -> list[int]:
    """Notices that are over although some of their messages still wait. Looks at everything that waits."""
    return [row["id"] for row in await session.all(_sql.ended_with_waiting, limit=limit)]


async def is_under_way(session: Session, notice_id: int) -> bool:
    """Whether some message of a notice waits or is being sent."""
    return await session.one(_sql.under_way, notice_id=notice_id) is not None


async def notified(session: Session, identity_ids: Iterable[int]) -> set[tuple[int, int]]:
    """(identity id, conversation id) pairs in which notices were handed over."""
    rows = await session.all(_sql.notified, ids=sorted(set(identity_ids)))
    return {(row["identity_id"], row["conversation_id"]) for row in rows}
