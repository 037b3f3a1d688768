"""The files of an export: attachments, and the deliveries as they came."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from channelhub.content.filenames import label
from channelhub.domain.inbound import Direction
from channelhub.domain.message_ids import MESSAGES_PER_DELIVERY, OWN_PLACE
from channelhub.store import inbox, messages
from channelhub.store.opening import Store
from channelhub.web.export.history import Whose, message_ids

PIECE_BYTES = 256 * 1024
ENDINGS = {"message/rfc822": "eml", "application/json": "json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file of the archive: inline bytes, or the name of a blob. `missing`: why it isn't in the archive."""

    name: str
    blob: str = ""
    content: bytes = b""
    missing: str = ""


def attachment_name(message_id: int, n: int, filename: str) -> str:
    """Where the archive has a file of a message: one component below `attachments/`, whatever its sender called it."""
    return f"attachments/{message_id}-{n}-{label(filename) or 'file'}"


async def attachments(store: Store, one: Whose) -> AsyncIterator[Stored]:
    """Every file of every message; of one that isn't here, its name and why."""
    async for message_id in message_ids(store, one):
        async with store.readers.read() as session:
            found = await messages.attachments(session, message_id)
        for n, each in enumerate(found):
            missing = "" if each.sha256 else "the channel only named it"
            yield Stored(name=attachment_name(message_id, n, each.filename), blob=each.sha256, missing=missing)


async def sources(store: Store, one: Whose) -> AsyncIterator[Stored]:
    """Each delivery once, at the first message of it that the history has. What also carried messages of other people
    stays out."""
    own, done = frozenset(one.ids), set[int]()
    async for message_id in message_ids(store, one):
        if message_id % MESSAGES_PER_DELIVERY == OWN_PLACE:
            continue
        async with store.readers.read() as session:
            brought = [each[0] for each in await messages.sources(session, message_id)]
            for inbox_id in brought:
                if inbox_id in done:
                    continue
                done.add(inbox_id)
                stored = await inbox.get(session, inbox_id)
                if stored is None:
                    continue
                name = f"raw/{inbox_id}.{ENDINGS.get(stored.raw.content_type, 'bin')}"
                carried = await messages.get_many(session, await messages.of_inbox(session, inbox_id))
                if any(each.identity_id not in own and each.direction == Direction.IN for each in carried.values()):
                    yield Stored(name=name, missing="it carries messages of other people")
                else:
                    yield Stored(name=name, blob=stored.blob, content=b"" if stored.blob else stored.raw.body)


async def pieces(store: Store, file: Stored) -> AsyncIterator[bytes]:
    """A file's bytes. Raises BlobMissing, before the first piece, where it is gone or damaged."""
    if not file.blob:
        yield file.content
        return
    with await asyncio.to_thread(store.blobs.open, file.blob) as opened:
        while piece := await asyncio.to_thread(opened.read, PIECE_BYTES):
            yield piece
