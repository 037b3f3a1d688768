"""What trusted accounts say of customers: their class and further facts, the newest word of each account."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from channelhub.store.database import Row, Session
from channelhub.store.jsontext import as_json
from channelhub.store.sqlfile import Queries

_sql = Queries.of("profiles")
_attributes = msgspec.json.Decoder(dict[str, str])
MOST = 200  # of one customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What one account says of one of a customer's addresses."""

    identity_id: int
    account: str
    segment: str
    attributes: dict[str, str]
    updated_us: int
    inbox_id: int
    customer_id: int = 0  # as it is now; of what was read

    @property
    def rank(self) -> tuple[int, int]:
        """The higher holds: the later word, and of two with one time the later delivery."""
        return self.updated_us, self.inbox_id


async def save(session: Session, told: Sequence[Profile]) -> None:
    """Keep what is newer than what is known; at most one of each identity and account."""
    await session.run_many(
        _sql.save,
        [
            {
                "identity_id": one.identity_id,
                "account": one.account,
                "segment": one.segment,
                "attributes": as_json(one.attributes),
                "updated_us": one.updated_us,
                "inbox_id": one.inbox_id,
            }
            for one in told
        ],
    )


async def of_identities(session: Session, ids: Iterable[int]) -> list[Profile]:
    """Those of some identities, the newest first."""
    rows = await session.all(_sql.of_identities, ids=sorted(set(ids)), limit=MOST)
    return [_profile(row) for row in rows]


async def of_customers(session: Session, ids: Iterable[int], *, limit: int = 20_000) -> list[Profile]:
    """Those of the customers that some identities belong to, on any of their addresses, the newest first."""
    return [_profile(row) for row in await session.all(_sql.of_customers, ids=sorted(set(ids)), limit=limit)]


def _profile(row: Row) -> Profile:
    return Profile(
        identity_id=row["identity_id"],
        account=row["account"],
        segment=row["segment"],
        attributes=_attributes.decode(row["attributes"]),
        updated_us=row["updated_us"],
        inbox_id=row["inbox_id"],
        customer_id=row["customer_id"],
    )
