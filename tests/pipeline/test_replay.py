"""After a parser was mended, history is read again: what comes from bytes is mended, what people did stays."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from channelhub.content.features import features
from channelhub.domain.inbound import Attachment, Content, EditedMessage, Inbound, NewMessage, Thread, Unknown
from channelhub.domain.incidents import IncidentState
from channelhub.domain.people import Evidence, Sender
from channelhub.pipeline import searching
from channelhub.pipeline.commands import incidents as incident_commands
from channelhub.pipeline.commands import people as people_commands
from channelhub.pipeline.replay import Replay, Replayed
from channelhub.pipeline.wire import Reading, Task
from channelhub.store import media
from channelhub.store.database import Session
from tests.pipeline.workshop import Workshop, handle, identity_of, mail, words

ANN, PHONE = "email:ann@example.com", "phone:+380501112233"
TABLES = (
    "messages", "message_texts", "message_sources", "attachments", "timeline", "incidents", "outbox", "features",
    "identities", "links", "suggestions", "conversations", "audit", "events",
)  # fmt: skip


class Parser:
    """Stands for the parser children: gives each delivery what a test says."""

    def __init__(self) -> None:
        self.items: dict[int, tuple[Inbound, ...]] = {}
        self.failing: set[int] = set()

    async def read(self, task: Task) -> Reading:
        inbox_id = abs(task.id)
        if inbox_id in self.failing:
            return Reading(id=task.id, failure="unparseable", detail="no more")
        items = self.items[inbox_id]
        return Reading(id=task.id, items=items, features=tuple(_features(item) for item in items))


def _features(item: Inbound) -> Any:
    message = item.message if isinstance(item, EditedMessage) else item
    if not isinstance(message, NewMessage):
        return None
    return features(subject=message.content.subject, text=message.content.text)


async def everything(shop: Workshop, *without: str) -> dict[str, list[dict[str, Any]]]:
    return {table: await shop.rows(f"SELECT * FROM {table}") for table in TABLES if table not in without}


@pytest.fixture
def parser() -> Parser:
    return Parser()


@pytest.fixture
def take(shop: Workshop, parser: Parser) -> Callable[..., Awaitable[int]]:
    async def take(account: str, *items: Inbound) -> int:
        made = await shop.take(account, *items)
        parser.items[made // 1024] = items
        return made

    return take


async def replay(shop: Workshop, parser: Parser, *, is_dry_run: bool = False, **more: Any) -> Replayed:
    return await Replay(shop.acting, read=parser.read).page(is_dry_run=is_dry_run, limit=100, **more)


def said(found: Replayed) -> dict[str, tuple[str, str]]:
    return {one.field: (one.before, one.after) for changed in found.changed for one in changed.differences}


Take = Callable[..., Awaitable[int]]


def edited(chat: NewMessage) -> EditedMessage:
    return EditedMessage(
        external_id="c1", revision=4, message=replace(chat, content=Content(subject="new", text="edited"))
    )


async def test_the_same_parser_changes_nothing(shop: Workshop, parser: Parser, take: Take) -> None:
    await take("mail", mail("<m1>", ANN, "the first", minutes=1))
    await take("mail2", mail("<m1>", Sender(handles=(handle(ANN, Evidence.DMARC),)), "the first", minutes=1))
    chat = words("c1", Sender(handles=(handle("telegram:7", Evidence.CHANNEL_ID),)), "hi", thread=Thread(key="7"))
    await take("bot", chat)
    await take("bot", edited(chat))
    await take("bot", Unknown(external_id="u", shape="poll", sender=chat.sender))
    before = await everything(shop)
    found = await replay(shop, parser)

    assert (found.deliveries, found.changed, found.unreadable) == (5, [], [])
    assert await everything(shop) == before


def picture(number: int, text: str = "", *, album: str = "77:1", files: int = 1) -> NewMessage:
    sender = Sender(handles=(handle("telegram:7", Evidence.CHANNEL_ID),))
    attached = tuple(
        Attachment(filename=f"{n}.jpg", content_type="image/jpeg", size=3, reference=f"{number}-{n}")
        for n in range(files)
    )
    content = Content(text=text, attachments=attached)
    thread = Thread(key="7")
    return words(f"7:{number}", sender, content=content, thread=thread, album=album, album_place=number)


async def test_an_album_stays_one_entry(shop: Workshop, parser: Parser, take: Take) -> None:
    for number, text in ((10, ""), (11, "broken"), (12, "")):
        await take("bot", picture(number, text))
    before = await everything(shop)
    found = await replay(shop, parser)

    assert found.changed == []
    assert await everything(shop) == before


async def test_pictures_that_turn_out_to_be_an_album_become_one_entry(
    shop: Workshop, parser: Parser, take: Take
) -> None:
    for number, text in ((10, ""), (11, "broken")):
        made = await take("bot", picture(number, text, album=""))
        parser.items[made // 1024] = (picture(number, text),)
    dry = await replay(shop, parser, is_dry_run=True)
    assert len(await shop.rows("SELECT id FROM timeline WHERE direction = 'in'")) == 2
    await replay(shop, parser)

    (entry,) = await shop.rows("SELECT preview, attachments, flags FROM timeline WHERE direction = 'in'")
    assert said(dry)["album"] == ("", "part 11")
    assert entry == {"preview": "broken", "attachments": 2, "flags": "album"}
    assert (await replay(shop, parser)).changed == []


async def test_a_fetched_file_stays_and_one_that_a_mended_parser_finds_is_fetched(
    shop: Workshop, parser: Parser, take: Take
) -> None:
    made = await take("bot", picture(10, "broken", album=""))

    async def fetched(session: Session) -> None:
        item = await media.get(session, made, 0)
        assert item is not None
        await media.store(session, item, sha256="ab" * 32, size=3, at_us=1)

    await shop.store.writer.command(fetched)
    parser.items[made // 1024] = (picture(10, "mended", album="", files=2),)
    await replay(shop, parser)
    again = await replay(shop, parser)

    files = await shop.rows("SELECT n, reference, sha256 FROM attachments ORDER BY n")
    assert [(one["n"], one["reference"], one["sha256"]) for one in files] == [(0, "10-0", "ab" * 32), (1, "10-1", "")]
    states = await shop.rows("SELECT n, state FROM media ORDER BY n")
    assert states == [{"n": 0, "state": "stored"}, {"n": 1, "state": "pending"}]
    assert again.changed == []


async def test_files_that_a_mended_parser_finds_in_an_album_are_counted(
    shop: Workshop, parser: Parser, take: Take
) -> None:
    await take("bot", picture(10, "broken"))
    made = await take("bot", picture(11))
    parser.items[made // 1024] = (picture(11, files=2),)
    found = await replay(shop, parser)

    (entry,) = await shop.rows("SELECT attachments FROM timeline WHERE direction = 'in'")
    assert said(found)["attachments"] == ("1", "2")
    assert entry["attachments"] == 3


async def test_a_dry_run_tells_every_difference_and_writes_nothing(shop: Workshop, parser: Parser, take: Take) -> None:
    made = await take("mail", mail("<m1>", ANN, "caf? broken", minutes=1))
    both = Sender(name="Ann", handles=(handle(ANN, Evidence.DMARC), handle(PHONE, Evidence.TRUSTED_ACCOUNT)))
    parser.items[made // 1024] = (
        mail("<m1>", both, "café " + "x" * 500, minutes=-5, order_id="17", warnings=("odd",)),
    )
    before = await everything(shop)
    found = await replay(shop, parser, is_dry_run=True)
    differences = said(found)

    assert await everything(shop) == before
    assert [(one.message_id, one.is_new) for one in found.changed] == [(made, False)]
    assert differences["evidence"] == ("claimed", "dmarc")
    assert differences["order_id"] == ("", "17")
    assert differences["at"] == ("2026-03-02T09:01:00+00:00", "2026-03-02T08:55:00+00:00")
    assert differences["text"][0] == "caf? broken"
    assert differences["text"][1].startswith("café xxx")
    assert len(differences["text"][1]) == 80
    assert set(differences["link"][1].split(" = ")) == {ANN, PHONE}
    assert "features" in differences


async def test_what_comes_from_bytes_is_mended_and_peoples_work_stays(
    shop: Workshop, parser: Parser, take: Take
) -> None:
    made = await take("mail", mail("<m1>", ANN, "caf? broken", minutes=1))
    (opened,) = await shop.rows("SELECT id, version FROM incidents")
    await incident_commands.change(
        shop.acting,
        "agent:a",
        opened["id"],
        incident_commands.Change(state=IncidentState.IN_PROGRESS, assignee="olha"),
        version=opened["version"],
    )
    await people_commands.block(shop.acting, "agent:a", identity_of("email:ann@example.com"))
    untouched = await everything(
        shop, "messages", "message_texts", "timeline", "features", "events", "identities", "links", "attachments"
    )
    photo = Attachment(filename="a.png", content_type="image/png", size=4, sha256="", content=b"\x89PNG")
    both = Sender(name="Ann", handles=(handle(ANN, Evidence.DMARC), handle(PHONE, Evidence.TRUSTED_ACCOUNT)))
    parser.items[made // 1024] = (
        mail("<m1>", both, minutes=-5, content=Content(subject="café", text="our café closed", attachments=(photo,))),
    )
    await replay(shop, parser)
    again = await replay(shop, parser)
    ann = await shop.card_of(ANN)
    entry = next(one for one in ann.entries if one.id == made)
    async with shop.store.readers.read() as session:
        hits = await searching.search(session, "closed")
        gone = await searching.search(session, "broken")
    kept = await everything(
        shop, "messages", "message_texts", "timeline", "features", "events", "identities", "links", "attachments"
    )
    events = [one for one in await shop.events() if one.is_replayed]

    assert again.changed == []
    assert (entry.subject, entry.preview, entry.is_verified, entry.attachments) == (
        "café",
        "our café closed",
        True,
        1,
    )
    assert entry.incident_id == opened["id"]
    assert len([one for one in ann.entries if one.id == made]) == 1
    assert {str(one.key) for one in ann.identities} == {ANN, PHONE}
    assert [one.entry.id for one in hits.items] == [made]
    assert gone.items == []
    assert kept == untouched
    assert [one.type for one in events] == ["customer.linked", "message.edited"]
    assert "closed" not in str([one.data for one in events])


async def test_an_edits_words_stay_when_the_original_is_mended(shop: Workshop, parser: Parser, take: Take) -> None:
    chat = words("c1", Sender(handles=(handle("telegram:7", Evidence.CHANNEL_ID),)), "hi", thread=Thread(key="7"))
    made = await take("bot", chat)
    await take("bot", edited(chat))
    parser.items[made // 1024] = (replace(chat, content=Content(subject="old", text="hello")),)
    found = await replay(shop, parser)
    (entry,) = [one for one in (await shop.card_of("telegram:7", "bot")).entries if one.id == made]
    texts = await shop.rows("SELECT revision, text FROM message_texts ORDER BY revision")

    assert said(found)["text"] == ("hi", "hello")
    assert (entry.subject, entry.preview) == ("new", "edited")
    assert [(row["revision"], row["text"]) for row in texts if row["text"] != "[en] #1"] == [
        (0, "hello"),
        (4, "edited"),
    ]


async def test_what_was_unknown_becomes_a_message_under_its_id_and_opens_nothing(
    shop: Workshop, parser: Parser, take: Take
) -> None:
    sender = Sender(handles=(handle("telegram:7", Evidence.CHANNEL_ID),))
    made = await take("bot", Unknown(external_id="update:9", shape="new thing", sender=sender))
    parser.items[made // 1024] = (words("c9", sender, "now it can be read", thread=Thread(key="7")),)
    dry = await replay(shop, parser, is_dry_run=True)
    found = await replay(shop, parser)
    (entry,) = (await shop.card_of("telegram:7", "bot")).entries

    assert said(dry) == said(found) == {"type": ("unknown", "message: now it can be read")}
    assert (entry.id, entry.type, entry.preview) == (made, "message", "now it can be read")
    assert await shop.rows("SELECT * FROM incidents") == await shop.rows("SELECT * FROM outbox") == []


async def test_a_wrong_sender_is_corrected(shop: Workshop, parser: Parser, take: Take) -> None:
    made = await take("mail", mail("<m1>", "email:wrong@example.com", "hello", minutes=1))
    parser.items[made // 1024] = (mail("<m1>", ANN, "hello", minutes=1),)
    found = await replay(shop, parser)
    wrong, ann = await shop.card_of("email:wrong@example.com"), await shop.card_of(ANN)

    assert said(found)["sender"] == ("email:wrong@example.com", ANN)
    assert made in [one.id for one in ann.entries]
    assert made not in [one.id for one in wrong.entries]


async def test_what_cannot_be_read_any_more_is_told_and_kept(shop: Workshop, parser: Parser, take: Take) -> None:
    made = await take("mail", mail("<m1>", ANN, "hello", minutes=1))
    parser.failing.add(made // 1024)
    before = await everything(shop)
    found = await replay(shop, parser)

    assert [(one.inbox_id, one.reason) for one in found.unreadable] == [(made // 1024, "unparseable: no more")]
    assert await everything(shop) == before


async def test_pages_accounts_and_times_choose_what_is_read(shop: Workshop, parser: Parser, take: Take) -> None:
    made = [await take("mail" if n % 2 else "shop", words(f"m{n}", f"email:p{n}@example.com")) for n in range(6)]
    runner = Replay(shop.acting, read=parser.read)
    first = await runner.page(is_dry_run=True, limit=4)
    second = await runner.page(is_dry_run=True, limit=4, after=first.last or 0)
    shops = await runner.page(is_dry_run=True, account="shop")
    late = await runner.page(is_dry_run=True, since_us=1 << 60)

    assert (first.deliveries, first.last) == (4, made[3] // 1024)
    assert (second.deliveries, second.last) == (2, None)
    assert (shops.deliveries, late.deliveries) == (3, 0)
