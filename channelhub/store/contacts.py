"""What customers wrote within a time, as far as reports are compared with it: a sample of bounded cost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from channelhub.domain.message_ids import MESSAGES_PER_DELIVERY
from channelhub.store.database import Row, Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("contacts")
_extra = msgspec.json.Decoder(dict[str, str])
CHUNKS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A message of a customer. `report` is JSON of rules.outage.report.Report, empty where detection saw none."""

    message_id: int
    identity_id: int
    customer_id: int
    at_us: int
    channel: str
    account: str
    language: str
    extra: dict[str, str]
    report: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What happened to a customer elsewhere, with its attributes."""

    customer_id: int
    name: str
    attributes: dict[str, str]


async def sample(session: Session, since_us: int, until_us: int, *, most: int) -> list[Contact]:
    """Contacts that came and were sent within the time: all, or about `most` in runs spread evenly over it.

    Ids grow with arrival, so the time's ends are found among them by halving; no index on the time is needed.
    """
    first_id, end_id = await _first_since(session, since_us), await _first_since(session, until_us)
    chunk = max(1, -(-(end_id - first_id) // CHUNKS))
    found: list[Contact] = []
    for start_id in range(first_id, end_id, chunk):
        rows = await session.all(
            _sql.between, first_id=start_id, end_id=min(start_id + chunk, end_id), limit=max(1, most // CHUNKS)
        )
        found += [one for row in rows if since_us <= (one := _contact(row)).at_us < until_us]
    return found


async def of_messages(session: Session, message_ids: Iterable[int]) -> list[Contact]:
    """Some messages, the oldest first."""
    return [_contact(row) for row in await session.all(_sql.by_ids, ids=sorted(set(message_ids)))]


async def journeys(
    session: Session, identity_ids: Sequence[int], since_us: int, until_us: int, *, limit: int = 20_000
) -> list[Journey]:
    """The journey events of some identities within a time, the newest first."""
    rows = await session.all(
        _sql.journeys, identity_ids=sorted(set(identity_ids)), since_us=since_us, until_us=until_us, limit=limit
    )
    return [
        Journey(customer_id=row["customer_id"], name=row["subject"], attributes=_extra.decode(row["extra"]))
        for row in rows
    ]


async def _first_since(session: Session, at_us: int) -> int:
    """The first message id of a delivery that came at or after a time; one past the newest where none did."""
    newest = await session.one(_sql.newest_id)
    low, high = 0, 0 if newest is None else newest["id"] // MESSAGES_PER_DELIVERY + 1
    while low < high:
        middle = (low + high) // 2
        row = await session.one(_sql.from_id, id=middle * MESSAGES_PER_DELIVERY)
        if row is not None and row["received_us"] < at_us:
            low = row["id"] // MESSAGES_PER_DELIVERY + 1
        else:
            high = middle
    return low * MESSAGES_PER_DELIVERY


def _contact(row: Row) -> Contact:
    return Contact(
        message_id=row["id"],
        identity_id=row["identity_id"],
        customer_id=row["customer_id"],
        at_us=row["at_us"],
        channel=row["channel"],
        account=row["account"],
        language=row["language"],
        extra=_extra.decode(row["extra"]),
        report=row["report"] or "",
    )
