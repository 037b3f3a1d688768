"""A file of an answer is fetched by its signed address: by who has it, until its end, and inert in every browser."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from channelhub.domain.outbound import OutgoingFile
from channelhub.domain.times import to_us
from channelhub.pipeline.commands import replies
from channelhub.rules import file_links
from channelhub.sdk.file_addresses import PREVIEW_PATH
from channelhub.store import messages, outbox
from channelhub.web.routes import files
from connectors.twilio.carrying import MMS, WHATSAPP
from tests.connectors.telegram import vectors as v
from tests.web import conftest
from tests.web.chats import receive_updates
from tests.web.conftest import BEGAN, BOOK, Hub

PHOTO = OutgoingFile(
    filename="Чек.jpg", content_type="image/jpeg", size=700_000, sha256="", content=b"\xff\xd8" * 350_000
)
PAGE = OutgoingFile(filename="a.html", content_type="text/html", size=8, sha256="", content=b"<script>")
INVOICE = OutgoingFile(filename="a b.pdf", content_type="application/pdf; x=1", size=3, sha256="", content=b"pdf")
DAYS = 30


@pytest.fixture(autouse=True)
def sending_files(monkeypatch: pytest.MonkeyPatch) -> None:
    bot = replace(BOOK.accounts["bot"], can_send_files=True)
    monkeypatch.setattr(conftest, "BOOK", replace(BOOK, accounts={**BOOK.accounts, "bot": bot}))


async def answered(hub: Hub, *sent: OutgoingFile) -> list[str]:
    """The addresses of an answer's files."""
    [received] = await receive_updates(hub, v.TEXT)
    async with hub.store.readers.read() as session:
        message = await messages.get(session, int(received))
    assert message is not None
    assert message.conversation_id is not None
    own = await replies.reply(hub.parts.acting, "agent:a", message.conversation_id, "Ось", files=sent)
    async with hub.store.readers.read() as session:
        item = await outbox.of_message(session, own)
    assert item is not None
    until_s = to_us(BEGAN) // 1_000_000 + DAYS * 86_400
    return [
        file_links.path(item.id, place, one, until_s=until_s, secret=BOOK.secret)
        for place, one in enumerate(item.payload.attachments)
    ]


async def fetch(hub: Hub, path: str, method: str = "GET") -> tuple[int, bytes, dict[str, str]]:
    async with hub.http.request(method, hub.url + path) as answer:
        return answer.status, await answer.read(), dict(answer.headers)


async def test_a_picture_comes_whole_under_its_type_and_does_nothing_in_a_browser(hub: Hub) -> None:
    [at] = await answered(hub, PHOTO)
    status, body, headers = await fetch(hub, at)

    assert (status, body) == (200, PHOTO.content)
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Content-Disposition"].startswith("inline; filename=")
    assert headers["Content-Disposition"].endswith("filename*=UTF-8''%D0%A7%D0%B5%D0%BA.jpg")
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"


async def test_head_tells_type_and_size_without_the_bytes(hub: Hub) -> None:
    [at] = await answered(hub, PHOTO)
    status, body, headers = await fetch(hub, at, "HEAD")

    reader, writer = await asyncio.open_connection("127.0.0.1", hub.server.port)
    writer.write(f"HEAD {at} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    on_the_wire = await reader.read()
    writer.close()

    assert (status, body) == (200, b"")
    assert (headers["Content-Type"], headers["Content-Length"]) == ("image/jpeg", "700000")
    assert on_the_wire.endswith(b"\r\n\r\n")


async def test_a_document_is_saved_and_a_page_is_bytes(hub: Hub) -> None:
    found = [(await fetch(hub, at))[2] for at in await answered(hub, INVOICE, PAGE)]

    assert [one["Content-Type"] for one in found] == ["application/pdf", "application/octet-stream"]
    assert [one["Content-Disposition"].partition(";")[0] for one in found] == ["attachment", "attachment"]


async def test_an_address_leads_to_its_own_file_only(hub: Hub) -> None:
    first, second = await answered(hub, INVOICE, PAGE)
    token, name = first.split("/")[2], second.split("/")[3]
    wrong = [
        f"/files/{token}/{name}",
        f"/files/{token}/",
        f"/files/{token[:-1]}A/a_b.pdf" if token[-1] != "A" else f"/files/{token[:-1]}B/a_b.pdf",
        "/files/x/y",
        "/files/%00/y",
        "/files/",
        "/files",
    ]

    assert [(await fetch(hub, one))[0] for one in wrong] == [404] * len(wrong)
    assert (await fetch(hub, first))[0] == 200


async def test_a_signed_address_of_what_is_no_file_of_an_answer_leads_nowhere(hub: Hub) -> None:
    [at] = await answered(hub, INVOICE)
    link = file_links.read(at.split("/")[2], secret=BOOK.secret)
    assert link is not None
    until_s = link.until_s
    stored = replace(INVOICE, content=b"", sha256="0" * 64)
    further = [
        file_links.path(link.outbox_id, 1, INVOICE, until_s=until_s, secret=BOOK.secret),
        file_links.path(link.outbox_id, 0, stored, until_s=until_s, secret=BOOK.secret),
        file_links.path(link.outbox_id + 1, 0, INVOICE, until_s=until_s, secret=BOOK.secret),
        file_links.path(2**63 - 1, 0, INVOICE, until_s=until_s, secret=BOOK.secret),
    ]

    assert [(await fetch(hub, one))[0] for one in further] == [404] * 4


async def test_an_address_ends(hub: Hub) -> None:
    [at] = await answered(hub, INVOICE)
    hub.clock[0] = BEGAN + timedelta(days=DAYS, seconds=-1)
    before = (await fetch(hub, at))[0]
    hub.clock[0] = BEGAN + timedelta(days=DAYS)
    after = (await fetch(hub, at))[0]

    assert (before, after) == (200, 410)


async def test_guessing_is_slowed_and_who_has_an_address_is_not(hub: Hub) -> None:
    [at] = await answered(hub, INVOICE)
    guessed = [(await fetch(hub, f"/files/{number}/x"))[0] for number in range(files.TRIES_PER_MINUTE + 1)]

    assert (guessed[0], guessed[-1]) == (404, 429)
    assert (await fetch(hub, at))[0] == 200


async def test_files_on_their_way_are_bounded_and_the_place_is_given_back(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "AT_ONCE_OF_NETWORK", 0)
    [at] = await answered(hub, INVOICE)
    status, _, headers = await fetch(hub, at)
    monkeypatch.setattr(files, "AT_ONCE_OF_NETWORK", 1)
    later = [(await fetch(hub, at))[0] for _ in range(3)]

    assert (status, headers["Retry-After"]) == (503, "2")
    assert later == [200] * 3


async def test_who_takes_a_file_too_slowly_loses_the_connection(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    [at] = await answered(hub, PHOTO)
    with monkeypatch.context() as patched:
        patched.setattr(files, "LONGEST_S", 0)
        with pytest.raises(aiohttp.ClientError):
            await fetch(hub, at)

    assert (await fetch(hub, at))[0] == 200


async def test_a_file_that_is_gone_from_the_disk_is_told_as_ours(hub: Hub) -> None:
    [at] = await answered(hub, INVOICE)
    [name] = hub.store.blobs.names()
    hub.store.blobs.path(name).unlink()

    assert (await fetch(hub, at))[0] == 503


async def test_what_stands_for_a_film_is_a_picture(hub: Hub) -> None:
    status, body, headers = await fetch(hub, PREVIEW_PATH)

    assert (status, body[:8]) == (200, b"\x89PNG\r\n\x1a\n")
    assert headers["Content-Type"] == "image/png"


def test_channels_see_each_type_that_they_carry() -> None:
    """Twilio refuses a file whose type isn't what it was told."""
    assert set(MMS.types) | set(WHATSAPP.types) <= files.SHOWN | files.NAMED
