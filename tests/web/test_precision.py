"""What people made of suspected outages, in the API and on the page."""

from datetime import timedelta

import pytest

from channelhub.domain.outages import OutageState
from channelhub.domain.times import to_us
from channelhub.pipeline.commands import outages as commands
from channelhub.store import outage_decisions, outages
from channelhub.store.database import Session
from channelhub.store.outage_decisions import Decided
from channelhub.store.outages import Outage
from tests.web.conftest import Hub
from tests.web.test_pages import page


async def suspect(hub: Hub, outage_id: int, *, days_ago: int = 0, split_from: int | None = None) -> None:
    """An outage as grouping writes it: first report eight minutes before."""
    at_us = to_us(hub.clock[0] - timedelta(days=days_ago))
    raised = Outage(
        id=outage_id, state=OutageState.SUSPECTED, version=1, title="t", terms=("t",), reasons=(),
        began_us=at_us - 480_000_000, opened_us=at_us, changed_us=at_us, split_from=split_from,
    )  # fmt: skip

    async def write(session: Session) -> None:
        await outages.save(session, [raised])
        noticed = Decided(outage_id=outage_id, at_us=at_us, decision="suspected", reasons=(), customers=6)
        await outage_decisions.add(session, [noticed])

    await hub.store.writer.command(write)


async def test_what_people_decide_is_precision_of_its_week(hub: Hub) -> None:
    for number in (1, 2, 3):
        await suspect(hub, number)
    await suspect(hub, 4, days_ago=7)
    await suspect(hub, 5, split_from=1)
    await suspect(hub, 6, days_ago=90)
    hub.clock[0] += timedelta(minutes=5)
    await commands.confirm(hub.parts.acting, "agent:ann", 1)
    await commands.resolve(hub.parts.acting, "agent:ann", 1)
    await commands.dismiss(hub.parts.acting, "agent:ann", 2)
    async with hub.http.get(f"{hub.url}/api/v1/reports/outages?weeks=3", headers=hub.admin()) as answer:
        report = await answer.json()

    newest, before, _ = report["periods"]
    assert (newest["suspected"], newest["confirmed"], newest["dismissed"], newest["undecided"]) == (3, 1, 1, 1)
    assert newest["precision"] == 0.5
    assert newest["precision_low"] < 0.5 < newest["precision_high"]
    assert (newest["customers_to_suspicion"], newest["minutes_to_suspicion"]) == (6.0, 8.0)
    assert newest["minutes_to_confirmation"] == 5.0
    assert (before["suspected"], before["precision"]) == (1, None)
    assert report["total"]["suspected"] == 4
    for language, word in (("en", "precision"), ("uk", "точність"), ("ru", "точность")):
        assert word in await page(hub, "/reports/outages", language)
    assert "50 %" in await page(hub, "/reports/outages?by=month&weeks=4")
    assert 'href="/reports/outages"' in await page(hub, "/outages")


async def test_what_the_hub_confirms_by_itself_is_no_persons_word(hub: Hub) -> None:
    await suspect(hub, 1)
    at_us = to_us(hub.clock[0])
    by_rule = Decided(outage_id=1, at_us=at_us, decision="confirm", reasons=())
    await hub.store.writer.command(lambda session: outage_decisions.add(session, [by_rule]))
    async with hub.http.get(f"{hub.url}/api/v1/reports/outages", headers=hub.admin()) as answer:
        report = await answer.json()

    assert (report["total"]["confirmed"], report["total"]["undecided"], report["total"]["precision"]) == (0, 1, None)


@pytest.mark.parametrize("query", ["weeks=0", "weeks=105", "by=day"])
async def test_a_span_out_of_bounds_is_refused(hub: Hub, query: str) -> None:
    async with hub.http.get(f"{hub.url}/api/v1/reports/outages?{query}", headers=hub.admin()) as answer:
        assert answer.status == 422
