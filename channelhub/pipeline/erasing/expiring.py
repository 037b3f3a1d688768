"""The steps by which messages that are too old go; those that look at nothing but ids are an erasure's own.

Customers stay, with all that is known of who they are, and so does what is counted: outages with those who reported
them, scores, what was sent and when.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import msgspec

from channelhub.domain.times import to_us
from channelhub.pipeline.erasing.forgetting import MEMBERS, UNTITLED
from channelhub.pipeline.erasing.sweeping import MESSAGES
from channelhub.pipeline.erasing.tools import NotYet, Tools, counted, further, onward
from channelhub.rules.erasing import Item, Spoken, Step, blanked, kept_title, retold
from channelhub.rules.outage.reasons import Reasons
from channelhub.rules.outage.report import Report
from channelhub.rules.retention import Verdict, verdict
from channelhub.store import erasing, erasing_outages, erasures, expiring, hub, message_texts, outage_words, outages
from channelhub.store.database import Session
from channelhub.store.erasures import Erasure

ACTOR = "retention"
LOOKED_AT = 2000  # messages in one piece
WALKED = 20_000  # ids of deliveries in one piece
MOST = 20_000  # messages that go in one round: a customer who is to be erased meanwhile doesn't wait long
BEGINNING = 600  # characters of a message: no outage is called by what comes later
_report = msgspec.json.Decoder(Report)


async def skip(tools: Tools, erasure: Erasure) -> Erasure:
    """What only concerns a customer who is erased."""
    return await tools.save(onward(erasure))


async def collect(tools: Tools, erasure: Erasure) -> Erasure:
    """The next messages: which are too old, what brought them, and where they stand."""
    of_account = {one.account: one for one in erasure.limits}
    last_us = max(one.before_us for one in erasure.limits)
    async with tools.store.readers.read() as session:
        page = await expiring.aged_after(session, erasure.place, limit=LOOKED_AT)
        old = [
            one.id
            for one in page
            if one.account in of_account and verdict(one, of_account[one.account]) is Verdict.GOES
        ]
        brought = await expiring.brought(session, old)
        reported = await erasures.outages_of(session, old)
        conversations, incidents = await expiring.places(session, old)

    async def rows(session: Session) -> None:
        for kind, ids in (
            (Item.MESSAGE, old),
            (Item.DELIVERY, brought),
            (Item.OUTAGE, reported),
            (Item.CONVERSATION, conversations),
            (Item.INCIDENT, incidents),
        ):
            await erasures.add_items(session, erasure.id, kind, ids)

    found = counted(erasure, messages=len(old))
    is_over = len(page) < LOOKED_AT or page[-1].received_us >= last_us or found.counts["messages"] >= MOST
    after = onward(found) if is_over else replace(found, place=page[-1].id)
    return await tools.save(after, rows)


async def sift(tools: Tools, erasure: Erasure) -> Erasure:
    """The next deliveries that became no message. What is parked is still to be read, where open incidents stay."""
    of_account = {one.account: one for one in erasure.limits}
    last_us = max(one.before_us for one in erasure.limits)
    until = erasure.place + WALKED
    async with tools.store.readers.read() as session:
        page = await expiring.messageless_after(session, erasure.place, until)
        following_us = await expiring.received_after(session, until)
    old = [
        one.id
        for one in page
        if (limit := of_account.get(one.account)) is not None
        and one.received_us < limit.before_us
        and not (one.is_parked and limit.keep_open)
    ]
    is_over = following_us is None or following_us >= last_us
    after = onward(erasure) if is_over else replace(erasure, place=until)
    return await tools.save(after, lambda session: erasures.add_items(session, erasure.id, Item.DELIVERY, old))


async def messages(tools: Tools, erasure: Erasure) -> Erasure:
    """The next messages, with their lines on the timeline; detection knows that there was a report, and of whom."""
    async with tools.store.readers.read() as session:
        ids = await erasures.items(session, erasure.id, Item.MESSAGE, after=erasure.place, limit=MESSAGES)
        files = await erasing.files_of_messages(session, ids)

    async def rows(session: Session) -> None:
        await erasures.add_names(session, erasure.id, Item.FILE, files)
        await expiring.messages(session, ids)
        await erasing.messages(session, ids, nobody=None)
        for one in ids:
            told = await erasing.report(session, one)
            if told is not None:
                known = _report.decode(told)
                left = blanked(known, known.customer)
                await erasing.rewrite_report(session, one, msgspec.json.encode(left).decode())

    return await tools.save(further(erasure, ids, limit=MESSAGES, place=ids[-1] if ids else 0), rows)


async def retitle(tools: Tools, erasure: Erasure) -> Erasure:
    """The next outage that was reported by them: one that is called by what one customer wrote keeps of it the words
    that others wrote, too. What several wrote is no customer's any more, and stays."""
    async with tools.store.readers.read() as session:
        ids = await erasures.items(session, erasure.id, Item.OUTAGE, after=erasure.place or -1, limit=1)
        if not ids:
            return await tools.save(onward(erasure))
        outage = await outages.get(session, ids[0])
        writers = await expiring.reporters(session, ids[0])
        old = set(await erasures.items(session, erasure.id, Item.MESSAGE))
        looked_at = [
            *[one for one in writers if one in old][:MEMBERS],
            *[one for one in writers if one not in old][:MEMBERS],
        ]
        said = await _said(session, looked_at)
        words = (await outage_words.of_outages(session, ids)).get(ids[0], {})
    after = replace(erasure, place=ids[0])
    spoken = [Spoken(text, customer=writers[one], stays=one not in old) for one, text in said]
    title = None if outage is None else kept_title(outage.title, spoken)
    if outage is None or title is None:
        return await tools.save(after)
    lonely = sorted({*words.values(), *outage.terms}) if len(set(writers.values())) == 1 else []
    other = {**dict.fromkeys(lonely, UNTITLED), outage.title: title or UNTITLED}

    async def write(session: Session) -> None:
        reasons = msgspec.convert(retold(msgspec.to_builtins(outage.reasons), other), type=Reasons)
        terms = () if lonely else outage.terms
        changed = replace(outage, title=other[outage.title], terms=terms, reasons=reasons, version=outage.version + 1)
        await outages.save(session, [changed])
        await erasing_outages.retell(session, outage.id, other, lonely)
        await erasures.add_names(session, erasure.id, Item.WORD, lonely, item=outage.id)
        await erasures.add_names(session, erasure.id, Item.OUTAGE, [outage.title], item=outage.id)

    return await tools.save(after, write)


async def _said(session: Session, message_ids: Sequence[int]) -> list[tuple[int, str]]:
    """How messages begin, as they read now and in each version."""
    found = [(one.message_id, one.subject, one.text) for one in await outage_words.openings(session, message_ids)]
    for message_id, versions in (await message_texts.beginnings(session, message_ids, chars=BEGINNING)).items():
        found += [(message_id, one.subject, one.text) for one in versions]
    return [(message_id, f"{subject} {text}") for message_id, subject, text in found]


async def leave(tools: Tools, erasure: Erasure) -> Erasure:
    """The next incidents, then the next conversations, that may have lost all their messages."""
    async with tools.store.readers.read() as session:
        incidents = await erasures.items(session, erasure.id, Item.INCIDENT, limit=MESSAGES)
        conversations = [] if incidents else await erasures.items(
            session, erasure.id, Item.CONVERSATION, limit=MESSAGES
        )  # fmt: skip
        empty = await expiring.empty_conversations(session, conversations)
        threads = await expiring.threads_of(session, empty)

    async def write(session: Session) -> Erasure:
        gone = await expiring.incidents(session, incidents) if incidents else []
        gone += await expiring.conversations(session, conversations, threads) if conversations else []
        await erasures.add_items(session, erasure.id, Item.RELATED, gone)
        await erasures.settle_items(session, erasure.id, Item.INCIDENT, incidents)
        await erasures.settle_items(session, erasure.id, Item.CONVERSATION, conversations)
        after = erasure if incidents or conversations else onward(erasure)
        await erasures.save(session, after)
        return after

    return await tools.store.writer.batch(write)


async def end(tools: Tools, erasure: Erasure) -> Erasure:
    """Forget what it was about, note that it was done, and empty the log. Raises NotYet while somebody reads it."""
    await tools.save(erasure, lambda session: erasures.remove_items(session, erasure.id))
    if not await tools.store.writer.upkeep(lambda session: session.checkpoint()):
        raise NotYet("somebody reads what the log holds")
    done = replace(onward(erasure), done_us=to_us(tools.now()))
    detail = {"accounts": ", ".join(one.account for one in erasure.limits)} | {
        name: str(count) for name, count in done.counts.items()
    }

    async def rows(session: Session) -> None:
        if any(done.counts.values()):
            await hub.record(
                session, at_us=done.done_us or 0, actor=ACTOR, action="messages.expire", target="", detail=detail
            )

    return await tools.save(done, rows)


STEPS: Mapping[Step, Callable[[Tools, Erasure], Awaitable[Erasure]]] = MappingProxyType(
    {
        Step.WAITING: skip,
        Step.COLLECTING: collect,
        Step.SIFTING: sift,
        Step.NOTING: skip,
        Step.RETITLING: retitle,
        Step.MESSAGES: messages,
        Step.PEOPLE: leave,
        Step.AUDIT: skip,
        Step.COMPACTING: end,
    }
)
