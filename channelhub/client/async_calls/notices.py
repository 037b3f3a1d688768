"""What an outage's customers are told.

Made by `make client`; not changed by hand.
"""

from collections.abc import AsyncIterator

from channelhub.client import shapes
from channelhub.client.calling import AsyncAsking, Call, Id, Tagged, part
from channelhub.client.paging import every_awaited


class Notices:
    """What an outage's customers are told."""

    def __init__(self, hub: AsyncAsking) -> None:
        self._hub = hub

    async def of_outage(self, outage_id: Id) -> shapes.NoticePage:
        """An outage's notices."""
        return await self._hub.ask(Call("GET", f"/api/v1/outages/{part(outage_id)}/notices"))

    async def draft(self, outage_id: Id, body: shapes.NoticeDraft, *, key: str = "") -> shapes.NoticeDetail:
        """Begin a notice to an outage's customers."""
        return await self._hub.ask(Call("POST", f"/api/v1/outages/{part(outage_id)}/notices", body=body, key=key))

    async def page(self, *, before: str | int | None = None, limit: int | None = None) -> shapes.NoticePage:
        """Notices, the newest first."""
        return await self._hub.ask(Call("GET", "/api/v1/notices", query={"before": before, "limit": limit}))

    def every(self, *, before: str | None = None, limit: int | None = None) -> AsyncIterator[shapes.NoticeView]:
        """Each of the list, page by page of `limit`; `before`: the cursor to begin at."""
        return every_awaited(lambda cursor: self.page(before=cursor, limit=limit), before)

    async def get(self, notice_id: Id) -> shapes.NoticeDetail:
        """A notice, with whom it would reach or what became of it."""
        return await self._hub.ask(Call("GET", f"/api/v1/notices/{part(notice_id)}"))

    async def get_tagged(self, notice_id: Id) -> Tagged[shapes.NoticeDetail]:
        """The same with its ETag, for `if_match` and `…_if_changed`."""
        return await self._hub.ask_tagged(Call("GET", f"/api/v1/notices/{part(notice_id)}"))

    async def get_if_changed(self, notice_id: Id, etag: str) -> Tagged[shapes.NoticeDetail] | None:
        """The same; None while it is as this ETag says."""
        return await self._hub.ask_if_changed(Call("GET", f"/api/v1/notices/{part(notice_id)}", if_none_match=etag))

    async def change(self, notice_id: Id, body: shapes.NoticeChange, *, if_match: str = "") -> shapes.NoticeDetail:
        """Change a draft."""
        return await self._hub.ask(Call("PATCH", f"/api/v1/notices/{part(notice_id)}", body=body, if_match=if_match))

    async def approve(self, notice_id: Id, body: shapes.NoticeDecision, *, key: str = "") -> shapes.NoticeDetail:
        """Let a notice go out."""
        return await self._hub.ask(Call("POST", f"/api/v1/notices/{part(notice_id)}/approve", body=body, key=key))

    async def cancel(self, notice_id: Id, *, key: str = "") -> shapes.NoticeDetail:
        """Send nobody else this notice."""
        return await self._hub.ask(Call("POST", f"/api/v1/notices/{part(notice_id)}/cancel", key=key))

    async def resend(self, notice_id: Id, body: shapes.Resend, *, key: str = "") -> shapes.NoticeDetail:
        """Send some messages of a notice again that failed or may have arrived."""
        return await self._hub.ask(Call("POST", f"/api/v1/notices/{part(notice_id)}/resend", body=body, key=key))
