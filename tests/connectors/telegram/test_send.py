"""Sending: once, to the chat that wrote, honest about what became of it."""

import pytest
from telegram.error import TelegramError

from channelhub.domain.outbound import Outbound
from channelhub.sdk.errors import Blocked, Rejected, Unavailable
from channelhub.sdk.parts import PartlySent
from channelhub.sdk.testing import BadDay, Fault
from connectors.telegram import request as requests
from tests.connectors.telegram.conftest import Desk
from tests.servers import telegram as bot_api
from tests.servers.telegram import TOKEN, ApiError

LONG = "\n".join(f"рядок {number} " + "ж" * 90 for number in range(100))


def answer(text: str = "Вже їде", *, to: str = "5", key: str = "5", in_reply_to: str = "") -> Outbound:
    return Outbound(id=1, to=to, text=text, conversation_key=key, in_reply_to=in_reply_to)


async def test_answers_in_the_chat_as_a_reply_and_names_the_message(desk: Desk) -> None:
    receipt = await desk.connector().send(answer(in_reply_to="5:5521"))
    (sent,) = desk.server.sent

    assert (sent.fields["chat_id"], sent.text) == ("5", "Вже їде")
    assert '"message_id": 5521' in sent.fields["reply_parameters"]
    assert "parse_mode" not in sent.fields
    assert receipt.external_id == "5:5522"


async def test_answers_in_the_topic_and_through_the_business_account_it_came_by(desk: Desk) -> None:
    connector = desk.connector()
    await connector.send(answer(key="-100123/77"))
    await connector.send(answer(key="5@bc1"))
    topic, business = desk.server.sent

    assert (topic.fields["chat_id"], topic.fields["message_thread_id"]) == ("-100123", "77")
    assert (business.fields["chat_id"], business.fields["business_connection_id"]) == ("5", "bc1")


@pytest.mark.parametrize(("to", "key"), [("5", "6"), ("5", "6/1"), ("olena", "5"), ("5", "not a chat"), ("", "")])
async def test_never_writes_to_another_persons_chat(desk: Desk, to: str, key: str) -> None:
    with pytest.raises(Rejected):
        await desk.connector().send(answer(to=to, key=key))

    assert not desk.server.sent


async def test_long_text_goes_out_in_parts_that_fit_and_replies_once(desk: Desk) -> None:
    receipt = await desk.connector().send(answer(LONG, in_reply_to="5:1"))

    assert len(desk.server.sent) == 3
    assert "\n".join(sent.text for sent in desk.server.sent) == LONG
    assert ["reply_parameters" in sent.fields for sent in desk.server.sent] == [True, False, False]
    assert len(set(receipt.parts) - {""}) == 3


@pytest.mark.parametrize(
    ("code", "description"), [(403, "Forbidden: bot was blocked by the user"), (400, "Bad Request: chat not found")]
)
async def test_refused_for_good_is_rejected(desk: Desk, code: int, description: str) -> None:
    desk.server.refusals["sendmessage"] = ApiError(code, description)
    with pytest.raises(Rejected):
        await desk.connector().send(answer())


@pytest.mark.parametrize(
    ("description", "is_blocked"),
    [
        ("Forbidden: bot was blocked by the user", True),
        ("Forbidden: user is deactivated", True),
        ("Forbidden: bot can't send messages to bots", False),
    ],
)
async def test_block_by_the_customer_is_told_from_other_refusals(
    desk: Desk, description: str, is_blocked: bool
) -> None:
    desk.server.refusals["sendmessage"] = ApiError(403, description)
    with pytest.raises(Rejected) as refusal:
        await desk.connector().send(answer())

    assert isinstance(refusal.value, Blocked) is is_blocked


async def test_business_account_that_was_disconnected_says_how_to_connect_it(desk: Desk) -> None:
    desk.server.refusals["sendmessage"] = ApiError(400, "Bad Request: BUSINESS_CONNECTION_INVALID")
    with pytest.raises(Rejected, match="Chatbots"):
        await desk.connector().send(answer(key="5@bc1"))


async def test_blank_text_is_rejected(desk: Desk) -> None:
    with pytest.raises(Rejected):
        await desk.connector().send(answer(" \n "))


async def test_flood_limit_is_unavailable_for_as_long_as_told(desk: Desk) -> None:
    desk.server.floods["sendmessage"] = 11
    with pytest.raises(Unavailable) as failure:
        await desk.connector().send(answer())

    assert failure.value.retry_after_s == 11
    assert not desk.server.sent


async def test_wrong_token_is_tried_again_when_it_is_mended(desk: Desk) -> None:
    desk.server.token = "1:another"
    with pytest.raises(Unavailable) as failure:
        await desk.connector().send(answer())

    assert TOKEN not in str(failure.value)


@pytest.mark.parametrize(
    "fault", [Fault.LOST_ANSWER, Fault.TRUNCATED, Fault.NOT_JSON, Fault.RESET_AFTER, Fault.SLOW, Fault.HTML_PAGE]
)
async def test_lost_answer_is_uncertain(desk: Desk, fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "CONNECT_TIMEOUT_S", 0.1)
    connector = desk.connector(request_timeout_s=1)
    desk.server.have(BadDay(seed=1, share=1.0, faults=(fault,), slow_s=3.0))
    with pytest.raises(TelegramError) as failure:
        await connector.send(answer())

    assert not isinstance(failure.value, Unavailable | Rejected)
    assert TOKEN not in str(failure.value)


async def test_no_connection_is_unavailable(desk: Desk) -> None:
    connector = desk.connector()
    await desk.server.close()
    with pytest.raises(Unavailable):
        await connector.send(answer())


async def test_failure_after_the_first_part_is_not_unavailable(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = desk.server._send_message

    async def once(server: object, fields: dict[str, object]) -> bytes:
        sent = await real(fields)
        desk.server.floods["sendmessage"] = 50
        return sent

    monkeypatch.setitem(bot_api._METHODS, "sendmessage", once)
    with pytest.raises(PartlySent, match="1 of 3 parts"):
        await desk.connector().send(answer(LONG))


async def test_short_flood_wait_between_parts_is_waited_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = desk.server._send_message

    async def flooded_after_the_first(server: object, fields: dict[str, object]) -> bytes:
        sent = await real(fields)
        if len(desk.server.sent) == 1:
            desk.server.floods_once["sendmessage"] = 1
        return sent

    monkeypatch.setitem(bot_api._METHODS, "sendmessage", flooded_after_the_first)
    await desk.connector().send(answer(LONG))
    asked = [method for method, _ in desk.server.calls if method == "sendmessage"]

    assert "\n".join(sent.text for sent in desk.server.sent) == LONG
    assert len(asked) == 4


async def test_flooded_chat_is_left_alone_for_as_long_as_told_and_others_are_not(desk: Desk) -> None:
    connector = desk.connector()
    desk.server.floods["sendmessage"] = 11
    with pytest.raises(Unavailable):
        await connector.send(answer())
    desk.server.floods.clear()
    with pytest.raises(Unavailable) as failure:
        await connector.send(answer())
    await connector.send(answer(to="6", key="6"))

    assert failure.value.retry_after_s is not None
    assert 5 < failure.value.retry_after_s <= 11
    assert [sent.fields["chat_id"] for sent in desk.server.sent] == ["6"]


async def test_group_that_became_a_supergroup_is_written_to_under_its_new_number_from_then_on(desk: Desk) -> None:
    desk.server.moved[-5] = -1005
    connector = desk.connector()
    first = await connector.send(answer(key="-5", in_reply_to="-5:7"))
    await connector.send(answer(key="-5"))
    asked = [fields["chat_id"] for method, fields in desk.server.calls if method == "sendmessage"]

    assert asked == ["-5", "-1005", "-1005"]
    assert first.external_id.startswith("-1005:")
    assert "reply_parameters" not in desk.server.sent[0].fields


async def test_group_that_moves_for_ever_is_refused(desk: Desk) -> None:
    desk.server.moved |= {-5: -1005, -1005: -5}
    with pytest.raises(Rejected):
        await desk.connector().send(answer(key="-5"))
