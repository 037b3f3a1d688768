"""Answers go where the conversation's posts said, tokens to Microsoft only, and refusals are told apart."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.sdk.errors import AuthFailed, Blocked, Rejected, Unavailable
from channelhub.sdk.testing import Fault
from connectors.teams.client import LATER_S, Unclear
from connectors.teams.media import media_hosts
from connectors.teams.places import is_microsoft_s
from connectors.teams.send import MAX_BYTES
from tests.connectors.teams import vectors as v
from tests.connectors.teams.conftest import Desk
from tests.servers.teams import GIVEN

ANSWER = Outbound(id=1, to=v.OLENA, text="Вже лагодимо", conversation_key=v.CHANNEL, in_reply_to=v.ID)


@pytest.fixture
def known(desk: Desk) -> Desk:
    """Something came from the conversation before."""
    desk.hub.cursors[f"service:{v.CHANNEL}"] = desk.server.service
    return desk


async def test_answer_goes_as_plain_text_into_the_thread_with_one_token_for_an_hour(known: Desk) -> None:
    connector = known.connector()
    receipt = await connector.send(ANSWER)
    await connector.send(replace(ANSWER, in_reply_to=""))
    known.hub.now += timedelta(hours=1)
    await connector.send(ANSWER)

    assert known.server.sent[0] == {
        "type": "message",
        "text": "Вже лагодимо",
        "textFormat": "plain",
        "replyToId": v.ID,
        "conversation": v.CHANNEL,
    }
    assert receipt.external_id == f"{v.CHANNEL}:1795294000001"
    assert "replyToId" not in known.server.sent[1]
    assert known.server.tokens == 2


async def test_what_a_customer_wrote_is_answered_where_its_post_said(desk: Desk) -> None:
    connector = desk.connector()
    async with desk.running(connector):
        assert await desk.tell(v.TEXT) == 200
    await desk.connector().send(replace(ANSWER, conversation_key=v.CHAT))

    assert desk.server.sent[0]["conversation"] == v.CHAT


async def test_long_text_goes_in_several_messages(known: Desk) -> None:
    receipt = await known.connector().send(replace(ANSWER, text="ї" * (MAX_BYTES // 4 + 1)))

    assert [len(one["text"]) for one in known.server.sent] == [MAX_BYTES // 4, 1]
    assert len(set(receipt.parts) - {""}) == 2


@pytest.mark.parametrize("change", [{"text": " "}, {"conversation_key": ""}, {"conversation_key": "a:unheard"}])
async def test_what_can_never_go_is_rejected_unasked(known: Desk, change: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        await known.connector().send(replace(ANSWER, **change))

    assert known.server.requests == 0


@pytest.mark.parametrize(
    ("address", "is_good"),
    [
        ("https://smba.trafficmanager.net/emea/", True),
        ("https://webchat.botframework.com/", True),
        ("https://evil.trafficmanager.net/", False),
        ("https://smba.trafficmanager.net.evil.example/", False),
        ("http://smba.trafficmanager.net/emea/", False),
        ("https://smba.trafficmanager.net:8443/", False),
        ("https://a@smba.trafficmanager.net/", False),
        ("https://botframework.com.evil.example/", False),
        ("https://[", False),
        ("", False),
    ],
)
async def test_token_goes_to_microsoft_only(desk: Desk, address: str, is_good: bool) -> None:
    assert is_microsoft_s(address, desk.config(service_urls=())) is is_good
    if address and not is_good:
        desk.hub.cursors[f"service:{v.CHANNEL}"] = address
        with pytest.raises(Rejected, match="Microsoft"):
            await desk.connector().send(ANSWER)


async def test_lost_answer_is_not_taken_for_a_refusal(known: Desk) -> None:
    known.server.drops_answers = True
    with pytest.raises(Unclear):
        await known.connector().send(ANSWER)

    assert len(known.server.sent) == 1


async def test_token_that_is_not_taken_is_renewed(known: Desk) -> None:
    connector = known.connector()
    known.server.refusals["activities"] = (401, {"error": {"code": "Unauthorized", "message": "expired"}})
    with pytest.raises(Unavailable):
        await connector.send(ANSWER)
    known.server.refusals.clear()
    await connector.send(ANSWER)

    assert known.server.tokens == 2


@pytest.mark.parametrize(
    ("status", "told", "failure", "words"),
    [
        (403, {"error": {"code": "MessageWritesBlocked", "message": "x"}}, Blocked, "blocked"),
        (403, {"error": {"code": "ForbiddenOperationException", "message": "x"}}, Blocked, "blocked"),
        (403, {"error": {"code": "BotDisabledByAdmin", "message": "x"}}, Rejected, "administrator"),
        (404, {"error": {"code": "ConversationNotFound", "message": "x"}}, Rejected, "404"),
        (413, {"error": {"code": "MessageSizeTooBig", "message": "x"}}, Rejected, "larger than what Teams takes"),
        (413, {}, Rejected, "413"),
        (429, {"error": {"code": "Throttled", "message": "x"}}, Unavailable, "429"),
        (412, {"error": {"code": "PreconditionFailed", "message": "x"}}, Unclear, "412"),
        (502, {}, Unclear, "502"),
    ],
)
async def test_refusals_are_told_apart(
    known: Desk, status: int, told: dict[str, Any], failure: type[Exception], words: str
) -> None:
    known.server.refusals["activities"] = (status, told)
    with pytest.raises(failure, match=words) as raised:
        await known.connector().send(ANSWER)

    assert type(raised.value) is failure
    assert getattr(raised.value, "retry_after_s", None) == (LATER_S if failure is Unavailable else None)


@pytest.mark.parametrize(("status", "failure"), [(400, AuthFailed), (401, AuthFailed), (503, Unavailable)])
async def test_token_that_is_not_given_says_why(known: Desk, status: int, failure: type[Exception]) -> None:
    known.server.refusals["/token"] = (status, {"error": "invalid_client", "error_description": "AADSTS7000222"})
    with pytest.raises(failure, match="AADSTS7000222"):
        await known.connector().send(ANSWER)


async def test_failure_before_sending_is_a_sure_one(known: Desk) -> None:
    known.server.befall(Fault.UNTRUSTED)
    connector = known.connector()
    with pytest.raises(Unavailable):
        await connector.send(ANSWER)


async def test_picture_comes_with_the_token_and_a_file_of_theirs_without(desk: Desk) -> None:
    desk.server.files["1"] = b"\x00\x01"
    connector, hosts = desk.connector(), media_hosts(desk.config())
    picture = MediaReference(reference=f"{desk.server.service}files/1")
    file = MediaReference(reference="https://shop-my.sharepoint.com/download.aspx?tempauth=t")

    assert await desk.hub.download(connector, picture, hosts) == b"\x00\x01"
    assert GIVEN not in repr(await connector.media(picture))
    assert not (await connector.media(file)).headers
    assert not [host for host in hosts if host.name.startswith(".sharepoint") and host.takes_credentials]
