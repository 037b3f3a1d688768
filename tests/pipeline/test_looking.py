"""Parts of a timeline: both ways, around an entry, filtered; every page bounded, nothing lost between them."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelhub.domain.inbound import Content
from channelhub.pipeline import looking
from channelhub.pipeline.looking import Look, Part, part
from channelhub.rules.looking import Wanted
from channelhub.store import timeline
from channelhub.store.timeline import NEWEST, Entry
from tests.examples import examples
from tests.pipeline.workshop import Workshop, identity_of, mail, words, workshop

PEOPLE = (11, 22, 33)
ANN = "email:ann@example.com"


def entry(identity_id: int, at_us: int, entry_id: int, channel: str = "email", text: str = "words") -> Entry:
    return Entry(
        identity_id=identity_id, at_us=at_us, id=entry_id, type="message", channel=channel, account="mail",
        direction="in", is_verified=False, subject="s", preview=text,
    )  # fmt: skip


async def look(shop: Workshop, one: Look, people: tuple[int, ...] = PEOPLE) -> Part:
    async with shop.store.readers.read() as session:
        found = await part(session, people, one)
    assert found is not None
    return found


async def walk(shop: Workshop, first: Look) -> list[int]:
    """The ids of every page after the other, towards the past, or towards now where it begins with `after`."""
    found: list[int] = []
    one: Look | None = first
    while one is not None:
        shown = await look(shop, one)
        ids = [each.id for each in shown.entries]
        found = [*ids, *found] if first.after else [*found, *ids]
        following = shown.newer if first.after else shown.older
        one = None
        if following is not None:
            one = replace(first, after=following) if first.after else replace(first, before=following)
    return found


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "CHUNK", 7)
    monkeypatch.setattr(looking, "LOOKED_AT", 20)


histories = st.lists(
    st.tuples(
        st.sampled_from((*PEOPLE, 99)), st.integers(1, 12), st.sampled_from(("email", "sms")),
        st.sampled_from(("apples", "pears")),
    ),
    max_size=60,
)  # fmt: skip


@settings(max_examples=examples(12))
@given(histories, st.integers(1, 9), st.sampled_from(("", "email")), st.sampled_from(("", "apple")))
async def test_pages_both_ways_hold_each_wanted_entry_once_and_in_order(
    history: list[tuple[int, int, str, str]], limit: int, channel: str, said: str
) -> None:
    entries = [entry(who, at_us, number, where, text) for number, (who, at_us, where, text) in enumerate(history, 1)]
    ordered = sorted(entries, key=lambda one: (-one.at_us, -one.id))
    expected = [
        one.id
        for one in ordered
        if one.identity_id in PEOPLE and channel in ("", one.channel) and (not said or one.preview == "apples")
    ]
    wanted = Look(limit=limit, wanted=Wanted(channel=channel, words=said))
    with tempfile.TemporaryDirectory() as folder:
        async with workshop(Path(folder)) as shop:
            await shop.store.writer.batch(lambda session: timeline.add(session, entries))
            older = await walk(shop, wanted)
            newer = await walk(shop, replace(wanted, after=(0, 0)))

    assert older == expected
    assert newer == expected


async def test_a_filter_that_finds_nothing_in_its_bound_says_where_to_go_on(shop: Workshop) -> None:
    rare = [entry(11, 1, 1, "sms"), *(entry(11, number, number) for number in range(2, 60))]
    await shop.store.writer.batch(lambda session: timeline.add(session, rare))
    first = await look(shop, Look(wanted=Wanted(channel="sms")))

    assert first.entries == []
    assert first.older is not None
    assert first.older > (1, 1)
    assert await walk(shop, Look(wanted=Wanted(channel="sms"))) == [1]


async def test_an_entry_is_looked_around_with_both_sides(shop: Workshop) -> None:
    await shop.store.writer.batch(
        lambda session: timeline.add(session, [entry(11 if n % 2 else 22, n, n) for n in range(1, 30)])
    )
    middle = await look(shop, Look(around=15, limit=6))
    newest = await look(shop, Look(around=29, limit=6))
    async with shop.store.readers.read() as session:
        strange = await part(session, (33,), Look(around=15))
        missing = await part(session, PEOPLE, Look(around=999))

    assert [one.id for one in middle.entries] == [18, 17, 16, 15, 14, 13]
    assert (middle.older, middle.newer) == ((13, 13), (18, 18))
    assert [one.id for one in newest.entries] == [29, 28, 27]
    assert newest.newer is None
    assert strange is None
    assert missing is None


async def test_the_newest_page_has_nothing_newer_and_an_older_one_leads_back(shop: Workshop) -> None:
    await shop.store.writer.batch(lambda session: timeline.add(session, [entry(11, n, n) for n in range(1, 10)]))
    first = await look(shop, Look(before=NEWEST, limit=4))
    assert first.older is not None
    second = await look(shop, Look(before=first.older, limit=4))
    assert second.newer is not None
    back = await look(shop, Look(after=second.newer, limit=4))

    assert first.newer is None
    assert back.entries == first.entries


async def test_words_of_a_long_message_are_found_behind_its_preview(shop: Workshop) -> None:
    long = await shop.take("mail", mail("<long>", ANN, "x " * 2000 + "повернення коштів"))
    await shop.take("mail", mail("<short>", ANN, "нічого", minutes=1))
    await shop.take(
        "shop", words("quoted", ANN, "так", minutes=2, content=Content(text="так\n> повернення", hidden=((4, 16),)))
    )
    found = await look(shop, Look(wanted=Wanted(words="поверненням")), (identity_of(ANN),))

    assert [one.id for one in found.entries if one.type == "message"] == [long]
