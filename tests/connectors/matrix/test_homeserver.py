"""The connector beside a real homeserver (Synapse): what the local one only plays is so."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
import pytest_asyncio

from channelhub.domain.inbound import (
    DeletedMessage,
    DeliveryStatus,
    EditedMessage,
    Inbound,
    NewMessage,
    Reaction,
    Unknown,
)
from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import Rejected
from channelhub.sdk.testing import MemoryHub
from connectors.matrix.config import MatrixConfig
from connectors.matrix.media import media_hosts
from connectors.matrix.parse import ENCRYPTED, parse
from connectors.matrix.plugin import MatrixConnector, build
from tests.connectors.matrix import vectors as v
from tests.connectors.telegram.conftest import until
from tests.servers.synapse import Homeserver, User, homeserver, require_synapse

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]
GAP = 230


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Homeserver]:
    require_synapse()
    async with homeserver(tmp_path_factory.mktemp("synapse")) as running:
        yield running


class Desk:
    """The hub's user, a customer, and what the hub stored."""

    def __init__(self, hub: MemoryHub, us: User, customer: User) -> None:
        self.hub, self.us, self.customer = hub, us, customer

    def config(self) -> MatrixConfig:
        return MatrixConfig(
            homeserver=self.us.url, token=Secret(self.us.token), invites="all", poll_timeout_s=5, request_timeout_s=10
        )

    def connector(self) -> MatrixConnector:
        return build(self.config(), self.hub.context("matrix"))

    @property
    def items(self) -> list[Inbound]:
        return [item for raw in self.hub.stored.values() for item in parse(raw)]

    @property
    def texts(self) -> list[str]:
        return [item.content.text for item in self.items if isinstance(item, NewMessage)]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[MatrixConnector]:
        connector = self.connector()
        task = asyncio.create_task(connector.run(self.hub.deliver))
        try:
            await until(lambda: bool(self.hub.cursors) or task.done())
            yield connector
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def room(self, first: str) -> str:
        """A direct chat that the customer opens and the hub joins."""
        room = await self.customer.open_room(self.us.id)
        await self.customer.say(room, first)
        await until(lambda: first in self.texts)
        return room


@pytest_asyncio.fixture(loop_scope="module")
async def desk(server: Homeserver, request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    name = request.node.name.removeprefix("test_")[:40]
    us, customer = await server.user(f"hub-{name}"), await server.user(f"oleh-{name}")
    async with MemoryHub(now=datetime.now(UTC)) as hub:
        yield Desk(hub, us, customer)


async def test_first_words_answer_and_repetition(desk: Desk) -> None:
    async with desk.running() as connector:
        assert (await connector.check()).health is Health.OK
        room = await desk.room("Де замовлення?")
        [said] = [item for item in desk.items if isinstance(item, NewMessage)]
        answer = Outbound(id=1, to=desk.customer.id, text="Вже їде", conversation_key=room, reply_token="ch.t")
        first, again = await connector.send(answer), await connector.send(answer)
        await until(lambda: any(isinstance(item, DeliveryStatus) for item in desk.items))

        heard = [one for one in await desk.customer.heard(room) if one["sender"] == desk.us.id]
        assert [one["content"]["body"] for one in heard if one["type"] == "m.room.message"] == ["Вже їде"]
        assert first == again
        assert said.sender.name == desk.customer.id.partition(":")[0][1:]
        assert (said.thread.key, said.is_time_vouched) == (room, True)


async def test_absence_leaves_no_hole(desk: Desk) -> None:
    async with desk.running():
        room = await desk.room("перед")
    said = [f"{number:03}" for number in range(GAP)]
    for text in said:
        await desk.customer.say(room, text)
    async with desk.running():
        await until(lambda: len(desk.texts) > GAP)

    assert desk.texts == ["перед", *said]


async def test_lost_place_is_made_good(desk: Desk) -> None:
    async with desk.running():
        room = await desk.room("перед")
    [scope] = desk.hub.cursors
    desk.hub.cursors[scope] = '{"since":"s999_of_another_server","begun_ms":1}'
    await desk.customer.say(room, "після")
    async with desk.running():
        await until(lambda: "після" in desk.texts)

    assert desk.texts == ["перед", "після"]


async def test_changes_by_their_writers_only(desk: Desk, server: Homeserver) -> None:
    other = await server.user("iryna-changes")

    def has(kind: type[Inbound], count: int = 1) -> Callable[[], bool]:  # type: ignore[valid-type]
        return lambda: sum(isinstance(item, kind) for item in desk.items) == count

    async with desk.running():
        room = await desk.customer.open_room(desk.us.id, other.id, is_direct=False)
        await other.call("POST", f"client/v3/join/{quote(room, safe='')}", {})
        said = await desk.customer.say(room, "замовленя")
        await desk.customer.say(room, "", **v.edit(said, "замовлення"), name="edit")
        await until(has(EditedMessage))
        await other.say(room, "", **v.edit(said, "чуже"), name="foreign")
        await until(has(Unknown))
        put = await desk.customer.put(
            room,
            "m.reaction",
            {"m.relates_to": {"rel_type": "m.annotation", "event_id": said, "key": "👍"}},
            name="reaction",
        )
        await until(has(Reaction))
        path = f"client/v3/rooms/{quote(room, safe='')}/redact"
        await desk.customer.call("PUT", f"{path}/{quote(put, safe='')}/r1", {})
        await until(has(Reaction, 2))
        await desk.customer.call("PUT", f"{path}/{quote(said, safe='')}/r2", {})
        await until(has(DeletedMessage))

    assert [item.emoji for item in desk.items if isinstance(item, Reaction)] == ["👍", ""]
    assert [item.external_id for item in desk.items if isinstance(item, DeletedMessage | EditedMessage)] == [said] * 2


async def test_files_and_encrypted_rooms(desk: Desk) -> None:
    async with desk.running() as connector:
        room = await desk.room("Ось фото")
        address = (await desk.customer.call("POST", "media/v3/upload?filename=a.bin", data=b"\x00\x01" * 500))[
            "content_uri"
        ]
        content = await desk.hub.download(connector, MediaReference(reference=address), media_hosts(desk.config()))
        assert content == b"\x00\x01" * 500

        paper = OutgoingFile(filename="чек №1.pdf", content_type="application/pdf", size=3, sha256="", content=b"pdf")
        with_file = Outbound(id=2, to=desk.customer.id, text="Ось чек", conversation_key=room, attachments=(paper,))
        first, again = await connector.send(with_file), await connector.send(with_file)
        heard = [one["content"] for one in await desk.customer.heard(room) if one["sender"] == desk.us.id]
        shown, words = [one for one in heard if "msgtype" in one]
        assert first == again
        assert (words["body"], shown["msgtype"], shown["body"]) == ("Ось чек", "m.file", "чек №1.pdf")
        kept = MediaReference(reference=shown["url"])
        assert await desk.hub.download(connector, kept, media_hosts(desk.config())) == b"pdf"

        quoted = quote(room, safe="")
        path = f"client/v3/rooms/{quoted}/state/m.room.encryption"
        await desk.customer.call("PUT", path, {"algorithm": "m.megolm.v1.aes-sha2"})
        await desk.customer.put(room, "m.room.encrypted", v.ENCRYPTED["content"], name="sealed")
        await until(lambda: ENCRYPTED in desk.texts)
        answer = Outbound(id=1, to=desk.customer.id, text="?", conversation_key=room)
        with pytest.raises(Rejected, match="encrypted"):
            await connector.send(answer)
        await desk.customer.call("POST", f"client/v3/rooms/{quoted}/leave", {})
        with pytest.raises(Rejected, match="no longer in this room"):
            await connector.send(answer)
