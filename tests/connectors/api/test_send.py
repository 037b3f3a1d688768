"""What we write to a system's customers is posted to it: signed, honest about its fate, and to no other place."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from channelhub.content.retry_after import LONGEST_S
from channelhub.domain.outbound import Outbound
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from connectors.api.config import ApiConfig
from connectors.api.send import Callback
from tests.connectors.api.shopapp import KEY, SECRET, ShopApp, shop_app

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MESSAGE = Outbound(
    id=42, to="crm-17", to_kind="external", text="Оплата знову працює.", subject="Оплата", language="uk",
    conversation_key="chat-501", in_reply_to="app-7781", is_automatic=True,
)  # fmt: skip


def callback(app: ShopApp, url: str = "", **changes: object) -> Callback:
    values: dict[str, object] = {
        "reply_url": url or app.url, "reply_secret": Secret(SECRET), "reply_networks": ("127.0.0.0/8", "::1/128"),
    }  # fmt: skip
    return Callback(ApiConfig(**(values | changes)), account="shop", now=lambda: NOW)  # type: ignore[arg-type]


async def test_a_message_is_posted_signed_with_all_that_the_app_needs() -> None:
    async with shop_app() as app:
        receipt = await callback(app).send(MESSAGE)

    [taken] = app.taken
    assert taken.id == receipt.external_id
    assert app.paths == ["/messages"]
    assert taken.data == {
        "account": "shop", "conversation": "chat-501", "to": {"kind": "external", "value": "crm-17"}, "language": "uk",
        "subject": "Оплата", "text": "Оплата знову працює.", "in_reply_to": "app-7781", "automatic": True,
    }  # fmt: skip


async def test_a_repeat_carries_the_same_id_and_the_same_bytes() -> None:
    async with shop_app() as app:
        sending = callback(app)
        async with sending.kept_open():
            first = await sending.send(MESSAGE)
            second = await sending.send(MESSAGE)
            other = await sending.send(replace(MESSAGE, text="another one under the same number"))

    assert first == second
    assert other != first
    assert len(app.taken) == 2


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Rejected), (404, Rejected), (410, Rejected), (422, Rejected),
        (401, AuthFailed), (403, AuthFailed),
        (408, Unavailable), (425, Unavailable), (429, Unavailable), (500, Unavailable), (503, Unavailable),
    ],
)  # fmt: skip
async def test_an_answer_says_whether_to_come_again(status: int, error: type[Exception]) -> None:
    async with shop_app() as app:
        app.status = status
        with pytest.raises(error):
            await callback(app).send(MESSAGE)


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        ("120", 120.0),
        (format_datetime(NOW + timedelta(minutes=5), usegmt=True), 300.0),
        (format_datetime(NOW - timedelta(minutes=5), usegmt=True), 0.0),
        ("9" * 40, LONGEST_S),
        ("soon", None),
        ("", None),
    ],
)
async def test_the_app_may_say_when_to_come_again(header: str, wait_s: float | None) -> None:
    async with shop_app() as app:
        app.status, app.headers = 429, {"Retry-After": header, "Date": format_datetime(NOW, usegmt=True)}
        with pytest.raises(Unavailable) as caught:
            await callback(app).send(MESSAGE)

    assert caught.value.retry_after_s == wait_s


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(status: int) -> None:
    async with shop_app() as app:
        app.status, app.headers = status, {"Location": f"http://127.0.0.1:{app.port}/elsewhere"}
        with pytest.raises(Rejected, match="redirect"):
            await callback(app).send(MESSAGE)

    assert app.paths == ["/messages"]


async def test_an_app_that_hangs_is_left_after_the_time_allowed() -> None:
    async with shop_app() as app:
        app.hangs = True
        with pytest.raises(TimeoutError):
            await callback(app, reply_timeout_s=1).send(MESSAGE)


#: Every way to write an address of this machine that a client or its resolver understands.
INNER = (
    "localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "127.1", "0", "0177.0.0.1",
    "127.0.0.1.", "[::]", "[0:0:0:0:0:ffff:7f00:1]",
)  # fmt: skip


@pytest.mark.parametrize("host", INNER)
async def test_an_inner_address_in_any_spelling_is_not_connected_to(host: str) -> None:
    async with shop_app() as app:
        sending = callback(app, f"http://{host}:{app.port}/messages", reply_networks=("192.0.2.0/24",))
        with pytest.raises((Unavailable, ValueError)):
            await sending.send(MESSAGE)
        health = await sending.check()

    assert app.paths == []
    assert health.health is Health.DOWN


async def test_a_check_asks_without_sending_anything() -> None:
    async with shop_app() as app:
        health = await callback(app).check()

    assert (health.health, app.heads, app.taken) == (Health.OK, 1, [])


async def test_a_failure_does_not_tell_the_secret_path() -> None:
    async with shop_app() as app:
        sending = callback(app, "http://127.0.0.1:1/s3cr3t-path")
        with pytest.raises(Unavailable) as caught:
            await sending.send(MESSAGE)

    assert "s3cr3t" not in str(caught.value)


async def test_an_account_without_an_address_refuses() -> None:
    with pytest.raises(Rejected, match="reply_url"):
        await Callback(ApiConfig(), account="shop", now=lambda: NOW).send(MESSAGE)


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"reply_url": "https://app.example/m"}, "reply_secret"),
        ({"reply_url": "https://app.example/m", "reply_secret": "whsec_c2hvcnQ="}, "reply_secret"),
        ({"reply_url": "https://app.example/m", "reply_secret": SECRET.removeprefix("whsec_")}, "reply_secret"),
        ({"reply_url": "http://app.example/m", "reply_secret": SECRET}, "reply_url"),
        ({"reply_url": "https://user:word@app.example/m", "reply_secret": SECRET}, "reply_url"),
        ({"reply_url": "https:///m", "reply_secret": SECRET}, "reply_url"),
        ({"reply_url": "https://app.example:99999/m", "reply_secret": SECRET}, "reply_url"),
        ({"reply_networks": ["10.0.0.1/8"]}, "reply_networks"),
    ],
)
def test_what_can_not_work_is_told_when_the_configuration_is_read(values: dict[str, object], key: str) -> None:
    if "reply_secret" in values:
        values = values | {"reply_secret": Secret(str(values["reply_secret"]))}
    with pytest.raises(ValueError, match=f"^{key}: ") as caught:
        ApiConfig(**values)  # type: ignore[arg-type]

    assert KEY.decode("latin-1") not in str(caught.value)
