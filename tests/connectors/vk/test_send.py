"""Answers: once, to who is meant, and each refusal told apart."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelhub.domain.outbound import Outbound, OutgoingFile
from channelhub.sdk.errors import AuthFailed, Blocked, Rejected, Unavailable
from channelhub.sdk.parts import PartlySent
from channelhub.sdk.testing import Fault
from connectors.vk.client import Unclear
from connectors.vk.send import MAX_UNITS, key
from tests.connectors.vk.conftest import Desk
from tests.connectors.vk.vectors import CHAT, GROUP, MARIA
from tests.servers.vk import FIRST_NUMBER, RIGHTS

COMMENT = f"wall:-{GROUP}_900_915"


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.vk.send.PAUSE_S", 0.0)


def answer(text: str = "Вже їде", **changes: object) -> Outbound:
    given = {"id": 1, "to": str(MARIA), "text": text, "conversation_key": str(MARIA), **changes}
    return Outbound(**given)  # type: ignore[arg-type]


def file(name: str, kind: str, content: bytes) -> OutgoingFile:
    return OutgoingFile(filename=name, content_type=kind, size=len(content), sha256="", content=content)


async def test_text_goes_with_a_number_of_ours_and_the_receipt_names_it_in_its_conversation(desk: Desk) -> None:
    receipt = await desk.connector().send(answer(reply_token="ch.1.2.x"))

    [sent] = desk.server.sent
    assert receipt.external_id == f"{MARIA}:{FIRST_NUMBER}"
    assert (sent["peer_ids"], sent["message"]) == (str(MARIA), "Вже їде")
    assert 0 < int(sent["random_id"]) < 2**31
    assert json.loads(sent["payload"]) == {"channelhub": "ch.1.2.x"}


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.TRUNCATED, Fault.RESET_AFTER, Fault.HTML_OK])
async def test_message_whose_answer_got_lost_is_asked_for_again_and_arrives_once(desk: Desk, fault: Fault) -> None:
    connector = desk.connector()
    desk.server.befall_once(fault)
    receipt = await connector.send(answer())

    assert receipt.external_id == f"{MARIA}:{FIRST_NUMBER}"
    assert len(desk.server.sent) == 1


@pytest.mark.parametrize("code", [6, 5, 901])
async def test_what_is_refused_after_a_lost_answer_may_have_arrived(desk: Desk, code: int) -> None:
    connector = desk.connector()
    desk.server.befall_once(Fault.LOST_ANSWER)
    desk.server.refuses_after = (1, code)
    with pytest.raises(Unclear, match="asked again"):
        await connector.send(answer())

    assert len(desk.server.sent) == 1


async def test_message_without_any_answer_is_uncertain(desk: Desk) -> None:
    connector = desk.connector()
    desk.server.befall(Fault.LOST_ANSWER)
    with pytest.raises(Unclear):
        await connector.send(answer())

    assert len(desk.server.sent) == 1


async def test_long_text_goes_in_several_with_numbers_of_their_own(desk: Desk) -> None:
    receipt = await desk.connector().send(replace(answer("слово " * 1000), reply_token="ch.1"))

    assert [len(one["message"]) <= MAX_UNITS for one in desk.server.sent] == [True, True]
    assert len({one["random_id"] for one in desk.server.sent}) == 2
    assert receipt.external_id == f"{MARIA}:{FIRST_NUMBER + 1}"
    assert len(set(receipt.parts) - {""}) == 2
    assert ["payload" in one for one in desk.server.sent] == [True, True]


async def test_what_broke_off_in_the_middle_is_not_repeated(desk: Desk) -> None:
    desk.server.takes = 1
    with pytest.raises(PartlySent, match="1 of 2"):
        await desk.connector().send(answer("слово " * 1000))


@pytest.mark.parametrize(
    ("code", "failure", "wait_s"),
    [
        (5, AuthFailed, None),
        (27, AuthFailed, None),
        (7, AuthFailed, None),
        (6, Unavailable, 1.0),
        (9, Unavailable, 60.0),
        (14, Unavailable, 600.0),
        (29, Unavailable, 3600.0),
        (10, Unclear, None),
        (901, Blocked, None),
        (902, Blocked, None),
        (900, Rejected, None),
        (914, Rejected, None),
        (4711, Rejected, None),
    ],
)
async def test_refusals_are_told_apart(desk: Desk, code: int, failure: type[Exception], wait_s: float | None) -> None:
    desk.server.refusals["messages.send"] = (code, "why")
    with pytest.raises(failure) as raised:
        await desk.connector().send(answer())

    assert type(raised.value) is failure
    assert getattr(raised.value, "retry_after_s", None) == wait_s
    assert str(MARIA) not in str(raised.value)


async def test_who_never_let_the_community_write_is_blocked(desk: Desk) -> None:
    desk.server.strangers.add(MARIA)
    with pytest.raises(Blocked):
        await desk.connector().send(answer())


async def test_group_chat_is_answered_in_the_chat(desk: Desk) -> None:
    await desk.connector().send(answer(conversation_key=str(CHAT)))

    assert desk.server.sent[0]["peer_ids"] == str(CHAT)


@pytest.mark.parametrize(
    "message",
    [
        answer(""),
        answer(" \n"),
        answer(conversation_key="5"),
        answer(conversation_key="somebody"),
        answer(in_reply_to=COMMENT, is_automatic=True),
        answer(in_reply_to=f"video:-{GROUP}_4_915"),
        answer(in_reply_to="moon:1_2"),
        answer(in_reply_to=COMMENT, attachments=(OutgoingFile(filename="a", content_type="", size=1, sha256=""),)),
        answer(attachments=(OutgoingFile(filename="a", content_type="", size=1, sha256=""),) * 11),
    ],
)
async def test_what_can_never_go_is_rejected_before_vk_is_asked(desk: Desk, message: Outbound) -> None:
    with pytest.raises(Rejected):
        await desk.connector().send(message)

    assert not desk.server.calls


async def test_files_go_with_the_last_of_the_words(desk: Desk) -> None:
    files = (file("лампа.png", "image/png", b"p"), file("чек.pdf", "application/pdf", b"d"))
    await desk.connector().send(answer("слово " * 1000, attachments=files))

    assert desk.server.uploads == [
        ("photos", "лампа.png", b"p"),
        ("docs", "чек.pdf", b"d"),
    ]
    assert [asked["title"] for method, asked in desk.server.calls if method == "docs.save"] == ["чек.pdf"]
    first, last = desk.server.sent
    assert "attachment" not in first
    assert last["attachment"] == f"photo-{GROUP}_457239101_ak,doc-{GROUP}_702"


async def test_file_needs_no_words(desk: Desk) -> None:
    await desk.connector().send(answer("", attachments=(file("a.jpg", "image/jpeg", b"p"),)))

    [sent] = desk.server.sent
    assert "message" not in sent
    assert sent["attachment"] == f"photo-{GROUP}_457239101_ak"


@pytest.mark.parametrize("kind", ["image/png", "application/pdf"])
async def test_file_that_vk_does_not_take_is_rejected_and_nothing_is_sent(desk: Desk, kind: str) -> None:
    desk.server.takes_files = False
    with pytest.raises(Rejected, match="doesn't take"):
        await desk.connector().send(answer(attachments=(file("a", kind, b"p"),)))

    assert not desk.server.sent


@pytest.mark.parametrize(("kind", "right"), [("image/png", "photos"), ("application/pdf", "docs")])
async def test_right_that_files_need_is_named(desk: Desk, kind: str, right: str) -> None:
    desk.server.rights = tuple(set(RIGHTS) - {right})
    with pytest.raises(AuthFailed, match=f"right {right}"):
        await desk.connector().send(answer(attachments=(file("a", kind, b"p"),)))


@pytest.mark.parametrize(
    "url", ["http://pu.vk.com/upload", "https://vk.com.example/upload", "https://127.0.0.1/upload", "https://[bad/u"]
)
async def test_files_go_to_no_strange_address(desk: Desk, url: str) -> None:
    desk.server.upload_url = url
    with pytest.raises(Unavailable, match="isn't its own"):
        await desk.connector().send(answer(attachments=(file("a.png", "image/png", b"p"),)))

    assert not desk.server.sent


async def test_upload_that_fails_can_be_tried_again(desk: Desk) -> None:
    connector = desk.connector()
    desk.server.befall(Fault.LOST_ANSWER)
    with pytest.raises(Unavailable):
        await connector.send(answer(attachments=(file("a.png", "image/png", b"p"),)))

    assert not desk.server.sent


async def test_comment_is_answered_below_it_in_the_name_of_the_community(desk: Desk) -> None:
    connector = desk.connector()
    conversation = f"wall:-{GROUP}_900#{MARIA}"
    receipt = await connector.send(answer(in_reply_to=COMMENT, conversation_key=conversation))
    await connector.send(answer(id=2, in_reply_to=f"wall:-{GROUP}_901", conversation_key=conversation))

    below, post = (asked for method, asked in desk.server.calls if method == "wall.createComment")
    assert receipt.external_id == f"wall:-{GROUP}_900_901"
    assert (below["owner_id"], below["post_id"], below["reply_to_comment"]) == (f"-{GROUP}", "900", "915")
    assert (below["from_group"], below["message"]) == (str(GROUP), "Вже їде")
    assert below["guid"] != post["guid"]
    assert "reply_to_comment" not in post
    assert not desk.server.sent


async def test_token_without_the_right_to_comment_says_so(desk: Desk) -> None:
    desk.server.rights = tuple(set(RIGHTS) - {"wall"})
    with pytest.raises(AuthFailed, match="wall"):
        await desk.connector().send(answer(in_reply_to=COMMENT))


@given(st.integers(min_value=1), st.text(max_size=50), st.integers(min_value=0, max_value=9))
def test_number_of_a_message_fits_and_is_the_same_each_time(number: int, text: str, part: int) -> None:
    found = key("vk", answer(text, id=number), part)

    assert 0 < found < 2**31
    assert found == key("vk", answer(text, id=number), part)
    assert found != key("other", answer(text, id=number), part)
