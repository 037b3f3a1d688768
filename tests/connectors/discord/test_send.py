"""Answers arrive once, however often they are sent, and each refusal is told apart. Files have fresh addresses."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.sdk.errors import AuthFailed, Blocked, Rejected, Unavailable
from channelhub.sdk.media import MediaGone, MediaHost, MediaRefused
from channelhub.sdk.testing import Fault
from connectors.discord.client import LATER_S, Unclear
from connectors.discord.config import DISCORD_URL
from connectors.discord.media import media_hosts
from connectors.discord.send import MAX_FILE_BYTES, MAX_UNITS, NONCE_CHARS, nonce_of
from tests.connectors.discord import vectors as v
from tests.connectors.discord.conftest import Desk
from tests.connectors.telegram.conftest import until

ANSWER = Outbound(id=1, to=v.VLAD, text="Вже шлемо", conversation_key=v.CHAT, in_reply_to=v.ID)


def file(number: int, size: int = 3) -> OutgoingFile:
    content = b"x" * size
    return OutgoingFile(
        filename=f"чек {number}.txt", content_type="text/plain", size=size, sha256=str(number), content=content
    )


async def test_answer_is_a_reply_that_mentions_nobody(desk: Desk) -> None:
    receipt = await desk.connector().send(replace(ANSWER, text="@everyone <@1>"))

    [sent] = desk.server.sent
    assert (sent["channel"], sent["content"], sent["allowed_mentions"]) == (v.CHAT, "@everyone <@1>", {"parse": []})
    assert sent["message_reference"] == {"message_id": v.ID, "fail_if_not_exists": False}
    assert (sent["enforce_nonce"], len(sent["nonce"])) == (True, NONCE_CHARS)
    assert receipt.external_id == desk.server.nonces[sent["nonce"]]


async def test_lost_answer_is_asked_for_again_and_the_customer_has_it_once(desk: Desk) -> None:
    connector = desk.connector()
    desk.server.befall_once(Fault.LOST_ANSWER)
    with pytest.raises(Unclear):
        await connector.send(ANSWER)
    receipt = await connector.send(ANSWER)

    assert len(desk.server.sent) == 1
    assert receipt.external_id in desk.server.nonces.values()


async def test_message_that_the_gateway_told_of_is_not_sent_again_when_its_nonce_is_forgotten(desk: Desk) -> None:
    connector = desk.connector()
    nonce = nonce_of("bot", ANSWER, 0)
    async with desk.running(connector):
        theirs = v.said(nonce=nonce_of("bot", replace(ANSWER, id=2), 0), number=1)
        await desk.server.tell(v.CREATED, theirs)
        await desk.server.tell(v.CREATED, v.ECHO | {"nonce": nonce})
        await until(lambda: len(desk.hub.stored) == 2)
        receipt = await connector.send(ANSWER)
        await connector.send(replace(ANSWER, id=2))

    assert receipt.external_id == v.ID
    assert len(desk.server.sent) == 1, "a customer's nonce is none of ours"


@pytest.mark.parametrize("change", [{"id": 2}, {"text": "Ні"}, {"to": v.HANNA}])
def test_another_message_has_another_nonce(change: dict[str, Any]) -> None:
    nonces = {
        nonce_of("bot", ANSWER, 0), nonce_of("bot", ANSWER, 1), nonce_of("bot2", ANSWER, 0),
        nonce_of("bot", replace(ANSWER, **change), 0),
    }  # fmt: skip

    assert len(nonces) == 4
    assert nonce_of("bot", ANSWER, 0) in nonces


async def test_long_text_and_files_go_in_several_messages(desk: Desk) -> None:
    files = tuple(file(number) for number in range(11))
    receipt = await desk.connector().send(replace(ANSWER, text="🙁" * (MAX_UNITS // 2 + 1), attachments=files))

    assert [len(one["content"]) for one in desk.server.sent] == [MAX_UNITS // 2, 1, 0]
    assert [name for name, _ in desk.server.sent_files] == [one.filename for one in files]
    assert ["message_reference" in one for one in desk.server.sent] == [True, False, False]
    assert len(set(receipt.parts) - {""}) == len(desk.server.sent)
    assert len({one["nonce"] for one in desk.server.sent}) == 3


@pytest.mark.parametrize(
    ("key", "channel"), [(f"{v.GUILD}:{v.CHANNEL}", v.CHANNEL), ("", f"77{v.VLAD}"), (v.CHAT, v.CHAT)]
)
async def test_answer_goes_where_the_customer_wrote_or_into_a_private_chat(desk: Desk, key: str, channel: str) -> None:
    await desk.connector().send(replace(ANSWER, conversation_key=key))

    assert desk.server.sent[0]["channel"] == channel


@pytest.mark.parametrize(
    "message",
    [
        replace(ANSWER, text=" \n"),
        replace(ANSWER, attachments=(file(1, MAX_FILE_BYTES + 1),)),
        replace(ANSWER, conversation_key="../1"),
    ],
)
async def test_what_can_never_go_is_rejected_before_discord_is_asked(desk: Desk, message: Outbound) -> None:
    with pytest.raises(Rejected):
        await desk.connector().send(message)

    assert desk.server.requests == 0


@pytest.mark.parametrize(
    ("status", "told", "failure", "words"),
    [
        (403, {"code": 50007, "message": "Cannot send messages to this user"}, Blocked, "private messages"),
        (403, {"code": 50001, "message": "Missing Access"}, Rejected, "see the channel"),
        (404, {"code": 10003, "message": "Unknown Channel"}, Rejected, "gone"),
        (400, {"code": 50035, "message": "Invalid Form Body"}, Rejected, "50035"),
        (401, {"code": 0, "message": "401: Unauthorized"}, AuthFailed, "token"),
        (429, {"message": "You are being rate limited.", "retry_after": 64.57}, Unavailable, "wait"),
        (400, {"code": 20016, "message": "slowmode"}, Unavailable, "wait"),
        (500, {"message": "oops"}, Unclear, "500"),
    ],
)
async def test_refusals_are_told_apart(
    desk: Desk, status: int, told: dict[str, Any], failure: type[Exception], words: str
) -> None:
    desk.server.refusals["messages"] = (status, told)
    with pytest.raises(failure, match=words) as raised:
        await desk.connector().send(ANSWER)

    assert type(raised.value) is failure
    expected = told.get("retry_after", LATER_S) if failure is Unavailable else None
    assert getattr(raised.value, "retry_after_s", None) == expected


def reference(url: str) -> MediaReference:
    return MediaReference(reference=f"{url}#{v.CHAT}/{v.ID}/{v.PICTURE['id']}", size=20480)


async def test_address_is_taken_while_it_is_good_and_asked_for_anew_after_that(desk: Desk) -> None:
    good = f"https://cdn.discordapp.com/a?ex={int((desk.hub.now + timedelta(hours=1)).timestamp()):x}"
    old = f"https://cdn.discordapp.com/a?ex={int((desk.hub.now - timedelta(hours=1)).timestamp()):x}"
    desk.server.said[v.CHAT] = [v.FORWARD]
    connector = desk.connector()

    assert (await connector.media(reference(good))).url == good
    assert not desk.server.asked
    fresh = await connector.media(reference(old))
    assert (fresh.url, fresh.size) == (v.PICTURE["url"], 20480)


async def test_file_whose_message_is_gone_is_gone(desk: Desk) -> None:
    old = reference("https://cdn.discordapp.com/a?ex=1")
    with pytest.raises(MediaGone):
        await desk.connector().media(old)
    desk.server.said[v.CHAT] = [v.TEXT]
    with pytest.raises(MediaGone, match="no more"):
        await desk.connector().media(old)


@pytest.mark.parametrize("place", ["", "#", "https://a/?ex=zz", "https://a/?ex=1#../users/@me/1", "https://[/?ex=1#a"])
async def test_what_is_no_file_of_discord_is_refused_unasked(desk: Desk, place: str) -> None:
    with pytest.raises(MediaRefused):
        await desk.connector().media(MediaReference(reference=place))

    assert desk.server.requests == 0


def test_files_come_from_discord_only(desk: Desk) -> None:
    assert MediaHost(name="cdn.discordapp.com") in media_hosts(desk.config(base_url=DISCORD_URL))
    assert not any(host.takes_credentials for host in media_hosts(desk.config(base_url=DISCORD_URL)))
