"""An Intercom's past and present: searched whole, once, while conversations change and the search lags behind."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from channelhub.domain.inbound import NewMessage
from channelhub.domain.media import MediaReference
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Health
from channelhub.sdk.errors import AuthFailed, HubBusy, Unavailable
from channelhub.sdk.media import MediaGone, MediaRefused
from channelhub.sdk.proof import is_signed
from channelhub.sdk.testing import Fault, MemoryHub
from channelhub.sdk.testing.vendor import RETRY_AFTER_S
from connectors.helpdesk.desk import HelpDesk
from connectors.helpdesk.intercom import export
from connectors.helpdesk.intercom.config import REGIONS, IntercomConfig
from connectors.helpdesk.intercom.media import media_hosts
from connectors.helpdesk.intercom.parse import parse
from connectors.helpdesk.intercom.plugin import build
from tests.connectors.helpdesk.intercom import vectors as v
from tests.connectors.helpdesk.waiting import read_to_the_end, running
from tests.connectors.telegram.conftest import until
from tests.servers.intercom import SECRET, TOKEN, IntercomServer

NOW_S = v.BEGUN_S + 7200  # the hub's clock


@dataclass(kw_only=True)
class Desk:
    """What a test of the connector works with."""

    server: IntercomServer
    hub: MemoryHub

    def connector(self, **settings: Any) -> HelpDesk:
        values: dict[str, Any] = {
            "url": self.server.address,
            "access_token": Secret(TOKEN),
            "client_secret": Secret(SECRET),
            "history_days": 30,
            "poll_s": 1,
            "request_timeout_s": 2,
        }
        return build(IntercomConfig(**values | settings), self.hub.context("desk"))

    def texts(self) -> list[str]:
        items = [item for raw in self.hub.stored.values() for item in parse(raw)]
        return sorted(item.content.text for item in items if isinstance(item, NewMessage))

    def read(self) -> list[str]:
        """The conversations that were asked for whole."""
        asked = [path.rpartition("/")[2] for path in self.server.asked if "/conversations/" in path]
        return [talk for talk in asked if talk != "search"]


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    async with IntercomServer() as server, MemoryHub() as hub:
        yield Desk(server=server, hub=hub)


def fill(server: IntercomServer, talks: int, parts: int, *, at_s: int = v.BEGUN_S, apart_s: int = 600) -> list[str]:
    """Conversations that changed one after the other; what was said in them."""
    said = []
    for number in range(1, talks + 1):
        texts = [f"conversation {number} part {place:03}" for place in range(parts)]
        server.say(
            v.talk(str(number), updated_at=at_s - (talks - number) * apart_s, **v.opening(body="")),
            *(v.part(f"{number * 1000 + place}", text) for place, text in enumerate(texts)),
        )
        said += texts
    return sorted(said)


@pytest.mark.parametrize("sorts", [True, False])
async def test_the_past_is_fetched_in_pages_to_its_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, *, sorts: bool
) -> None:
    said = fill(desk.server, 7, 3)
    desk.server.sorts = sorts
    monkeypatch.setattr(export, "CONVERSATIONS", 2)
    connector = desk.connector()
    await read_to_the_end(connector, desk.hub)

    assert desk.texts() == said
    assert all(raw.is_backfill for raw in desk.hub.stored.values())
    assert (await connector.check()).detail == "as Олена in Крамниця"
    assert [one.listed for one in desk.hub.comparisons] == [len(said)]


async def test_long_conversation_comes_in_batches_with_its_beginning(desk: Desk) -> None:
    fill(desk.server, 1, 250)
    desk.server.talks["1"] |= v.opening()
    await read_to_the_end(desk.connector(), desk.hub)

    assert len(desk.texts()) == 251
    assert max(len(call.raws) for call in desk.hub.calls) == 100


async def test_parts_that_intercom_no_longer_gives_are_told(desk: Desk) -> None:
    fill(desk.server, 1, 503)
    await read_to_the_end(desk.connector(), desk.hub)

    assert len(desk.texts()) == 500
    [told] = [line for line in desk.hub.log.lines if "helpdesk.parts_out_of_reach" in line]
    assert "'count': 3" in told


async def test_second_run_fetches_what_is_new_and_nothing_of_the_past(desk: Desk) -> None:
    said = fill(desk.server, 3, 2)
    await read_to_the_end(desk.connector(), desk.hub)
    desk.server.say(desk.server.talks["2"] | {"updated_at": NOW_S - 60}, v.part("2999", "і ще одне"))
    desk.server.asked.clear()
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.texts() == sorted([*said, "і ще одне"])
    assert desk.read() == ["3", "2"]


async def test_settled_conversation_is_read_once(desk: Desk) -> None:
    fill(desk.server, 2, 1)
    async with running(desk.connector(), desk.hub):
        await until(lambda: len(desk.hub.comparisons) >= 2)

    assert desk.read() == ["1", "2"]


async def test_part_that_is_added_in_the_second_of_the_reading_is_not_missed(desk: Desk) -> None:
    fill(desk.server, 1, 1, at_s=NOW_S)
    async with running(desk.connector(), desk.hub):
        await until(lambda: len(desk.hub.comparisons) >= 1)
        desk.server.say(desk.server.talks["1"], v.part("1999", "у ту ж секунду"))
        await until(lambda: "у ту ж секунду" in desk.texts())


async def test_search_that_lags_behind_hides_nothing(desk: Desk) -> None:
    """One conversation is told as it is now where the search still has it as it was: the place doesn't follow it."""
    said = fill(desk.server, 2, 1)
    desk.server.talks["1"] |= {"updated_at": NOW_S}
    await read_to_the_end(desk.connector(), desk.hub)
    desk.server.say(v.talk("3", updated_at=NOW_S - 90, **v.opening(body="")), v.part("3000", "індекс дізнався пізніше"))
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.texts() == sorted([*said, "індекс дізнався пізніше"])


@pytest.mark.parametrize("sorts", [True, False])
async def test_crash_in_the_middle_loses_and_doubles_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, *, sorts: bool
) -> None:
    said = fill(desk.server, 6, 2)
    desk.server.sorts = sorts
    monkeypatch.setattr(export, "CONVERSATIONS", 2)
    desk.hub.hold(after_commit=True, skip=5)
    async with running(desk.connector(), desk.hub):
        await until(lambda: desk.hub.is_holding)
    desk.hub.crash()
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.texts() == said
    assert len(desk.hub.stored) == len(said)


async def test_restart_goes_on_behind_the_pages_that_were_taken(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(desk.server, 6, 1)
    monkeypatch.setattr(export, "CONVERSATIONS", 2)
    desk.hub.hold(after_commit=True, skip=6)  # the beginning, two, the place, two, the place
    async with running(desk.connector(), desk.hub):
        await until(lambda: desk.hub.is_holding)
    desk.hub.crash()
    desk.server.asked.clear()
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.read() == ["4", "5", "6"]


async def test_cursors_that_are_refused_stop_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    said = fill(desk.server, 6, 1)
    monkeypatch.setattr(export, "CONVERSATIONS", 2)
    desk.server.lapsed = True
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.texts() == said


async def test_limit_is_waited_out_until_the_moment_that_it_ends(desk: Desk) -> None:
    desk.server.befall(Fault.RATE_LIMITED)
    with pytest.raises(Unavailable) as told:
        await desk.connector().run(desk.hub.deliver)

    assert told.value.retry_after_s is not None
    assert RETRY_AFTER_S <= told.value.retry_after_s <= RETRY_AFTER_S + 2


async def test_busy_hub_has_the_same_messages_later(desk: Desk) -> None:
    said = fill(desk.server, 3, 1)
    desk.hub.refuse(HubBusy("the queue is full", retry_after_s=0.01))
    with pytest.raises(Unavailable):
        await desk.connector().run(desk.hub.deliver)
    desk.hub.accept()
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.texts() == said


async def test_nothing_before_the_history_is_taken_and_its_beginning_stays(desk: Desk) -> None:
    old_s = v.BEGUN_S - 90 * 86_400
    desk.server.say(v.talk("1", created_at=old_s), v.part("1", "дуже давно", created_at=old_s), v.part("2", "вчора"))
    desk.server.say(v.talk("2", updated_at=old_s), v.part("3", "забуте", created_at=old_s))
    await read_to_the_end(desk.connector(history_days=3), desk.hub)
    desk.hub.now += timedelta(days=30)
    await read_to_the_end(desk.connector(history_days=3000), desk.hub)

    assert desk.texts() == ["вчора"]


async def test_deleted_conversations_hold_up_nobody(desk: Desk) -> None:
    said = fill(desk.server, 3, 1)
    desk.server.hidden.add("2")
    await read_to_the_end(desk.connector(), desk.hub)

    assert desk.texts() == [said[0], said[2]]
    assert desk.hub.comparisons[-1].note == "conversations that can't be read with these credentials: 1"


async def test_posted_part_is_not_fetched_again(desk: Desk) -> None:
    async with running(desk.connector(), desk.hub):
        await until(desk.server.is_asked.is_set)
        url = desk.hub.url("desk")
        assert await desk.server.try_address(url) == 200
        assert await desk.server.tell(url, v.event("conversation.user.created")) == 200
        assert await desk.server.tell(url, v.event("conversation.user.replied", v.part())) == 200
        assert await desk.server.tell(url, v.event("conversation.user.replied", v.part("5")), secret="guessed") == 401
        assert await desk.server.tell(url, v.PING) == 200
    desk.server.say(v.talk(), v.part())
    await read_to_the_end(desk.connector(), desk.hub)

    assert [raw.delivery_id for raw in desk.hub.stored.values()] == ["part:conversation:20418", "part:1201"]


async def test_posts_are_taken_while_the_api_fails(desk: Desk) -> None:
    desk.server.befall(Fault.SERVER_ERROR)
    with pytest.raises(Unavailable):
        await desk.connector().run(desk.hub.deliver)

    assert await desk.server.tell(desk.hub.url("desk"), v.event("conversation.user.replied", v.part())) == 200
    assert desk.texts() == ["Дякую, знайшла"]


async def test_without_a_client_secret_no_post_is_believed(desk: Desk) -> None:
    async with running(desk.connector(client_secret=Secret("")), desk.hub):
        await until(desk.server.is_asked.is_set)
        told = desk.server.tell(desk.hub.url("desk"), v.event("conversation.user.replied", v.part()), secret="")
        assert await told == 401

    assert not desk.hub.stored


def test_signature_of_the_documented_form() -> None:
    given = "sha1=c9993ca561e03d521df0ea5ce7e81807d3b91640"
    body = '{"text":"Привет"}'.encode()

    assert is_signed(given, body, secret=Secret("s3cret"), digest="sha1", prefix="sha1=")


async def test_wrong_token_waits_for_a_person_and_says_where_to_take_one(desk: Desk) -> None:
    connector = desk.connector(access_token=Secret("revoked"))
    with pytest.raises(AuthFailed, match=r"Developer Hub.*region"):
        await connector.run(desk.hub.deliver)

    assert (await connector.check()).health is Health.AUTH_FAILED


@pytest.mark.parametrize(
    ("me", "health", "detail"),
    [
        ({"id": "7", "name": "Олена", "app": None}, Health.OK, "as Олена"),
        ({"id": None}, Health.AUTH_FAILED, "Intercom takes the token for nobody's: see that it is that of your app"),
    ],
)
async def test_check_says_whose_token_it_is(desk: Desk, me: dict[str, Any], health: Health, detail: str) -> None:
    desk.server.me = me
    report = await desk.connector().check()

    assert (report.health, report.detail) == (health, detail)


@pytest.mark.parametrize("url", REGIONS)
def test_files_come_from_intercom_s_own_hosts_only(url: str) -> None:
    hosts = media_hosts(IntercomConfig(url=f"{url}/", access_token=Secret(TOKEN)))

    assert not [one for one in hosts if one.is_ours or one.takes_credentials or "intercom" not in one.name]


async def test_address_of_a_file_that_has_ended_is_asked_for_again(desk: Desk) -> None:
    fresh = f"{desk.server.url}/i/o/chek.pdf?expires={NOW_S + 3600}"
    desk.server.say(v.talk(), v.part("1"), v.part(attachments=[v.RECEIPT, v.RECEIPT | {"url": fresh}]))
    desk.server.files["chek.pdf"] = b"%PDF"
    connector = desk.connector()
    ended = MediaReference(reference=f"https://elsewhere.example/a?expires={NOW_S}#20418/1201/1", size=4)
    hosts = media_hosts(IntercomConfig(url=desk.server.address, access_token=Secret(TOKEN)))

    assert await desk.hub.download(connector, ended, hosts) == b"%PDF"
    assert (await connector.media(MediaReference(reference=f"{fresh}#20418/1201/9"))).url == fresh


@pytest.mark.parametrize("place", ["20418/1201/0", "20418/1201/7", "20418/9/1", "404/1201/1"])
async def test_file_that_intercom_has_no_more_is_gone(desk: Desk, place: str) -> None:
    desk.server.say(v.talk(), v.part(attachments=[v.RECEIPT]))
    desk.server.hidden.add("404")

    with pytest.raises(MediaGone):
        await desk.connector().media(MediaReference(reference=f"https://a.example/b?expires=1#{place}"))


@pytest.mark.parametrize("place", ["", "//", "../me/1/1", "%2e%2e/1/1", "1?a=b/1/1"])
async def test_file_of_nowhere_is_not_asked_for(desk: Desk, place: str) -> None:
    with pytest.raises(MediaRefused):
        await desk.connector().media(MediaReference(reference=f"https://a.example/b?expires=1#{place}"))

    assert not desk.server.asked
