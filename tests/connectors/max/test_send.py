"""Answers: within MAX's bounds, once, and each refusal told apart; the address of a video."""

import pytest

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.sdk.errors import AuthFailed, Blocked, Rejected, Unavailable
from channelhub.sdk.media import MediaGone
from channelhub.sdk.parts import PartlySent
from channelhub.sdk.testing import Fault
from connectors.max.client import LATER_S, Unclear
from connectors.max.send import MAX_UNITS
from tests.connectors.max.conftest import Desk
from tests.connectors.max.vectors import GROUP, MARIA, MID
from tests.servers.max import mid


def answer(text: str = "Уже едет", **changes: object) -> Outbound:
    given = {"id": 1, "to": str(MARIA), "text": text, "conversation_key": str(MARIA), **changes}
    return Outbound(**given)  # type: ignore[arg-type]


async def test_text_goes_to_the_person_and_the_receipt_is_its_id(desk: Desk) -> None:
    receipt = await desk.connector().send(answer(in_reply_to=MID))

    assert receipt.external_id == mid(1)
    assert desk.server.sent == [{"text": "Уже едет", "user_id": str(MARIA)}]


async def test_group_is_answered_in_the_group_below_the_message(desk: Desk) -> None:
    await desk.connector().send(answer(conversation_key=f"chat:{GROUP}", in_reply_to=MID))

    [sent] = desk.server.sent
    assert (sent["chat_id"], sent["link"]) == (str(GROUP), {"type": "reply", "mid": MID})


async def test_long_text_goes_in_several_and_the_receipt_names_the_last(desk: Desk) -> None:
    receipt = await desk.connector().send(answer("слово " * 1000))

    assert [len(one["text"]) <= MAX_UNITS for one in desk.server.sent] == [True, True]
    assert receipt.external_id == mid(2)
    assert len(set(receipt.parts) - {""}) == 2


async def test_what_broke_off_in_the_middle_is_not_repeated(desk: Desk) -> None:
    desk.server.takes = 1
    with pytest.raises(PartlySent, match="1 of 2"):
        await desk.connector().send(answer("слово " * 1000))


@pytest.mark.parametrize(
    ("refusal", "failure"),
    [
        ((401, "verify.token", "Invalid access_token"), AuthFailed),
        ((403, "chat.denied", "Key: error.dialog.suspended, args: [20411223344,]."), Blocked),
        ((403, "chat.denied", "No rights to write, args: [20411223344,]."), Rejected),
        ((404, "chat.not.found", "Chat not found"), Rejected),
        ((400, "proto.payload", "text is too long"), Rejected),
        ((429, "too.many.requests", "Too many requests"), Unavailable),
        ((503, "service.unavailable", "later"), Unclear),
    ],
)
async def test_refusals_are_told_apart(desk: Desk, refusal: tuple[int, str, str], failure: type[Exception]) -> None:
    desk.server.refusals["/messages"] = refusal
    with pytest.raises(failure) as raised:
        await desk.connector().send(answer())

    assert type(raised.value) is failure
    assert str(MARIA) not in str(raised.value)


async def test_limit_without_a_time_takes_a_few_seconds(desk: Desk) -> None:
    desk.server.takes = 0
    with pytest.raises(Unavailable) as raised:
        await desk.connector().send(answer())

    assert raised.value.retry_after_s == LATER_S


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.HTML_OK, Fault.TRUNCATED])
async def test_answer_that_says_nothing_is_uncertain(desk: Desk, fault: Fault) -> None:
    connector = desk.connector()
    desk.server.befall(fault)
    with pytest.raises(Unclear):
        await connector.send(answer())


@pytest.mark.parametrize(
    "message", [answer(""), answer(" \n"), answer(conversation_key="5"), answer(to="me", conversation_key="me")]
)
async def test_what_can_never_go_is_rejected_before_max_is_asked(desk: Desk, message: Outbound) -> None:
    with pytest.raises(Rejected):
        await desk.connector().send(message)

    assert not desk.server.calls


async def test_best_file_of_a_video_is_taken(desk: Desk) -> None:
    desk.server.videos["t"] = {"mp4_360": "https://vd1.okcdn.ru/s", "mp4_720": "https://vd1.okcdn.ru/b", "hls": "x"}
    request = await desk.connector().media(MediaReference(reference="video:t"))

    assert request.url == "https://vd1.okcdn.ru/b"


@pytest.mark.parametrize("urls", [None, {}, {"hls": "https://vd1.okcdn.ru/h"}])
async def test_video_without_a_file_is_gone(desk: Desk, urls: dict[str, str] | None) -> None:
    if urls is not None:
        desk.server.videos["t"] = urls
    with pytest.raises(MediaGone):
        await desk.connector().media(MediaReference(reference="video:t"))


async def test_size_that_max_says_is_compared(desk: Desk) -> None:
    request = await desk.connector().media(MediaReference(reference="https://fd.oneme.ru/f", size=9))

    assert (request.url, request.size) == ("https://fd.oneme.ru/f", 9)
