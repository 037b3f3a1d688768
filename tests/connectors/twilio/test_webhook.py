"""The webhook: only Twilio gets in, and what its posts didn't bring is found in its list."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from yarl import URL

from channelhub.domain.inbound import NewMessage
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Completeness, Health
from channelhub.sdk.errors import AuthFailed, HubBusy, Unavailable, Unparseable
from connectors.twilio.health import REPEATS
from connectors.twilio.parse import parse_sms
from tests.connectors.telegram.conftest import until
from tests.connectors.twilio import vectors as v
from tests.connectors.twilio.conftest import Desk
from tests.servers.twilio import NUMBER, ROOT, entry, signature

SERVICE = "MG" + "a1" * 16


def sid(number: int) -> str:
    return f"SM{number:032x}"


async def test_message_and_report_are_stored_and_answered_with_nothing_to_say(desk: Desk) -> None:
    async with desk.running(desk.connector()), aiohttp.ClientSession() as session:
        assert await desk.server.tell(v.DELIVERED, query="?about=ours") == 200
        body = v.encoded(v.TEXT)
        headers = {
            "X-Twilio-Signature": signature(desk.hub.url("sms"), body),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        async with session.post(desk.hub.url("sms"), data=body, headers=headers) as answer:
            assert (answer.status, answer.content_type) == (200, "text/xml")
            assert (await answer.text()).endswith("<Response/>")

    report, said = desk.hub.stored.values()
    assert report.envelope.extra == {"about": "ours"}
    assert (said.delivery_id, said.body) == (v.SID, body)


async def test_number_may_call_by_get(desk: Desk) -> None:
    url = f"{desk.hub.url('sms')}?{v.encoded(v.TEXT).decode()}"
    async with desk.running(desk.connector()), aiohttp.ClientSession() as session:
        headers = {"X-Twilio-Signature": signature(url, b"")}
        async with session.get(URL(url, encoded=True), headers=headers) as answer:
            assert answer.status == 200

    [raw] = desk.hub.stored.values()
    [said] = parse_sms(raw)
    assert isinstance(said, NewMessage)
    assert said.content.text == "Де моє замовлення?"


@pytest.mark.parametrize("query", ["?about=forged", ""])
async def test_wrong_signature_is_refused_and_nothing_is_stored(desk: Desk, query: str) -> None:
    body = v.encoded(v.DELIVERED)
    given = signature(desk.hub.url("sms") + ("?about=ours" if query else "x"), body)
    async with (
        desk.running(desk.connector()),
        aiohttp.ClientSession() as session,
        session.post(
            desk.hub.url("sms") + query,
            data=body,
            headers={"X-Twilio-Signature": given, "Content-Type": "application/x-www-form-urlencoded"},
        ) as answer,
    ):
        assert answer.status == 401

    assert not desk.hub.stored


async def test_503_while_the_hub_cannot_store(desk: Desk) -> None:
    async with desk.running(desk.connector()):
        desk.hub.refuse(HubBusy("the queue is full"))

        assert await desk.server.tell(v.TEXT) == 503


async def test_what_no_post_brought_is_found_in_the_list_with_its_files(desk: Desk) -> None:
    late = desk.hub.now - timedelta(minutes=5)
    desk.server.listed = [
        entry(sid(5), "ще в дорозі", at=desk.hub.now),
        entry(sid(4), "наше", at=late, direction="outbound-api", to=v.IRYNA),
        entry(sid(3), "Фото", at=late, files=1),
        entry(sid(2), "Є", at=late),
        entry(sid(1), "старе", at=desk.hub.now - timedelta(hours=2)),
    ]
    uri = f"{ROOT}/Messages/{sid(3)}/Media/ME1.json"
    desk.server.media[sid(3)] = [{"sid": "ME1", "uri": uri, "content_type": "image/png"}]
    await desk.hub.deliver([_raw(sid(2))])
    async with desk.running(desk.connector()):
        await until(lambda: len(desk.hub.comparisons) == 2)
        assert await desk.server.tell(v.sms("Фото", sid=sid(3))) == 200

    assert [name for _, name in desk.hub.stored] == [sid(2), sid(3)]
    found = desk.hub.stored["sms", sid(3)]
    [said] = parse_sms(found)
    assert isinstance(said, NewMessage)
    assert (said.content.text, said.sent_at, found.is_backfill) == ("Фото", late, True)
    [file] = said.content.attachments
    assert (file.filename, file.reference) == ("ME1.png", uri.removesuffix(".json"))
    assert desk.hub.comparisons == [Completeness(listed=2, missing=1), Completeness(listed=2, missing=0)]


@pytest.mark.parametrize("fault", [{"body": 5}, {"date_created": 5}, {"sid": None}, {"sid": ""}])
async def test_listed_message_in_an_odd_shape_is_parked_once_and_holds_up_nothing(
    desk: Desk, fault: dict[str, Any]
) -> None:
    late = desk.hub.now - timedelta(minutes=5)
    desk.server.listed = [entry(sid(number), "x", at=late) | (fault if number == 3 else {}) for number in (4, 3, 2)]
    for _ in range(2):
        desk.hub.comparisons.clear()
        async with desk.running(desk.connector()):
            await until(lambda: bool(desk.hub.comparisons) and desk.hub.comparisons[-1].missing == 0)

    first, odd, last = desk.hub.stored.values()
    assert [first.delivery_id, last.delivery_id] == [sid(2), sid(4)]
    assert (odd.delivery_id == sid(3)) is ("sid" not in fault)
    with pytest.raises(Unparseable):
        parse_sms(odd)


async def test_odd_line_that_is_no_customer_s_message_to_us_is_left(desk: Desk) -> None:
    late = desk.hub.now - timedelta(minutes=5)
    desk.server.listed = [
        entry(sid(4), "наше", at=late, direction="outbound-api", to=v.IRYNA) | {"body": 5},
        entry(sid(3), "чуже", at=late, to="+12025550111") | {"body": 5},
        entry(sid(2), "старе", at=desk.hub.now - timedelta(hours=2)) | {"body": 5},
    ]
    async with desk.running(desk.connector()):
        await until(lambda: bool(desk.hub.comparisons))

    assert not desk.hub.stored


async def test_next_comparison_begins_where_the_last_ended(desk: Desk) -> None:
    desk.hub.cursors["listed"] = (desk.hub.now - timedelta(hours=3)).isoformat()
    desk.server.page_size = 2
    desk.server.listed = [entry(sid(number), "x", at=desk.hub.now - timedelta(hours=number)) for number in range(1, 6)]
    async with desk.running(desk.connector()):
        await until(lambda: desk.hub.cursors["listed"] == (desk.hub.now - timedelta(minutes=1)).isoformat())

    assert [name for _, name in desk.hub.stored] == [sid(3), sid(2), sid(1)]


async def test_cursor_begins_with_the_second_comparison(desk: Desk) -> None:
    connector = desk.connector(compare_every_s=1)
    async with desk.running(connector):
        assert not desk.hub.calls
        await until(lambda: "listed" in desk.hub.cursors)

    assert len(desk.hub.comparisons) == 2


async def test_messaging_service_compares_its_own_messages(desk: Desk) -> None:
    late = desk.hub.now - timedelta(minutes=5)
    desk.server.listed = [
        entry(sid(2), "чуже", at=late),
        entry(sid(1), "наше", at=late, to="+12025550111", messaging_service_sid=SERVICE),
    ]
    async with desk.running(desk.connector(sender=SERVICE)):
        await until(lambda: bool(desk.hub.stored))

    assert [name for _, name in desk.hub.stored] == [sid(1)]


async def test_comparing_may_be_switched_off(desk: Desk) -> None:
    connector = desk.connector(compare_every_s=0)
    async with desk.running(connector, is_asking=False):
        assert await desk.server.tell(v.TEXT) == 200

    assert not desk.server.is_asked.is_set()


@pytest.mark.parametrize(
    ("refusal", "failure", "words"),
    [
        ((401, 20003, "Authenticate"), AuthFailed, "auth_token"),
        ((500, 20500, "oops"), Unavailable, "500"),
        ((400, 20001, "Invalid parameter"), Unavailable, "Invalid parameter"),
    ],
)
async def test_run_says_why_the_list_is_not_had(
    desk: Desk, refusal: tuple[int, int, str], failure: type[Exception], words: str
) -> None:
    desk.server.refusals["GET /Messages.json"] = refusal
    connector = desk.connector()
    with pytest.raises(failure, match=words):
        await connector.run(desk.hub.deliver)

    assert await desk.server.tell(v.TEXT) == 200, "what Twilio posts meanwhile is welcome"


@pytest.mark.parametrize(
    ("number", "status", "health", "words"),
    [
        ({"sid": "PN1", "sms_url": f"{{url}}{REPEATS}"}, "active", Health.OK, ""),
        ({"sid": "PN1", "sms_url": "{url}"}, "active", Health.OK, "repeats no post"),
        ({"sid": "PN1", "sms_url": "https://old.example/sms"}, "active", Health.DOWN, "old.example"),
        ({"sid": "PN1", "sms_url": None}, "active", Health.DOWN, "nowhere"),
        ({"sid": "PN1", "sms_url": "", "sms_application_sid": "AP1"}, "active", Health.OK, "TwiML app"),
        (None, "active", Health.DOWN, "no number"),
        ({"sid": "PN1", "sms_url": "{url}"}, "suspended", Health.DOWN, "Billing"),
    ],
)
async def test_probe_says_what_is_wrong_with_the_number(
    desk: Desk, number: dict[str, Any] | None, status: str, health: Health, words: str
) -> None:
    if number and number["sms_url"]:
        number = number | {"sms_url": number["sms_url"].format(url=desk.hub.url("sms"))}
    desk.server.number, desk.server.status = number, status
    report = await desk.connector().check()

    assert report.health is health
    assert words in report.detail


async def test_probe_says_that_the_credentials_are_refused(desk: Desk) -> None:
    report = await desk.connector(auth_token=Secret("another")).check()

    assert report.health is Health.AUTH_FAILED
    assert "another " not in report.detail.replace("another one", "")
    assert (await desk.whatsapp().check()).health is Health.OK
    assert NUMBER not in (await desk.whatsapp().check()).detail


def _raw(name: str) -> RawMessage:
    return RawMessage(account="sms", delivery_id=name, body=b"x")
