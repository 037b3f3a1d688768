"""The webhook: only Telegram gets in, and it hears 200 only after the commit."""

import asyncio
import io
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Cursor, Receipt
from channelhub.sdk.errors import HubBusy, Unavailable, Unparseable
from connectors.telegram import plugin
from connectors.telegram.parse import parse
from connectors.telegram.webhook import MAX_BODY_BYTES, SECRET_HEADER
from tests.connectors.telegram.conftest import SECRET, Desk, until
from tests.connectors.telegram.test_polling import texts
from tests.connectors.telegram.vectors import TEXT
from tests.servers.telegram import TOKEN, ApiError

HEADERS = {SECRET_HEADER: SECRET, "Content-Type": "application/json"}


@asynccontextmanager
async def serving(desk: Desk) -> AsyncIterator[None]:
    async with desk.running(desk.connector(mode="webhook")):
        await until(lambda: desk.server.hook is not None)
        yield


async def post(desk: Desk, body: Any, headers: dict[str, str] = HEADERS) -> tuple[int, aiohttp.ClientResponse]:
    async with desk.http.post(desk.hook_url, data=body, headers=headers) as response:
        await response.read()
        return response.status, response


async def test_registers_its_address_and_secret(desk: Desk) -> None:
    async with serving(desk):
        assert desk.server.hook is not None

        assert desk.server.hook.url == desk.hook_url
        assert desk.server.hook.secret == SECRET


async def test_update_is_stored_and_then_answered(desk: Desk) -> None:
    async with serving(desk):
        desk.server.say("раз")
        await until(lambda: len(desk.server.confirmed) == 1)

    assert texts(await desk.stored()) == ["раз"]


async def test_polled_and_posted_update_is_one(desk: Desk) -> None:
    update = desk.server.say("раз")
    async with desk.running(desk.connector()):
        await until(lambda: bool(desk.server.confirmed))
    async with serving(desk):
        desk.server.offer_again(update)
        await until(lambda: desk.server.confirmed == [update])

    assert len(await desk.stored()) == 1


@pytest.mark.parametrize("headers", [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: SECRET[:-1]}, {SECRET_HEADER: "ключ"}])
async def test_without_the_secret_nothing_is_even_read(desk: Desk, headers: dict[str, str]) -> None:
    async with serving(desk):
        status, _ = await post(desk, b"not json either", headers)

    assert status == 401
    assert not await desk.stored()


async def test_endless_body_is_refused_by_length_and_without(desk: Desk) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 65536 + 2):
            yield b"x" * 65536

    async with serving(desk):
        assert (await post(desk, io.BytesIO(b"x" * (MAX_BODY_BYTES + 1))))[0] == 413
        assert (await post(desk, endless()))[0] == 413


async def test_an_empty_body_is_a_bad_request(desk: Desk) -> None:
    async with serving(desk):
        status, response = await post(desk, b"")

    assert (status, response.content_type) == (400, "application/problem+json")
    assert not await desk.stored()


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"update_id":"1"}', b"\xff", b"[" * 5000])
async def test_what_is_no_update_is_kept_once_for_a_person_to_see(desk: Desk, body: bytes) -> None:
    async with serving(desk):
        statuses = [(await post(desk, body))[0] for _ in range(3)]

    (raw,) = await desk.stored()
    assert statuses == [200, 200, 200]
    assert raw.body == body
    with pytest.raises(Unparseable):
        parse(raw)


async def test_other_methods_are_refused(desk: Desk) -> None:
    async with serving(desk), desk.http.get(desk.hook_url, headers=HEADERS) as response:
        assert (response.status, response.headers["Allow"]) == (405, "POST")


async def test_unknown_kind_of_update_is_taken(desk: Desk) -> None:
    async with serving(desk):
        status, _ = await post(desk, b'{"update_id":5,"something_of_tomorrow":[{"x":1}]}')

    assert status == 200
    assert len(await desk.stored()) == 1


async def test_busy_hub_answers_503_with_retry_after(desk: Desk) -> None:
    async def busy(raws: Sequence[RawMessage], cursor: Cursor | None = None) -> Sequence[Receipt]:
        raise HubBusy("the queue is full", retry_after_s=6.2)

    async with desk.running(desk.connector(mode="webhook"), busy):
        await until(lambda: desk.server.hook is not None)
        status, response = await post(desk, TEXT)

    assert (status, response.headers["Retry-After"]) == (503, "7")


async def test_nothing_is_taken_before_it_runs(desk: Desk) -> None:
    desk.connector(mode="webhook")
    status, response = await post(desk, TEXT)

    assert (status, "Retry-After" in response.headers) == (503, True)


async def test_refused_update_holds_up_its_own_chat_only_and_comes_again_in_order(desk: Desk) -> None:
    is_busy = True

    async def busy_for_one(raws: Sequence[RawMessage], cursor: Cursor | None = None) -> Sequence[Receipt]:
        if is_busy and b'"id": 1,' in raws[0].body:
            raise HubBusy("not this one", retry_after_s=0.01)
        return await desk.deliver(raws, cursor)

    async with desk.running(desk.connector(mode="webhook"), busy_for_one):
        await until(lambda: desk.server.hook is not None)
        desk.server.say("раз", user_id=1)
        desk.server.say("два", user_id=1)
        other = desk.server.say("інший", user_id=2)
        await until(lambda: desk.server.confirmed == [other])
        is_busy = False
        await until(lambda: len(desk.server.confirmed) == 3)

    assert texts(await desk.stored()) == ["інший", "раз", "два"]


async def test_failing_registration_is_reported_and_posts_are_still_taken(desk: Desk) -> None:
    desk.server.refusals["setwebhook"] = ApiError(400, "Bad Request: bad webhook: HTTPS url must be provided")
    connector = desk.connector(mode="webhook")
    with pytest.raises(Unavailable, match="https url must be provided"):
        await connector.run(desk.deliver)

    assert (await post(desk, TEXT))[0] == 200


async def test_stopping_closes_the_door(desk: Desk) -> None:
    async with serving(desk):
        assert (await post(desk, TEXT))[0] == 200

    assert (await post(desk, TEXT))[0] == 503


async def test_check_tells_of_a_webhook_elsewhere_and_of_failing_posts(desk: Desk) -> None:
    connector = desk.connector(mode="webhook")
    assert "nowhere" in (await connector.check()).detail
    async with desk.running(connector):
        await until(lambda: desk.server.hook is not None)
        assert (await connector.check()).health == "ok"
        desk.handler = None
        desk.server.say("раз")
        assert desk.server.hook is not None
        hook = desk.server.hook
        await until(lambda: bool(hook.last_error_message))
        report = await connector.check()

    assert report.health == "down"
    assert "404" in report.detail


async def test_pressed_button_is_answered_in_the_answer_to_its_post(desk: Desk) -> None:
    async with serving(desk):
        desk.server.put({"callback_query": {"id": "77", "from": {"id": 5}, "data": "yes"}})
        await until(lambda: len(desk.server.confirmed) == 1)
        hook = desk.server.hook
        assert hook is not None

        assert hook.carried_out == [{"method": "answerCallbackQuery", "callback_query_id": "77"}]


async def test_failing_posts_make_the_account_unwell_until_one_arrives(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin, "WATCH_S", 0.02)
    async with desk.running(desk.connector(mode="webhook")):
        await until(lambda: desk.server.hook is not None)
        handler, desk.handler = desk.handler, None
        desk.server.say("раз")
        await until(lambda: bool(desk.failures))
        desk.handler = handler
        await until(lambda: len(desk.server.confirmed) == 1)
        told = str(desk.failures[0])
        unwell = len(desk.failures)
        asked = len(desk.server.calls)
        await until(lambda: len(desk.server.calls) > asked + 5)

        assert "can't deliver" in told
        assert "404" in told
        assert "1 updates wait" in told
        assert len(desk.failures) <= unwell + 1


async def test_webhook_that_was_moved_elsewhere_is_set_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugin, "WATCH_S", 0.02)
    async with serving(desk):
        async with desk.http.post(
            f"{desk.server.url}/bot{TOKEN}/setWebhook", data={"url": "http://127.0.0.1:9/other"}
        ) as answer:
            assert answer.status == 200
        await until(lambda: desk.server.hook is not None and desk.server.hook.url == desk.hook_url)

    assert "not to" in str(desk.failures[0])


async def test_two_hundred_posts_at_once_are_stored_once_each(desk: Desk) -> None:
    bodies = [b'{"update_id":%d,"message":{"message_id":%d}}' % (n % 100, n % 100) for n in range(200)]
    async with serving(desk):
        answers = await asyncio.gather(*(post(desk, body) for body in bodies))

    assert {status for status, _ in answers} == {200}
    assert len(await desk.stored()) == 100
