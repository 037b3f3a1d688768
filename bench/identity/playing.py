"""A world played through the real pipeline into a fresh store, and agents who settle suggestions as they are."""

import asyncio
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.identity.population import REGION, World
from channelhub.content.features import features
from channelhub.domain.inbound import Inbound, NewMessage
from channelhub.domain.people import Suggestion
from channelhub.domain.raw import RawMessage
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.card import MAX_IDENTITIES
from channelhub.pipeline.commands import people as commands
from channelhub.pipeline.commands.acting import Acting
from channelhub.pipeline.process import Delivered, process
from channelhub.pipeline.rulebook import AccountFacts, Rulebook, Wording
from channelhub.pipeline.suggesting import find
from channelhub.store import people
from channelhub.store.inbox import Delivery
from channelhub.store.opening import Store, open_store

BATCH = 50
NOW = datetime(2026, 4, 2, tzinfo=UTC)
MOST_ROUNDS = 6
_CHANNELS = {"mail": "email", "bot": "telegram", "form": "form", "shop": "api", "site": "webchat", "sms": "sms"}
BOOK = Rulebook(
    accounts={name: AccountFacts(name=name, kind=channel, channel=channel) for name, channel in _CHANNELS.items()},
    default_region=REGION,
    secret=b"of a bench",
    is_acknowledging=False,
    acknowledgement=lambda _language, number, subject: Wording(subject=subject, text=str(number)),
)


@dataclass(slots=True)
class Played:
    """`automatic`, `settled`: the customer of each identity, by the hub alone and after agents' work."""

    automatic: dict[int, int] = field(default_factory=dict)
    settled: dict[int, int] = field(default_factory=dict)
    right: int = 0  # suggestions that were
    wrong: int = 0
    most_wrong: int = 0  # on one card
    process_us: float = 0.0  # of the pipeline, for each message


async def play(folder: Path, world: World) -> Played:
    """Every delivery in batches; then agents accept what is right and reject what is wrong, until nothing is left."""
    store = await open_store(folder, now=NOW, on_broken=lambda exc: sys.exit(str(exc)))
    writing = asyncio.create_task(store.writer.run())
    try:
        played = Played()
        took_s = 0.0
        for begin in range(0, len(world.deliveries), BATCH):
            took_s += await _take(store, begin, world.deliveries[begin : begin + BATCH])
        played.process_us = took_s / len(world.deliveries) * 1e6
        played.automatic = await _customers(store, world)
        await _settle(store, world, played)
        played.settled = await _customers(store, world)
        return played
    finally:
        await store.writer.stop()
        await writing
        await store.close()


async def _take(store: Store, begin: int, some: list[tuple[str, Inbound]]) -> float:
    """The seconds that processing took."""
    batch = []
    for place, (account, item) in enumerate(some):
        raw = RawMessage(account=account, delivery_id=f"d{begin + place}", body=b"")
        delivery = Delivery(raws=[raw], blobs=[""], cursor=None, cursor_account=account, received_at=NOW)
        (receipt,) = await store.writer.deliver(delivery)
        found = features(subject="", text=item.content.text, language="") if isinstance(item, NewMessage) else None
        batch.append(Delivered(inbox_id=receipt.inbox_id, raw=raw, received_at=NOW, items=[item], features=[found]))
    began_s = asyncio.get_running_loop().time()
    await store.writer.batch(lambda session: process(session, batch, BOOK, next_id=store.writer.take_id))
    return asyncio.get_running_loop().time() - began_s


async def _customers(store: Store, world: World) -> dict[int, int]:
    async with store.readers.read() as session:
        known = await people.identities(session, world.owners)
    return {one.id: one.customer_id for one in known.values()}


async def _settle(store: Store, world: World, played: Played) -> None:
    acting = Acting(store=store, book=lambda: BOOK, now=lambda: NOW, written=Bell())
    judged: set[int] = set()
    for _ in range(MOST_ROUNDS):
        is_over = True
        for customer_id in sorted(set((await _customers(store, world)).values())):
            wrong = 0
            while fresh := [one for one in await _suggested(store, customer_id) if one.id not in judged]:
                one, is_over = fresh[0], False
                judged.add(one.id)
                is_right = await _are_one(store, world, one)
                command = commands.accept if is_right else commands.reject
                await command(acting, "agent:bench", one.id, customer_id=customer_id)
                played.right += is_right
                wrong += not is_right
            played.wrong += wrong
            played.most_wrong = max(played.most_wrong, wrong)
        if is_over:
            return


async def _are_one(store: Store, world: World, one: Suggestion) -> bool:
    """Whether all addresses of both customers would be one person's."""
    async with store.readers.read() as session:
        ends = await people.identities(session, [one.left_id, one.right_id])
        groups = [await people.of_customer(session, end.customer_id) for end in ends.values()]
    owners = [world.owners[each.id] for group in groups for each in group]
    return bool(set.intersection(*owners))


async def _suggested(store: Store, customer_id: int) -> list[Suggestion]:
    async with store.readers.read() as session:
        known = await people.of_customer(session, customer_id)
        return list((await find(session, known[:MAX_IDENTITIES])).suggestions) if known else []
