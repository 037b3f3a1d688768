"""One app posts to one address for all its numbers: what is whose."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from channelhub.domain.inbound import NewMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.proof import is_signed
from channelhub.sdk.testing import MemoryHub, running
from connectors.meta.delivery import deliveries, owners
from connectors.meta.whatsapp.config import WhatsAppConfig
from connectors.meta.whatsapp.delivery import parts
from connectors.meta.whatsapp.parse import parse
from tests.connectors.whatsapp.vectors import SENT, change, contact, post, text
from tests.contract.test_whatsapp import VERIFY, WhatsAppRig
from tests.servers.graph import NUMBER_ID

OTHER_ID = "209876543210987"
NOW = datetime.fromtimestamp(SENT, UTC) + timedelta(minutes=1)


def configured(**keys: Any) -> WhatsAppConfig:
    given = {"token": Secret("t"), "app_secret": Secret("s"), "verify_token": Secret("v"), "phone_number_id": NUMBER_ID}
    return WhatsAppConfig(**(given | keys))


def of(number_id: str, words: str, number: int) -> dict[str, Any]:
    return change(number_id=number_id, contacts=[contact()], messages=[text(words, number=number)])


def words_by_account(body: bytes, kin: dict[str, WhatsAppConfig]) -> dict[str, list[str]]:
    places = {name: one.phone_number_id for name, one in kin.items()} | {"wa": NUMBER_ID}
    owned = owners(configured(), "wa", kin, places=places)
    raws = deliveries(body, parts(body), account="wa", owned=owned, now=NOW)
    return {raw.account: [one.content.text for one in parse(raw) if isinstance(one, NewMessage)] for raw in raws}


def test_each_account_reads_the_messages_of_its_own_number() -> None:
    body = post(of(NUMBER_ID, "наше", 1), of(OTHER_ID, "інше", 2))

    assert words_by_account(body, {"wb": configured(phone_number_id=OTHER_ID)}) == {"wa": ["наше"], "wb": ["інше"]}


def test_a_number_that_no_account_has_is_kept_where_it_came() -> None:
    assert words_by_account(post(of(OTHER_ID, "чиєсь", 1)), {}) == {"wa": ["чиєсь"]}


def test_another_app_s_signature_proves_nothing_for_our_numbers() -> None:
    kin = {"wb": configured(phone_number_id=OTHER_ID, app_secret=Secret("another"))}

    assert words_by_account(post(of(OTHER_ID, "підробка", 1)), kin) == {"wa": ["підробка"]}


def test_what_comes_days_late_is_history() -> None:
    body, later = post(of(NUMBER_ID, "так", 1)), NOW + timedelta(days=3)
    (fresh,) = deliveries(body, parts(body), account="wa", owned={}, now=NOW)
    (late,) = deliveries(body, parts(body), account="wa", owned={}, now=later)

    assert (fresh.is_backfill, late.is_backfill) == (False, True)
    assert fresh.channel_time == datetime.fromtimestamp(SENT, UTC)
    assert fresh.delivery_id == late.delivery_id


def test_two_accounts_with_one_number_are_told() -> None:
    faults = list(WhatsAppConfig.faults_together({"wa": configured(), "wb": configured()}))

    assert faults == [("wb", "phone_number_id", "expected a number that account wa doesn't have")]


def test_a_signature_as_meta_makes_it_is_genuine() -> None:
    body = rb'{"text":"\u041f\u0440\u0438\u0432\u0435\u0442"}'
    given = "sha256=146cae5e7d950b53a48d736497d723e73d275d2d850f4d3890598f173f1de10f"

    assert hmac.new(b"s3cret", body, hashlib.sha256).hexdigest() == given.removeprefix("sha256=")
    assert is_signed(given, body, secret=Secret("s3cret"), prefix="sha256=")


@pytest.mark.parametrize(
    ("query", "status", "answer"),
    [
        ({"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}, 200, "1158201444"),
        ({"hub.mode": "subscribe", "hub.verify_token": VERIFY[:-1], "hub.challenge": "1"}, 403, None),
        ({"hub.mode": "unsubscribe", "hub.verify_token": VERIFY, "hub.challenge": "1"}, 403, None),
        ({}, 403, None),
    ],
)
async def test_the_address_is_vouched_for_to_whoever_knows_the_verify_token(
    query: dict[str, str], status: int, answer: str | None
) -> None:
    async with (
        WhatsAppRig() as rig,
        MemoryHub() as hub,
        running(rig, hub),
        aiohttp.ClientSession() as client,
        client.get(hub.url("wa"), params=query) as response,
    ):
        assert response.status == status
        assert answer is None or await response.text() == answer
        assert answer is None or response.content_type == "text/plain"
