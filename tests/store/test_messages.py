"""Messages and their versions."""

from dataclasses import replace

from channelhub.domain.inbound import Attachment, Automatic
from channelhub.domain.people import Evidence
from channelhub.store import message_texts, messages
from channelhub.store.database import Session
from channelhub.store.message_texts import Version
from channelhub.store.messages import Message
from channelhub.store.opening import Store


def message(message_id: int, key: str, *, subject: str = "parcel") -> Message:
    return Message(
        id=message_id, inbox_id=message_id // 1024, account="mail", channel="email", type="message", key=key,
        external_id=key, message_ref=f"<{key}@x>", direction="in", identity_id=1, conversation_id=2, incident_id=None,
        at_us=5, received_us=6, sent_us=None, subject=subject, language="uk", evidence=Evidence.DMARC,
        automatic=Automatic(is_list=True), extra={"order": "замовлення"}, warnings=("charset",),
    )  # fmt: skip


def version(version_id: int, message_id: int, text: str, *, revision: int = 0) -> Version:
    return Version(
        id=version_id, message_id=message_id, revision=revision, at_us=5, inbox_id=1, subject="", text=text,
        reply_text=None, html="",
    )  # fmt: skip


async def test_a_message_comes_back_as_it_was(store: Store) -> None:
    stored = message(1024, "k1")
    await store.writer.batch(lambda session: messages.add(session, [stored]))
    async with store.readers.read() as session:
        found = await messages.by_keys(session, ["k1", "k2"])

    assert found == {"k1": stored}


def test_keys_are_small_and_differ_by_every_part() -> None:
    keys = {
        messages.message_key(scope, channel, external)
        for scope, channel, external in [
            ("a", "b", "c"),
            ("", "b", "c"),
            ("a", "", "c"),
            ("a", "b", ""),
            ("ab", "", "c"),
        ]
    }

    assert len(keys) == 5
    assert {len(key) for key in keys} == {22}
    assert messages.message_key("a", "b", "not \ud800 text")


async def test_every_version_is_kept_and_the_newest_stands_first(store: Store) -> None:
    async def write(session: Session) -> None:
        await message_texts.add(session, [version(1, 7, "first"), version(2, 7, "second", revision=1)])
        await message_texts.add(session, [version(3, 7, "not again", revision=1)])

    await store.writer.batch(write)
    async with store.readers.read() as session:
        found = await message_texts.of_messages(session, [7])

    assert [one.text for one in found[7]] == ["second", "first"]


async def test_a_version_says_which_parts_of_its_text_the_reply_lacks(store: Store) -> None:
    stored = replace(version(1, 7, "new\n\n> old"), reply_text="new", hidden=((3, 10),))
    await store.writer.batch(lambda session: message_texts.add(session, [stored]))
    async with store.readers.read() as session:
        found = await message_texts.of_messages(session, [7])

    assert found == {7: [stored]}


async def test_a_message_remembers_every_delivery_that_carried_it_once(store: Store) -> None:
    async def write(session: Session) -> None:
        await messages.add_sources(session, [(1, 1024), (2, 1024), (1, 1024)])

    await store.writer.batch(write)
    async with store.readers.read() as session:
        assert await messages.of_inbox(session, 1) == [1024]
        assert await messages.of_inbox(session, 2) == [1024]


async def test_attachments_come_back_in_order_with_the_files_they_name(store: Store) -> None:
    files = [
        Attachment(filename=f"{number}.pdf", content_type="application/pdf", size=3, sha256=f"{number}" * 64)
        for number in range(3)
    ]
    await store.writer.batch(lambda session: messages.add_attachments(session, [(7, files)]))
    async with store.readers.read() as session:
        assert await messages.attachments(session, 7) == files


async def test_an_edit_changes_what_an_edit_may_change(store: Store) -> None:
    stored = message(1024, "k1")
    await store.writer.batch(lambda session: messages.add(session, [stored]))
    edited = replace(stored, revision=2, subject="late parcel", deleted_us=9)
    await store.writer.batch(lambda session: messages.change(session, [replace(edited, account="another")]))
    async with store.readers.read() as session:
        assert await messages.get(session, 1024) == edited
