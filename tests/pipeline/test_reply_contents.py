"""What goes with a reply: its files, and the mails of the thread that it cites."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from channelhub.domain.inbound import Thread
from channelhub.domain.outbound import OutboxState, OutgoingFile
from channelhub.pipeline.commands import replies
from channelhub.pipeline.commands.acting import Acting, CommandRefused
from channelhub.sdk.files import FileRules
from channelhub.store import messages, outbox, timeline
from tests.pipeline.workshop import BOOK, Workshop, at, mail, workshop

AGENT = "agent:Olha"
ANN = "email:ann@example.com"
INVOICE = OutgoingFile(filename="invoice.pdf", content_type="application/pdf", size=7, sha256="", content=b"invoice")


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    async with workshop(tmp_path) as made:
        yield made


def sending_files(shop: Workshop) -> Acting:
    accounts = {name: replace(one, can_send_files=one.channel == "email") for name, one in BOOK.accounts.items()}
    return replace(shop.acting, book=lambda: replace(BOOK, accounts=accounts))


async def conversation(shop: Workshop) -> int:
    rows = await shop.rows("SELECT id FROM conversations")
    return int(rows[0]["id"])


async def test_files_are_kept_by_digest_shown_and_queued(shop: Workshop) -> None:
    await shop.take("mail", mail("a1", ANN))
    made = await replies.reply(sending_files(shop), AGENT, await conversation(shop), "Here.", files=[INVOICE])
    async with shop.store.readers.read() as session:
        item = await outbox.of_message(session, made)
        shown = await messages.attachments(session, made)
        entry = await timeline.get(session, made)

    assert item is not None
    [queued] = item.payload.attachments
    assert (queued.filename, queued.size, queued.content) == ("invoice.pdf", 7, b"")
    assert shop.store.blobs.get(queued.sha256) == b"invoice"
    assert [(one.filename, one.sha256, one.size) for one in shown] == [("invoice.pdf", queued.sha256, 7)]
    assert entry is not None
    assert entry.attachments == 1


async def test_an_account_that_sends_no_files_refuses_them_and_keeps_none(shop: Workshop) -> None:
    await shop.take("mail", mail("a1", ANN))
    with pytest.raises(CommandRefused, match="can't send files"):
        await replies.reply(shop.acting, AGENT, await conversation(shop), "Here.", files=[INVOICE])

    assert shop.store.blobs.names() == []
    assert await shop.rows("SELECT id FROM outbox WHERE kind = 'reply'") == []


async def test_files_that_the_channel_does_not_take_are_refused_with_its_rule_and_none_is_kept(shop: Workshop) -> None:
    await shop.take("mail", mail("a1", ANN))
    acting, pictures = sending_files(shop), FileRules(types={"image/png": 0})
    mailing = replace(acting.book().accounts["mail"], file_rules=lambda _key: pictures)
    book = replace(BOOK, accounts={**BOOK.accounts, "mail": mailing})
    with pytest.raises(CommandRefused, match="file 1 is application/pdf: only image/png can be sent: answer without"):
        await replies.reply(
            replace(acting, book=lambda: book), AGENT, await conversation(shop), "Here.", files=[INVOICE]
        )

    assert shop.store.blobs.names() == []
    assert await shop.rows("SELECT id FROM outbox WHERE kind = 'reply'") == []


@pytest.mark.parametrize("files", [[INVOICE] * 21, [replace(INVOICE, content=bytes(18 * 1024 * 1024 + 1))]])
async def test_files_are_bounded(shop: Workshop, files: list[OutgoingFile]) -> None:
    await shop.take("mail", mail("a1", ANN))
    with pytest.raises(CommandRefused, match="at most 20 files"):
        await replies.reply(sending_files(shop), AGENT, await conversation(shop), "Here.", files=files)


async def test_an_answer_cites_the_thread_up_to_the_mail_it_answers(shop: Workshop) -> None:
    await shop.take("mail", mail("a1", ANN))
    thread_id = await conversation(shop)
    shop.clock = at(1)
    first = await replies.reply(shop.acting, AGENT, thread_id, "Which parcel?")
    async with shop.store.readers.read() as session:
        sent = await outbox.of_message(session, first)
    assert sent is not None
    answer = Thread(message_id="a2", references=("a1", sent.payload.message_id))
    await shop.take("mail", mail("a2", ANN, "The red one.", minutes=2, thread=answer))
    second = await replies.reply(shop.acting, AGENT, thread_id, "Found it.")
    async with shop.store.readers.read() as session:
        item = await outbox.of_message(session, second)

    assert item is not None
    assert item.payload.in_reply_to == "a2"
    assert item.payload.references[0] == "a1"
    assert item.payload.references[-1] == "a2"
    assert sent.payload.message_id in item.payload.references
    assert item.payload.message_id not in item.payload.references


async def test_the_card_says_why_an_answer_did_not_go_out(shop: Workshop) -> None:
    await shop.take("mail", mail("a1", ANN))
    made = await replies.reply(shop.acting, AGENT, await conversation(shop), "Here.")
    async with shop.store.readers.read() as session:
        item = await outbox.of_message(session, made)
    assert item is not None
    reason = "the relay refuses the mail: 550 5.1.1 No such user"

    async def fail(session: object) -> None:
        await outbox.settle(session, item, state=OutboxState.FAILED, at_us=1, error=reason)  # type: ignore[arg-type]
        await timeline.set_state(session, made, "failed")  # type: ignore[arg-type]

    before = {one.id: one.reason for one in (await shop.card_of(ANN)).entries}
    await shop.store.writer.command(fail)
    after = {one.id: one.reason for one in (await shop.card_of(ANN)).entries}

    assert set(before.values()) == {""}
    assert after == before | {made: reason}
