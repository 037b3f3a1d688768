"""The wire: what is sent, what is never followed, and how long anything may last. Both faces alike."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from channelhub.client import HubClient, HubProblem, HubUnreachable, NotAHub
from channelhub.client.awaiting import AsyncHubClient
from channelhub.client.patience import Patience
from tests.client.scripted import Answer, Scripted, scripted

ACCEPTED = Answer(202, b'{"id": "1", "duplicate": false}')
MESSAGE: Any = {"account": "shop", "external_id": "1", "text": "ґ"}


@pytest.fixture(autouse=True)
def answers_are_described() -> None:
    """What answers here is no hub."""


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted() as started:
        yield started


Doing = Callable[..., Any]


@pytest.fixture(params=["blocking", "awaited"])
def do(request: pytest.FixtureRequest, server: Scripted) -> Doing:
    """Does something with a client of this face: `do("outages.get", 7, …)`."""

    def blocking(word: str, *given: Any, options: dict[str, Any] | None = None, **named: Any) -> Any:
        with HubClient(server.url, "chub_t", **(options or {})) as hub:
            subject, _, method = word.partition(".")
            return getattr(getattr(hub, subject), method)(*given, **named)

    def awaited(word: str, *given: Any, options: dict[str, Any] | None = None, **named: Any) -> Any:
        async def run() -> Any:
            async with AsyncHubClient(server.url, "chub_t", **(options or {})) as hub:
                subject, _, method = word.partition(".")
                return await getattr(getattr(hub, subject), method)(*given, **named)

        return asyncio.run(run())

    return blocking if request.param == "blocking" else awaited


def test_a_post_is_sent_again_under_the_same_key(do: Doing, server: Scripted) -> None:
    server.answers = [Answer(503, b"", {"Retry-After": "0"}), Answer(429, b"", {"Retry-After": "0"}), ACCEPTED]

    assert do("messages.reply", 7, {"text": "ґ"}) == {"id": "1", "duplicate": False}
    [key] = {one.headers["Idempotency-Key"] for one in server.asked}
    assert len(key) == 36
    assert [json.loads(one.body) for one in server.asked] == [{"text": "ґ"}] * 3
    assert server.asked[0].headers["Authorization"] == "Bearer chub_t"


def test_a_message_is_sent_again_without_a_key_since_it_has_an_id(do: Doing, server: Scripted) -> None:
    server.answers = [Answer(503, b"", {"Retry-After": "0"}), ACCEPTED]
    do("messages.post", MESSAGE)

    assert [one.headers["Idempotency-Key"] for one in server.asked] == [None, None]


def test_a_key_of_ones_own_is_sent(do: Doing, server: Scripted) -> None:
    server.answers = [ACCEPTED]
    do("messages.post", MESSAGE, key="order-7")

    assert server.asked[0].headers["Idempotency-Key"] == "order-7"


def test_a_change_is_sent_once(do: Doing, server: Scripted) -> None:
    server.answers = [Answer(503, b"", {"Retry-After": "0"})]
    with pytest.raises(HubProblem):
        do("incidents.change", 7, {"version": 1}, if_match='"abc"')

    assert [(one.method, one.headers["If-Match"]) for one in server.asked] == [("PATCH", '"abc"')]


def test_patience_ends(do: Doing, server: Scripted) -> None:
    server.answers = [Answer(503, b"", {"Retry-After": "0"})]
    with pytest.raises(HubProblem) as refused:
        do("outages.get", 7, options={"patience": Patience(tries=3)})

    assert len(server.asked) == 3
    assert refused.value.retry_after_s == 0


def test_a_redirect_is_a_problem_and_takes_no_token_elsewhere(do: Doing, server: Scripted) -> None:
    server.answers = [Answer(307, b"", {"Location": f"{server.url}/elsewhere"})]
    with pytest.raises(HubProblem, match="leads elsewhere"):
        do("outages.get", 7)

    assert len(server.asked) == 1


def test_a_problem_is_told_with_all_it_says(do: Doing, server: Scripted) -> None:
    said = {"type": "urn:x", "title": "T", "detail": "D", "status": 422, "errors": {"limit": "too many"}}
    server.answers = [Answer(422, json.dumps(said).encode())]
    with pytest.raises(HubProblem, match=r"^D$") as refused:
        do("outages.page", limit=5000)

    assert (refused.value.type, refused.value.errors) == ("urn:x", {"limit": "too many"})


def test_an_answer_has_a_size_and_a_time(do: Doing, server: Scripted) -> None:
    server.answers = [Answer(200, b'"' + b"x" * 200_000 + b'"')]
    with pytest.raises(NotAHub, match="more than 100000 bytes"):
        do("outages.get", 7, options={"max_answer_bytes": 100_000})

    server.answers = [Answer(200, b'"' + b"x" * 1000 + b'"', drip_s=0.05)]
    began = time.monotonic()
    with pytest.raises(HubUnreachable):
        do("outages.get", 7, options={"timeout_s": 0.3})
    assert time.monotonic() - began < 2


def test_what_is_no_json_is_no_hub(do: Doing, server: Scripted) -> None:
    server.answers = [Answer(200, b"<html>"), Answer(200, b"[" * 100_000)]
    for _ in range(2):
        with pytest.raises(NotAHub):
            do("outages.get", 7)


def test_values_stay_within_their_part_of_the_address(do: Doing, server: Scripted) -> None:
    do("messages.held", "a/../b?c#d", {"ids": []})
    do("outages.page", open=True, before="a&limit=9 ґ", limit=3)

    assert server.asked[0].path == "/api/v1/import/a%2F..%2Fb%3Fc%23d/held"
    assert server.asked[1].path == "/api/v1/outages?open=true&before=a%26limit%3D9+%D2%91&limit=3"


@pytest.mark.parametrize("size", [1, 3 * 1024 * 1024])
def test_a_mail_goes_as_it_is(do: Doing, server: Scripted, size: int) -> None:
    server.answers = [ACCEPTED]
    mail = b"From: a\r\n\r\n" + b"\xff" * size
    do("messages.import_mail", "mail", mail)

    assert server.asked[0].body == mail
    assert server.asked[0].headers["Content-Type"] == "message/rfc822"


def test_a_token_or_key_that_would_be_two_headers_is_not_sent(do: Doing, server: Scripted) -> None:
    with pytest.raises(ValueError, match="Idempotency-Key"):
        do("messages.post", MESSAGE, key="a\r\nX: y")

    assert server.asked == []


def test_nobody_at_the_address_is_said_so(do: Doing, server: Scripted) -> None:
    server.shutdown()
    server.server_close()
    with pytest.raises(HubUnreachable, match="doesn't answer"):
        do("outages.get", 7)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://h",
        "hub.example",
        "http://",
        "http://u:p@h",
        "http://h?x=1",
        "http://h:x",
        "http://h:0",
        "http://[h",
        "http://h/ґ",
        "http://h/a b",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="address of a hub"):
        HubClient(url, "t")


REPLY: Any = {"text": "ґ"}
LOST = [Answer(), Answer(is_lost=True), ACCEPTED]


def test_a_connection_that_the_hub_closed_meanwhile_costs_nothing(server: Scripted) -> None:
    server.answers = LOST.copy()
    with HubClient(server.url, "t") as hub:
        hub.operations.livez()
        hub.messages.reply(7, REPLY)
    keys = [one.headers["Idempotency-Key"] for one in server.asked]

    assert keys[0] is None
    assert keys[1] == keys[2]


async def test_it_costs_nothing_who_awaits_either(server: Scripted) -> None:
    server.answers = LOST.copy()
    async with AsyncHubClient(server.url, "t") as hub:
        await hub.operations.livez()
        await hub.messages.reply(7, REPLY)
    keys = [one.headers["Idempotency-Key"] for one in server.asked]

    assert keys[0] is None
    assert keys[1] == keys[2]


def test_a_request_that_gets_no_answer_on_a_new_connection_is_told_of(do: Doing, server: Scripted) -> None:
    server.answers = [Answer(is_lost=True)]
    with pytest.raises(HubUnreachable):
        do("messages.reply", 7, REPLY)

    assert len(server.asked) == 1


@pytest.mark.parametrize("is_awaited", [False, True])
def test_a_change_is_sent_once_also_where_the_connection_is_lost(server: Scripted, is_awaited: bool) -> None:
    server.answers = LOST.copy()

    async def awaited() -> None:
        async with AsyncHubClient(server.url, "t") as hub:
            await hub.operations.livez()
            await hub.incidents.change(7, {"version": 1})

    def blocking() -> None:
        with HubClient(server.url, "t") as hub:
            hub.operations.livez()
            hub.incidents.change(7, {"version": 1})

    with pytest.raises(HubUnreachable):
        asyncio.run(awaited()) if is_awaited else blocking()
    assert [one.method for one in server.asked] == ["GET", "PATCH"]


def test_a_connection_is_kept_and_replaced_where_the_hub_closed_it(server: Scripted) -> None:
    server.answers = [Answer(), Answer(is_end=True), Answer()]
    with HubClient(server.url, "t") as hub:
        for _ in range(3):
            hub.operations.livez()
    ports = [one.peer_port for one in server.asked]

    assert ports[0] == ports[1] != ports[2]


def test_what_is_left_of_an_answer_is_not_taken_for_the_next(server: Scripted) -> None:
    server.answers = [Answer(), Answer(200, b'{"a": "' + b"x" * 200_000 + b'"}'), Answer(200, b'{"b": 2}')]
    with HubClient(server.url, "t", max_answer_bytes=1000) as hub:
        hub.operations.livez()
        with pytest.raises(NotAHub):
            hub.outages.get(7)

        assert hub.outages.get(8) == {"b": 2}


def test_threads_that_share_a_client_get_each_their_own_answer(server: Scripted) -> None:
    server.answer_to = lambda path: Answer(200, b'{"id": %s}' % path.rpartition("/")[2].encode())
    with HubClient(server.url, "t") as hub, ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda number: hub.outages.get(number), range(40)))

    assert found == [{"id": number} for number in range(40)]


def test_the_hub_may_stand_below_a_path(server: Scripted) -> None:
    with HubClient(f"{server.url}/hub/", lambda: "t") as hub:
        hub.operations.livez()

    assert server.asked[0].path == "/hub/livez"


def test_a_list_that_goes_round_in_a_circle_ends(server: Scripted) -> None:
    server.answers = [Answer(200, b'{"items": [1], "next": "7"}')]
    with HubClient(server.url, "t") as hub, pytest.raises(NotAHub, match="again and again"):
        list(hub.outages.every())
