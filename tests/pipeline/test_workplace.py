"""Agents work through an inbox: many at once, undone at once, asleep until a time or until the customer writes."""

from datetime import timedelta

import pytest
import structlog

from channelhub.domain.incidents import IncidentState, Priority
from channelhub.domain.times import to_us
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.commands import incidents as commands
from channelhub.pipeline.commands import workplace as many
from channelhub.pipeline.commands.acting import CommandRefused, Conflict, Invalid, NotFound
from channelhub.pipeline.commands.incidents import Change, Snooze
from channelhub.pipeline.commands.workplace import MOST_VIEWS, Wanted
from channelhub.pipeline.waking import LONGEST_REST_S, WakingStage
from channelhub.rules.inbox import MOST_TAGS, Folder
from channelhub.rules.incident import Incident
from channelhub.store import incidents, workplace
from channelhub.store.workplace import Filter
from tests.pipeline.workshop import Workshop, at, mail, words

KATE, OLHA = "agent:kate", "agent:olha"
CLOSE = Change(state=IncidentState.CLOSED, assignee="kate", add_tags=("VIP",))


async def opened(shop: Workshop, count: int) -> list[int]:
    names = [f"p{number}" for number in range(count)]
    return [await shop.take("mail", mail(f"<{name}>", f"email:{name}@example.com", name)) for name in names]


async def as_it_is(shop: Workshop, incident_id: int) -> tuple[Incident, list[str]]:
    async with shop.store.readers.read() as session:
        found = await incidents.get(session, incident_id)
        assert found is not None
        return found, (await workplace.tags_of(session, [incident_id]))[incident_id]


def waking(shop: Workshop) -> WakingStage:
    return WakingStage(shop.store, written=Bell(), now=lambda: shop.clock, log=structlog.get_logger())


async def test_many_change_at_once_and_each_that_cannot_is_left_alone_and_said(shop: Workshop) -> None:
    first, second, third = await opened(shop, 3)
    await commands.change(shop.acting, OLHA, second, Change(priority=Priority.LOW), version=1)
    asked = [Wanted(incident_id=one, version=1) for one in (first, second, third, 77)]
    done = await many.change_many(shop.acting, KATE, asked, CLOSE)
    changed, tags = await as_it_is(shop, first)
    untouched, no_tags = await as_it_is(shop, second)

    assert [one.version for one in done.items] == [2, None, 2, None]
    assert [type(one.refusal) for one in done.items] == [type(None), Conflict, type(None), NotFound]
    assert (changed.state, changed.assignee, tags) == (IncidentState.CLOSED, "kate", ["vip"])
    assert (untouched.state, untouched.assignee, no_tags) == (IncidentState.NEW, "", [])
    assert len(await shop.events("incident.changed")) == 3
    entries = [one.preview for one in (await shop.card_of("email:p0@example.com")).entries if one.type == "incident"]
    assert entries == ["state: new → closed; assignee: nobody → kate; tags: none → vip"]


async def test_an_undo_gives_back_everything_but_what_somebody_changed_since(shop: Workshop) -> None:
    ids = await opened(shop, 3)
    before = [await as_it_is(shop, one) for one in ids]
    done = await many.change_many(shop.acting, KATE, [Wanted(incident_id=one, version=1) for one in ids], CLOSE)
    assert done.undo_id is not None
    await commands.change(shop.acting, OLHA, ids[1], Change(state=IncidentState.REOPENED), version=2)
    undone = await many.undo(shop.acting, KATE, done.undo_id)
    after = [await as_it_is(shop, one) for one in ids]

    assert [one.version for one in undone.items] == [3, None, 3]
    assert isinstance(undone.items[1].refusal, Conflict)
    assert (after[1][0].state, after[1][1]) == (IncidentState.REOPENED, ["vip"])
    for (was, tags), (now, tags_now) in ((before[0], after[0]), (before[2], after[2])):
        assert (now.state, now.state_times, now.assignee, tags_now) == (was.state, was.state_times, was.assignee, tags)
    with pytest.raises(NotFound):
        await many.undo(shop.acting, KATE, done.undo_id)
    assert [row["action"] for row in await shop.rows("SELECT action FROM audit ORDER BY id")][-1] == "incident.undo"


async def test_a_single_change_is_undone_by_whoever_made_it_for_ten_minutes(shop: Workshop) -> None:
    (one,) = await opened(shop, 1)
    urgent = Change(priority=Priority.CRITICAL, tags=("a", "b"), snooze=Snooze(until_us=None))
    changed = await commands.change(shop.acting, KATE, one, urgent, version=1)
    with pytest.raises(NotFound):
        await many.undo(shop.acting, OLHA, changed.undo_id)
    shop.clock += timedelta(minutes=10, microseconds=1)
    with pytest.raises(NotFound):
        await many.undo(shop.acting, KATE, changed.undo_id)
    shop.clock -= timedelta(microseconds=1)
    await many.undo(shop.acting, KATE, changed.undo_id)
    now, tags = await as_it_is(shop, one)

    assert (now.priority, now.is_snoozed, tags, now.version) == (Priority.NORMAL, False, [], 3)
    assert now.priority_reasons != (f"set by {KATE}",)


async def test_steps_too_old_to_be_undone_are_forgotten(shop: Workshop) -> None:
    (one,) = await opened(shop, 1)
    await commands.change(shop.acting, KATE, one, Change(tags=("a",)), version=None)
    shop.clock += timedelta(minutes=11)
    await commands.change(shop.acting, KATE, one, Change(tags=("b",)), version=None)

    assert len(await shop.rows("SELECT id FROM undo_steps")) == 1


async def test_a_snoozed_incident_wakes_when_its_time_comes_and_not_before(shop: Workshop) -> None:
    early, late = await opened(shop, 2)
    for one, hours in ((early, 1), (late, 2)):
        until = Snooze(until_us=to_us(shop.clock + timedelta(hours=hours)))
        await commands.change(shop.acting, KATE, one, Change(snooze=until, add_tags=("keep",)), version=1)
    stage = waking(shop)
    rest_s = await stage.turn()
    asleep, _ = await as_it_is(shop, early)
    shop.clock += timedelta(hours=1)
    await stage.turn()
    awake, tags = await as_it_is(shop, early)
    other, _ = await as_it_is(shop, late)

    assert rest_s == LONGEST_REST_S
    assert (asleep.is_snoozed, asleep.version) == (True, 2)
    assert (awake.is_snoozed, awake.snoozed_until_us, awake.version, tags) == (False, None, 3, ["keep"])
    assert other.is_snoozed
    assert len(await shop.events("incident.changed")) == 3
    assert await stage.turn() == LONGEST_REST_S  # a second look wakes nobody twice
    assert (await as_it_is(shop, early))[0].version == 3


async def test_a_customer_who_writes_wakes_their_incident_whatever_it_waits_for(shop: Workshop) -> None:
    one = await shop.take("bot", words("1", "telegram:7", "it is broken"))
    two = await shop.take("form", words("2", "email:b@example.com", "and mine"))
    later = to_us(shop.clock + timedelta(days=3))
    await commands.change(shop.acting, KATE, one, Change(snooze=Snooze(until_us=None)), version=1)
    await commands.change(shop.acting, KATE, two, Change(snooze=Snooze(until_us=later)), version=1)
    shop.clock = at(90)
    await shop.take("bot", words("3", "telegram:7", "still broken", minutes=90))
    woken, _ = await as_it_is(shop, one)
    asleep, _ = await as_it_is(shop, two)

    assert (woken.is_snoozed, woken.version, woken.state) == (False, 3, IncidentState.NEW)
    assert asleep.is_snoozed
    assert len(await shop.events("incident.changed")) == 3


async def test_what_came_before_the_snooze_and_is_read_after_it_wakes_it_a_redelivery_does_not(shop: Workshop) -> None:
    one = await shop.take("bot", words("1", "telegram:7", "it is broken"))
    await commands.change(shop.acting, KATE, one, Change(snooze=Snooze(until_us=None)), version=1)
    await shop.take("bot", words("1", "telegram:7", "it is broken"), delivery_id="again")
    asleep, _ = await as_it_is(shop, one)
    shop.clock -= timedelta(minutes=1)
    await shop.take("bot", words("2", "telegram:7", "still broken"))
    woken, _ = await as_it_is(shop, one)

    assert asleep.is_snoozed
    assert (woken.is_snoozed, woken.version) == (False, 3)


async def test_what_is_over_is_not_snoozed_and_ending_it_ends_its_snooze(shop: Workshop) -> None:
    (one,) = await opened(shop, 1)
    await commands.change(shop.acting, KATE, one, Change(snooze=Snooze(until_us=None)), version=1)
    await commands.change(shop.acting, KATE, one, Change(state=IncidentState.CLOSED), version=2)
    closed, _ = await as_it_is(shop, one)
    with pytest.raises(CommandRefused):
        await commands.change(shop.acting, KATE, one, Change(snooze=Snooze(until_us=None)), version=3)

    assert not closed.is_snoozed


async def test_what_no_incident_can_have_is_refused_before_anything_is_written(shop: Workshop) -> None:
    (one,) = await opened(shop, 1)
    bad = [
        Change(snooze=Snooze(until_us=to_us(shop.clock))),
        Change(snooze=Snooze(until_us=to_us(shop.clock + timedelta(days=367)))),
        Change(add_tags=("a,b",)),
        Change(tags=("\u202e",)),
        Change(assignee="x" * 201),
    ]
    for wanted in bad:
        with pytest.raises(Invalid):
            await commands.change(shop.acting, KATE, one, wanted, version=1)
    with pytest.raises(CommandRefused, match="at most"):
        await commands.change(
            shop.acting, KATE, one, Change(add_tags=tuple(f"t{n}" for n in range(MOST_TAGS + 1))), version=1
        )
    twice = [Wanted(incident_id=one, version=1)] * 2
    for asked in ([], twice, [Wanted(incident_id=n, version=1) for n in range(101)]):
        with pytest.raises(Invalid):
            await many.change_many(shop.acting, KATE, asked, CLOSE)

    assert (await as_it_is(shop, one))[0].version == 1
    assert await shop.rows("SELECT id FROM undo_steps") == []


async def test_views_are_changed_by_their_owner_against_the_version_they_read(shop: Workshop) -> None:
    made = await many.save_view(
        shop.acting, KATE, "  my  mail ", Filter(folder=Folder.NEW), owner="kate", is_shared=True
    )
    with pytest.raises(NotFound):
        await many.change_view(shop.acting, OLHA, made.id, owner="olha", version=1, name="hers")
    with pytest.raises(NotFound):
        await many.remove_view(shop.acting, OLHA, made.id, owner="olha")
    changed = await many.change_view(shop.acting, KATE, made.id, owner="kate", version=1, shown=Filter(tag="vip"))
    with pytest.raises(Conflict):
        await many.change_view(shop.acting, KATE, made.id, owner="kate", version=1, name="again")
    with pytest.raises(Invalid):
        await many.save_view(shop.acting, KATE, " ", Filter(), owner="kate", is_shared=False)
    async with shop.store.readers.read() as session:
        (stored,) = await workplace.own_views(session, "kate", limit=10)
        (shared,) = await workplace.shared_views(session, limit=10)
    await many.remove_view(shop.acting, KATE, made.id, owner="kate")

    assert stored == shared == changed
    assert (changed.name, changed.filter.tag, changed.is_shared, changed.version) == ("my mail", "vip", True, 2)
    assert await shop.rows("SELECT id FROM saved_views") == []


async def test_one_person_keeps_a_bounded_number_of_views(shop: Workshop) -> None:
    for number in range(MOST_VIEWS):
        await many.save_view(shop.acting, KATE, f"view {number}", Filter(), owner="kate", is_shared=False)

    with pytest.raises(CommandRefused, match="at most"):
        await many.save_view(shop.acting, KATE, "one more", Filter(), owner="kate", is_shared=False)
    await many.save_view(shop.acting, OLHA, "hers", Filter(), owner="olha", is_shared=False)
