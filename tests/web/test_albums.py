"""An album is one entry of the card, and each of its messages shows all of it."""

from tests.connectors.telegram import vectors as v
from tests.web.chats import get, page, receive_updates
from tests.web.conftest import Hub


async def receive_album(hub: Hub, *captions: str | None) -> list[str]:
    """Pictures of one album come; the ids of their messages."""
    return await receive_updates(
        hub,
        *(
            v.wire(
                number,
                message=v.message(
                    message_id=10 + number, caption=caption, media_group_id="1", photo=[v.file(f"picture{number}")]
                ),
            )
            for number, caption in enumerate(captions)
        ),
    )


async def test_card_shows_one_entry_under_the_message_with_words(hub: Hub) -> None:
    ids = await receive_album(hub, None, "Зламалось", None)
    card = await get(hub, "/api/v1/customers/lookup?identity=telegram:418820331")

    (entry,) = card["timeline"]["items"]
    assert (entry["id"], entry["text"], entry["attachments"]) == (ids[1], "Зламалось", 3)
    assert entry["flags"] == ["album"]


async def test_each_message_of_it_lists_all_with_their_files(hub: Hub) -> None:
    ids = await receive_album(hub, None, "Зламалось")
    for message_id in ids:
        message = await get(hub, f"/api/v1/messages/{message_id}")

        assert [(part["message_id"], part["text"]) for part in message["album"]] == [
            (ids[0], ""),
            (ids[1], "Зламалось"),
        ]
        assert [len(part["attachments"]) for part in message["album"]] == [1, 1]


async def test_message_by_itself_has_no_album(hub: Hub) -> None:
    (only,) = await receive_album(hub, "Зламалось")

    assert (await get(hub, f"/api/v1/messages/{only}"))["album"] == []


async def test_page_of_a_message_leads_to_the_others(hub: Hub) -> None:
    first, second = await receive_album(hub, None, "Зламалось")
    shown = await page(hub, f"/messages/{second}")

    assert f'href="/messages/{first}"' in shown
    assert "photo-u-picture0.jpg" in shown
