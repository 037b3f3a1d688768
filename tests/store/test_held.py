"""Which deliveries of an account are stored: what completeness is computed from."""

import pytest

from channelhub.store import inbox
from channelhub.store.opening import Store
from tests.store.deliveries import delivery


@pytest.mark.parametrize("count", [1, 15, 16, 17, 40])
async def test_names_the_stored_ones_of_any_number(store: Store, count: int) -> None:
    stored = [f"INBOX:7:{uid}" for uid in range(count)]
    await store.writer.deliver(delivery(*stored))
    asked = [one for uid in range(count) for one in (f"INBOX:7:{uid}", f"INBOX:8:{uid}")]
    async with store.readers.read() as session:
        held = await inbox.held(session, "mail", asked)

    assert held == frozenset(stored)


async def test_another_account_holds_nothing_of_it(store: Store) -> None:
    await store.writer.deliver(delivery("INBOX:7:1", account="sales"))
    async with store.readers.read() as session:
        held = await inbox.held(session, "mail", ["INBOX:7:1"])
        none = await inbox.held(session, "mail", [])

    assert (held, none) == (frozenset(), frozenset())


async def test_ids_that_no_database_can_hold_are_recognised(store: Store) -> None:
    await store.writer.deliver(delivery("lone \ud800 and \0 nul"))
    async with store.readers.read() as session:
        held = await inbox.held(session, "mail", ["lone \ud800 and \0 nul", "other \ud800"])

    assert held == frozenset({"lone \ud800 and \0 nul"})
