"""Any order of the same deliveries, in any batches, with redeliveries, gives the same customers and the same cards.

Ids of messages and the incident that a message joins follow the order of arrival: that is live behaviour, as is the
account that a mail which reached two of them is shown under. So messages are compared by their external ids, and a
mail's accounts as the set of its sources.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from channelhub.domain.inbound import (
    Attachment,
    ContactShared,
    Content,
    DeletedMessage,
    EditedMessage,
    Inbound,
    NewMessage,
    Thread,
)
from channelhub.domain.people import Evidence, Sender
from channelhub.domain.times import to_us
from channelhub.pipeline.card import card
from channelhub.pipeline.looking import Look
from channelhub.store import conversations, message_texts, messages, people
from tests.examples import examples
from tests.pipeline.workshop import Workshop, at, handle, mail, words, workshop

ANN = "email:ann@example.com"
PHONE = "phone:+380501112233"


def _both(name: str, first: str, second: str, evidence: Evidence) -> Sender:
    return Sender(name=name, handles=(handle(first, evidence), handle(second, evidence)))


TRUSTED = Evidence.TRUSTED_ACCOUNT
CHAT = Thread(key="chat:77")
BOT = Sender(name="Ann on Telegram", handles=(handle("telegram:77", Evidence.CHANNEL_ID),))
LAMP = Content(subject="lamp", text="the first mail")
PHOTO = Attachment(filename="a.jpg", content_type="image/jpeg", size=3, sha256="aa")
FIRST_CHAT = words("c1", BOT, "first words", minutes=11, thread=CHAT)


def _clue(external_id: str, name: str, address: str, text: str, *, minutes: int) -> NewMessage:
    return words(external_id, Sender(name=name, handles=(handle(address),)), text, minutes=minutes)


#: (account, items). A later item about the same message never has the same time as another message.
DELIVERIES: Sequence[tuple[str, tuple[Inbound, ...]]] = (
    ("mail", (mail("<m1>", Sender(name="Ann", handles=(handle(ANN),)), "the first mail", minutes=3, content=LAMP),)),
    (
        "mail2",
        (
            mail(
                "<m1>",
                Sender(name="Ann", handles=(handle(ANN, Evidence.DMARC),)),
                "the first mail",
                minutes=3,
                content=LAMP,
            ),
        ),
    ),
    (
        "mail",
        (
            mail(
                "<m2>",
                "email:Ann@EXAMPLE.com",
                "ответ",
                minutes=5,
                thread=Thread(message_id="<m2>", references=("<m1>",)),
                content=Content(subject="Re: lamp", text="ответ"),
            ),
        ),
    ),
    ("form", (words("f1", _both("Anna", ANN, PHONE, Evidence.CLAIMED), "from the form", minutes=1),)),
    ("form", (words("f2", _both("Bob", "email:bob@example.com", PHONE, Evidence.CLAIMED), "bob's", minutes=2),)),
    ("shop", (words("a1", _both("A.", PHONE, ANN, Evidence.TRUSTED_ACCOUNT), "named both", minutes=7),)),
    ("bot", (FIRST_CHAT,)),
    (
        "bot",
        (
            EditedMessage(
                external_id="c1",
                revision=5,
                message=words(
                    "c1",
                    Sender(name="Anny", handles=BOT.handles),
                    "исправленные слова",
                    minutes=11,
                    thread=CHAT,
                    content=Content(text="исправленные слова", attachments=(PHOTO,)),
                ),
            ),
        ),
    ),
    (
        "bot",
        (EditedMessage(external_id="c1", revision=3, message=words("c1", BOT, "halfway", minutes=11, thread=CHAT)),),
    ),
    (
        "bot",
        (words("c2", BOT, "to be deleted", minutes=13, thread=CHAT, content=Content(text="x", attachments=(PHOTO,))),),
    ),
    ("bot", (DeletedMessage(external_id="c2", at=at(20)),)),
    ("bot", (DeletedMessage(external_id="c2", at=at(19)),)),
    (
        "bot",
        (
            ContactShared(
                external_id="s1",
                sender=Sender(
                    name="Ann T",
                    handles=(*BOT.handles, handle("phone:050 111 22 33", Evidence.CHANNEL_CONTACT)),
                ),
                thread=CHAT,
                sent_at=at(15),
                is_time_vouched=True,
            ),
        ),
    ),
    ("shop", (words("a2", _both("", "external:crm-1", ANN, Evidence.SITE_SIGNED), "signed one", minutes=8),)),
    ("shop", (words("a3", _both("", "external:crm-2", PHONE, Evidence.SITE_SIGNED), "signed two", minutes=9),)),
    ("form", (_clue("f3", "Олена Шевчук", "email:olena.shevchuk@ukr.net", "замовлення 77881", minutes=40),)),
    ("bot", (_clue("c3", "Helen Shevchuk", "telegram:78", "order #77881, 050 111 22 33", minutes=41),)),
    ("bot", (_clue("c4", "Helen Shevchuk", "telegram:78", "order #77881 again", minutes=43),)),
    *(
        ("shop", (words(f"k{n}", _both(name, "email:k@example.com", "phone:+380930001122", TRUSTED), minutes=60 + n),))
        for n, name in enumerate(("Ірина Бойко", "Олег Бойко"))
    ),
    (
        "bot",
        (words("k9", _both("Ірина Бойко", "telegram:90", "phone:+380930001122", TRUSTED), minutes=62),),
    ),
    ("mail", (_clue("<m3>", "Елена Шевчук", "email:shevchuk_olena@gmail.com", "и где он?", minutes=42),)),
    (
        "mail",
        (
            EditedMessage(
                external_id="<m3>",
                revision=1,
                message=_clue("<m3>", "Елена Шевчук", "email:shevchuk_olena@gmail.com", "и где он? 77-881", minutes=42),
            ),
        ),
    ),
    *(("mail", (_clue(f"<o{n}>", "", f"email:q{n}@example.com", "order 4455667", minutes=50 + n),)) for n in range(5)),
    *(
        (
            "shop",
            (
                words(
                    f"o{n}",
                    _both("", f"email:p{n}@example.com", "phone:+380440000000", Evidence.TRUSTED_ACCOUNT),
                    minutes=30 + n,
                ),
            ),
        )
        for n in range(6)
    ),
)


async def _play(folder: Path, order: Sequence[int], cuts: Sequence[int]) -> dict[str, Any]:
    async with workshop(folder) as shop:
        batch = []
        for place, index in enumerate(order):
            account, items = DELIVERIES[index]
            batch.append(await shop.delivered(account, *items))
            if place in cuts:
                await shop.process(*batch)
                batch = []
        await shop.process(*batch)
        return await _everything(shop)


async def _everything(shop: Workshop) -> dict[str, Any]:
    """Customers and cards, without what follows the order of arrival."""
    rows = await shop.rows("SELECT id FROM identities")
    async with shop.store.readers.read() as session:
        known = await people.identities(session, [row["id"] for row in rows])
        cards = {}
        for customer_id in {one.customer_id for one in known.values()}:
            found = await card(session, customer_id, Look(limit=1000))
            assert found is not None
            cards[customer_id] = {
                "name": found.name,
                "language": found.language,
                "identities": [_identity(one) for one in found.identities],
                "suggestions": [
                    (one.left_id, one.right_id, one.clues, one.score, one.at_us) for one in found.suggestions
                ],
                "entries": [await _entry(session, entry) for entry in found.entries if entry.direction == "in"],
            }
    return {
        "partition": {one.id: one.customer_id for one in known.values()},
        "links": sorted(map(str, await shop.rows("SELECT id, evidence, at_us, revoked_us FROM links"))),
        "cards": cards,
    }


def _identity(one: Any) -> tuple[object, ...]:
    return (str(one.key), one.shown, one.name, one.language, one.first_us, str(one.evidence))


async def _entry(session: Any, entry: Any) -> dict[str, object]:
    message = await messages.get(session, entry.id)
    assert message is not None
    versions = (await message_texts.of_messages(session, [entry.id]))[entry.id]
    thread = None
    if message.conversation_id is not None:
        found = (await conversations.get_many(session, [message.conversation_id]))[message.conversation_id]
        thread = (found.id, found.key, found.identity_id, found.subject, found.opened_us, found.last_us)
    return {
        "external_id": message.external_id,
        "sources": sorted({account for _, account, _ in await messages.sources(session, entry.id)}),
        "at_us": entry.at_us,
        "type": entry.type,
        "verified": entry.is_verified,
        "evidence": str(message.evidence),
        "subject": entry.subject,
        "preview": entry.preview,
        "language": message.language,
        "revision": message.revision,
        "deleted_us": message.deleted_us,
        "flags": entry.flags,
        "attachments": entry.attachments,
        "kept": sorted(one.filename for one in await messages.attachments(session, entry.id)),
        "versions": [(one.revision, one.text) for one in versions],
        "thread": thread,
    }


def _run(order: Sequence[int], cuts: Sequence[int]) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        return asyncio.run(_play(Path(folder), order, cuts))


PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # an order is not worth shrinking: each takes a second
EXPECTED = _run(range(len(DELIVERIES)), [])


@given(
    order=st.permutations(range(len(DELIVERIES))),
    again=st.lists(st.integers(0, len(DELIVERIES) - 1), max_size=5),
    cuts=st.sets(st.integers(0, len(DELIVERIES) + 4)),
)
@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=PHASES)
def test_any_order_and_batches_give_the_same_customers_and_cards(
    order: list[int], again: list[int], cuts: set[int]
) -> None:
    made = _run([*order, *again], sorted(cuts))

    assert made == EXPECTED


def test_the_reference_itself_is_as_the_rules_say() -> None:
    partition, cards = EXPECTED["partition"], EXPECTED["cards"]
    by_key = {one[0]: key for key, value in cards.items() for one in value["identities"]}
    ann, talker = cards[by_key[ANN]], cards[by_key[PHONE]]
    mails = [entry for entry in ann["entries"] if entry["external_id"] == "<m1>"]
    chat = {entry["external_id"]: entry for entry in talker["entries"]}

    assert by_key[ANN] == by_key["external:crm-1"]
    assert by_key[PHONE] == by_key["telegram:77"] == by_key["external:crm-2"]
    assert by_key[ANN] != by_key[PHONE], "two customers of the site stay two, although an account named both addresses"
    assert len({by_key[f"email:p{n}@example.com"] for n in range(6)}) == 6, "an office's phone joins nobody"
    assert len(partition) == 24
    assert by_key["telegram:90"] == by_key["email:k@example.com"], "by the names that were said first"
    helen = cards[by_key["telegram:78"]]["suggestions"]
    assert [[f"{clue.kind} {clue.how}" for clue in one[2]] for one in helen] == [
        ["order shared", "name same"],
    ], "another name takes from a phone in words what it would say"
    assert len(cards[by_key["email:olena.shevchuk@ukr.net"]]["suggestions"]) == 2
    assert not any(cards[by_key[f"email:q{n}@example.com"]]["suggestions"] for n in range(5)), "everybody's order"
    assert [(entry["sources"], entry["verified"]) for entry in mails] == [(["mail", "mail2"], True)]
    assert (chat["c1"]["revision"], chat["c1"]["preview"], chat["c1"]["attachments"]) == (5, "исправленные слова", 1)
    assert (chat["c2"]["deleted_us"], chat["c2"]["attachments"]) == (to_us(at(19)), 1)
