"""An album is one entry on the timeline, whatever order its parts come in, twice or never."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from channelhub.domain.inbound import NewMessage
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.pipeline.card import card
from channelhub.pipeline.looking import Look
from channelhub.store import albums, messages
from connectors.telegram.parse import parse
from tests.connectors.telegram import vectors as v
from tests.examples import examples
from tests.pipeline.workshop import Workshop, identity_of, workshop

OLENA = "telegram:418820331"
BUSINESS: dict[str, Any] = {"business_connection_id": "bc1"}


def picture(number: int, caption: str | None = None, *, album: str = "13370", **fields: Any) -> dict[str, Any]:
    name = f"{album}-{number}"
    return v.message(
        message_id=number, caption=caption, media_group_id=album, photo=[v.file(f"{name}s"), v.file(name)], **fields
    )


#: Three pictures, two with words, of which some are mended later; a message between; another album, of which the
#: picture with the words is taken back.
UPDATES: Sequence[bytes] = (
    v.wire(1, message=picture(10)),
    v.wire(2, message=picture(11, "Зламалось")),
    v.wire(3, message=picture(12, "ось чек")),
    v.wire(4, edited_message=picture(11, "Зламалась блискавка", edit_date=v.SENT + 9)),
    v.wire(5, message=v.message(message_id=13, text="Коли заміните?", date=v.SENT + 20)),
    v.wire(6, business_message=picture(14, "не те", album="7", **BUSINESS)),
    v.wire(7, business_message=picture(15, album="7", **BUSINESS)),
    v.wire(8, deleted_business_messages=BUSINESS | {"chat": v.PRIVATE, "message_ids": [14]}),
)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    async with workshop(tmp_path) as made:
        yield made


async def take(shop: Workshop, number: int, update: bytes) -> None:
    raw = RawMessage(account="bot", delivery_id="1", body=update, envelope=Envelope(extra={"bot": v.BOT_ID}))
    shop.clock = v.NOW
    await shop.take("bot", *parse(raw), delivery_id=f"{number}")


async def shown(shop: Workshop) -> list[tuple[object, ...]]:
    """The timeline, without ids, which follow the order of arrival."""
    async with shop.store.readers.read() as session:
        found = await card(session, identity_of(OLENA, "bot"), Look(limit=100))
        assert found is not None
        made = []
        for one in found.entries:
            if one.direction != "in":
                continue
            message = await messages.get(session, one.id)
            assert message is not None
            parts = await messages.get_many(session, await albums.around(session, one.id))
            files = [
                file.reference
                for part in await albums.around(session, one.id)
                for file in await messages.attachments(session, part)
            ]
            names = sorted(part.external_id for part in parts.values())
            made.append((message.external_id, one.preview, one.attachments, sorted(one.flags), names, files))
    return sorted(made, key=str)


def run(order: Sequence[int]) -> list[tuple[object, ...]]:
    async def play(folder: Path) -> list[tuple[object, ...]]:
        async with workshop(folder) as shop:
            for number in order:
                await take(shop, number, UPDATES[number])
            return await shown(shop)

    with TemporaryDirectory() as folder:
        return asyncio.run(play(Path(folder)))


EXPECTED = [
    ("418820331:11", "Зламалась блискавка\nось чек", 3, ["album", "edited"], [f"418820331:{n}" for n in (10, 11, 12)],
     ["id-13370-10", "id-13370-11", "id-13370-12"]),
    ("418820331:13", "Коли заміните?", 0, [], [], []),
    ("bc1:418820331:15", "", 1, ["album"], ["bc1:418820331:14", "bc1:418820331:15"], ["id-7-14", "id-7-15"]),
]  # fmt: skip


def test_albums_are_one_entry_each() -> None:
    assert run(range(len(UPDATES))) == EXPECTED


@given(order=st.permutations(range(len(UPDATES))), again=st.lists(st.integers(0, len(UPDATES) - 1), max_size=4))
@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
def test_any_order_and_repetition_of_parts_gives_the_same_entries(order: list[int], again: list[int]) -> None:
    assert run([*order, *again]) == EXPECTED


def test_lost_part_is_no_hole() -> None:
    (entry,) = run([0, 2])

    assert entry[1:4] == ("ось чек", 2, ["album"])


def test_album_of_one_part_is_a_message_like_any_other() -> None:
    (entry,) = run([1])

    assert entry[1:4] == ("Зламалось", 1, [])


def test_parts_have_names_of_their_own_and_one_album() -> None:
    first, second = (parse(RawMessage(account="bot", delivery_id="1", body=one))[0] for one in UPDATES[:2])
    assert isinstance(first, NewMessage)
    assert isinstance(second, NewMessage)

    assert (first.external_id, second.external_id) == ("418820331:10", "418820331:11")
    assert first.album == second.album
    assert first.album_place < second.album_place


async def test_nobody_adds_to_the_album_of_another(shop: Workshop) -> None:
    stranger = v.OLENA | {"id": 5}
    group = {"chat": v.GROUP}
    await take(shop, 1, v.wire(1, message=picture(10, "моє", **group)))
    await take(shop, 2, v.wire(2, message=picture(11, "чуже", **group, **{"from": stranger})))

    (entry,) = await shown(shop)
    assert entry[1:3] == ("моє", 1)


async def test_album_has_so_many_parts_and_what_is_too_many_stands_by_itself(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(albums, "MOST_PARTS", 2)
    for number in range(4):
        await take(shop, number, v.wire(number, message=picture(10 + number)))

    assert sorted(entry[2] for entry in await shown(shop)) == [1, 1, 2]
