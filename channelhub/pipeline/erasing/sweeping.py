"""The steps of an erasure that take rows and files away, some at a time."""

import json
from typing import Any

import msgspec

from channelhub.domain.events.customers import CustomerErased
from channelhub.domain.events.messages import MessagesExpired
from channelhub.domain.times import to_us
from channelhub.pipeline.erasing import unnamed
from channelhub.pipeline.erasing.forgetting import other_words
from channelhub.pipeline.erasing.tools import NotYet, Tools, back_to, counted, further, onward
from channelhub.rules.erasing import NOBODY, Item, Step, blanked, mentions, retold
from channelhub.rules.outage.report import Report
from channelhub.store import erasing, erasures, events, expiring, people
from channelhub.store.blobs import SHELVES
from channelhub.store.database import Session
from channelhub.store.erasures import Erasure, Line
from channelhub.store.events import NewEvent
from channelhub.store.jsontext import as_json

MESSAGES = 200
WALKED = 1000
FILES = 200
SHELVES_AT_ONCE = 64
_report = msgspec.json.Decoder(Report)


async def messages(tools: Tools, erasure: Erasure) -> Erasure:
    """The next of their messages, and of ours to them."""
    async with tools.store.readers.read() as session:
        ids = await erasures.items(session, erasure.id, Item.MESSAGE, after=erasure.place, limit=MESSAGES)
        files = await erasing.files_of_messages(session, ids)

    async def rows(session: Session) -> None:
        await erasures.add_names(session, erasure.id, Item.FILE, files)
        await erasing.messages(session, ids, nobody=erasure.id)
        for one in ids:
            told = await erasing.report(session, one)
            if told is not None:
                left = blanked(_report.decode(told), erasure.id)
                await erasing.rewrite_report(session, one, msgspec.json.encode(left).decode())

    after = further(erasure, ids, limit=MESSAGES, place=ids[-1] if ids else 0)
    return await tools.save(counted(after, messages=len(ids)), rows)


async def happened(tools: Tools, erasure: Erasure) -> Erasure:
    """The next events: theirs go with what was posted of them, others call outages by their new names."""
    own, other = await tools.theirs(erasure), await other_words(tools, erasure)
    every = {left: right for one in other.values() for left, right in one.items()}
    async with tools.store.readers.read() as session:
        page = await erasures.events_after(session, erasure.place, limit=WALKED)
        about_outages = [one.id for one in page if one.kind.startswith("outage.")]
        bodies = await erasing.webhook_bodies(session, about_outages) if every else {}
    owners = set(await tools.people(erasure))
    gone = [
        one.id
        for one in page
        if one.owner in owners or (not one.kind.startswith(("outage.", "notice.")) and own.named_in(one.data))
    ]
    said = {one.id: as_json(new) for one in page if one.id in about_outages and (new := _new(one.data, every))}
    posted = {key: as_json(new) for key, body in bodies.items() if (new := _new(json.loads(body), every))}

    async def rows(session: Session) -> None:
        if not erasure.place:  # also: the newest event stays, so that its id is not given again
            await events.append(session, [NewEvent(at=tools.now(), data=_announced(erasure))])
        await erasing.events(session, gone)
        await erasing.rewrite_events(session, said, posted)

    after = further(erasure, page, limit=WALKED, place=page[-1].id if page else 0)
    return await tools.save(counted(after, events=len(gone)), rows)


async def told(tools: Tools, erasure: Erasure) -> Erasure:
    """The next of what people on call were told."""
    own, other = await tools.theirs(erasure), await other_words(tools, erasure)
    async with tools.store.readers.read() as session:
        page = await erasures.alerts_after(session, erasure.place, limit=WALKED)
    gone = [one.id for one in page if one.kind and own.named_in(one.data)]
    said = {one.id: as_json(new) for one in page if one.id not in gone and (new := _retold(one, other))}
    after = further(erasure, page, limit=WALKED, place=page[-1].id if page else 0)
    return await tools.save(after, lambda session: erasing.alerts(session, gone, said))


async def _answered(tools: Tools, erasure: Erasure) -> list[str]:
    """Requests whose kept answers name one of their addresses or ids. There are a bounded number of them."""
    async with tools.store.readers.read() as session:
        ids = await erasures.items(session, erasure.id, Item.IDENTITY)
        known = await people.identities(session, ids)
    pattern = mentions(one.key for one in known.values())
    numbers = [str(one).encode() for one in ids]
    found: list[str] = []
    after = -1
    while True:
        async with tools.store.readers.read() as session:
            page = await erasures.keyed_after(session, after, limit=WALKED)
        for _, key, answer in page:
            if (pattern is not None and pattern.search(answer)) or any(one in answer for one in numbers):
                found.append(key)
        if len(page) < WALKED:
            return found
        after = page[-1][0]


async def audited(tools: Tools, erasure: Erasure) -> Erasure:
    """The next lines of the audit: who did what stays, to whom it was done goes."""
    own = await tools.theirs(erasure)
    async with tools.store.readers.read() as session:
        page = await erasures.audit_after(session, erasure.place, limit=WALKED)
    found = [one.id for one in page if own.targeted(one.kind, one.text) or own.named_in(one.data)]
    after = further(erasure, page, limit=WALKED, place=page[-1].id if page else 0)
    return await tools.save(after, lambda session: erasing.audit(session, found, target=NOBODY))


async def persons(tools: Tools, erasure: Erasure) -> Erasure:
    """Their identities and all that hangs on them, at once. What they wrote meanwhile is collected first."""
    ids = await tools.people(erasure)
    answered = await _answered(tools, erasure)
    at_us = to_us(tools.now())

    async def write(session: Session) -> Erasure:
        if ids and await erasures.newer_message(session, ids):
            after = back_to(erasure, Step.COLLECTING)
        else:
            await erasures.add_names(session, erasure.id, Item.FILE, await erasing.files_sent(session, ids))
            await erasures.add_nobody(session, erasure.id, at_us=at_us)
            await erasing.keyed(session, answered)
            await erasing.people(session, ids, nobody=erasure.id)
            after = counted(onward(erasure), identities=len(ids))
        await erasures.save(session, after)
        return after

    return await tools.store.writer.batch(write)


async def deliveries(tools: Tools, erasure: Erasure) -> Erasure:
    """The next deliveries: only that they came stays. An expiry leaves one that brought a message that stays, too."""
    async with tools.store.readers.read() as session:
        ids = await erasures.items(session, erasure.id, Item.DELIVERY, after=erasure.place, limit=MESSAGES)
        gone = await expiring.sole(session, ids) if erasure.is_expiry else ids
    at_us = to_us(tools.now())

    async def rows(session: Session) -> None:
        files = await erasing.deliveries(session, gone, at_us=at_us)
        await erasures.add_names(session, erasure.id, Item.FILE, files)

    after = further(erasure, ids, limit=MESSAGES, place=ids[-1] if ids else 0)
    return await tools.save(counted(after, deliveries=len(gone)), rows)


async def files(tools: Tools, erasure: Erasure) -> Erasure:
    """The next files that nothing names any more. Raises NotYet while somebody may be about to name one again."""
    async with tools.store.readers.read() as session:
        names = [name for _, name in await erasures.names(session, erasure.id, Item.FILE, limit=FILES)]
    if not names:
        return await _left_over(tools, erasure)
    blobs = tools.store.blobs

    async def rows(session: Session) -> tuple[int, int]:
        """Files go before the commit: cut off here, they are only asked for again."""
        named = await erasing.still_named(session, names)
        gone = [one for one in names if one not in named and blobs.remove(one)]
        settled = [one for one in names if one in named or one in gone]
        await erasures.remove_names(session, erasure.id, Item.FILE, settled)
        await erasures.save(session, counted(erasure, files=len(gone)))
        return len(gone), len(settled)

    gone, settled = await tools.store.writer.batch(rows)
    if not settled:
        raise NotYet("a file was stored again just now: whether it is needed shows soon")
    return counted(erasure, files=gone)


async def _left_over(tools: Tools, erasure: Erasure) -> Erasure:
    """The next files that never had a row: theirs may be among them."""
    shelves = range(SHELVES)[erasure.place : erasure.place + SHELVES_AT_ONCE]
    for shelf in shelves:
        await unnamed.sweep(tools.store, shelf)
    return await tools.save(further(erasure, shelves, limit=SHELVES_AT_ONCE, place=erasure.place + SHELVES_AT_ONCE))


def _announced(erasure: Erasure) -> CustomerErased | MessagesExpired:
    if erasure.is_expiry:
        return MessagesExpired(
            erasure_id=str(erasure.id),
            messages=erasure.counts.get("messages", 0),
            accounts=[one.account for one in erasure.limits],
        )
    return CustomerErased(erasure_id=str(erasure.id))


def _new(data: Any, other: dict[str, str]) -> Any:
    """The same in other words; None where nothing changes."""
    if not other:
        return None
    said = retold(data, other)
    return None if said == data else said


def _retold(line: Line, other: dict[int, dict[str, str]]) -> Any:
    return _new(line.data, other.get(line.owner, {})) if line.owner is not None else None


STEPS = {
    Step.MESSAGES: messages,
    Step.EVENTS: happened,
    Step.ALERTS: told,
    Step.AUDIT: audited,
    Step.PEOPLE: persons,
    Step.DELIVERIES: deliveries,
    Step.FILES: files,
}
