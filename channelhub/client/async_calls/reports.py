"""Figures over weeks.

Made by `make client`; not changed by hand.
"""

from typing import Literal

from channelhub.client import shapes
from channelhub.client.calling import AsyncAsking, Call


class Reports:
    """Figures over weeks."""

    def __init__(self, hub: AsyncAsking) -> None:
        self._hub = hub

    async def topics(self, *, weeks: int | None = None) -> shapes.TopicsView:
        """What customers complain about most, week by week. By different customers, three languages together, with the
        change against the weeks before.
        """
        return await self._hub.ask(Call("GET", "/api/v1/reports/topics", query={"weeks": weeks}))

    async def outages(
        self, *, weeks: int | None = None, by: Literal["month", "week"] | None = None
    ) -> shapes.PrecisionView:
        """How often a suspected outage was one, and how early it was suspected. By week or month, from what people
        confirmed and dismissed.
        """
        return await self._hub.ask(Call("GET", "/api/v1/reports/outages", query={"weeks": weeks, "by": by}))
