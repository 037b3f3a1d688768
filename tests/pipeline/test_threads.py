"""Mails come together by the ids they have and cite, whatever came first, and never with a stranger's."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from channelhub.domain.inbound import Content, NewMessage, Thread
from channelhub.pipeline.commands import replies
from channelhub.rules import tokens
from tests.examples import examples
from tests.pipeline.workshop import BOOK, Workshop, mail, workshop

ANN, BOB, STAFF = "email:ann@example.com", "email:bob@example.com", "email:support@shop.example"


def written(
    name: str, sender: str, *cited: str, subject: str = "lamp", to: tuple[str, ...] = (), **more: Any
) -> NewMessage:
    """A mail that cites others: the last of `cited` is what it answers; `chain` false drops References."""
    is_whole = more.pop("chain", True)
    thread = Thread(
        message_id=name, in_reply_to=cited[-1] if cited else "", references=cited if is_whole else (), **more
    )
    return mail(name, sender, thread=thread, content=Content(subject=subject, text=f"words of {name}"), recipients=to)


async def conversations(shop: Workshop) -> dict[str, int]:
    """External id → conversation, of what came in; the timeline must say the same as the message."""
    rows = await shop.rows(
        "SELECT m.external_id, m.conversation_id, t.conversation_id AS shown FROM messages AS m "
        "JOIN timeline AS t ON t.id = m.id WHERE m.direction = 'in'"
    )
    assert all(row["conversation_id"] == row["shown"] for row in rows)
    return {row["external_id"]: row["conversation_id"] for row in rows}


async def links(shop: Workshop) -> set[tuple[int, int, str]]:
    rows = await shop.rows("SELECT left_id, right_id, reason FROM conversation_links")
    return {(row["left_id"], row["right_id"], row["reason"]) for row in rows}


async def flags(shop: Workshop, name: str) -> list[str]:
    (row,) = await shop.rows(
        f"SELECT flags FROM timeline WHERE id = (SELECT id FROM messages WHERE external_id = '{name}')"
    )
    return str(row["flags"]).split()


async def token_of(shop: Workshop, conversation_id: int) -> str:
    """The token of the answer that an agent gives in a conversation."""
    sent = await replies.reply(shop.acting, "agent:a", conversation_id, "we are on it")
    (row,) = await shop.rows(f"SELECT message_ref FROM messages WHERE id = {sent}")
    return str(row["message_ref"])


async def test_an_answer_without_references_goes_on_where_the_mail_it_cites_stands(shop: Workshop) -> None:
    await shop.take("mail", written("a1", ANN))
    await shop.take("mail2", written("a2", ANN, "a1", chain=False))
    await shop.take("mail", written("a3", ANN, "a2", chain=False))

    assert len(set((await conversations(shop)).values())) == 1


async def test_an_answer_to_a_colleagues_mail_goes_on_in_its_writers_conversation(shop: Workshop) -> None:
    await shop.take("mail", written("a1", ANN))
    await shop.take("mail2", written("s1", STAFF, "a1"))
    await shop.take("mail", written("a2", ANN, "s1", chain=False))
    found = await conversations(shop)

    assert found["a1"] == found["a2"] != found["s1"]
    assert (found["s1"], found["a1"], "thread") in await links(shop)


async def test_a_late_mail_makes_two_conversations_one_and_everything_follows(shop: Workshop) -> None:
    await shop.take("mail", written("a1", ANN))
    before = (await conversations(shop))["a1"]
    await shop.take("mail", written("a3", ANN, "a2", chain=False, subject="other"))
    apart = await conversations(shop)
    await shop.take("mail", written("a2", ANN, "a1"))
    found = await conversations(shop)
    incidents = {row["conversation_id"] for row in await shop.rows("SELECT conversation_id FROM incidents")}
    answer = await replies.reply(shop.acting, "agent:a", apart["a3"], "to the former id")
    (row,) = await shop.rows(f"SELECT conversation_id FROM messages WHERE id = {answer}")

    assert apart["a1"] != apart["a3"]
    assert set(found.values()) == incidents == {before}
    assert row["conversation_id"] == before


async def test_a_token_in_an_address_comes_before_the_ids_a_mail_cites(shop: Workshop) -> None:
    await shop.take("mail", written("a1", ANN))
    await shop.take("mail", written("b1", ANN, subject="invoice"))
    found = await conversations(shop)
    token = (await token_of(shop, found["a1"])).partition("@")[0]
    await shop.take("mail", written("a2", ANN, "b1", to=(f"support+{token}@shop.example",)))
    after = await conversations(shop)

    assert after["a2"] == after["a1"] != after["b1"]


@pytest.mark.parametrize("way", ["references", "address"])
async def test_a_strangers_answer_with_our_token_is_linked_and_not_let_in(shop: Workshop, way: str) -> None:
    await shop.take("mail", written("a1", ANN))
    own = (await conversations(shop))["a1"]
    token = await token_of(shop, own)
    if way == "references":
        await shop.take("mail", written("b1", BOB, token))
    else:
        await shop.take("mail", written("b1", BOB, to=(f"support+{token}",)))
    found = await conversations(shop)
    bobs = [one.preview for one in (await shop.card_of(BOB)).entries if one.direction == "in"]

    assert found["b1"] != own
    assert (found["b1"], own, "token") in await links(shop)
    assert "linked" in await flags(shop, "b1")
    assert bobs == ["words of b1"]


async def test_a_stranger_who_cites_a_customers_mail_joins_nobody_and_joins_no_two_of_them(shop: Workshop) -> None:
    await shop.take("mail", written("a1", ANN))
    await shop.take("mail", written("a9", ANN, subject="invoice"))
    await shop.take("mail", written("b1", BOB, "a1", "a9"))
    found = await conversations(shop)

    assert len({found["a1"], found["a9"], found["b1"]}) == 3
    assert {(found["b1"], found["a1"], "thread"), (found["b1"], found["a9"], "thread")} <= await links(shop)


async def test_an_answer_that_cites_nothing_is_only_suggested_for_the_thread_of_its_subject(shop: Workshop) -> None:
    await shop.take("mail", written("a1", ANN, subject="lamp is broken"))
    await shop.take("mail", written("a2", ANN, subject="Re: lamp is broken"))
    await shop.take("mail", written("b1", BOB, subject="Re: lamp is broken"))
    found = await conversations(shop)

    assert len(set(found.values())) == 3
    assert await links(shop) == {(found["a2"], found["a1"], "subject")}


async def test_a_new_subject_in_a_thread_is_marked_and_opens_an_incident_of_its_own(shop: Workshop) -> None:
    first = await shop.take("mail", written("a1", ANN, subject="lamp is broken"))
    same = await shop.take("mail", written("a2", ANN, "a1", subject="Re: Lamp is broken"))
    other = await shop.take("mail", written("a3", ANN, "a1", subject="invoice for march"))
    again = await shop.take("mail", written("a4", ANN, "a3", subject="Re: invoice for march"))
    incidents = {
        row["id"]: row["incident_id"]
        for row in await shop.rows("SELECT id, incident_id FROM messages WHERE type='message'")
    }

    assert len(set((await conversations(shop)).values())) == 1
    assert (await flags(shop, "a2"), await flags(shop, "a3")) == ([], ["new-subject"])
    assert incidents[same] == first
    assert incidents[other] == other
    assert incidents[again] in (first, other)


async def test_the_subject_of_our_own_answer_is_no_new_one(shop: Workshop) -> None:
    await shop.take("mail", written("a1", ANN, subject="lamp is broken"))
    (sent,) = await shop.rows("SELECT message_ref, subject FROM messages WHERE direction = 'out'")
    await shop.take("mail", written("a2", ANN, sent["message_ref"], subject=f"Re: {sent['subject']}"))

    assert await flags(shop, "a2") == []


async def test_a_mail_from_our_own_address_is_nobodys_answer(shop: Workshop) -> None:
    await shop.take("mail", written("a1", ANN))
    await shop.take("mail", written("s1", STAFF, "a1"))
    rows = await shop.rows("SELECT external_id, direction FROM messages WHERE channel = 'email' AND inbox_id > 0")

    assert {row["direction"] for row in rows} == {"in"}
    assert await flags(shop, "s1") == ["own", "linked"]
    assert len(await shop.rows("SELECT id FROM incidents")) == 1


async def test_our_own_mail_that_comes_back_opens_nothing_and_is_not_answered(shop: Workshop) -> None:
    await shop.take("mail", written("a1", ANN))
    token = tokens.write((await conversations(shop))["a1"], 5, secret=BOOK.secret)
    await shop.take("mail", written("x1", BOB, mark=token))
    outgoing = await shop.rows("SELECT identity_id FROM outbox")

    assert "returned" in await flags(shop, "x1")
    assert len(await shop.rows("SELECT id FROM incidents")) == len(outgoing) == 1


# Whatever comes first. A mail knows some ids of its thread, as programs that drop References leave them: the one it
# answers, or all before it. Three senders, two mailboxes. What must come out is a partition, because ids follow what
# came first.

NAMES = ("m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7")
SENDERS = (ANN, BOB, STAFF)
Written = tuple[str, tuple[str, ...]]  # sender, cited names


@st.composite
def mailboxes(draw: st.DrawFn) -> list[Written]:
    made: list[Written] = []
    for number in range(draw(st.integers(3, len(NAMES)))):
        cited = draw(st.lists(st.sampled_from(NAMES[:number]), unique=True, max_size=2)) if number else []
        made.append((draw(st.sampled_from(SENDERS)), tuple(cited)))
    return made


async def _play(folder: Path, mails: Sequence[Written], order: Sequence[int], cuts: Sequence[int]) -> Any:
    async with workshop(folder) as shop:
        batch = []
        for place, number in enumerate(order):
            sender, cited = mails[number]
            batch.append(await shop.delivered(("mail", "mail2")[number % 2], written(NAMES[number], sender, *cited)))
            if place in cuts:
                await shop.process(*batch)
                batch = []
        await shop.process(*batch)
        found = await conversations(shop)
        rows = await shop.rows("SELECT id, messages, merged_into FROM conversations")
        present = {row["id"]: row["merged_into"] for row in rows}
        linked = {(_followed(present, a), _followed(present, b)) for a, b, why in await links(shop) if why == "thread"}
    groups: dict[int, set[str]] = defaultdict(set)
    for name, conversation in found.items():
        groups[conversation].add(name)
    assert {one for one in found.values() if present[one] is not None} == set(), "a message in a former conversation"
    assert {row["id"]: row["messages"] for row in rows if row["id"] in groups} == {k: len(v) for k, v in groups.items()}
    return (
        {frozenset(group) for group in groups.values()},
        {(frozenset(groups[a]), frozenset(groups[b])) for a, b in linked if a != b},
    )


def _followed(present: dict[int, int | None], conversation: int) -> int:
    while (further := present[conversation]) is not None:
        conversation = further
    return conversation


def _run(mails: Sequence[Written], order: Sequence[int], cuts: Sequence[int]) -> Any:
    with TemporaryDirectory() as folder:
        return asyncio.run(_play(Path(folder), mails, order, cuts))


@given(data=st.data(), mails=mailboxes())
@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
def test_any_order_of_arrival_gives_the_same_conversations_and_links(data: st.DataObject, mails: list[Written]) -> None:
    numbers = range(len(mails))
    order = data.draw(st.permutations(numbers))
    cuts = data.draw(st.sets(st.sampled_from(numbers)))
    in_order = _run(mails, numbers, [])
    groups, _ = in_order

    assert _run(mails, order, sorted(cuts)) == in_order
    for group in groups:
        assert len({mails[NAMES.index(name)][0] for name in group}) == 1, "two senders in one conversation"
    for number, (sender, cited) in enumerate(mails):
        for one in cited:
            if mails[NAMES.index(one)][0] == sender:
                assert any({one, NAMES[number]} <= group for group in groups)


def test_what_a_late_mail_joins_joins_others_that_stood_around_it() -> None:
    """Staff's last mail makes its two conversations one; so Bob's two, on either side of them, are one as well."""
    mails = [(STAFF, ()), (BOB, ()), (STAFF, ("m1", "m0")), (BOB, ("m0",)), (ANN, ("m0",)), (STAFF, ("m1",))]

    assert _run(mails, [0, 5, 4, 3, 1, 2], [2, 3, 4]) == _run(mails, range(len(mails)), [])


def test_the_order_test_would_see_two_conversations() -> None:
    mails = [(ANN, ()), (BOB, ("m0",)), (ANN, ("m1",)), (ANN, ())]
    groups, linked = _run(mails, [3, 2, 0, 1], [0, 1, 2])

    assert groups == {frozenset({"m0", "m2"}), frozenset({"m1"}), frozenset({"m3"})}
    assert linked == {
        (frozenset({"m1"}), frozenset({"m0", "m2"})), (frozenset({"m0", "m2"}), frozenset({"m1"})),
    }  # fmt: skip
