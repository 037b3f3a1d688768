"""The webhook: only the telephone system gets in, and hears where the caller's card is."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from channelhub.domain.media import MediaReference
from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import HubBusy
from channelhub.sdk.media import MediaRefused
from channelhub.sdk.testing import MemoryHub
from connectors.calls.config import CallsConfig
from connectors.calls.media import media_hosts
from connectors.calls.parse import parse
from connectors.calls.plugin import CallsConnector, build
from connectors.calls.providers import mango, zadarma
from connectors.calls.receive import MAX_BODY_BYTES
from tests.connectors.calls import vectors as v

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Phone:
    """A telephone system that posts to a running account."""

    def __init__(self, hub: MemoryHub, http: aiohttp.ClientSession) -> None:
        self.hub = hub
        self.http = http

    async def post(self, body: bytes, path: str = "", **headers: str) -> tuple[int, Any]:
        async with self.http.post(self.hub.url("calls") + path, data=body, headers=FORM | headers) as answer:
            return answer.status, await answer.json(content_type=None)


def account(**keys: Any) -> CallsConfig:
    return CallsConfig(**{"provider": "generic", "secret": Secret(v.SECRET), **keys})


@asynccontextmanager
async def calling(**keys: Any) -> AsyncIterator[Phone]:
    async with MemoryHub() as hub, aiohttp.ClientSession() as http:
        task = asyncio.create_task(build(account(**keys), hub.context("calls")).run(hub.deliver))
        await asyncio.sleep(0)
        yield Phone(hub, http)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (f"/{v.SECRET}", {}, 200),
        (f"?token={v.SECRET}", {}, 200),
        ("", {"Authorization": f"Bearer {v.SECRET}"}, 200),
        ("", {}, 401),
        (f"/{v.SECRET}x", {}, 401),
        ("?token=", {}, 401),
        ("", {"Authorization": f"Basic {v.SECRET}"}, 401),
    ],
)
async def test_end_of_the_address_or_a_token_proves_the_post(path: str, headers: dict[str, str], status: int) -> None:
    async with calling() as phone:
        assert (await phone.post(json.dumps(v.NEW_CALL).encode(), path, **headers))[0] == status

    assert len(phone.hub.stored) == (1 if status == 200 else 0)
    assert v.SECRET not in repr(phone.hub.stored)


async def test_new_call_is_answered_with_the_caller_s_card_and_its_end_is_not() -> None:
    async with calling() as phone:
        _, new = await phone.post(json.dumps(v.NEW_CALL).encode(), f"/{v.SECRET}")
        _, end = await phone.post(json.dumps(v.HANGUP).encode(), f"/{v.SECRET}")
        _, hidden = await phone.post(urlencode(v.HIDDEN | {"event": "newCall"}).encode(), f"/{v.SECRET}")

    base = phone.hub.url("calls").partition("/hooks")[0]
    assert new == {"card": f"{base}/card?identity=phone%3A%2B{v.CALLER}"}
    assert end == hidden == {}


async def test_a_card_may_be_given_for_some_minutes_to_whoever_shows_it() -> None:
    async with calling(card_minutes=15) as phone:
        _, new = await phone.post(json.dumps(v.NEW_CALL).encode(), f"/{v.SECRET}")

    base = phone.hub.url("calls").partition("/hooks")[0]
    assert new == {"card": f"{base}/card/15?identity=phone%3A%2B{v.CALLER}"}


async def test_card_may_be_kept_to_ourselves() -> None:
    async with calling(answers_card=False) as phone:
        assert (await phone.post(json.dumps(v.NEW_CALL).encode(), f"/{v.SECRET}"))[1] == {}


async def test_each_moment_of_a_call_is_stored_once() -> None:
    async with calling() as phone:
        for document in (v.NEW_CALL, v.ANSWER, v.HANGUP, v.NEW_CALL):
            await phone.post(json.dumps(document).encode(), f"/{v.SECRET}")

    assert [name for _, name in phone.hub.stored] == [f"{v.CALL}:{one}" for one in ("newCall", "answer", "hangup")]


async def test_networks_are_asked_for_besides() -> None:
    async with calling(networks=("203.0.113.0/24",)) as phone:
        assert (await phone.post(b"{}", f"/{v.SECRET}"))[0] == 401
    async with calling(networks=("127.0.0.0/8",)) as phone:
        assert (await phone.post(b"{}", f"/{v.SECRET}"))[0] == 200


async def test_body_of_a_stranger_is_not_read() -> None:
    large = b"x" * (MAX_BODY_BYTES + 1)
    async with calling() as phone:
        assert (await phone.post(large))[0] == 401
        assert (await phone.post(large, f"/{v.SECRET}"))[0] == 413


async def test_503_while_the_hub_cannot_store() -> None:
    async with calling() as phone:
        phone.hub.refuse(HubBusy("the queue is full"))

        assert (await phone.post(b"{}", f"/{v.SECRET}"))[0] == 503


def test_mango_s_signature_is_the_documented_one() -> None:
    body = '{"call_id":"c1","call_state":"Appeared"}'
    right = "9456c62db30177f429679e07a7fbfc27fe17f56d797ea9df2406d7d18a600f1c"

    assert mango.is_genuine("key", right, body, own_key="key", salt=Secret("salt"))
    assert not mango.is_genuine("key", right, body + " ", own_key="key", salt=Secret("salt"))
    assert not mango.is_genuine("key", right, body, own_key="key", salt=Secret("salt2"))
    assert not mango.is_genuine("key", right, body, own_key="other", salt=Secret("salt"))


async def test_mango_s_recording_finds_the_caller_of_an_earlier_post_and_no_key_is_stored() -> None:
    async with calling(provider="mango", key=v.KEY) as phone:
        assert (await phone.post(v.mango(v.leg("Appeared")), "/events/call"))[0] == 200
        assert (await phone.post(v.mango(v.MANGO_RECORDING), "/events/recording"))[0] == 200
        assert (await phone.post(v.mango(v.leg("Appeared"), salt="another"), "/events/call"))[0] == 401
        assert (await phone.post(b"json={}", "/events/call"))[0] == 401

    first, second = phone.hub.stored.values()
    assert second.envelope.extra["party"] == "+79161234567"
    assert len(parse(second)) == 2
    assert v.KEY not in repr(first)


@pytest.mark.parametrize(
    ("document", "right"),
    [
        (
            {"event": "NOTIFY_START", "caller_id": "+380501234567", "called_did": "+380441112233"},
            "YWFjM2QzN2Q5ODQyYjRkNDNhMmMzYzNlOTEwZDY5YzAyNDY3MGIyMA==",
        ),
        (
            {"event": "NOTIFY_OUT_START", "internal": "101", "destination": "+380501234567"},
            "Y2IxNGRlYmM3NWI4YzAyYmQ2ODg0ZTRmOTQ1Njk3MjE2OTkyOWUzYg==",
        ),
        (
            {"event": "NOTIFY_RECORD", "pbx_call_id": "in_abc", "call_id_with_rec": "1795293000.1"},
            "ODI3NDg1MjEzMDU1MDI4YTdkNjNiMWM0Y2MyMjU0Nzg4MWE5MDYyMw==",
        ),
    ],
)
def test_zadarma_s_signature_is_the_documented_one(document: dict[str, str], right: str) -> None:
    document = {"call_start": "2026-01-02 03:04:05"} | document

    assert zadarma.is_genuine(right, document, secret=Secret("s3cret"))
    assert not zadarma.is_genuine(right, document | {"event": "NOTIFY_ANSWER"}, secret=Secret("s3cret"))
    assert not zadarma.is_genuine(right, document, secret=Secret("another"))
    assert not zadarma.is_genuine("", {}, secret=Secret("s3cret"))
    assert not zadarma.is_genuine(v.zadarma_signature("", "s3cret"), {}, secret=Secret("s3cret"))


async def test_zadarma_s_record_finds_the_caller_and_its_question_is_echoed() -> None:
    start = v.zadarma("NOTIFY_START")
    async with calling(provider="zadarma", time_zone="Europe/Kyiv") as phone:
        async with phone.http.get(phone.hub.url("calls") + "?zd_echo=a1<b>") as answer:
            assert (answer.content_type, await answer.text()) == ("text/plain", "a1<b>")
        signature = v.zadarma_signature(start["caller_id"] + start["called_did"] + start["call_start"])
        assert (await phone.post(urlencode(start).encode(), Signature=signature))[0] == 200
        signature = v.zadarma_signature(v.ZADARMA_RECORD["pbx_call_id"] + v.ZADARMA_RECORD["call_id_with_rec"])
        assert (await phone.post(urlencode(v.ZADARMA_RECORD).encode(), Signature=signature))[0] == 200
        assert (await phone.post(urlencode(start).encode(), Signature=signature))[0] == 401

    assert [raw.envelope.extra.get("party") for raw in phone.hub.stored.values()] == [f"+{v.CALLER}"] * 2


async def test_binotel_is_told_the_card_before_it_rings() -> None:
    async with calling(provider="binotel") as phone:
        _, asked = await phone.post(urlencode(v.binotel("apiCallSettings")).encode(), f"/{v.SECRET}")
        _, told = await phone.post(urlencode(v.binotel("apiCallCompleted")).encode(), f"/{v.SECRET}")

    assert asked["status"] == told["status"] == "success"
    assert "identity=phone%3A0501234567" in asked["customerData"]["linkToCrmUrl"]
    assert "customerData" not in told


async def test_recording_of_mango_is_fetched_by_a_signed_address() -> None:
    async with MemoryHub() as hub:
        connector: CallsConnector = build(account(provider="mango", key=v.KEY), hub.context("calls"))
        request = await connector.media(MediaReference(reference="MToxMDA3Og=="))
        expires = str(int(hub.now.timestamp()) + 3600)
        sign = hashlib.sha256(f"{v.KEY}{expires}MToxMDA3Og=={v.SECRET}".encode()).hexdigest()

        assert request.url == (
            f"https://app.mango-office.ru/vpbx/queries/recording/link/MToxMDA3Og==/download/{v.KEY}/{expires}/{sign}"
        )
        for reference in ("../../x", "http://rec.example/1.mp3", ""):
            with pytest.raises(MediaRefused):
                await connector.media(MediaReference(reference=reference))


def test_recordings_come_from_listed_hosts_only() -> None:
    assert [one.name for one in media_hosts(account())] == []
    assert [one.name for one in media_hosts(account(recording_hosts=("rec.example",)))] == ["rec.example"]


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"secret": Secret("short")}, "at least 8"),
        ({"provider": "mango"}, "key is empty"),
        ({"networks": ("here",)}, "networks"),
        ({"recording_hosts": ("http://x",)}, "recording_hosts"),
        ({"time_zone": "Kyiv"}, "time_zone"),
    ],
)
def test_faults_of_the_configuration_are_told(keys: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        account(**keys)
