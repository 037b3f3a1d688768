"""Alerts of monitoring systems, and whom the hub tells of outages.

Made by `make client`; not changed by hand.
"""

from collections.abc import AsyncIterator

from channelhub.client import shapes
from channelhub.client.calling import AsyncAsking, Call, Id, Tagged, part
from channelhub.client.paging import every_awaited


class Alerts:
    """Alerts of monitoring systems, and whom the hub tells of outages."""

    def __init__(self, hub: AsyncAsking) -> None:
        self._hub = hub

    async def from_monitoring(self, *, before: str | int | None = None, limit: int | None = None) -> shapes.AlertPage:
        """What monitoring systems said: one item for each time that an alert fired."""
        return await self._hub.ask(Call("GET", "/api/v1/monitoring-alerts", query={"before": before, "limit": limit}))

    def every_of_from_monitoring(
        self, *, before: str | None = None, limit: int | None = None
    ) -> AsyncIterator[shapes.AlertView]:
        """Each of the list, page by page of `limit`; `before`: the cursor to begin at."""
        return every_awaited(lambda cursor: self.from_monitoring(before=cursor, limit=limit), before)

    async def page(self, *, before: str | int | None = None, limit: int | None = None) -> shapes.AlertsView:
        """Whom the hub tells about outages and events, how that goes, and what was told."""
        return await self._hub.ask(Call("GET", "/api/v1/alerts", query={"before": before, "limit": limit}))

    def every(self, *, before: str | None = None, limit: int | None = None) -> AsyncIterator[shapes.DeliveryView]:
        """Each of the list, page by page of `limit`; `before`: the cursor to begin at."""
        return every_awaited(lambda cursor: self.page(before=cursor, limit=limit), before)

    async def test(self, body: shapes.TestWanted, *, key: str = "") -> shapes.TestQueued:
        """Tell a target a marked test, and that it is over; or a sample of an event."""
        return await self._hub.ask(Call("POST", "/api/v1/alerts/test", body=body, key=key))

    async def get(self, alert_id: Id) -> shapes.DeliveryView:
        """One alert delivery."""
        return await self._hub.ask(Call("GET", f"/api/v1/alerts/{part(alert_id)}"))

    async def get_tagged(self, alert_id: Id) -> Tagged[shapes.DeliveryView]:
        """The same with its ETag, for `if_match` and `…_if_changed`."""
        return await self._hub.ask_tagged(Call("GET", f"/api/v1/alerts/{part(alert_id)}"))

    async def get_if_changed(self, alert_id: Id, etag: str) -> Tagged[shapes.DeliveryView] | None:
        """The same; None while it is as this ETag says."""
        return await self._hub.ask_if_changed(Call("GET", f"/api/v1/alerts/{part(alert_id)}", if_none_match=etag))

    async def retry(self, alert_id: Id, *, key: str = "") -> shapes.DeliveryView:
        """Have a delivery that failed or waits told now."""
        return await self._hub.ask(Call("POST", f"/api/v1/alerts/{part(alert_id)}/retry", key=key))
