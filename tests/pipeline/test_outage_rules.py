"""What the configured rules make of an outage: confirmed without a person, raised level by level."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from channelhub.domain.inbound import AlertState, MonitoringAlert
from channelhub.domain.outages import OutageState
from channelhub.domain.times import from_us, to_us
from channelhub.pipeline import grouping
from channelhub.pipeline.commands import outage_reports as reports
from channelhub.pipeline.outage_rules import LifeRules
from channelhub.rules.monitoring import FiredAlert
from channelhub.rules.outage.confirmation import ConfirmationRules
from channelhub.rules.outage.escalation import EscalationRules, Level
from channelhub.store import emerging, monitoring, profiles
from channelhub.store.profiles import Profile
from tests.outage.traffic import REPORTS, START_US, Traffic
from tests.pipeline.test_grouping import HOURS, _process, day, grouped, newest, raised, read_up_to
from tests.pipeline.workshop import BEGAN, Workshop, words, workshop

MINUTE_US = 60_000_000
LIFT_US = START_US + 6 * 3600 * 1_000_000
LEVELS = EscalationRules(
    levels=(Level(name="minor", customers=12), Level(name="major", customers=30), Level(name="huge", customers=900)),
    weights={"vip": 3.0},
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day with a fault that 10 ordinary and 10 important customers report; nothing is grouped yet."""
    folder = tmp_path_factory.mktemp("vip")

    async def make() -> None:
        async with workshop(folder) as shop:
            shop.clock = from_us(START_US + HOURS * 3600 * 1_000_000)
            traffic = Traffic(3)
            said = [
                (report.at_us, f"{' '.join(report.features.terms)} {traffic.filler(4)}")
                for report in traffic.background(6, per_hour=30, from_us=START_US)
            ]
            faults = [(LIFT_US + n * MINUTE_US, f"{REPORTS['en'][n % 6]} {traffic.filler(2)}") for n in range(20)]
            await _process(shop, said, 0)
            await _process(shop, faults[:10], 1000)
            await _process(shop, faults[10:], 2000, extra={"segment": " VIP "})

    asyncio.run(make())
    return folder


async def _group(shop: Workshop, life: LifeRules) -> dict[str, Any]:
    async with grouped(shop, life=life):
        await read_up_to(shop, await newest(shop))
    return await raised(shop)


def _told(found: dict[str, Any]) -> list[str]:
    return [event["type"].removeprefix("outage.") for event in found["events"] if "grown" not in event["type"]]


async def _say(shop: Workshop, segment: str) -> None:
    """An account says of everybody who wrote that they are of this class."""
    writers = await shop.rows("SELECT DISTINCT identity_id FROM messages")
    told = [
        Profile(
            identity_id=row["identity_id"], account="shop", segment=segment, attributes={}, updated_us=1, inbox_id=1
        )
        for row in writers
    ]
    await shop.store.writer.command(lambda session: profiles.save(session, told))


@pytest.mark.parametrize(("segment", "level"), [(" VIP ", "major"), ("trial", "minor"), ("", "major")])
async def test_what_an_account_says_of_customers_weighs_before_their_messages(
    filled: Path, tmp_path: Path, segment: str, level: str
) -> None:
    async with day(filled, tmp_path) as shop:
        await _say(shop, segment)
        found = await _group(shop, LifeRules(escalation=LEVELS))

    assert [one["level"] for one in found["outages"]] == [level]


async def test_the_class_of_who_says_none_is_what_an_account_says(tmp_path: Path, filled: Path) -> None:
    async with day(filled, tmp_path) as shop:
        await _say(shop, "ВІП")
        weights = {"віп": 100.0}
        found = await _group(shop, LifeRules(escalation=EscalationRules(levels=LEVELS.levels, weights=weights)))

    assert [one["level"] for one in found["outages"]] == ["huge"]


async def test_important_customers_raise_the_level_and_each_is_told_of_once(filled: Path, tmp_path: Path) -> None:
    async with day(filled, tmp_path) as shop:
        found = await _group(shop, LifeRules(escalation=LEVELS))
        why = await shop.rows("SELECT reasons FROM outage_decisions WHERE decision = 'escalated' ORDER BY at_us")

    assert [one["level"] for one in found["outages"]] == ["major"]
    assert _told(found) == ["suspected", "escalated", "escalated"]
    assert '"level":"minor"' in why[0]["reasons"]
    assert '"level":"major"' in why[1]["reasons"]


@pytest.mark.parametrize(
    ("rules", "state"),
    [
        (ConfirmationRules(), "suspected"),
        (ConfirmationRules(at_once=True), "confirmed"),
        (ConfirmationRules(customers=15), "confirmed"),
        (ConfirmationRules(customers=25), "suspected"),
        (ConfirmationRules(channels=2), "suspected"),
        (ConfirmationRules(channels=1), "confirmed"),
        (ConfirmationRules(score=8.0), "confirmed"),
        (ConfirmationRules(score=400.0), "suspected"),
        (ConfirmationRules(with_alert=True), "suspected"),
    ],
)
async def test_confirmed_without_a_person_only_as_a_rule_says(
    filled: Path, tmp_path: Path, rules: ConfirmationRules, state: str
) -> None:
    async with day(filled, tmp_path) as shop:
        found = await _group(shop, LifeRules(confirmation=rules))

    assert [one["state"] for one in found["outages"]] == [state]
    assert _told(found) == ["suspected", "confirmed"][: 1 + (state == "confirmed")]


@pytest.mark.parametrize(("name", "state"), [("Elevator stuck", "confirmed"), ("Disk almost full", "suspected")])
async def test_an_alert_of_the_same_words_in_the_same_minutes_confirms(
    filled: Path, tmp_path: Path, name: str, state: str
) -> None:
    async with day(filled, tmp_path) as shop:
        alert = FiredAlert(
            id=1, account="prom", key="k", name=name, severity="critical", summary="", labels={}, url="",
            started_us=to_us(BEGAN), ended_us=None,
        )  # fmt: skip
        await shop.store.writer.command(lambda session: monitoring.save(session, [alert]))
        found = await _group(shop, LifeRules(confirmation=ConfirmationRules(with_alert=True)))

    assert [one["state"] for one in found["outages"]] == [state]


WITH_ALERT = LifeRules(confirmation=ConfirmationRules(with_alert=True))


def _alert(name: str, key: str = "k", **changes: Any) -> MonitoringAlert:
    return MonitoringAlert(external_id=key, key=key, name=name, state=AlertState.FIRING, started_at=BEGAN, **changes)


@pytest.mark.parametrize(("name", "state"), [("Elevator stuck", "confirmed"), ("Disk almost full", "suspected")])
async def test_an_alert_that_comes_after_the_last_report_confirms(
    filled: Path, tmp_path: Path, name: str, state: str
) -> None:
    async with day(filled, tmp_path) as shop:
        before = await _group(shop, WITH_ALERT)
        await shop.take("watch", _alert(name))
        found = await _group(shop, WITH_ALERT)
        why = await shop.rows("SELECT at_us, reasons FROM outage_decisions WHERE decision = 'confirm'")

    assert [one["state"] for one in before["outages"]] == ["suspected"]
    assert [one["state"] for one in found["outages"]] == [state]
    if state == "confirmed":
        assert _told(found) == ["suspected", "confirmed"]
        assert [(one["at_us"], '"alert"' in one["reasons"]) for one in why] == [(to_us(shop.clock), True)]


async def test_an_alert_whose_words_only_now_say_what_it_is_about_confirms(filled: Path, tmp_path: Path) -> None:
    async with day(filled, tmp_path) as shop:
        await shop.take("watch", _alert("Probe failed"))
        before = await _group(shop, WITH_ALERT)
        await shop.take("watch", _alert("Probe failed", summary="elevator stuck"))
        found = await _group(shop, WITH_ALERT)

    assert [one["state"] for one in (*before["outages"], *found["outages"])] == ["suspected", "confirmed"]


async def test_an_alert_confirms_nothing_where_the_rule_is_off(filled: Path, tmp_path: Path) -> None:
    async with day(filled, tmp_path) as shop:
        life = LifeRules(confirmation=ConfirmationRules(customers=900))
        await _group(shop, life)
        await shop.take("watch", _alert("Elevator stuck"))
        found = await _group(shop, life)

    assert [one["state"] for one in found["outages"]] == ["suspected"]


async def test_alerts_leave_nothing_in_the_stream_while_no_outage_could_be_meant(tmp_path: Path) -> None:
    async with workshop(tmp_path) as shop:
        await shop.take("bot", words("c1", "telegram:1", "hello"))
        await _group(shop, WITH_ALERT)
        await shop.take("watch", _alert("Elevator stuck"))
        after_reading = await newest(shop)
        await shop.take("bot", words("c2", "telegram:2", "hello again"))
        await shop.take("watch", _alert("Elevator stuck"), _alert("Pump", "p"))
        await shop.take("watch", _alert("Elevator stuck"))

        assert after_reading == 1
        assert await newest(shop) == 3, "a report that isn't read yet could raise one; what was said before is no news"


@pytest.mark.parametrize("rows", [1, 7])
async def test_alerts_among_reports_confirm_the_same_whatever_the_commits(
    filled: Path, tmp_path: Path, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(folder: Path, cuts: Sequence[int]) -> dict[str, Any]:
        async with day(filled, folder) as shop:
            await shop.take("watch", _alert("Elevator stuck"))
            for cut in cuts:
                async with grouped(shop, life=WITH_ALERT):
                    await read_up_to(shop, cut)
            return await _group(shop, WITH_ALERT)

    expected = await run(tmp_path / "steady", ())
    monkeypatch.setattr(grouping, "ROWS", rows)

    assert await run(tmp_path / "cut", (183, 190, 200)) == expected


@pytest.mark.parametrize("rows", [1, 7, 31])
async def test_the_rules_write_the_same_whatever_the_commits(
    filled: Path, tmp_path: Path, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = LifeRules(confirmation=ConfirmationRules(customers=9), escalation=LEVELS)
    async with day(filled, tmp_path / "steady") as shop:
        expected = await _group(shop, life)
    monkeypatch.setattr(grouping, "ROWS", rows)
    async with day(filled, tmp_path / "cut") as shop:
        for cut in (183, 187, 190, 196):
            async with grouped(shop, life=life):
                await read_up_to(shop, cut)
        found = await _group(shop, life)

    assert found == expected
    assert [one["state"] for one in found["outages"]] == ["confirmed"]


async def test_a_merge_that_makes_it_large_raises_the_level(filled: Path, tmp_path: Path) -> None:
    async with day(filled, tmp_path) as shop:
        await _group(shop, LifeRules())
        (outage,) = await shop.rows("SELECT id FROM outages")
        ids = [
            row["message_id"] for row in await shop.rows("SELECT message_id FROM outage_members ORDER BY message_id")
        ]
        new = await reports.split(shop.acting, "agent:a", outage["id"], ids[-9:])
        await _group(shop, LifeRules(escalation=LEVELS))
        (before,) = await _levels(shop, outage["id"])
        await reports.merge(shop.acting, "agent:a", new.id, outage["id"])
        await _group(shop, LifeRules(escalation=LEVELS))
        (after,) = await _levels(shop, outage["id"])

    assert new.state is OutageState.SUSPECTED
    assert (before, after) == ("", "major")


async def _levels(shop: Workshop, outage_id: int) -> Sequence[str]:
    return [row["level"] for row in await shop.rows(f"SELECT level FROM outages WHERE id = {outage_id}")]


async def test_what_is_rising_is_in_its_table_until_it_is_suspected(tmp_path: Path) -> None:
    async with workshop(tmp_path) as shop:
        shop.clock = from_us(START_US + HOURS * 3600 * 1_000_000)
        traffic = Traffic(3)
        background = [
            (report.at_us, f"{' '.join(report.features.terms)} {traffic.filler(4)}")
            for report in traffic.background(6, per_hour=30, from_us=START_US)
        ]
        faults = [(LIFT_US + n * MINUTE_US, f"{REPORTS['en'][n]} {traffic.filler(2)}") for n in range(6)]
        await _process(shop, background, 0)
        seen = []
        for number, said in enumerate((faults[:3], faults[3:])):
            await _process(shop, said, 1000 * (number + 1))
            found = await _group(shop, LifeRules())
            async with shop.store.readers.read() as session:
                seen.append(([one.customers for one in await emerging.since(session, LIFT_US)], _told(found)))

    assert seen == [([3], []), ([], ["suspected"])]
