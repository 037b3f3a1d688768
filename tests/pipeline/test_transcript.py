"""What a chat's customer may read: both sides of their own conversation, and nothing that they were not told."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from channelhub.domain.inbound import Attachment, Content, DeletedMessage, DeliveryStatus, EditedMessage, Thread
from channelhub.domain.outbound import OutboxState as S
from channelhub.domain.outbound import OutgoingFile
from channelhub.domain.people import Evidence, Sender
from channelhub.pipeline.commands import replies
from channelhub.pipeline.rulebook import AccountFacts
from channelhub.pipeline.transcript import StoredTranscript
from channelhub.sdk.transcript import Said
from channelhub.store import outbox
from tests.pipeline.workshop import BEGAN, BOOK, Workshop, handle, words

CHAT = AccountFacts(
    name="chat", kind="webchat", channel="chat", can_send=True, can_send_files=True, identity_kind="webchat"
)
ANN, OLGA = "v.ann", "v.olga"


@pytest.fixture
def chat(shop: Workshop) -> Workshop:
    shop.book = replace(BOOK, is_acknowledging=False, accounts={**BOOK.accounts, "chat": CHAT})
    return shop


async def says(chat: Workshop, who: str, number: int, text: str = "", **changes: object) -> None:
    sender = Sender(handles=(handle(f"webchat:{who}", Evidence.CHANNEL_ID),))
    name = f"message:{who}:{number}"
    made = words(name, sender, text or f"{number}", minutes=number, thread=Thread(key=who))
    await chat.take("chat", replace(made, **changes), delivery_id=name)


async def answer(chat: Workshop, who: str, text: str, state: S = S.SENT, **more: object) -> str:
    """An answer in this state; its id in the transcript."""
    [row] = [row for row in await chat.rows("SELECT id, key FROM conversations") if row["key"] == who]
    sent = await replies.reply(chat.acting, "agent:a", row["id"], text, **more)
    async with chat.store.readers.read() as session:
        item = await outbox.of_message(session, sent)
    assert item is not None
    await chat.store.writer.command(
        lambda session: outbox.settle(session, item, state=state, at_us=item.created_us, external_ref="")
    )
    return item.payload.reply_token


async def read(chat: Workshop, who: str, **how: object) -> list[Said]:
    transcript = StoredTranscript(chat.store, account="chat", secret=BOOK.secret)
    return list(await transcript.page(who, **{"since": BEGAN - timedelta(days=1), **how}))


async def test_both_sides_stand_in_order_with_their_states(chat: Workshop) -> None:
    await says(chat, ANN, 1, "Де моє замовлення?")
    token = await answer(chat, ANN, "Вже їде", S.DELIVERED)
    await says(chat, OLGA, 2, "Інше")

    found = await read(chat, ANN)
    assert [(one.text, one.is_ours, one.state) for one in found] == [
        ("Де моє замовлення?", False, None),
        ("Вже їде", True, S.DELIVERED),
    ]
    assert [one.id for one in found] == [f"message:{ANN}:1", token]
    assert [one.text for one in await read(chat, OLGA)] == ["Інше"]
    assert await read(chat, "v.nobody") == []


@pytest.mark.parametrize("state", [S.QUEUED, S.WITHDRAWN, S.FAILED])
async def test_what_was_not_told_is_not_shown(chat: Workshop, state: S) -> None:
    await says(chat, ANN, 1)
    token = await answer(chat, ANN, "Ні", state, files=[a_file()])

    transcript = StoredTranscript(chat.store, account="chat", secret=BOOK.secret)
    assert [one.text for one in await read(chat, ANN)] == ["1"]
    assert await transcript.file(ANN, token, 0, since=BEGAN) is None


async def test_newest_words_are_shown_and_nothing_that_was_taken_back(chat: Workshop) -> None:
    await says(chat, ANN, 1, "перше")
    await says(chat, ANN, 2, "друге")
    sender = Sender(handles=(handle(f"webchat:{ANN}", Evidence.CHANNEL_ID),))
    edited = words(f"message:{ANN}:1", sender, "виправлене", minutes=1, thread=Thread(key=ANN))
    await chat.take("chat", EditedMessage(external_id=f"message:{ANN}:1", revision=5, message=edited))
    await chat.take("chat", DeletedMessage(external_id=f"message:{ANN}:2"))

    assert [one.text for one in await read(chat, ANN)] == ["виправлене"]


async def test_pages_lead_back_to_the_beginning(chat: Workshop) -> None:
    for number in range(7):
        await says(chat, ANN, number)
    pages, before = [], ""
    while found := await read(chat, ANN, before=before, limit=3):
        pages.append([one.text for one in found])
        before = found[0].place

    assert pages == [["4", "5", "6"], ["1", "2", "3"], ["0"]]
    assert [one.text for one in await read(chat, ANN, since=BEGAN + timedelta(minutes=5))] == ["5", "6"]
    for odd in ("x", "1", "1.", "9" * 60 + ".1", "-1.2", "１.２"):
        assert len(await read(chat, ANN, before=odd)) == 7


async def test_files_are_given_to_their_own_conversation(chat: Workshop) -> None:
    await says(chat, ANN, 1, content=Content(text="x", attachments=(an_attachment(chat, b"theirs"),)))
    await says(chat, OLGA, 2)
    token = await answer(chat, ANN, "Ось", files=[a_file()])
    transcript = StoredTranscript(chat.store, account="chat", secret=BOOK.secret)

    async def content(who: str, name: str, number: int = 0, since: timedelta = timedelta()) -> bytes | None:
        found = await transcript.file(who, name, number, since=BEGAN + since)
        return None if found is None else found.content

    assert await content(ANN, token) == b"ours"
    assert await content(ANN, f"message:{ANN}:1") == b"theirs"
    for wrong in (
        (OLGA, token),
        (OLGA, f"message:{ANN}:1"),
        (ANN, token[:-1] + "x"),
        (ANN, token, 1),
        (ANN, token, -1),
        (ANN, f"message:{ANN}:1", 0, timedelta(minutes=2)),
        ("v.nobody", token),
    ):
        assert await content(*wrong) is None
    for path in Path(chat.store.blobs.folder).rglob("*"):
        if path.is_file():
            path.write_bytes(b"damaged")
    assert await content(ANN, token) is None


async def test_report_by_the_name_of_a_message_settles_it_and_no_other_can(chat: Workshop) -> None:
    await says(chat, ANN, 1)
    token = await answer(chat, ANN, "Вже їде")
    for name in (token[:-1] + ("0" if token[-1] != "0" else "1"), token):
        await chat.take("chat", DeliveryStatus(external_id=f"read:{name}", about=(name,), status="read"))
        states = [one.state for one in await read(chat, ANN)]
        assert states == [None, S.READ if name == token else S.SENT]


def a_file() -> OutgoingFile:
    return OutgoingFile(filename="a.pdf", content_type="application/pdf", size=4, sha256="", content=b"ours")


def an_attachment(chat: Workshop, content: bytes) -> Attachment:
    name = chat.store.blobs.put(content)
    return Attachment(filename="b.txt", content_type="text/plain", size=len(content), sha256=name, content=content)
