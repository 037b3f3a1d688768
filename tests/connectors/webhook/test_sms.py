"""SMS gateways: the secret in an address, receipts, and messages by a template of the gateway's call."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import aiohttp
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.inbound import DeliveryStatus, Inbound, NewMessage
from channelhub.domain.outbound import Outbound
from channelhub.domain.people import Evidence, Handle
from channelhub.sdk.errors import AuthFailed, Blocked, Rejected, Unavailable, Unparseable
from channelhub.sdk.parts import PartlySent
from channelhub.sdk.testing import Fault, MemoryHub
from channelhub.settings.check import decode_custom
from connectors.webhook.parse import parse
from connectors.webhook.proof import without_field
from connectors.webhook.sms.config import SmsConfig
from connectors.webhook.sms.filling import check, fill
from connectors.webhook.sms.plugin import SmsConnector, plugin
from connectors.webhook.sms.send import LATER_S, Unclear, pace
from tests.connectors.webhook.samples import configured, delivery
from tests.servers.gateway import TOKEN, GatewayServer

SECRET = "a-secret-made-up-by-us-9f2c"
PHONE = "+380671112233"
CALLER = {"kind": "phone", "value": "$.from", "evidence": "caller"}
SAID = {"gives": "message", "has": ["$.text"], "id": "$.id", "text": "$.text", "identities": [CALLER]}
RECEIPT = {
    "gives": "receipt",
    "has": ["$.status"],
    "sent": "$.id",
    "about": "$.reference",
    "type": "$.status",
    "types": {"DELIVRD": "delivered", "UNDELIV": "failed"},
    "text": "$.reason",
    "identities": [{"kind": "phone", "value": "$.to"}],
}
SEND = {
    "headers": {"Authorization": "Bearer {secret}"},
    "body": {
        "to": ["{to}"],
        "sms": {"text": "{text}", "flash": False},
        "ref": "{token}",
        "id": "{id}",
        "dlr": "{callback}",
    },
    "taken": {"$.status": "accepted"},
    "blocked": {"$.code": [21610, "STOP"]},
    "busy": {"$.code": 503},
    "id": "$.message_id",
    "why": "$.error",
}
ANSWER = Outbound(id=7, to=PHONE, text="Вже їде", reply_token="token-of-ours")


def account(*mappings: dict[str, Any], **keys: Any) -> SmsConfig:
    values = {"proof": "token", "secret": SECRET, "trust": "verified", "mappings": list(mappings or [SAID, RECEIPT])}
    return msgspec.convert(
        values | {"send_secret": TOKEN, "send": SEND | {"url": "https://x.example"}} | keys,
        SmsConfig,
        dec_hook=decode_custom,
    )


def read(fields: dict[str, str], **keys: Any) -> Inbound:
    [item] = parse(delivery(account(body="form", **keys), urlencode(fields).encode()))
    return item


@asynccontextmanager
async def gateway(**send: Any) -> AsyncIterator[tuple[GatewayServer, SmsConnector]]:
    async with GatewayServer() as server, MemoryHub() as hub:
        config = account(send=SEND | {"url": f"{server.url}/messages", "timeout_s": 2} | send)
        yield server, plugin.build(config, hub.context("sms"))  # type: ignore[misc]


def test_receipt_names_the_message_by_our_token_and_by_the_gateway_s_id() -> None:
    report = read(
        {"id": "g1", "status": "UNDELIV", "reference": "token-of-ours", "to": PHONE, "reason": "absent\nsubscriber"}
    )

    assert isinstance(report, DeliveryStatus)
    assert (report.status, report.is_permanent, report.detail) == ("failed", True, "absent subscriber")
    assert (report.about, report.sent_id) == (("token-of-ours",), "g1")
    assert report.sent_to == Handle(kind="phone", value=PHONE, evidence=Evidence.TRUSTED_ACCOUNT)


@pytest.mark.parametrize(
    "fields", [{"status": "DELIVRD"}, {"status": "DELIVRD", "id": "g1"}, {"status": "?", "reference": "t"}]
)
def test_receipt_of_nothing_is_parked(fields: dict[str, str]) -> None:
    with pytest.raises(Unparseable):
        read(fields)


def test_messages_are_read_as_any_post_is() -> None:
    said = read({"id": "m1", "from": PHONE, "text": "Де посилка?"})

    assert isinstance(said, NewMessage)
    assert (said.external_id, said.content.text, said.sender.handles[0].value) == ("m1", "Де посилка?", PHONE)


def test_kind_that_sends_nothing_takes_no_receipts() -> None:
    with pytest.raises(msgspec.ValidationError, match="sends nothing"):
        configured(RECEIPT)


async def test_secret_in_a_field_of_the_address_proves_the_post_and_is_not_stored() -> None:
    config = account(proof="field", field="key", body="query", answer_body="OK")
    async with MemoryHub() as hub, aiohttp.ClientSession() as http:
        task = asyncio.create_task(plugin.build(config, hub.context("sms")).run(hub.deliver))
        fields = {"id": "m1", "from": PHONE, "text": "Привіт & бувай"}
        right, wrong = fields | {"key": SECRET}, fields | {"key": SECRET + "x"}
        for given, status in ((right, 200), (fields, 401), (wrong, 401), (right, 200)):
            async with http.get(f"{hub.url('sms')}?{urlencode(given)}") as answer:
                assert answer.status == status
        async with http.get(f"{hub.url('sms')}?{urlencode(right)}&key={SECRET}") as answer:
            assert answer.status == 401, "of two secrets none is believed"
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    [raw] = hub.stored.values()
    assert SECRET not in repr(raw)
    [said] = parse(delivery(config, raw.body))
    assert isinstance(said, NewMessage)
    assert said.content.text == "Привіт & бувай"


async def test_secret_may_stand_in_the_address_of_a_json_post_or_in_a_form() -> None:
    async with MemoryHub() as hub, aiohttp.ClientSession() as http:
        for kind, address, body in (
            ("json", f"?token={SECRET}", b'{"id":"1","from":"+380671112233","text":"x"}'),
            ("form", "", f"id=2&from=%2B380671112233&text=x&token={SECRET}".encode()),
        ):
            config = account(proof="field", body=kind)
            task = asyncio.create_task(plugin.build(config, hub.context(kind)).run(hub.deliver))
            async with http.post(hub.url(kind) + address, data=body) as answer:
                assert answer.status == 200
            async with http.post(hub.url(kind), data=body.replace(SECRET.encode(), b"guess")) as answer:
                assert answer.status == 401
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    assert len(hub.stored) == 2
    assert SECRET not in repr(hub.stored)


async def test_message_is_handed_over_as_the_template_says() -> None:
    async with gateway(number="digits") as (server, connector):
        receipt = await connector.send(ANSWER)

    [taken] = server.sent
    dlr = taken.pop("dlr")
    assert receipt.external_id == "g1"
    assert dlr.endswith("/hooks/sms")
    assert taken == {
        "to": ["380671112233"],
        "sms": {"text": "Вже їде", "flash": False},
        "ref": "token-of-ours",
        "id": "7",
    }


async def test_gateway_may_want_a_form_or_only_an_address() -> None:
    fields = {"to": "{to}", "text": "{text}"}
    async with gateway(format="form", body=fields) as (server, connector):
        await connector.send(ANSWER)
        assert server.sent == [{"to": PHONE, "text": "Вже їде"}]
    async with gateway(method="GET", query=fields, body={}) as (server, connector):
        await connector.send(ANSWER)
        assert server.sent == [{"to": PHONE, "text": "Вже їде"}]


async def test_long_text_goes_in_several_and_breaking_off_is_not_repeated() -> None:
    async with gateway(max_chars=20) as (server, connector):
        receipt = await connector.send(Outbound(id=7, to=PHONE, text="слово " * 6))

        assert [one["id"] for one in server.sent] == ["7", "7-1"]
        assert receipt.external_id == "g1"
        assert len(set(receipt.parts) - {""}) == 2


async def test_second_part_that_fails_is_told_as_partly_sent() -> None:
    async with gateway(max_chars=20) as (server, connector):
        faults = iter((None, Fault.RATE_LIMITED))
        server._next_fault = lambda: next(faults)
        with pytest.raises(PartlySent, match="1 of 2"):
            await connector.send(Outbound(id=7, to=PHONE, text="слово " * 6))


@pytest.mark.parametrize(
    ("answer", "failure", "words"),
    [
        ((200, {"status": "rejected", "error": "bad number"}), Rejected, "bad number"),
        ((200, {"status": "rejected", "code": 21610}), Blocked, "doesn't take"),
        ((400, {"code": "STOP"}), Blocked, "doesn't take"),
        ((200, {"code": 503}), Unavailable, "200"),
        ((429, {"error": "slowly"}), Unavailable, "slowly"),
        ((401, {"error": "who?"}), AuthFailed, "send_secret"),
        ((422, "nonsense"), Rejected, "422"),
        ((302, ""), Unclear, "302"),
        ((500, "oops"), Unclear, "500"),
        ((200, "<html>down for repairs</html>"), Unclear, "not how it went"),
    ],
)
async def test_answers_are_told_apart(answer: tuple[int, Any], failure: type[Exception], words: str) -> None:
    async with gateway() as (server, connector):
        server.answer = answer
        with pytest.raises(failure, match=words) as raised:
            await connector.send(ANSWER)

    assert type(raised.value) is failure
    assert not isinstance(raised.value, Unavailable) or raised.value.retry_after_s == LATER_S


async def test_plain_answer_is_looked_into_as_text() -> None:
    async with gateway(taken={"$.text": ["OK"]}, id="$.text") as (server, connector):
        server.answer = (200, "OK\n")
        assert (await connector.send(ANSWER)).external_id == "OK"
        server.answer = (200, "ERROR 5")
        with pytest.raises(Rejected):
            await connector.send(ANSWER)


def test_all_messages_are_one_lane() -> None:
    limits = pace(account(send=SEND | {"url": "https://x.example", "per_minute": 7}))

    assert limits.per_minute_in_lane == 7
    assert limits.lane(PHONE) == limits.lane("+380670000000")


@pytest.mark.parametrize(
    ("send", "words"),
    [
        ({"body": {"text": "{words}"}}, "no slot"),
        ({"body": {"text": "{text"}}, "no slot"),
        ({"body": {"to": "{to}"}}, "{text} is in neither"),
        ({"method": "GET"}, "a GET has none"),
        ({"format": "form"}, "texts only"),
        ({"id": "$.["}, "no name"),
        ({"taken": {"status": "ok"}}, "expected"),
    ],
)
def test_faults_of_the_template_are_told_when_it_is_read(send: dict[str, Any], words: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=words):
        account(send=SEND | {"url": "https://x.example"} | send)


def test_secret_that_a_template_needs_has_to_be_there() -> None:
    with pytest.raises(msgspec.ValidationError, match="send_secret is empty"):
        account(send=SEND | {"url": "https://x.example"}, send_secret="")


@given(text=st.text(max_size=80), to=st.text(max_size=20))
def test_what_fills_a_slot_is_never_read_as_a_template(text: str, to: str) -> None:
    tree = {"a": ["{to}", {"b": "<{text}>"}], "n": 1, "brace": "{{text}}"}
    check(tree)

    assert fill(tree, {"to": to, "text": text}) == {"a": [to, {"b": f"<{text}>"}], "n": 1, "brace": "{text}"}


@given(fields=st.lists(st.tuples(st.sampled_from(["key", "a", "k ey"]), st.text(max_size=8)), max_size=6))
def test_taking_a_field_out_leaves_all_others_as_they_came(fields: list[tuple[str, str]]) -> None:
    source = urlencode(fields).encode()

    assert without_field(source, "key") == urlencode([one for one in fields if one[0] != "key"]).encode()
