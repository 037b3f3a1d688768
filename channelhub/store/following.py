"""What was said in a conversation, as far as who began it may follow it."""

from channelhub.domain.inbound import Direction
from channelhub.rules.following import Said
from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("following")


async def said(session: Session, conversation_id: int, *, limit: int) -> list[Said]:
    """The first messages of a conversation, the oldest first, without deleted ones and notices."""
    rows = await session.all(_sql.said, conversation_id=conversation_id, limit=limit)
    return [
        Said(
            message_id=row["id"],
            account=row["account"],
            direction=Direction(row["direction"]),
            at_us=row["at_us"],
            state=row["state"],
        )
        for row in rows
    ]


async def is_held(session: Session, inbox_id: int) -> bool:
    """Whether the delivery is still kept."""
    return await session.one(_sql.held, inbox_id=inbox_id) is not None
