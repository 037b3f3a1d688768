"""Answers: within Viber's bounds, once, and each refusal told apart."""

import asyncio

import pytest

from channelhub.domain.outbound import Outbound
from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import AuthFailed, Blocked, Rejected, Unavailable
from channelhub.sdk.parts import PartlySent
from channelhub.sdk.testing import Fault
from connectors.viber.client import LATER_S, MUCH_LATER_S, Unclear
from connectors.viber.config import ViberConfig
from connectors.viber.send import MAX_UNITS, pace
from connectors.viber.underway import UnderWay
from tests.connectors.telegram.conftest import until
from tests.connectors.viber.conftest import Desk
from tests.connectors.viber.vectors import OLENA
from tests.servers.viber import FIRST_TOKEN


def answer(text: str = "Вже їде", **changes: str) -> Outbound:
    return Outbound(**{"id": 1, "to": OLENA, "text": text, "conversation_key": OLENA, **changes})  # type: ignore[arg-type]


async def test_text_goes_in_our_name_and_the_receipt_is_its_token(desk: Desk) -> None:
    receipt = await desk.connector().send(answer())

    assert receipt.external_id == str(FIRST_TOKEN)
    assert desk.server.sent == [
        {
            "receiver": OLENA,
            "min_api_version": 1,
            "sender": {"name": "Лампи"},
            "type": "text",
            "text": "Вже їде",
        }
    ]


async def test_long_text_goes_in_several_and_the_receipt_names_the_last(desk: Desk) -> None:
    receipt = await desk.connector().send(answer("слово " * 2000))

    assert [len(one["text"]) <= MAX_UNITS for one in desk.server.sent] == [True, True]
    assert receipt.external_id == str(FIRST_TOKEN + 1)
    assert len(set(receipt.parts) - {""}) == 2


async def test_what_broke_off_in_the_middle_is_not_repeated(desk: Desk) -> None:
    desk.server.takes = 1
    with pytest.raises(PartlySent, match="1 of 2"):
        await desk.connector().send(answer("слово " * 2000))


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (2, AuthFailed),
        (3, Rejected),
        (5, Rejected),
        (6, Blocked),
        (7, AuthFailed),
        (10, Unavailable),
        (11, Rejected),
        (12, Unavailable),
        (21, Rejected),
        (23, Unavailable),
        (24, Unavailable),
        (4711, Unavailable),
    ],
)
async def test_refusals_are_told_apart(desk: Desk, status: int, failure: type[Exception]) -> None:
    desk.server.refusals["send_message"] = (status, "why")
    with pytest.raises(failure) as raised:
        await desk.connector().send(answer())

    assert type(raised.value) is failure
    assert OLENA not in str(raised.value)


@pytest.mark.parametrize(("status", "wait_s"), [(12, LATER_S), (23, MUCH_LATER_S), (24, MUCH_LATER_S)])
async def test_limits_and_money_take_their_time(desk: Desk, status: int, wait_s: float) -> None:
    desk.server.refusals["send_message"] = (status, "why")
    with pytest.raises(Unavailable) as raised:
        await desk.connector().send(answer())

    assert raised.value.retry_after_s == wait_s


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.HTML_OK, Fault.TRUNCATED])
async def test_answer_that_says_nothing_is_uncertain(desk: Desk, fault: Fault) -> None:
    connector = desk.connector()
    desk.server.befall(fault)
    with pytest.raises(Unclear):
        await connector.send(answer())


@pytest.mark.parametrize("message", [answer(""), answer(" \n"), answer(conversation_key="somebody else")])
async def test_what_can_never_go_is_rejected_before_viber_is_asked(desk: Desk, message: Outbound) -> None:
    with pytest.raises(Rejected):
        await desk.connector().send(message)

    assert not desk.server.calls


async def test_report_that_is_quicker_than_the_answer_is_stored_after_it(desk: Desk) -> None:
    """Only then does the hub know by which token to look for the message."""
    async with desk.running(connector := desk.connector()):
        desk.server.tells_first = "delivered"
        sending = asyncio.create_task(connector.send(answer()))
        await until(lambda: bool(desk.server.telling))
        told, _ = await asyncio.wait(desk.server.telling, timeout=0.1)
        assert not told
        desk.server.answer_now.set()
        await sending
        assert await desk.server.all_told() == [200]

    assert len(desk.hub.stored) == 1


async def test_report_waits_for_nobody_else_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.viber.underway.HOLD_S", 0.01)
    under_way = UnderWay()
    with under_way.sending(OLENA):
        async with asyncio.timeout(60):
            await under_way.over("somebody else")
            await under_way.over(OLENA)


def test_bot_keeps_to_the_limit_of_all_its_messages() -> None:
    found = pace(ViberConfig(token=Secret("t"), name="x", messages_per_minute=90))

    assert found.lane("a") == found.lane("b")
    assert found.per_minute_in_lane == 90
