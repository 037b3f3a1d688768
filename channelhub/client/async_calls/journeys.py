"""What happened elsewhere: orders, payments, deliveries, returns.

Made by `make client`; not changed by hand.
"""

from channelhub.client import shapes
from channelhub.client.calling import AsyncAsking, Call


class Journeys:
    """What happened elsewhere: orders, payments, deliveries, returns."""

    def __init__(self, hub: AsyncAsking) -> None:
        self._hub = hub

    async def post(self, body: shapes.JourneyEventIn, *, key: str = "") -> shapes.Accepted:
        """Bring in what happened to a customer elsewhere. An order, a payment, a delivery, a return. It stands on the
        customer's timeline at its own time, however late it comes; it opens no incident and is not answered.
        Answers after it is on disk: repeat it with the same external_id and revision until a 2xx comes.
        """
        return await self._hub.ask(Call("POST", "/api/v1/journey-events", body=body, key=key, is_repeatable=True))

    async def post_batch(self, body: shapes.JourneyEventBatch, *, key: str = "") -> shapes.BatchAnswer:
        """Bring in many journey events at once. At most 1000 and 16 MiB. Good ones are stored in one commit; each has
        an answer of its own, and a bad one does no harm to the others. With 503 none is stored.
        """
        return await self._hub.ask(Call("POST", "/api/v1/journey-events/batch", body=body, key=key, is_repeatable=True))
