"""Whether there may be something new about outages, at the price of a row: asked far more often than there is."""

from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("outage_news")


async def may_be_suspected(session: Session) -> bool:
    """Whether an outage is suspected, or the reports that aren't read yet may raise one."""
    return await session.one(_sql.may_be_suspected) is not None


async def reports_added(session: Session, outage_id: int) -> int:
    """How many reports were ever added to an outage: while that is the same, nobody new is in it. It also grows when
    another outage is merged into it."""
    row = await session.one(_sql.reports_added, outage_id=outage_id)
    return 0 if row is None else int(row["reports_added"])
