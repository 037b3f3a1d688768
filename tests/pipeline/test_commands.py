"""What people do: reversible, remembered, against the version they read, and once."""

import pytest

from channelhub.domain.inbound import Thread
from channelhub.domain.incidents import IncidentState, Priority
from channelhub.domain.outbound import OutboxState
from channelhub.domain.people import Evidence, Sender
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.commands import hub, incidents, people, replies
from channelhub.pipeline.commands.acting import CommandRefused, Conflict, NotFound
from channelhub.pipeline.commands.incidents import Change
from channelhub.store import outbox, parking
from tests.pipeline.workshop import Workshop, handle, identity_of, mail, words

ANN, BOB, PHONE = "email:ann@example.com", "email:bob@example.com", "phone:+380501112233"
AGENT = "agent:olha"


async def customers(shop: Workshop) -> dict[int, int]:
    return {row["id"]: row["customer_id"] for row in await shop.rows("SELECT id, customer_id FROM identities")}


async def texts(shop: Workshop, identity: str) -> list[str]:
    return [one.preview for one in (await shop.card_of(identity)).entries if one.direction == "in"]


async def test_linking_merges_two_histories_and_unlinking_restores_both(shop: Workshop) -> None:
    await shop.take("mail", mail("<a1>", ANN, "ann's", minutes=1))
    await shop.take("mail", mail("<b1>", BOB, "bob's", minutes=2))
    apart, ann_before = await customers(shop), await shop.card_of(ANN)
    link_id = await people.link(shop.acting, AGENT, identity_of(ANN), identity_of(BOB))
    joined = await texts(shop, BOB)
    by_former_id = await shop.card_of(ANN)
    await people.unlink(shop.acting, AGENT, link_id)
    audit = [row["action"] for row in await shop.rows("SELECT action FROM audit ORDER BY id")]

    assert joined == ["bob's", "ann's"]
    assert by_former_id.customer_id == identity_of(ANN), "the oldest identity names the customer"
    assert len(by_former_id.incidents) == 2
    assert await customers(shop) == apart
    assert (await texts(shop, ANN), await texts(shop, BOB)) == (["ann's"], ["bob's"])
    assert [one.id for one in (await shop.card_of(ANN)).incidents] == [one.id for one in ann_before.incidents]
    assert audit == ["customer.linked", "customer.unlinked"]
    assert [one.type for one in await shop.events() if "customer" in one.type] == audit
    with pytest.raises(NotFound):
        await people.unlink(shop.acting, AGENT, link_id)


async def test_what_a_person_took_apart_stays_apart_whatever_proof_comes_later(shop: Workshop) -> None:
    def named(external_id: str, evidence: Evidence) -> object:
        return words(external_id, Sender(handles=(handle(ANN, evidence), handle(PHONE, evidence))))

    await shop.take("shop", named("a1", Evidence.TRUSTED_ACCOUNT))
    (link,) = await shop.rows("SELECT id FROM links")
    await people.unlink(shop.acting, AGENT, link["id"])
    await shop.take("shop", named("a2", Evidence.TRUSTED_ACCOUNT))
    await shop.take("shop", named("a3", Evidence.DMARC))
    apart = len(set((await customers(shop)).values()))
    suggestions = (await shop.card_of(ANN)).suggestions
    await people.link(shop.acting, AGENT, identity_of(ANN), identity_of(PHONE))

    assert apart == 2
    assert suggestions == []
    assert len(set((await customers(shop)).values())) == 1


async def test_an_identity_is_not_linked_to_itself_or_to_nobody(shop: Workshop) -> None:
    await shop.take("mail", mail("<a1>", ANN))
    with pytest.raises(CommandRefused):
        await people.link(shop.acting, AGENT, identity_of(ANN), identity_of(ANN))
    with pytest.raises(NotFound):
        await people.link(shop.acting, AGENT, identity_of(ANN), 5)

    assert await shop.rows("SELECT * FROM links") == []


async def test_a_suggestion_is_accepted_or_rejected_once_and_that_is_remembered(shop: Workshop) -> None:
    for name, phone in (("ann", PHONE), ("bob", "phone:+380440000001")):
        claimed = Sender(handles=(handle(f"email:{name}@example.com"), handle(phone)))
        await shop.take("form", words(f"f-{name}", claimed))
    (ann,) = (await shop.card_of(ANN)).suggestions
    (bob,) = (await shop.card_of(BOB)).suggestions
    await people.accept(shop.acting, AGENT, ann.id)
    await people.reject(shop.acting, AGENT, bob.id)
    await shop.take("form", words("f-2", Sender(handles=(handle(BOB), handle("phone:+380440000001")))))
    for suggestion_id in (ann.id, bob.id):
        with pytest.raises(NotFound):
            await people.accept(shop.acting, AGENT, suggestion_id)
    found = await shop.card_of(ANN)

    assert {str(one.key) for one in found.identities} == {ANN, PHONE}
    assert list(found.suggestions) == list((await shop.card_of(BOB)).suggestions) == []
    assert [str(one.key) for one in (await shop.card_of(BOB)).identities] == [BOB]


async def test_a_stale_version_is_refused_and_changes_nothing(shop: Workshop) -> None:
    made = await shop.take("mail", mail("<a1>", ANN))
    changed = await incidents.change(shop.acting, AGENT, made, Change(state=IncidentState.IN_PROGRESS), version=1)
    with pytest.raises(Conflict, match="version 2, not 1"):
        await incidents.change(shop.acting, AGENT, made, Change(priority=Priority.LOW), version=1)
    with pytest.raises(CommandRefused, match="can't become"):
        await incidents.change(shop.acting, AGENT, made, Change(state=IncidentState.NEW), version=2)
    with pytest.raises(NotFound):
        await incidents.change(shop.acting, AGENT, 77, Change(), version=1)
    (stored,) = (await shop.card_of(ANN)).incidents
    entries = [one.preview for one in (await shop.card_of(ANN)).entries if one.type == "incident"]

    assert (changed.incident.version, stored.version, stored.state) == (2, 2, IncidentState.IN_PROGRESS)
    assert stored.priority is not Priority.LOW
    assert entries == ["state: new → in_progress"]
    assert len(await shop.events("incident.changed")) == 1


async def test_a_reply_goes_to_the_identity_that_wrote_and_no_other(shop: Workshop) -> None:
    both = Sender(handles=(handle(BOB, Evidence.TRUSTED_ACCOUNT), handle(ANN, Evidence.TRUSTED_ACCOUNT)))
    await shop.take("shop", words("s1", both))
    await shop.take("mail", mail("<a1>", ANN, "from ann", minutes=1))
    await shop.take("mail", mail("<b1>", BOB, "from bob", minutes=2))
    (row,) = await shop.rows(
        f"SELECT id FROM conversations WHERE identity_id = {identity_of(ANN)} AND account = 'mail'"
    )
    made = await replies.reply(shop.acting, AGENT, row["id"], "It is on its way.")
    async with shop.store.readers.read() as session:
        item = await outbox.of_message(session, made)

    assert item is not None
    assert (item.payload.to, item.identity_id, item.account) == ("ann@example.com", identity_of(ANN), "mail")
    assert (item.payload.in_reply_to, item.payload.references) == ("<a1>", ("<a1>",))
    assert item.state is OutboxState.QUEUED


async def test_a_reply_with_the_same_key_is_one_reply(shop: Workshop) -> None:
    await shop.take("mail", mail("<a1>", ANN))
    (row,) = await shop.rows("SELECT id FROM conversations")
    first = await replies.reply(shop.acting, AGENT, row["id"], "Yes.", idempotency_key="k1")
    again = await replies.reply(shop.acting, AGENT, row["id"], "Yes.", idempotency_key="k1")
    other = await replies.reply(shop.acting, AGENT, row["id"], "Yes.", idempotency_key="k2")
    queued = await shop.rows("SELECT id FROM outbox WHERE kind = 'reply'")
    (incident,) = (await shop.card_of(ANN)).incidents

    assert first == again != other
    assert len(queued) == 2
    assert incident.state is IncidentState.ACKNOWLEDGED


async def test_a_reply_that_cannot_be_sent_is_refused(shop: Workshop) -> None:
    await shop.take("shop", words("s1", ANN, thread=Thread(key="x")))
    await shop.take("mail", mail("<n>", Sender(), "no From"))
    conversations = await shop.rows("SELECT id FROM conversations")
    for row in conversations:
        with pytest.raises(CommandRefused):
            await replies.reply(shop.acting, AGENT, row["id"], "hello")
    with pytest.raises(NotFound):
        await replies.reply(shop.acting, AGENT, 1, "hello")
    with pytest.raises(CommandRefused):
        await replies.reply(shop.acting, AGENT, conversations[0]["id"], " ")

    assert await shop.rows("SELECT * FROM outbox") == []


async def test_retrying_what_is_not_parked_is_refused(shop: Workshop) -> None:
    inbox_id, _ = await shop.store_raw("shop")
    with pytest.raises(NotFound):
        await hub.retry_parked(shop.acting, AGENT, inbox_id, arrived=Bell())
    await shop.store.writer.command(
        lambda session: parking.park(
            session, inbox_id, account="shop", reason="defect", detail="", salvage={}, at=shop.clock
        )
    )
    bell = Bell()
    await hub.retry_parked(shop.acting, AGENT, inbox_id, arrived=bell)

    assert bell.rings == 1
    assert [row["inbox_id"] for row in await shop.rows("SELECT inbox_id FROM pending")] == [inbox_id]
