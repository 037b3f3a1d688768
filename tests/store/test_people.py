"""Identities, links and suggestions as stored."""

from dataclasses import replace

from channelhub.domain.people import Evidence, Identity, IdentityKey, Link, Suggestion
from channelhub.store import people, suggestions
from channelhub.store.database import Session
from channelhub.store.opening import Store


def identity(identity_id: int, value: str, *, customer: int | None = None, name: str = "") -> Identity:
    return Identity(
        id=identity_id, key=IdentityKey(kind="email", scope="", value=value), shown=value.title(), name=name,
        name_us=1, language="uk", language_us=1, first_us=identity_id, evidence=Evidence.CLAIMED,
        customer_id=customer or identity_id,
    )  # fmt: skip


def link(link_id: int, left: int, right: int, *, at_us: int = 5, evidence: Evidence = Evidence.DMARC) -> Link:
    return Link(id=link_id, left_id=left, right_id=right, evidence=evidence, score=1.0, actor="hub", at_us=at_us)


async def test_what_is_saved_comes_back_and_a_later_save_changes_it(store: Store) -> None:
    ann = identity(1, "ann@example.com", name="Ann")
    await store.writer.batch(lambda session: people.save(session, [ann, identity(2, "bob@example.com")]))
    changed = replace(ann, name="Anna", name_us=9, evidence=Evidence.DMARC, customer_id=2)
    await store.writer.batch(lambda session: people.save(session, [changed]))
    async with store.readers.read() as session:
        found = await people.identities(session, [1, 2, 3])
        by_value = await people.by_value(session, "email", "ann@example.com")
        of_customer = await people.of_customer(session, 2)

    assert found[1] == changed
    assert set(found) == {1, 2}
    assert by_value == [changed]
    assert [one.id for one in of_customer] == [1, 2]


async def test_the_surroundings_reach_as_far_as_links_do(store: Store) -> None:
    chain = [identity(number, f"p{number}@example.com") for number in range(1, 7)]
    links = [link(1, 1, 2), link(2, 2, 3), link(3, 3, 4), link(4, 5, 6)]

    async def write(session: Session) -> None:
        await people.save(session, chain)
        await people.save_links(session, links)

    await store.writer.batch(write)
    async with store.readers.read() as session:
        found = await people.surroundings(session, [3])

    assert found.whole == set(found.identities) == {1, 2, 3, 4}
    assert {one.id for one in found.links} == {1, 2, 3}


async def test_a_crowded_address_does_not_pull_everybody_in(store: Store) -> None:
    crowd = range(2, 3 + people.CROWD)
    members = [identity(number, f"p{number}@example.com") for number in [1, *crowd]]

    async def write(session: Session) -> None:
        await people.save(session, members)
        await people.save_links(session, [link(number, 1, number) for number in crowd])

    await store.writer.batch(write)
    async with store.readers.read() as session:
        from_the_crowd = await people.surroundings(session, [1])

    assert from_the_crowd.whole == {1}


async def test_a_revoked_link_stays_revoked_by_its_evidence_but_an_agent_may_join_anew(store: Store) -> None:
    async def revoke(session: Session) -> None:
        await people.save_links(session, [link(1, 1, 2)])
        await people.revoke_between(session, 2, 1, actor="agent:kate", at_us=7, suggestion_id=50)
        await people.save_links(session, [link(1, 1, 2, at_us=3)])

    await store.writer.batch(revoke)
    async with store.readers.read() as session:
        revoked = await people.link(session, 1)
        rejected = await suggestions.get(session, 50)
        open_ones = await suggestions.open_of(session, [1, 2])
    await store.writer.batch(lambda session: people.save_links(session, [link(1, 1, 2, evidence=Evidence.AGENT)]))
    async with store.readers.read() as session:
        joined = await people.link(session, 1)

    assert revoked is not None
    assert (revoked.at_us, revoked.revoked_us) == (3, 7)
    assert rejected is not None
    assert rejected.state == "rejected"
    assert open_ones == []
    assert joined is not None
    assert joined.revoked_us is None


async def test_a_suggestion_made_again_keeps_its_first_time_and_its_answer(store: Store) -> None:
    made = Suggestion(id=9, left_id=1, right_id=2, reason="same form", score=0.5, at_us=8)

    async def write(session: Session) -> None:
        await suggestions.save(session, [made])
        await suggestions.settle(session, 9, state="rejected", actor="agent:kate", settled_us=11)
        await suggestions.save(session, [replace(made, at_us=3)])

    await store.writer.batch(write)
    async with store.readers.read() as session:
        found = await suggestions.get(session, 9)

    assert found == replace(made, at_us=3, state="rejected", settled_us=11)


async def test_a_block_is_lifted_and_may_come_back(store: Store) -> None:
    async def blocked() -> set[int]:
        async with store.readers.read() as session:
            return await people.blocked(session, [1, 2])

    await store.writer.command(lambda session: people.block(session, 1, actor="a", reason="spam", at_us=1))
    first = await blocked()
    await store.writer.command(lambda session: people.unblock(session, 1, at_us=2))
    lifted = await blocked()
    await store.writer.command(lambda session: people.block(session, 1, actor="a", reason="spam", at_us=3))

    assert (first, lifted, await blocked()) == ({1}, set(), {1})
