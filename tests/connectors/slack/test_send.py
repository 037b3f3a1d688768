"""Answers go where the customer wrote, as plain words; refusals are told apart. Files come with the token only."""

import json
from dataclasses import replace
from typing import Any

import pytest

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from channelhub.sdk.media import MediaGone, MediaHost, MediaRefused
from channelhub.sdk.parts import PartlySent
from channelhub.sdk.testing import Fault
from connectors.slack.client import LATER_S, Unclear
from connectors.slack.config import SLACK_URL
from connectors.slack.media import media_hosts
from connectors.slack.parse import parse
from connectors.slack.send import MAX_CHARS
from tests.connectors.slack.conftest import Desk
from tests.connectors.slack.test_parse import raw_of
from tests.connectors.slack.vectors import CHANNEL, CHAT, FILE, OLENA
from tests.servers.slack import TOKEN

ANSWER = Outbound(id=1, to=OLENA, text="Вже їде", conversation_key=CHAT, reply_token="ch.1.token")
FILE_ID = MediaReference(reference="F0ACT")


async def test_answer_goes_to_the_chat_as_it_stands_with_what_we_sign(desk: Desk) -> None:
    receipt = await desk.connector().send(replace(ANSWER, text="<!here> a & b <https://a|b>"))

    [sent] = desk.server.sent
    assert (sent["channel"], "thread_ts" in sent, sent["mrkdwn"]) == (CHAT, False, "false")
    assert sent["text"] == "&lt;!here&gt; a &amp; b &lt;https://a|b&gt;"
    assert json.loads(sent["metadata"])["event_payload"] == {"token": "ch.1.token"}
    assert receipt.external_id == f"{CHAT}:1795294000.000001"


@pytest.mark.parametrize(
    ("change", "channel", "thread"),
    [
        ({"conversation_key": f"{CHANNEL}:1795292000.000100"}, CHANNEL, "1795292000.000100"),
        ({"in_reply_to": f"{CHAT}:1795293000.1:1795292000.000100"}, CHAT, "1795292000.000100"),
        ({"in_reply_to": f"{CHAT}:1795293000.1"}, CHAT, None),
        ({"conversation_key": ""}, f"D{OLENA[1:]}", None),
    ],
)
async def test_answer_goes_into_the_thread_it_answers(
    desk: Desk, change: dict[str, Any], channel: str, thread: str | None
) -> None:
    await desk.connector().send(replace(ANSWER, **change))

    [sent] = desk.server.sent
    assert (sent["channel"], sent.get("thread_ts")) == (channel, thread)


async def test_answer_in_a_private_thread_finds_it_by_the_message(desk: Desk) -> None:
    [said] = parse(raw_of(FILE))
    await desk.connector().send(replace(ANSWER, in_reply_to=said.thread.message_id))  # type: ignore[union-attr]

    assert desk.server.sent[0]["thread_ts"] == "1795292000.000100"


async def test_long_text_goes_in_several_messages(desk: Desk) -> None:
    receipt = await desk.connector().send(replace(ANSWER, text="&" * (MAX_CHARS // 5 + 1)))

    assert [len(one["text"]) for one in desk.server.sent] == [MAX_CHARS, 5]
    assert receipt.external_id.endswith(".000001")
    assert len(set(receipt.parts) - {""}) == len(desk.server.sent)
    assert ["metadata" in one for one in desk.server.sent] == [True, True]


def file(number: int) -> OutgoingFile:
    return OutgoingFile(
        filename=f"чек {number}.txt", content_type="text/plain", size=3, sha256=str(number), content=b"abc"
    )


@pytest.mark.parametrize("text", ["Ось", ""])
async def test_files_go_together_below_the_text(desk: Desk, text: str) -> None:
    key = f"{CHANNEL}:1795292000.000100"
    message = replace(ANSWER, text=text, conversation_key=key, attachments=(file(1), file(2)))
    receipt = await desk.connector().send(message)

    [shared] = desk.server.shared
    assert (shared["channel_id"], shared["thread_ts"]) == (CHANNEL, "1795292000.000100")
    assert [one["id"] for one in json.loads(shared["files"])] == ["F1", "F2"]
    assert desk.server.uploaded["F2"] == ("чек 2.txt", b"abc")
    assert (len(desk.server.sent), bool(receipt.external_id)) == ((1, True) if text else (0, False))


async def test_file_that_cannot_be_uploaded_is_tried_again_and_nothing_was_said(desk: Desk) -> None:
    desk.server.takes_bytes = False
    with pytest.raises(Unavailable):
        await desk.connector().send(replace(ANSWER, attachments=(file(1),)))

    assert not desk.server.sent


async def test_files_that_are_not_shared_after_the_text_are_said(desk: Desk) -> None:
    desk.server.refusals["files.completeUploadExternal"] = "is_archived"
    with pytest.raises(PartlySent, match="1 of 2"):
        await desk.connector().send(replace(ANSWER, attachments=(file(1),)))


async def test_a_part_that_fails_is_said_and_nothing_is_repeated(desk: Desk) -> None:
    connector = desk.connector()
    answered = desk.server._post

    def limit(request: Any, asked: dict[str, str]) -> Any:
        desk.server.refusals["chat.postMessage"] = "is_archived"
        return answered(request, asked)

    desk.server._post = limit  # type: ignore[method-assign]
    with pytest.raises(PartlySent, match="1 of 2"):
        await connector.send(replace(ANSWER, text="a" * (MAX_CHARS + 1)))


async def test_lost_answer_is_not_taken_for_a_refusal(desk: Desk) -> None:
    desk.server.befall_once(Fault.LOST_ANSWER)
    with pytest.raises(Unclear):
        await desk.connector().send(ANSWER)

    assert len(desk.server.sent) == 1


async def test_empty_text_is_rejected_before_slack_is_asked(desk: Desk) -> None:
    with pytest.raises(Rejected):
        await desk.connector().send(replace(ANSWER, text=" \n"))

    assert desk.server.requests == 0


@pytest.mark.parametrize(
    ("error", "failure", "words"),
    [
        ("not_in_channel", Rejected, "/invite"),
        ("is_archived", Rejected, "archived"),
        ("user_disabled", Rejected, "user_disabled"),
        ("messages_tab_disabled", Rejected, "App Home"),
        ("invalid_auth", AuthFailed, "token"),
        ("token_revoked", AuthFailed, "token"),
        ("missing_scope", AuthFailed, "chat:write"),
        ("ratelimited", Unavailable, "ratelimited"),
        ("internal_error", Unclear, "internal_error"),
        ("fatal_error", Unclear, "fatal_error"),
    ],
)
async def test_refusals_are_told_apart(desk: Desk, error: str, failure: type[Exception], words: str) -> None:
    desk.server.refusals["chat.postMessage"] = error
    desk.server.needed = "chat:write" if error == "missing_scope" else ""
    with pytest.raises(failure, match=words) as raised:
        await desk.connector().send(ANSWER)

    assert type(raised.value) is failure
    assert getattr(raised.value, "retry_after_s", None) == (LATER_S if failure is Unavailable else None)


async def test_file_comes_with_the_token_and_its_size(desk: Desk) -> None:
    desk.server.files["F0ACT"] = b"\x00\x01"
    connector, hosts = desk.connector(), media_hosts(desk.config())

    assert await desk.hub.download(connector, FILE_ID, hosts) == b"\x00\x01"
    assert TOKEN not in repr(await connector.media(FILE_ID))


async def test_file_that_may_not_be_read_says_which_scope_is_missing(desk: Desk) -> None:
    desk.server.refusals["files.info"], desk.server.needed = "missing_scope", "files:read"
    with pytest.raises(AuthFailed, match="files:read"):
        await desk.connector().media(FILE_ID)


async def test_file_that_is_gone_is_gone(desk: Desk) -> None:
    with pytest.raises(MediaGone):
        await desk.connector().media(FILE_ID)


@pytest.mark.parametrize("reference", ["https://example.com/a.pdf", "../F0ACT", ""])
async def test_what_is_no_file_of_slack_is_refused_unasked(desk: Desk, reference: str) -> None:
    with pytest.raises(MediaRefused):
        await desk.connector().media(MediaReference(reference=reference))

    assert desk.server.requests == 0


def test_files_come_from_slack_only_and_so_does_the_token_go_there(desk: Desk) -> None:
    assert media_hosts(desk.config(base_url=SLACK_URL)) == (MediaHost(name="files.slack.com", takes_credentials=True),)
