"""An outage shows the monitoring alerts of its minutes, in the API and on its page."""

from datetime import timedelta

from channelhub.domain.alerts import AlertAction, OutageAlert, Severity
from channelhub.domain.outages import OutageState
from channelhub.domain.times import to_us
from channelhub.rules.monitoring import FiredAlert
from channelhub.store import alerts as deliveries
from channelhub.store import monitoring, outages
from channelhub.store.database import Session
from channelhub.store.outages import Outage
from tests.web.conftest import BEGAN, Hub

BEGAN_US = to_us(BEGAN)


def outage() -> Outage:
    return Outage(
        id=5120,
        state=OutageState.SUSPECTED,
        version=1,
        title="the shop is down",
        terms=("shop", "checkout"),
        reasons=(),
        began_us=BEGAN_US,
        opened_us=BEGAN_US,
        changed_us=BEGAN_US,
    )


def alert(number: int, name: str, after: timedelta, **changes: object) -> FiredAlert:
    values: dict[str, object] = {
        "id": number,
        "account": "prometheus",
        "key": name,
        "name": name,
        "severity": "critical",
        "summary": "<b>not bold</b>",
        "labels": {},
        "url": "https://prometheus.example.com/graph",
        "started_us": to_us(BEGAN + after),
    }
    return FiredAlert(**(values | changes))  # type: ignore[arg-type]


async def write(hub: Hub) -> None:
    async def fill(session: Session) -> None:
        await outages.save(session, [outage()])
        await monitoring.save(
            session,
            [
                alert(1, "DiskFull", timedelta(minutes=-4)),
                alert(2, "CheckoutErrors", timedelta(minutes=6)),
                alert(3, "Yesterday", timedelta(days=-1), ended_us=BEGAN_US - 3_600_000_000),
            ],
        )

    await hub.store.writer.command(fill)


async def test_the_api_says_who_was_first(hub: Hub) -> None:
    await write(hub)
    async with hub.http.get(f"{hub.url}/api/v1/outages/5120", headers=hub.admin()) as answer:
        alerts = (await answer.json())["alerts"]

    assert [(one["name"], one["lead_seconds"], one["shared_terms"]) for one in alerts] == [
        ("CheckoutErrors", 360, ["checkout"]),
        ("DiskFull", -240, []),
    ]
    assert alerts[0]["words"] == "customers noticed 6 minutes before the alert"


async def test_the_page_says_it_in_the_readers_language_and_trusts_no_word_of_it(hub: Hub) -> None:
    await write(hub)
    headers = {**hub.admin(), "Accept-Language": "uk"}
    async with hub.http.get(f"{hub.url}/outages/5120", headers=headers) as answer:
        page = await answer.text()

    assert "клієнти помітили на 6 хвилин раніше" in page
    assert "&lt;b&gt;not bold" in page
    assert "Yesterday" not in page


async def test_it_shows_who_on_call_was_told_what(hub: Hub) -> None:
    await write(hub)
    told = OutageAlert(
        title="", state="suspected", severity=Severity.WARNING, customers=5, messages=5, began_at=BEGAN, link="x"
    )

    async def tell(session: Session) -> None:
        for action in (AlertAction.TRIGGER, AlertAction.UPDATE):
            await deliveries.add(
                session, target="on-call", key="k", outage_id=5120, action=action, content=told, at_us=BEGAN_US
            )

    await hub.store.writer.command(tell)
    async with hub.http.get(f"{hub.url}/api/v1/outages/5120", headers=hub.admin()) as answer:
        (shown,) = (await answer.json())["told"]
    async with hub.http.get(f"{hub.url}/outages/5120", headers={**hub.admin(), "Accept-Language": "ru"}) as answer:
        page = await answer.text()

    assert (shown["target"], shown["action"], shown["state"]) == ("on-call", "update", "queued")
    assert "Кого оповещаем" in page
    assert "изменено" in page


async def test_alerts_are_listed_page_by_page(hub: Hub) -> None:
    await write(hub)
    names: list[str] = []
    place = ""
    while place is not None:
        address = f"{hub.url}/api/v1/monitoring-alerts?limit=2{place and f'&before={place}'}"
        async with hub.http.get(address, headers=hub.admin()) as answer:
            page = await answer.json()
        names += [one["name"] for one in page["items"]]
        place = page["next"]

    assert names == ["Yesterday", "CheckoutErrors", "DiskFull"]
