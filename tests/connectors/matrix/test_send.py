"""Answers arrive once, however often they are sent, and only where the customer is. Files come with the token only."""

from dataclasses import replace

import pytest

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from channelhub.sdk.media import MediaRefused
from channelhub.sdk.testing import Fault
from connectors.matrix.client import Unclear
from connectors.matrix.media import media_hosts
from connectors.matrix.send import MAX_BYTES, MAX_PARTS
from connectors.matrix.shapes import MARK
from tests.connectors.matrix import vectors as v
from tests.connectors.matrix.conftest import Desk
from tests.servers.matrix import TOKEN

ANSWER = Outbound(id=1, to=v.OLEH, text="Вже їде", conversation_key=v.ROOM, reply_token="ch.token")


@pytest.fixture(autouse=True)
def room(desk: Desk) -> None:
    desk.server.members[v.ROOM] = {v.ME: "Shop", v.OLEH: "Олег"}


async def test_lost_answer_is_asked_for_again_and_the_customer_has_it_once(desk: Desk) -> None:
    connector = desk.connector(answers_encrypted_rooms=True)
    desk.server.drops_answers = True
    with pytest.raises(Unclear):
        await connector.send(ANSWER)
    desk.server.drops_answers = False
    receipt = await connector.send(ANSWER)

    assert [content["body"] for _, content in desk.server.sent] == ["Вже їде"]
    assert receipt.external_id == desk.server.stream[0][1]["event_id"]


async def test_another_message_with_the_same_number_is_not_taken_for_it(desk: Desk) -> None:
    await desk.connector().send(ANSWER)
    await desk.connector().send(replace(ANSWER, text="Ще ні"))

    assert [content["body"] for _, content in desk.server.sent] == ["Вже їде", "Ще ні"]


async def test_answer_names_what_it_answers_and_whom_it_is_for(desk: Desk) -> None:
    await desk.connector().send(replace(ANSWER, in_reply_to="$asked"))

    [(room, content)] = desk.server.sent
    assert room == v.ROOM
    assert content["m.relates_to"] == {"m.in_reply_to": {"event_id": "$asked"}}
    assert content["m.mentions"] == {"user_ids": [v.OLEH]}
    assert content["msgtype"] == "m.text"


async def test_nothing_that_is_signed_is_shown_to_the_room(desk: Desk) -> None:
    await desk.connector().send(ANSWER)

    assert ANSWER.reply_token not in str(desk.server.sent)
    assert desk.server.sent[0][1]["channelhub.message"]


async def test_answer_in_a_thread_stays_in_it(desk: Desk) -> None:
    await desk.connector().send(replace(ANSWER, conversation_key=f"{v.ROOM} $root"))

    assert desk.server.sent[0][1]["m.relates_to"] == {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$root"},
    }


async def test_what_the_hub_says_by_itself_is_a_notice_that_no_machine_answers(desk: Desk) -> None:
    await desk.connector().send(replace(ANSWER, is_automatic=True))

    assert desk.server.sent[0][1]["msgtype"] == "m.notice"


async def test_long_text_goes_in_several_messages_each_once(desk: Desk) -> None:
    long = replace(ANSWER, text="я" * MAX_BYTES)
    receipt = await desk.connector().send(long)
    await desk.connector().send(long)

    assert [len(content["body"].encode()) for _, content in desk.server.sent] == [MAX_BYTES, MAX_BYTES]
    assert len(set(receipt.parts) - {""}) == 2
    assert [bool(content[MARK]) for _, content in desk.server.sent] == [True, True]


@pytest.mark.parametrize(
    "message",
    [
        replace(ANSWER, text=" \n"),
        replace(ANSWER, text="x" * (MAX_BYTES * MAX_PARTS + 1)),
        replace(ANSWER, conversation_key=""),
        replace(ANSWER, conversation_key=v.OLEH),
    ],
)
async def test_what_can_never_go_is_rejected_before_the_homeserver_is_asked(desk: Desk, message: Outbound) -> None:
    with pytest.raises(Rejected):
        await desk.connector().send(message)

    assert desk.server.requests == 0


async def test_nothing_is_said_into_a_room_that_the_customer_left(desk: Desk) -> None:
    del desk.server.members[v.ROOM][v.OLEH]
    with pytest.raises(Rejected, match="no longer in this room"):
        await desk.connector().send(ANSWER)

    assert not desk.server.sent


async def test_encrypted_room_is_answered_only_if_that_is_wanted(desk: Desk) -> None:
    desk.server.encrypted.add(v.ROOM)
    with pytest.raises(Rejected, match="answers_encrypted_rooms"):
        await desk.connector().send(ANSWER)
    assert not desk.server.sent

    await desk.connector(answers_encrypted_rooms=True).send(ANSWER)
    assert len(desk.server.sent) == 1


@pytest.mark.parametrize(
    ("refusal", "failure"),
    [
        ((403, "M_FORBIDDEN"), Rejected),
        ((413, "M_TOO_LARGE"), Rejected),
        ((401, "M_UNKNOWN_TOKEN"), AuthFailed),
        ((404, ""), Unclear),
        ((500, "M_UNKNOWN"), Unclear),
    ],
)
async def test_refusals_are_told_apart(desk: Desk, refusal: tuple[int, str], failure: type[Exception]) -> None:
    desk.server.refusals[f"rooms/{v.ROOM}/send"] = refusal
    with pytest.raises(failure) as raised:
        await desk.connector().send(ANSWER)

    assert type(raised.value) is failure


async def test_limit_that_only_the_body_tells_is_waited_out(desk: Desk) -> None:
    desk.server.befall(Fault.RATE_LIMITED)
    with pytest.raises(Unavailable) as raised:
        await desk.connector().send(ANSWER)

    assert raised.value.retry_after_s == 7.0


async def test_file_of_any_homeserver_comes_from_ours_with_the_token(desk: Desk) -> None:
    desk.server.files["mxc://example.org/AbCdEfGh"] = b"\x00\x01"
    connector, file = desk.connector(), MediaReference(reference="mxc://example.org/AbCdEfGh")

    assert await desk.hub.download(connector, file, media_hosts(desk.config())) == b"\x00\x01"
    assert TOKEN not in repr(await connector.media(file))


@pytest.mark.parametrize("reference", ["https://example.com/x.mp4", "mxc://a/../../x", "mxc://a/b/c", "mxc://a", ""])
async def test_what_is_no_address_of_matrix_is_refused(desk: Desk, reference: str) -> None:
    with pytest.raises(MediaRefused):
        await desk.connector().media(MediaReference(reference=reference))
