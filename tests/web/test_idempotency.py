"""The same request under one Idempotency-Key is answered alike and does its work once."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channelhub.store import idempotency
from channelhub.store.sqlite import SqliteSession
from channelhub.web.connection import Deadlines
from channelhub.web.idempotency import KEPT, REPLAYED
from tests.web.conftest import BEGAN, Hub, running

MESSAGE: dict[str, Any] = {"account": "shop", "external_id": "m-1", "text": "hello"}
TOKEN = {"role": "ingest", "name": "made once"}


class Answer:
    def __init__(self, status: int, headers: Any, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def same(self) -> tuple[int, bytes, str]:
        return self.status, self.body, self.headers.get("Content-Type", "")


async def post(hub: Hub, path: str, body: object, key: str = "k-1", headers: dict[str, str] | None = None) -> Answer:
    sent = {"Content-Type": "application/json", "Idempotency-Key": key} | (headers or hub.admin())
    async with hub.http.post(f"{hub.url}/api/v1{path}", data=json.dumps(body).encode(), headers=sent) as answer:
        return Answer(answer.status, answer.headers, await answer.read())


async def tokens_made(hub: Hub) -> int:
    async with hub.http.get(f"{hub.url}/api/v1/tokens", headers=hub.admin()) as answer:
        return len((await answer.json())["items"])


async def test_the_same_request_many_times_is_answered_alike(hub: Hub) -> None:
    first = await post(hub, "/messages", MESSAGE)
    again = [await post(hub, "/messages", MESSAGE) for _ in range(30)]

    assert first.status == 202
    assert {one.same for one in again} == {first.same}  # duplicate: false, as the first was told
    assert REPLAYED not in first.headers
    assert {one.headers[REPLAYED] for one in again} == {"true"}
    assert first.headers["Idempotency-Key"] == "k-1"


async def test_together_they_do_it_once_and_those_under_way_are_told_409(hub: Hub) -> None:
    answers = await asyncio.gather(*(post(hub, "/tokens", TOKEN) for _ in range(20)))
    done = [one for one in answers if one.status == 201]

    assert {one.status for one in answers} <= {201, 409}
    assert len({one.same for one in done}) == 1
    assert all(one.headers["Retry-After"] == "1" for one in answers if one.status == 409)
    assert await tokens_made(hub) == 1


async def test_a_key_serves_one_request_of_one_asker(hub: Hub) -> None:
    ingest = await hub.token("ingest", "shop")
    first = await post(hub, "/messages", MESSAGE)
    other_body = await post(hub, "/messages", MESSAGE | {"external_id": "m-2"})
    other_path = await post(hub, "/tokens", MESSAGE)
    other_asker = await post(hub, "/messages", MESSAGE | {"external_id": "m-2"}, headers=ingest)
    quoted = await post(hub, "/messages", MESSAGE, key='"k-1"')

    assert (first.status, other_body.status, other_path.status) == (202, 422, 422)
    assert list(json.loads(other_body.body)["errors"]) == ["Idempotency-Key"]
    assert (other_asker.status, REPLAYED in other_asker.headers) == (202, False)
    assert quoted.same == first.same


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "a\tb", "ключ"])
async def test_a_key_that_cant_be_one_is_refused(hub: Hub, key: str) -> None:
    answer = await post(hub, "/messages", MESSAGE, key=key)

    assert (answer.status, list(json.loads(answer.body)["errors"])) == (422, ["Idempotency-Key"])


async def test_what_was_refused_leaves_the_key_free(hub: Hub) -> None:
    refused = await post(hub, "/messages", MESSAGE | {"account": "nobody"})
    taken = await post(hub, "/messages", MESSAGE)

    assert (refused.status, taken.status) == (404, 202)


async def test_the_answer_outlives_a_restart_but_no_secret_is_written_down(tmp_path: Path) -> None:
    async with running(tmp_path, Deadlines(), {}) as hub:
        message = await post(hub, "/messages", MESSAGE)
        token = await post(hub, "/tokens", TOKEN, key="k-2")
        again = await post(hub, "/tokens", TOKEN, key="k-2")
    async with running(tmp_path, Deadlines(), {}) as hub:
        message_later = await post(hub, "/messages", MESSAGE)
        token_later = await post(hub, "/tokens", TOKEN, key="k-2")
        made = await tokens_made(hub)
    secret = json.loads(token.body)["token"].encode()

    assert message_later.same == message.same
    assert again.same == token.same
    assert (token_later.status, made) == (409, 1)
    assert not any(secret in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


async def test_what_was_cut_off_is_not_done_again_unless_the_route_drops_repetitions(hub: Hub) -> None:
    for path, body in (("/tokens", TOKEN), ("/messages", MESSAGE)):
        await post(hub, path, body, key=path)
    await cut_off(hub)
    token, message = (
        await post(hub, "/tokens", TOKEN, key="/tokens"),
        await post(hub, "/messages", MESSAGE, key="/messages"),
    )

    assert (token.status, await tokens_made(hub)) == (409, 1)
    assert (message.status, json.loads(message.body)["duplicate"]) == (202, True)


async def cut_off(hub: Hub) -> None:
    """As a crash leaves keys: taken, without an answer."""
    for row in await rows(hub, "SELECT id FROM idempotency_keys"):
        key_id = row["id"]
        await hub.store.writer.command(
            lambda session, key_id=key_id: idempotency.keep(session, key_id, status=0, content_type="", answer=None)
        )


async def rows(hub: Hub, sql: str) -> list[Any]:
    async with hub.store.readers.read() as session:
        assert isinstance(session, SqliteSession)
        return list(await session._connection.execute_fetchall(sql))


async def test_a_day_later_the_key_is_free_and_old_ones_are_gone(hub: Hub) -> None:
    for n in range(5):
        await post(hub, "/messages", MESSAGE | {"external_id": f"m-{n}"}, key=f"k-{n}")
    hub.clock[0] = BEGAN + KEPT + timedelta(seconds=1)
    fresh = await post(hub, "/messages", MESSAGE, key="k-0")
    (row,) = await rows(hub, "SELECT count(*) AS n FROM idempotency_keys")

    assert (fresh.status, REPLAYED in fresh.headers) == (202, False)
    assert row["n"] == 1
