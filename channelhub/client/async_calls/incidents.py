"""Registered contacts that want an answer.

Made by `make client`; not changed by hand.
"""

from collections.abc import AsyncIterator

from channelhub.client import shapes
from channelhub.client.calling import AsyncAsking, Call, Id, Tagged, part
from channelhub.client.paging import every_awaited


class Incidents:
    """Registered contacts that want an answer."""

    def __init__(self, hub: AsyncAsking) -> None:
        self._hub = hub

    async def page(
        self, *, state: shapes.IncidentState | None = None, before: str | int | None = None, limit: int | None = None
    ) -> shapes.IncidentPage:
        """Incidents, the newest first."""
        return await self._hub.ask(
            Call("GET", "/api/v1/incidents", query={"state": state, "before": before, "limit": limit})
        )

    def every(
        self, *, state: shapes.IncidentState | None = None, before: str | None = None, limit: int | None = None
    ) -> AsyncIterator[shapes.IncidentView]:
        """Each of the list, page by page of `limit`; `before`: the cursor to begin at."""
        return every_awaited(lambda cursor: self.page(state=state, before=cursor, limit=limit), before)

    async def get(self, incident_id: Id) -> shapes.IncidentView:
        """An incident."""
        return await self._hub.ask(Call("GET", f"/api/v1/incidents/{part(incident_id)}"))

    async def get_tagged(self, incident_id: Id) -> Tagged[shapes.IncidentView]:
        """The same with its ETag, for `if_match` and `…_if_changed`."""
        return await self._hub.ask_tagged(Call("GET", f"/api/v1/incidents/{part(incident_id)}"))

    async def get_if_changed(self, incident_id: Id, etag: str) -> Tagged[shapes.IncidentView] | None:
        """The same; None while it is as this ETag says."""
        return await self._hub.ask_if_changed(Call("GET", f"/api/v1/incidents/{part(incident_id)}", if_none_match=etag))

    async def change(self, incident_id: Id, body: shapes.IncidentChange, *, if_match: str = "") -> shapes.IncidentView:
        """Change an incident's state, priority or assignee."""
        return await self._hub.ask(
            Call("PATCH", f"/api/v1/incidents/{part(incident_id)}", body=body, if_match=if_match)
        )
