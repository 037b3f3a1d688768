"""Who wants no notices."""

from collections.abc import Iterable

from channelhub.domain.notices import OptOutMeans
from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("optouts")


async def declining(session: Session, identity_ids: Iterable[int]) -> set[int]:
    """Which of some identities want no notices."""
    return {row["identity_id"] for row in await session.all(_sql.declining, ids=sorted(set(identity_ids)))}


async def save(session: Session, identity_id: int, *, means: OptOutMeans, actor: str, at_us: int) -> None:
    """Send this identity's customer no notices from now on."""
    await session.run(_sql.save, identity_id=identity_id, means=str(means), actor=actor, at_us=at_us)


async def lift(session: Session, identity_id: int, *, at_us: int) -> None:
    await session.run(_sql.lift, identity_id=identity_id, lifted_us=at_us)
