"""Answers arrive once, however often they are sent, and each refusal is told apart. Files come with the token only."""

from dataclasses import replace
from typing import Any

import pytest

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from channelhub.sdk.media import MediaHost, MediaRefused
from channelhub.sdk.testing import Fault
from connectors.line.client import LATER_S, Unclear
from connectors.line.config import CONTENT_URL
from connectors.line.media import media_hosts
from connectors.line.send import MAX_MESSAGES, MAX_UNITS, retry_key
from tests.connectors.line.conftest import Desk
from tests.connectors.line.vectors import GROUP, HANA, MESSAGE_ID
from tests.servers.line import TOKEN

ANSWER = Outbound(id=1, to=HANA, text="明日です", conversation_key=HANA)
FILE = MediaReference(reference=MESSAGE_ID)


async def test_lost_answer_is_asked_for_again_and_the_customer_has_it_once(desk: Desk) -> None:
    connector = desk.connector()
    desk.server.befall_once(Fault.LOST_ANSWER)
    with pytest.raises(Unclear):
        await connector.send(ANSWER)
    receipt = await connector.send(ANSWER)

    assert desk.server.sent == [{"to": HANA, "messages": [{"type": "text", "text": "明日です"}]}]
    [[sent]] = desk.server.taken.values()
    assert receipt.external_id == sent["id"]


@pytest.mark.parametrize("change", [{"id": 2}, {"text": "今日です"}, {"to": GROUP}])
def test_another_message_has_another_retry_key(change: dict[str, Any]) -> None:
    assert retry_key("line", ANSWER) == retry_key("line", ANSWER)
    assert retry_key("line", ANSWER) != retry_key("line", replace(ANSWER, **change))
    assert retry_key("line", ANSWER) != retry_key("line2", ANSWER)


async def test_long_text_goes_in_several_messages_of_one_push(desk: Desk) -> None:
    receipt = await desk.connector().send(replace(ANSWER, text="🙁" * (MAX_UNITS // 2 + 1)))

    [asked] = desk.server.sent
    assert [len(one["text"]) for one in asked["messages"]] == [MAX_UNITS // 2, 1]
    assert len(set(receipt.parts) - {""}) == 2


async def test_answer_in_a_group_goes_to_the_group(desk: Desk) -> None:
    await desk.connector().send(replace(ANSWER, conversation_key=GROUP))

    assert desk.server.sent[0]["to"] == GROUP


@pytest.mark.parametrize(
    "message",
    [
        replace(ANSWER, text=" \n"),
        replace(ANSWER, text="x" * (MAX_MESSAGES * MAX_UNITS + 1)),
        replace(ANSWER, conversation_key="U" + "0" * 32),
    ],
)
async def test_what_can_never_go_is_rejected_before_line_is_asked(desk: Desk, message: Outbound) -> None:
    with pytest.raises(Rejected):
        await desk.connector().send(message)

    assert desk.server.requests == 0


@pytest.mark.parametrize(
    ("status", "words", "failure"),
    [
        (400, "The property, 'to', in the request body is invalid", Rejected),
        (401, "Authentication failed", AuthFailed),
        (403, "Not available for your account", AuthFailed),
        (404, "Not found", Rejected),
        (429, "You have reached your monthly limit.", Rejected),
        (429, "The API rate limit has been exceeded. Try again later.", Unavailable),
        (500, "Internal server error", Unclear),
    ],
)
async def test_refusals_are_told_apart(desk: Desk, status: int, words: str, failure: type[Exception]) -> None:
    desk.server.refusals["message/push"] = (status, words)
    with pytest.raises(failure) as raised:
        await desk.connector().send(ANSWER)

    assert type(raised.value) is failure
    assert words in str(raised.value)
    assert getattr(raised.value, "retry_after_s", None) == (LATER_S if failure is Unavailable else None)


async def test_file_comes_by_its_message_with_the_token_once_it_is_converted(desk: Desk) -> None:
    desk.server.files[MESSAGE_ID] = b"\x00\x01"
    desk.server.converting.add(MESSAGE_ID)
    connector, hosts = desk.connector(), media_hosts(desk.config())
    with pytest.raises(Unavailable):
        await desk.hub.download(connector, FILE, hosts)
    desk.server.converting.clear()

    assert await desk.hub.download(connector, FILE, hosts) == b"\x00\x01"
    assert TOKEN not in repr(await connector.media(FILE))


@pytest.mark.parametrize("reference", ["https://example.com/original.mp4", "../../info", ""])
async def test_file_that_line_does_not_keep_is_refused(desk: Desk, reference: str) -> None:
    with pytest.raises(MediaRefused):
        await desk.connector().media(MediaReference(reference=reference))


def test_files_come_from_line_only_and_so_does_the_token_go_there(desk: Desk) -> None:
    assert media_hosts(desk.config(content_url=CONTENT_URL)) == (
        MediaHost(name="api-data.line.me", takes_credentials=True),
    )
