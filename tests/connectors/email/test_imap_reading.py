"""Reading a real mailbox: everything once, in order, without a trace."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from imapclient import imap_utf7

from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Cursor, Receipt
from channelhub.sdk.testing import MemoryHub
from connectors.email import imap_link
from connectors.email.imap_account import ImapAccount
from connectors.email.imap_config import ImapConfig, own_addresses
from tests.connectors.email.mailbox import ACCOUNT, config_of, reading
from tests.servers.dovecot import PASSWORD, USER, dovecot, mail_of, numbered

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC)


def uids(hub: MemoryHub) -> list[int]:
    return [int(delivery_id.rpartition(":")[2]) for _, delivery_id in hub.stored]


def place(hub: MemoryHub) -> str:
    [value] = [value for scope, value in hub.cursors.items() if not scope.endswith("/start")]
    return value


async def test_takes_everything_once_in_order_with_the_cursor_in_the_same_commit() -> None:
    async with dovecot() as server, MemoryHub() as hub:
        server.deliver_many(list(numbered(450)))
        async with reading(hub, config_of(server.port)) as reader:
            await reader.holds(450)
            server.deliver(mail_of("One more", number=451))
            await reader.holds(451)
        with_mails = [call for call in hub.calls if call.raws]

        assert uids(hub) == list(range(1, 452))
        assert len(hub.raws) == 451
        assert place(hub) == f"{server.uidvalidity()}:451"
        assert all(call.cursor and call.cursor.value.endswith(call.raws[-1].delivery_id.rpartition(":")[2])
                   for call in with_mails)  # fmt: skip
        assert reader.failures == []


async def test_leaves_no_trace_in_the_mailbox() -> None:
    async with dovecot() as server, MemoryHub() as hub:
        names = server.deliver_many(list(numbered(3)))
        async with reading(hub, config_of(server.port)) as reader:
            await reader.holds(3)

        assert [path.name.partition(":2,")[0] for path in server.mails()] == names
        assert {path.name.partition(":2,")[2] for path in server.mails()} <= {""}, "a flag was set"


@pytest.mark.parametrize("has_idle", [True, False])
async def test_news_come_by_idle_and_by_polling(has_idle: bool) -> None:
    capability = "" if has_idle else "IMAP4rev1 LITERAL+ ENABLE"
    poll_s = 3600.0 if has_idle else 1.0
    async with dovecot(capability=capability) as server, MemoryHub() as hub:
        async with reading(hub, config_of(server.port, poll_interval_s=poll_s)) as reader:
            await reader.until(lambda: bool(hub.comparisons), "the first look is over")
            server.deliver(mail_of("Something new"))
            await reader.holds(1)

        assert reader.texts() == ["Something new"]
        assert f"'idle': {has_idle}" in "".join(hub.log.lines)


async def test_reads_several_folders_each_with_its_own_place() -> None:
    async with dovecot() as server, MemoryHub() as hub:
        server.deliver(mail_of("To the inbox", number=1))
        sales = "\u041f\u0440\u043e\u0434\u0430\u0436\u0456 & Co"  # on disk as RFC 9051 §5.1 spells it
        on_disk = imap_utf7.encode(sales).decode()
        server.deliver(mail_of("To the sales", number=2), folder=on_disk)
        async with reading(hub, config_of(server.port, folders=("INBOX", sales), poll_interval_s=1.0)) as reader:
            await reader.holds(2)
            server.deliver(mail_of("Once more", number=3), folder=on_disk)
            await reader.holds(3)

        assert sorted(reader.texts()) == ["Once more", "To the inbox", "To the sales"]
        assert len([scope for scope in hub.cursors if not scope.endswith("/start")]) == 2


@pytest.mark.parametrize(
    ("since", "taken"),
    [("all", ["400 days", "10 days", "new"]), ("30d", ["10 days", "new"]), ("0d", ["new"]),
     ((NOW - timedelta(days=500)).date().isoformat(), ["400 days", "10 days", "new"])],
)  # fmt: skip
async def test_the_first_sync_goes_back_as_far_as_asked(since: str, taken: list[str]) -> None:
    async with dovecot() as server, MemoryHub(now=NOW) as hub:
        for number, days in enumerate((400, 10)):
            server.deliver(mail_of(f"{days} days", number=number), at=NOW - timedelta(days=days))
        async with reading(hub, config_of(server.port, since=since)) as reader:
            await reader.until(lambda: bool(hub.comparisons), "the first look is over")
            server.deliver(mail_of("new", number=9))
            await reader.holds(len(taken))

        assert reader.texts() == taken
        assert [raw.is_backfill for raw in hub.stored.values()] == [True] * (len(taken) - 1) + [False]
        assert {comparison.missing for comparison in hub.comparisons} == {0}


async def test_an_earlier_date_reads_the_older_mail_later() -> None:
    async with dovecot() as server, MemoryHub(now=NOW) as hub:
        for number, days in enumerate((400, 100, 10)):
            server.deliver(mail_of(f"{days} days", number=number), at=NOW - timedelta(days=days))
        async with reading(hub, config_of(server.port, since="30d")) as reader:
            await reader.holds(1)
        earlier = (NOW - timedelta(days=200)).date().isoformat()
        async with reading(hub, config_of(server.port, since=earlier)) as reader:
            await reader.holds(2)
        compared = len(hub.comparisons)
        async with reading(hub, config_of(server.port, since="30d")) as reader:
            await reader.until(lambda: len(hub.comparisons) > compared, "it compares again")

        assert sorted(reader.texts()) == ["10 days", "100 days"]
        assert hub.comparisons[-1].missing == 0


async def test_what_lay_there_during_a_gap_of_ours_is_backfill() -> None:
    async with dovecot() as server, MemoryHub(now=NOW) as hub:
        async with reading(hub, config_of(server.port)) as reader:
            await reader.until(lambda: bool(hub.comparisons), "the first look is over")
        server.deliver(mail_of("during the gap", number=1), at=NOW - timedelta(hours=30))
        server.deliver(mail_of("just now", number=2))
        async with reading(hub, config_of(server.port)) as reader:
            await reader.holds(2)

        assert {raw.body.split(b"\r\n\r\n")[1].strip(): raw.is_backfill for raw in hub.stored.values()} == {
            b"during the gap": True,
            b"just now": False,
        }


async def test_another_uidvalidity_loses_nothing_and_shows_nothing_twice() -> None:
    async with dovecot() as server, MemoryHub() as hub:
        server.deliver_many(list(numbered(5)))
        async with reading(hub, config_of(server.port)) as reader:
            await reader.holds(5)
        former, compared = server.uidvalidity(), len(hub.comparisons)
        server.stop()
        server.renumber()
        server.deliver(mail_of("After the change", number=6))
        server.start()
        async with reading(hub, config_of(server.port)) as reader:
            await reader.holds(11)
            await reader.until(lambda: len(hub.comparisons) > compared, "it compares")

        assert server.uidvalidity() != former
        assert len({one.external_id for one in reader.messages()}) == 6, "what is on the timeline"
        assert place(hub) == f"{server.uidvalidity()}:6"
        assert {one.missing for one in hub.comparisons} == {0}, "only the comparison noticed"
        assert all(raw.is_backfill for raw in list(hub.stored.values())[5:])


async def test_mails_that_vanish_while_we_read_are_passed_over() -> None:
    async with dovecot() as server, MemoryHub() as hub:
        big = "x" * (3 * 1024 * 1024)
        names = [server.deliver(mail_of(f"{number} {big}", number=number)) for number in range(4)]

        async def deliver(raws: Sequence[RawMessage], cursor: Cursor | None = None) -> Sequence[Receipt]:
            if len(hub.stored) == 0 and raws:
                [lost] = [path for path in server.mails() if path.name.startswith(names[2])]
                lost.unlink()
            return await hub.deliver(raws, cursor)

        async with reading(hub, config_of(server.port), deliver=deliver) as reader:
            await reader.until(lambda: place(hub).endswith(":4") if len(hub.cursors) > 1 else False, "the end is read")

        assert uids(hub) == [1, 2, 4]


async def test_of_a_mail_too_large_the_beginning_is_taken_and_it_says_so() -> None:
    async with dovecot() as server, MemoryHub() as hub:
        server.deliver(mail_of("The beginning " + "x" * 50_000, number=1))
        server.deliver(mail_of("A small one", number=2))
        async with reading(hub, config_of(server.port, max_message_bytes=10_000)) as reader:
            await reader.holds(2)
        cut, whole = reader.messages()

        assert len(next(iter(hub.stored.values())).body) == 10_000
        assert cut.content.text.startswith("The beginning")
        assert any("10000 of" in warning for warning in cut.warnings)
        assert (whole.content.text.strip(), whole.warnings) == ("A small one", ())


async def test_lists_a_folder_larger_than_one_answer_in_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_link, "LISTED_AT_ONCE", 7)
    async with dovecot() as server, MemoryHub() as hub:
        server.deliver_many(list(numbered(50)))
        async with reading(hub, config_of(server.port)) as reader:
            await reader.holds(50)
            await reader.until(lambda: bool(hub.comparisons), "it compares")

        assert uids(hub) == list(range(1, 51))
        assert (hub.comparisons[0].listed, hub.comparisons[0].missing) == (50, 0)


async def test_another_mailbox_under_the_same_account_starts_anew() -> None:
    """Its UIDVALIDITY and UIDs may be the same numbers: they must not be taken for what is stored."""
    other = "sales@example.com"
    passwords = {USER: PASSWORD, other: PASSWORD}
    async with dovecot(passwords=passwords) as server, MemoryHub() as hub:
        server.deliver(mail_of("In the first", number=1))
        async with reading(hub, config_of(server.port)) as reader:
            await reader.holds(1)
        server.stop()
        same_numbers = (server.maildir() / "dovecot-uidlist").read_text().split("\n")[0].replace(" N2 ", " N1 ")
        (server.maildir(user=other) / "dovecot-uidlist").write_text(f"{same_numbers}\n")
        server.deliver(mail_of("In the second", number=2), user=other)
        server.start()
        async with reading(hub, config_of(server.port, username=other)) as reader:
            await reader.holds(2)

        assert reader.texts() == ["In the first", "In the second"]
        assert len({value for scope, value in hub.cursors.items() if not scope.endswith("/start")}) == 1


def test_our_own_addresses_are_known() -> None:
    config = config_of(1, addresses=("help@example.com",), from_address="answers@example.com")

    assert own_addresses(config) == (USER, "help@example.com", "answers@example.com")
    assert own_addresses(ImapConfig(host="x", username="support")) == ()


@pytest.mark.parametrize(
    ("action", "flag"), [("seen", "S"), ("flag", "F")]
)  # fmt: skip
async def test_marks_after_the_commit(action: str, flag: str) -> None:
    async with dovecot() as server, MemoryHub() as hub:
        server.deliver_many(list(numbered(3)))
        hub.hold(skip=1)
        async with reading(hub, config_of(server.port, after_commit=action)) as reader:
            await reader.until(lambda: hub.is_holding, "the mails are delivered")
            before = [path.name.partition(":2,")[2] for path in server.mails()]
            hub.accept()
            await reader.until(lambda: all(path.name.endswith(f":2,{flag}") for path in server.mails()), "all marked")

        assert set(before) == {""}, "marked before the commit"


async def test_moves_after_the_commit_and_makes_the_folder() -> None:
    async with dovecot() as server, MemoryHub() as hub:
        server.deliver_many(list(numbered(3)))
        hub.hold(skip=1)
        async with reading(hub, config_of(server.port, after_commit="move", move_to="Done")) as reader:
            await reader.until(lambda: hub.is_holding, "the mails are delivered")
            before = len(server.mails())
            hub.accept()
            await reader.until(lambda: not server.mails() and len(server.mails("Done")) == 3, "all moved")

        assert before == 3
        assert len(hub.stored) == 3


async def test_moves_what_a_crash_left_behind() -> None:
    async with dovecot() as server, MemoryHub() as hub:
        server.deliver_many(list(numbered(3)))
        async with reading(hub, config_of(server.port)) as reader:
            await reader.holds(3)
        async with reading(hub, config_of(server.port, after_commit="move", move_to="Done")) as reader:
            await reader.until(lambda: not server.mails() and len(server.mails("Done")) == 3, "all moved")

        assert len(hub.raws) == 3


@pytest.mark.parametrize("capability", ["IMAP4rev1 IDLE UIDPLUS", "IMAP4rev1 IDLE"])
async def test_moves_at_a_server_that_knows_no_move(capability: str) -> None:
    async with dovecot(capability=capability) as server, MemoryHub() as hub:
        server.deliver_many(list(numbered(2)))
        async with reading(hub, config_of(server.port, after_commit="move", move_to="Done")) as reader:
            await reader.until(lambda: len(server.mails("Done")) == 2, "copies are there")
            if "UIDPLUS" in capability:
                await reader.until(lambda: not server.mails(), "expunged, because only ours can be")
            else:
                await reader.until(lambda: all(path.name.endswith(":2,T") for path in server.mails()), "all deleted")

        assert len(server.mails()) == (0 if "UIDPLUS" in capability else 2)
        assert len(server.mails("Done")) == 2


async def test_a_folder_that_is_gone_is_told_and_keeps_none_of_the_others_waiting() -> None:
    async with dovecot() as server, MemoryHub() as hub:
        server.deliver(mail_of("To the inbox", number=1))
        server.deliver(mail_of("To the last", number=2), folder="Last")
        config = config_of(server.port, folders=("INBOX", "Gone", "Last"), poll_interval_s=1.0)
        async with reading(hub, config) as reader:
            await reader.holds(2)
            await reader.until(lambda: bool(hub.comparisons), "it compares")
            told = hub.comparisons[-1]
            server.deliver(mail_of("It is back", number=3), folder="Gone")
            await reader.holds(3)
            await reader.until(lambda: not hub.comparisons[-1].note, "that is told, too")

        assert "Gone" in told.note
        assert reader.failures == []


@pytest.mark.parametrize("missing", [1, 3])
async def test_a_missing_mail_shows_as_a_gap_and_is_fetched(missing: int) -> None:
    async with dovecot() as server, MemoryHub() as hub:
        server.deliver_many(list(numbered(5)))
        async with reading(hub, config_of(server.port, completeness_interval_s=1.0, poll_interval_s=1.0)) as reader:
            await reader.until(lambda: len(hub.comparisons) == 1, "it compares")
            for key in list(hub.stored)[1 : 1 + missing]:
                del hub.stored[key]
            await reader.until(lambda: len(hub.comparisons) >= 3, "it compares again, and repairs")

        assert [(one.listed, one.missing) for one in hub.comparisons[:3]] == [(5, 0), (5, missing), (5, 0)]
        assert sorted(uids(hub)) == [1, 2, 3, 4, 5]
        assert [raw.is_backfill for raw in hub.raws[5:]] == [True] * missing
        assert place(hub).endswith(":5")


async def test_check_tells_what_it_found_and_takes_nothing() -> None:
    async with dovecot() as server, MemoryHub() as hub:
        server.deliver(mail_of("Hello"))
        whole = await ImapAccount(config_of(server.port), hub.context(ACCOUNT)).check()
        missing = await ImapAccount(config_of(server.port, folders=("INBOX", "Nope")), hub.context(ACCOUNT)).check()

        assert (str(whole.health), whole.detail) == ("ok", "signed in at 127.0.0.1, 1 folder open")
        assert str(missing.health) == "down"
        assert "Nope" in missing.detail
        assert not hub.calls
        assert [path.parent.name for path in server.mails()] == ["new"]


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-02-30"}, "since"),
        ({"folders": ("INBOX", "INBOX")}, "folders"),
        ({"after_commit": "move"}, "move_to"),
        ({"after_commit": "move", "move_to": "INBOX"}, "move_to"),
        ({"username": ""}, "username"),
        ({"oauth_provider": "google"}, "oauth_client_id"),
        ({"oauth_provider": "other", "oauth_client_id": "id"}, "oauth_token_url"),
        ({"oauth_provider": "google", "oauth_client_id": "id"}, "oauth_refresh_token"),
        ({"addresses": ("nobody",)}, "addresses"),
        ({"relay_host": "localhost"}, "relay_host"),
    ],
)
def test_what_can_t_work_is_told_by_its_key(settings: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=f"{fault}: "):
        config_of(993, **settings)


def test_a_dead_link_is_noticed_within_a_minute_by_default() -> None:
    config = ImapConfig(host="imap.example.com", username=USER)

    assert config.probe_interval_s + config.timeout_s <= 60
