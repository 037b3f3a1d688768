"""Names: asked for once, beside what is said, never in its way."""

from typing import Any

import msgspec
import pytest

from channelhub.domain.inbound import CustomerProfile
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from channelhub.sdk.testing.hub import EARLY_2026
from connectors.vk.delivery import person_in, to_raw
from connectors.vk.names import profile_of
from connectors.vk.parse import EVENTS, parse
from tests.connectors.telegram.conftest import until
from tests.connectors.vk import vectors as v
from tests.connectors.vk.conftest import Desk
from tests.connectors.vk.test_history import MARK, message
from tests.connectors.vk.test_parse import WHO
from tests.servers.vk import FIRST_TS, GROUP

NAMES = {v.MARIA: ("Мария", "С."), 5: ("Павел", "")}


def profiles(desk: Desk) -> list[str]:
    raws = [raw for raw in desk.hub.raws if raw.delivery_id.startswith("profile:")]
    return [item.sender.name for raw in raws for item in parse(raw) if isinstance(item, CustomerProfile)]


def asked(desk: Desk) -> list[str]:
    return [fields["user_ids"] for method, fields in desk.server.calls if method == "users.get"]


def profile(**fields: Any) -> RawMessage | None:
    return profile_of(msgspec.Raw(v.encoded(fields)), account="vk", now=EARLY_2026)


@pytest.mark.parametrize(
    ("event", "person"),
    [
        (v.TEXT, v.MARIA),
        (v.COLLEAGUE, v.MARIA),
        (v.IN_CHAT, v.MARIA),
        (v.COMMENT, v.MARIA),
        (v.DENIED, v.MARIA),
        (v.EDITED, v.MARIA),
        (v.UNKNOWN, 0),
    ],
)
def test_event_is_about_its_writer_or_whom_we_wrote_to(event: dict[str, Any], person: int) -> None:
    assert person_in(v.encoded(event)) == person


def test_profile_says_what_a_person_is_called_from_when_it_was_asked() -> None:
    raw = profile(id=v.MARIA, first_name="Мария", last_name="С.", is_closed=False)
    assert raw is not None
    [item] = parse(raw)

    assert isinstance(item, CustomerProfile)
    assert (item.sender.name, item.sender.handles, item.updated_at) == ("Мария С.", (WHO,), EARLY_2026)


def test_same_name_is_the_same_delivery_and_another_one_another() -> None:
    ids = [
        raw.delivery_id
        for raw in (profile(id=5, first_name=name, online=online) for name, online in (("А", 0), ("А", 1), ("Б", 0)))
        if raw is not None
    ]

    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize("fields", [{}, {"id": 0}, {"id": -5}, {"id": v.CHAT}, {"id": "5"}, {"id": 5, "first_name": 7}])
def test_what_is_nobody_is_not_kept(fields: dict[str, Any]) -> None:
    assert profile(**fields) is None
    with pytest.raises(Unparseable):
        parse(to_raw(v.encoded({"type": "channelhub_profile", "object": fields}), account="vk", now=EARLY_2026))


def test_vk_is_not_asked_to_tell_of_our_own_kind_of_event() -> None:
    assert not [kind for kind in EVENTS if kind.startswith("channelhub")]


async def test_who_writes_is_asked_for_once(desk: Desk) -> None:
    desk.server.people = NAMES
    desk.hub.cursors |= {f"longpoll:{GROUP}": str(FIRST_TS), MARK: "1"}
    async with desk.running(desk.connector()):
        for number in (1, 2):
            desk.server.put(v.encoded(v.new("раз", number=number)))
            await until(lambda: bool(profiles(desk)))
        await until(lambda: len(desk.hub.stored) == 3)

    assert (profiles(desk), asked(desk)) == (["Мария С."], [str(v.MARIA)])


async def test_who_posts_is_answered_before_their_name_is_asked_for(desk: Desk) -> None:
    desk.server.people = NAMES
    async with desk.running(desk.connector(mode="webhook")):
        await desk.server.is_hooked.wait()
        assert await desk.server.tell(v.TEXT) == (200, "ok")
        await until(lambda: bool(profiles(desk)))

    assert [raw.delivery_id.partition(":")[0] for raw in desk.hub.raws] == ["message_new", "profile"]


async def test_names_that_cannot_be_had_hold_nothing_up_and_are_asked_for_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.vk.names.LATER_S", 0.01)
    desk.server.people, desk.server.refusals["users.get"] = NAMES, (15, "Access denied")
    async with desk.running(desk.connector(mode="webhook")):
        await desk.server.is_hooked.wait()
        assert await desk.server.tell(v.new("раз", number=1)) == (200, "ok")
        await until(lambda: any("names_not_read" in line for line in desk.hub.log.lines))
        del desk.server.refusals["users.get"]
        assert await desk.server.tell(v.new("два", number=2)) == (200, "ok")
        await until(lambda: bool(profiles(desk)))

    assert len(asked(desk)) == 2
    assert not desk.failures


async def test_who_wrote_what_was_missed_is_asked_for_too(desk: Desk) -> None:
    desk.hub.cursors[MARK] = "1!"
    desk.server.people = NAMES
    desk.server.conversations = {v.MARIA: [message(desk, 1)]}
    async with desk.running(desk.connector(mode="webhook")):
        await until(lambda: bool(profiles(desk)))

    assert profiles(desk) == ["Мария С."]


async def test_many_are_asked_for_in_portions(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.vk.names.AT_ONCE", 2)
    desk.server.people = {number: ("Кто", str(number)) for number in (11, 12, 13)}
    desk.server.refusals["users.get"] = (10, "later")
    async with desk.running(connector := desk.connector(mode="webhook")):
        await desk.server.is_hooked.wait()
        del desk.server.refusals["users.get"]
        for number in (11, 12, 13, 0, -7, v.CHAT):
            connector._names.meet(number)
        await until(lambda: len(profiles(desk)) == 3)

    assert asked(desk) == ["11,12", "13"]
