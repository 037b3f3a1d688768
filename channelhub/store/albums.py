"""Which messages are parts of one album, in which order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from channelhub.store.database import Session
from channelhub.store.sqlfile import Queries

_sql = Queries.of("albums")
MOST_PARTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumPart:
    """A message that is a part of an album. `place` is the channel's own order among the parts."""

    album_key: str
    place: int
    message_id: int
    attachments: int  # files of its newest version


async def add(session: Session, parts: Sequence[AlbumPart]) -> None:
    """Write parts, once each. Of one album `MOST_PARTS` are kept; a message too many stands by itself."""
    await session.run_many(
        _sql.add,
        [
            {
                "album_key": one.album_key,
                "place": one.place,
                "message_id": one.message_id,
                "attachments": one.attachments,
                "most": MOST_PARTS,
            }
            for one in parts
        ],
    )


async def resize(session: Session, sizes: Iterable[tuple[int, int]]) -> None:
    """Note (message id, files) of new versions; messages that are no parts are passed over."""
    await session.run_many(
        _sql.resize, [{"message_id": message_id, "attachments": files} for message_id, files in sizes]
    )


async def keys_of(session: Session, message_ids: Iterable[int]) -> list[str]:
    """The albums that these messages are parts of."""
    rows = await session.all(_sql.keys_of, message_ids=sorted(set(message_ids)))
    return sorted(row["album_key"] for row in rows)


async def sizes(session: Session, message_ids: Iterable[int]) -> dict[int, int]:
    """How many files each of these messages shows, those that are parts of albums."""
    rows = await session.all(_sql.sizes, message_ids=sorted(set(message_ids)))
    return {row["message_id"]: row["attachments"] for row in rows}


async def parts(session: Session, album_key: str) -> list[AlbumPart]:
    """An album's parts in their order."""
    return [
        AlbumPart(
            album_key=row["album_key"],
            place=row["place"],
            message_id=row["message_id"],
            attachments=row["attachments"],
        )
        for row in await session.all(_sql.parts, album_key=album_key)
    ]


async def around(session: Session, message_id: int) -> list[int]:
    """The messages of the album that this one is a part of, in their order; empty where it is none."""
    return [row["message_id"] for row in await session.all(_sql.around, message_id=message_id)]


async def forget(session: Session, message_id: int) -> None:
    """The message is no part of an album any more (replay)."""
    await session.run(_sql.forget, message_id=message_id)
