"""The first steps of an erasure: what is theirs, and noting by what it is known again."""

import asyncio
import mmap
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from channelhub.domain.people import IdentityKey
from channelhub.pipeline.erasing.tools import NotYet, Tools, onward
from channelhub.rules.erasing import Item, Step, mentions
from channelhub.store import erased_file, erasures, inbox, people
from channelhub.store.database import Session
from channelhub.store.erasures import Erasure
from channelhub.store.inbox import StoredRaw

MESSAGES = 5000  # looked at in one piece
DELIVERIES = 50


async def wait(tools: Tools, erasure: Erasure) -> Erasure:
    """What came in before the request is read first: only then it is known whose it is. Raises NotYet."""
    async with tools.store.readers.read() as session:
        until = erasure.place or await inbox.newest_id(session)
        oldest = await erasures.oldest_pending(session)
    if oldest is not None and oldest <= until:
        if not erasure.place:
            await tools.save(replace(erasure, place=until))
        raise NotYet("deliveries that came before it are still to be read")
    return await tools.save(onward(erasure))


async def collect(tools: Tools, erasure: Erasure) -> Erasure:
    """The next messages: which are theirs, what brought them, and the outages they are in."""
    async with tools.store.readers.read() as session:
        ids = await erasures.items(session, erasure.id, Item.IDENTITY)
        page = await erasures.messages_after(session, erasure.collected_until, limit=MESSAGES)
        owners = set(ids)
        own = [message_id for message_id, identity_id in page if identity_id in owners]
        brought = await erasures.deliveries_of(session, own)
        reported = await erasures.outages_of(session, own)
        is_over = len(page) < MESSAGES
        if is_over:
            brought += await erasures.deliveries_of_people(session, ids)
        related = await erasures.related(session, ids) if is_over else []

    async def rows(session: Session) -> None:
        await erasures.add_items(session, erasure.id, Item.MESSAGE, own)
        await erasures.add_items(session, erasure.id, Item.DELIVERY, brought)
        await erasures.add_items(session, erasure.id, Item.OUTAGE, reported)
        await erasures.add_items(session, erasure.id, Item.RELATED, related)

    until = page[-1][0] if page else erasure.collected_until
    after = replace(erasure, collected_until=until)
    return await tools.save(onward(after) if is_over else after, rows)


async def sift(tools: Tools, erasure: Erasure) -> Erasure:
    """The next deliveries that became no message: receipts, what is parked. Those with an address of theirs go."""
    async with tools.store.readers.read() as session:
        ids = await erasures.items(session, erasure.id, Item.IDENTITY)
        known = await people.identities(session, ids)
        until = await inbox.newest_id(session)
        page = await erasures.unread_between(session, erasure.place, until, limit=DELIVERIES)
        stored = await inbox.get_many(session, page)
        said = {one.id: await erasures.salvaged(session, one.id) for one in stored}
    keys = [one.key for one in known.values()]
    found = await asyncio.to_thread(_mentioning, tools, stored, said, keys)
    after = replace(erasure, place=page[-1]) if len(page) == DELIVERIES else onward(erasure)
    return await tools.save(after, lambda session: erasures.add_items(session, erasure.id, Item.DELIVERY, found))


async def note(tools: Tools, erasure: Erasure) -> Erasure:
    """Write the digests by which an older backup is erased again. Nothing has gone before they are on disk."""
    async with tools.store.readers.read() as session:
        known = await people.identities(session, await erasures.items(session, erasure.id, Item.IDENTITY))
        brought = await erasures.items(session, erasure.id, Item.DELIVERY)
        keys = await erasures.keys(session, brought)
    named = [one.key for one in known.values()]
    await asyncio.to_thread(erased_file.append, tools.state_dir, erasure, named, keys)
    return await tools.save(onward(erasure))


def _mentioning(
    tools: Tools, stored: Sequence[StoredRaw], said: dict[int, str], keys: Sequence[IdentityKey]
) -> list[int]:
    patterns: dict[str, re.Pattern[bytes] | None] = {}
    found = []
    for one in stored:
        account = one.raw.account
        if account not in patterns:
            patterns[account] = mentions([key for key in keys if key.scope in ("", account)])
        pattern = patterns[account]
        if pattern is not None and _mentions(tools, pattern, one, said[one.id]):
            found.append(one.id)
    return found


def _mentions(tools: Tools, pattern: re.Pattern[bytes], one: StoredRaw, salvaged: str) -> bool:
    raw = one.raw
    around = f"{raw.delivery_id} {raw.headers} {raw.envelope} {salvaged}".encode("utf-8", "surrogatepass")
    if pattern.search(around) or pattern.search(raw.body):
        return True
    path = tools.store.blobs.path(one.blob) if one.blob else None
    return path is not None and path.is_file() and _file_mentions(pattern, path)


def _file_mentions(pattern: re.Pattern[bytes], path: Path) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return pattern.search(content) is not None


STEPS = {Step.WAITING: wait, Step.COLLECTING: collect, Step.SIFTING: sift, Step.NOTING: note}
