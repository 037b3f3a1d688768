"""Endpoints that events are posted to, and their deliveries.

Made by `make client`; not changed by hand.
"""

from collections.abc import AsyncIterator

from channelhub.client import shapes
from channelhub.client.calling import AsyncAsking, Call, Form, Id, Tagged, part
from channelhub.client.paging import every_awaited


class Webhooks:
    """Endpoints that events are posted to, and their deliveries."""

    def __init__(self, hub: AsyncAsking) -> None:
        self._hub = hub

    async def page(self, *, after: str | int | None = None, limit: int | None = None) -> shapes.WebhookPage:
        """Endpoints that events are posted to, and how that goes."""
        return await self._hub.ask(Call("GET", "/api/v1/webhooks", query={"after": after, "limit": limit}))

    def every(self, *, after: str | None = None, limit: int | None = None) -> AsyncIterator[shapes.WebhookView]:
        """Each of the list, page by page of `limit`; `after`: the cursor to begin at."""
        return every_awaited(lambda cursor: self.page(after=cursor, limit=limit), after)

    async def create(self, body: shapes.NewWebhook, *, key: str = "") -> shapes.WebhookMade:
        """Have events posted to an address, signed as Standard Webhooks says."""
        return await self._hub.ask(Call("POST", "/api/v1/webhooks", body=body, key=key))

    async def get(self, webhook_id: Id) -> shapes.WebhookView:
        """One endpoint."""
        return await self._hub.ask(Call("GET", f"/api/v1/webhooks/{part(webhook_id)}"))

    async def get_tagged(self, webhook_id: Id) -> Tagged[shapes.WebhookView]:
        """The same with its ETag, for `if_match` and `…_if_changed`."""
        return await self._hub.ask_tagged(Call("GET", f"/api/v1/webhooks/{part(webhook_id)}"))

    async def get_if_changed(self, webhook_id: Id, etag: str) -> Tagged[shapes.WebhookView] | None:
        """The same; None while it is as this ETag says."""
        return await self._hub.ask_if_changed(Call("GET", f"/api/v1/webhooks/{part(webhook_id)}", if_none_match=etag))

    async def change(self, webhook_id: Id, body: shapes.WebhookChange, *, if_match: str = "") -> shapes.WebhookView:
        """Change what an endpoint is sent."""
        return await self._hub.ask(Call("PATCH", f"/api/v1/webhooks/{part(webhook_id)}", body=body, if_match=if_match))

    async def remove(self, webhook_id: Id) -> None:
        """Remove an endpoint with its keys."""
        await self._hub.ask(Call("DELETE", f"/api/v1/webhooks/{part(webhook_id)}", form=Form.NOTHING))

    async def enable(self, webhook_id: Id, *, key: str = "") -> shapes.WebhookView:
        """Send an endpoint what waits, and events again."""
        return await self._hub.ask(Call("POST", f"/api/v1/webhooks/{part(webhook_id)}/enable", key=key))

    async def disable(self, webhook_id: Id, *, key: str = "") -> shapes.WebhookView:
        """Send an endpoint nothing, and keep no events for it."""
        return await self._hub.ask(Call("POST", f"/api/v1/webhooks/{part(webhook_id)}/disable", key=key))

    async def rotate_secret(self, webhook_id: Id, body: shapes.Rotation, *, key: str = "") -> shapes.WebhookMade:
        """Give an endpoint a new key; the old one signs beside it for a while."""
        return await self._hub.ask(
            Call("POST", f"/api/v1/webhooks/{part(webhook_id)}/rotate-secret", body=body, key=key)
        )

    async def test(self, webhook_id: Id, *, key: str = "") -> shapes.WebhookDeliveryView:
        """Send an endpoint a marked test."""
        return await self._hub.ask(Call("POST", f"/api/v1/webhooks/{part(webhook_id)}/test", key=key))

    async def deliveries(
        self,
        webhook_id: Id,
        *,
        state: shapes.DeliveryState | None = None,
        before: str | int | None = None,
        limit: int | None = None,
    ) -> shapes.WebhookDeliveryPage:
        """What an endpoint was sent, the newest first."""
        return await self._hub.ask(
            Call(
                "GET",
                f"/api/v1/webhooks/{part(webhook_id)}/deliveries",
                query={"state": state, "before": before, "limit": limit},
            )
        )

    def every_of_deliveries(
        self,
        webhook_id: Id,
        *,
        state: shapes.DeliveryState | None = None,
        before: str | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[shapes.WebhookDeliveryView]:
        """Each of the list, page by page of `limit`; `before`: the cursor to begin at."""
        return every_awaited(
            lambda cursor: self.deliveries(webhook_id, state=state, before=cursor, limit=limit), before
        )

    async def redeliver(self, webhook_id: Id, body: shapes.Redelivering, *, key: str = "") -> shapes.WebhookView:
        """Send an endpoint again what failed, or all since a moment."""
        return await self._hub.ask(Call("POST", f"/api/v1/webhooks/{part(webhook_id)}/redeliver", body=body, key=key))

    async def delivery(self, delivery_id: Id) -> shapes.WebhookDeliveryDetail:
        """A delivery with its body and attempts."""
        return await self._hub.ask(Call("GET", f"/api/v1/deliveries/{part(delivery_id)}"))

    async def delivery_tagged(self, delivery_id: Id) -> Tagged[shapes.WebhookDeliveryDetail]:
        """The same with its ETag, for `if_match` and `…_if_changed`."""
        return await self._hub.ask_tagged(Call("GET", f"/api/v1/deliveries/{part(delivery_id)}"))

    async def delivery_if_changed(self, delivery_id: Id, etag: str) -> Tagged[shapes.WebhookDeliveryDetail] | None:
        """The same; None while it is as this ETag says."""
        return await self._hub.ask_if_changed(
            Call("GET", f"/api/v1/deliveries/{part(delivery_id)}", if_none_match=etag)
        )

    async def redeliver_one(self, delivery_id: Id, *, key: str = "") -> shapes.WebhookDeliveryView:
        """Send one delivery again, under the same id."""
        return await self._hub.ask(Call("POST", f"/api/v1/deliveries/{part(delivery_id)}/redeliver", key=key))
