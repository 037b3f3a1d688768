"""What became of the outages that the hub suspected."""

from channelhub.domain.outages import OutageState
from channelhub.rules.outage.precision import Raised
from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("outage_precision")
_ROWS = 1000


async def raised_since(session: Session, since_us: int) -> list[Raised]:
    """Every outage suspected since a moment. There are few: a hub that raises ten a day has 3,650 a year."""
    found: list[Raised] = []
    after = 0
    while True:
        rows = await session.all(_sql.raised_since, since_us=since_us, after=after, limit=_ROWS)
        found += [
            Raised(
                state=OutageState(row["state"]),
                began_us=row["began_us"],
                suspected_us=row["opened_us"],
                customers=row["customers"] or 0,
                is_merged=row["merged_into"] is not None,
                confirmed_us=row["confirmed_us"],
            )
            for row in rows
        ]
        if len(rows) < _ROWS:
            return found
        after = rows[-1]["id"]
