"""Answers arrive once, a lost answer is looked for, and each refusal is told apart. Files come from Twilio only."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import AuthFailed, Blocked, Rejected, Unavailable
from channelhub.sdk.media import MediaHost, MediaRefused
from channelhub.sdk.parts import PartlySent
from channelhub.sdk.testing import Fault
from connectors.twilio.client import Unclear
from connectors.twilio.config import TwilioSmsConfig
from connectors.twilio.media import media_hosts
from connectors.twilio.send import MAX_UNITS, pace
from tests.connectors.twilio import vectors as v
from tests.connectors.twilio.conftest import Desk
from tests.servers.twilio import ACCOUNT, NUMBER, ROOT, TOKEN, entry

ANSWER = Outbound(id=1, to=v.IRYNA, text="Вже їде", reply_token="token/of+ours")
SERVICE = "MG" + "a1" * 16
TEMPLATE = "HX" + "b2" * 16


async def test_answer_goes_from_the_number_and_is_reported_to_us_with_our_token(desk: Desk) -> None:
    receipt = await desk.connector().send(ANSWER)

    [form] = desk.server.sent
    assert receipt.external_id == f"SM{1:032x}"
    assert (form["To"], form["From"], form["Body"]) == (v.IRYNA, NUMBER, "Вже їде")
    assert form["StatusCallback"].startswith(desk.hub.url("sms"))
    assert parse_qsl(urlsplit(form["StatusCallback"]).query) == [("about", "token/of+ours")]


async def test_messaging_service_picks_its_number(desk: Desk) -> None:
    await desk.connector(sender=SERVICE).send(ANSWER)

    assert desk.server.sent[0]["MessagingServiceSid"] == SERVICE
    assert "From" not in desk.server.sent[0]


async def test_api_key_is_what_twilio_is_called_with(desk: Desk) -> None:
    keyed = desk.connector(api_key_sid="SK" + "c3" * 16, api_key_secret=Secret("another"))
    with pytest.raises(AuthFailed):
        await keyed.send(ANSWER)


@pytest.mark.parametrize(("to", "address"), [("380501234567", f"whatsapp:{v.IRYNA}"), (v.BSUID, f"whatsapp:{v.BSUID}")])
async def test_whatsapp_goes_to_the_address_that_wrote(desk: Desk, to: str, address: str) -> None:
    await desk.whatsapp().send(replace(ANSWER, to=to))

    assert (desk.server.sent[0]["To"], desk.server.sent[0]["From"]) == (address, f"whatsapp:{NUMBER}")


async def test_who_wrote_long_ago_gets_the_template_or_nothing(desk: Desk) -> None:
    old = replace(ANSWER, to="380501234567", text="Вже\nїде", heard_at=desk.hub.now - timedelta(hours=24))
    with pytest.raises(Rejected, match="24 hours"):
        await desk.whatsapp().send(old)
    await desk.whatsapp(template=TEMPLATE).send(old)
    await desk.whatsapp(template=TEMPLATE).send(replace(old, heard_at=desk.hub.now - timedelta(hours=23)))

    first, second = desk.server.sent
    assert (first["ContentSid"], first["ContentVariables"]) == (TEMPLATE, '{"1":"Вже їде"}')
    assert second["Body"] == "Вже\nїде"


async def test_long_text_goes_in_several_and_breaking_off_is_not_repeated(desk: Desk) -> None:
    long = replace(ANSWER, text="слово " * 500)
    receipt = await desk.connector().send(long)
    desk.server.refusals["POST /Messages.json"] = (429, 20429, "Too Many Requests")

    assert [len(one["Body"]) <= MAX_UNITS for one in desk.server.sent] == [True, True]
    assert receipt.external_id == f"SM{1:032x}"
    assert len(set(receipt.parts)) == 2
    with pytest.raises(Unavailable):
        await desk.connector().send(long)


async def test_second_part_that_fails_is_told_as_partly_sent(desk: Desk) -> None:
    connector = desk.connector()
    faults = iter((None, Fault.RATE_LIMITED))
    desk.server._next_fault = lambda: next(faults)
    with pytest.raises(PartlySent, match="1 of 2"):
        await connector.send(replace(ANSWER, text="слово " * 500))


async def test_lost_answer_is_found_in_the_list(desk: Desk) -> None:
    desk.server.befall_once(Fault.LOST_ANSWER)
    receipt = await desk.connector().send(ANSWER)

    assert receipt.external_id == f"SM{1:032x}"
    assert len(desk.server.sent) == 1


async def test_message_of_another_answer_is_not_taken_for_the_lost_one(desk: Desk) -> None:
    connector = desk.connector()
    await connector.send(ANSWER)
    desk.server.befall_once(Fault.SERVER_ERROR)
    with pytest.raises(Unclear):
        await connector.send(ANSWER)

    assert len(desk.server.sent) == 1


@pytest.mark.parametrize(
    "changes", [{"body": "інше"}, {"direction": "inbound"}, {"at": -1}, {"to": "+380670000000"}, {"at": None}]
)
async def test_another_message_in_the_list_is_not_taken_for_the_lost_one(desk: Desk, changes: dict[str, Any]) -> None:
    at = None if changes.get("at", 0) is None else desk.hub.now + timedelta(seconds=changes.pop("at", 0))
    values = {"body": "Вже їде", "direction": "outbound-api", "to": v.IRYNA} | changes
    values.pop("at", None)
    desk.server.listed = [entry("SM" + "9" * 32, at=at, **values)]
    desk.server.befall_once(Fault.SERVER_ERROR)
    with pytest.raises(Unclear):
        await desk.connector().send(ANSWER)


@pytest.mark.parametrize(
    ("status", "code", "failure", "words"),
    [
        (400, 21610, Blocked, "STOP"),
        (400, 21211, Rejected, "21211"),
        (400, 63016, Rejected, "24 hours"),
        (400, 21609, Rejected, "public_url"),
        (400, 99999, Rejected, "words of Twilio"),
        (401, 20003, AuthFailed, "auth_token"),
        (404, 20404, AuthFailed, "account_sid"),
        (403, 20005, AuthFailed, "20005"),
        (429, 20429, Unavailable, "20429"),
        (400, 63018, Unavailable, "63018"),
        (500, 20500, Unclear, "500"),
    ],
)
async def test_refusals_are_told_apart(
    desk: Desk, status: int, code: int, failure: type[Exception], words: str
) -> None:
    desk.server.refusals["POST /Messages.json"] = (status, code, "words of Twilio")
    with pytest.raises(failure, match=words) as raised:
        await desk.connector().send(ANSWER)

    assert type(raised.value) is failure
    assert not isinstance(raised.value, Unavailable) or raised.value.retry_after_s == 10


async def test_blank_text_is_rejected_before_twilio_is_asked(desk: Desk) -> None:
    with pytest.raises(Rejected):
        await desk.connector().send(replace(ANSWER, text=" \n"))

    assert desk.server.requests == 0


async def test_file_is_fetched_with_credentials_which_only_twilio_sees(desk: Desk) -> None:
    desk.server.files["ME77"] = b"\x00\x01"
    connector, config = desk.connector(), TwilioSmsConfig(**desk.settings())
    request = await connector.media(MediaReference(reference=v.PHOTO))
    hosts = media_hosts(config)

    assert request.url == f"{desk.server.url}{ROOT}/Messages/{v.PHOTO_SID}/Media/ME77"
    assert TOKEN not in repr(request)
    assert [one.takes_credentials for one in hosts] == [True, False, False]
    assert media_hosts(TwilioSmsConfig(**desk.settings(base_url="https://api.twilio.com")))[0] == MediaHost(
        name="api.twilio.com", takes_credentials=True
    )
    assert await desk.hub.download(connector, MediaReference(reference=v.PHOTO), hosts) == b"\x00\x01"


@pytest.mark.parametrize(
    "reference",
    [
        "https://evil.example/2010-04-01/Accounts/x/Messages/MM1/Media/ME1",
        f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}.json",
        f"https://api.twilio.com/2010-04-01/Accounts/{'AC' + '0' * 32}/Messages/MM1/Media/ME1",
        f"https://api.twilio.com{ROOT}/Messages/../Calls.json",
        "https://[x",
        "",
    ],
)
async def test_file_that_is_not_one_of_the_account_s_is_refused(desk: Desk, reference: str) -> None:
    with pytest.raises(MediaRefused):
        await desk.connector().media(MediaReference(reference=reference))


def test_all_messages_are_one_lane() -> None:
    config = TwilioSmsConfig(account_sid=ACCOUNT, auth_token=Secret(TOKEN), sender=NUMBER, messages_per_minute=7)

    assert pace(config).per_minute_in_lane == 7
    assert pace(config).lane(v.IRYNA) == pace(config).lane("+380670000000")
