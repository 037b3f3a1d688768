"""Where a file is: asked by its id each time, at Telegram or the Bot API server that the configuration names."""

import pytest

from channelhub.domain.media import MediaReason, MediaReference
from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import AuthFailed, Unavailable
from channelhub.sdk.media import MediaGone, MediaHost, MediaRefused
from channelhub.sdk.testing import MemoryHub
from connectors.telegram.config import TelegramConfig
from connectors.telegram.files import media_hosts
from connectors.telegram.plugin import plugin
from tests.connectors.telegram.conftest import Desk
from tests.servers import telegram as bot_api
from tests.servers.telegram import TOKEN, ApiError, BotServer

FILE = MediaReference(reference="f1", size=4)


async def test_a_file_comes_by_its_id(desk: Desk) -> None:
    desk.server.files["f1"] = b"%PDF"
    connector = desk.connector()
    request = await connector.media(FILE)

    assert request.url == f"{desk.server.url}/file/bot{TOKEN}/documents/f1"
    assert TOKEN not in repr(request)
    config = TelegramConfig(token=Secret(TOKEN), base_url=desk.server.url)
    async with MemoryHub() as hub:
        assert await hub.download(connector, FILE, plugin.media_hosts(config)) == b"%PDF"


async def test_the_address_is_asked_for_each_time(desk: Desk) -> None:
    desk.server.files["f1"] = b"%PDF"
    connector = desk.connector()
    await connector.media(FILE)
    await connector.media(FILE)

    assert [method for method, _ in desk.server.calls] == ["getfile", "getfile"]


def test_files_come_from_telegram_or_the_named_server_only() -> None:
    own = TelegramConfig(token=Secret(TOKEN), base_url="http://10.0.0.5:8081/api")

    assert media_hosts(TelegramConfig(token=Secret(TOKEN))) == (MediaHost(name="api.telegram.org"),)
    (host,) = media_hosts(own)
    assert (host.name, host.port, host.is_ours) == ("10.0.0.5", 8081, True)


@pytest.mark.parametrize(
    ("code", "words", "failure"),
    [
        (400, "Bad Request: invalid file_id", MediaGone),
        (400, "Bad Request: wrong file_id or the file is temporarily unavailable", Unavailable),
        (401, "Unauthorized", AuthFailed),
        (500, "Internal Server Error", Unavailable),
    ],
)
async def test_what_telegram_refuses_is_told_apart(desk: Desk, code: int, words: str, failure: type[Exception]) -> None:
    desk.server.refusals["getfile"] = ApiError(code, words)

    with pytest.raises(failure) as caught:
        await desk.connector().media(FILE)
    assert TOKEN not in str(caught.value)


async def test_a_flood_wait_is_kept_to(desk: Desk) -> None:
    desk.server.floods["getfile"] = 17

    with pytest.raises(Unavailable) as caught:
        await desk.connector().media(FILE)
    assert caught.value.retry_after_s == 17


async def test_more_than_bots_may_fetch_is_refused(desk: Desk) -> None:
    desk.server.files["f1"] = bytes(20 * 1024 * 1024 + 1)

    with pytest.raises(MediaRefused) as caught:
        await desk.connector().media(FILE)
    assert caught.value.reason is MediaReason.TOO_LARGE


async def test_a_place_on_the_servers_own_disk_is_refused_with_what_to_do(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def with_local(_self: BotServer, _fields: object) -> bytes:
        return b'{"file_id":"f1","file_unique_id":"u","file_path":"/var/lib/telegram-bot-api/f1"}'

    monkeypatch.setitem(bot_api._METHODS, "getfile", with_local)

    with pytest.raises(MediaRefused, match="--local"):
        await desk.connector().media(FILE)
