"""Customers: cards, timelines, addresses.

Made by `make client`; not changed by hand.
"""

from collections.abc import AsyncIterator
from typing import Literal

from channelhub.client import shapes
from channelhub.client.calling import AsyncAsking, Call, Form, Id, Tagged, part
from channelhub.client.paging import every_awaited


class Customers:
    """Customers: cards, timelines, addresses."""

    def __init__(self, hub: AsyncAsking) -> None:
        self._hub = hub

    async def lookup(self, *, identity: str) -> shapes.CardView:
        """The card of whoever has an identity."""
        return await self._hub.ask(Call("GET", "/api/v1/customers/lookup", query={"identity": identity}))

    async def get(self, customer_id: Id) -> shapes.CardView:
        """A customer's card."""
        return await self._hub.ask(Call("GET", f"/api/v1/customers/{part(customer_id)}"))

    async def get_tagged(self, customer_id: Id) -> Tagged[shapes.CardView]:
        """The same with its ETag, for `if_match` and `…_if_changed`."""
        return await self._hub.ask_tagged(Call("GET", f"/api/v1/customers/{part(customer_id)}"))

    async def get_if_changed(self, customer_id: Id, etag: str) -> Tagged[shapes.CardView] | None:
        """The same; None while it is as this ETag says."""
        return await self._hub.ask_if_changed(Call("GET", f"/api/v1/customers/{part(customer_id)}", if_none_match=etag))

    async def timeline(
        self,
        customer_id: Id,
        *,
        before: str | int | None = None,
        after: str | int | None = None,
        around: int | None = None,
        channel: str | None = None,
        kind: str | None = None,
        q: str | None = None,
        limit: int | None = None,
    ) -> shapes.TimelineView:
        """A customer's timeline, newest first, all of it or what is wanted."""
        return await self._hub.ask(
            Call(
                "GET",
                f"/api/v1/customers/{part(customer_id)}/timeline",
                query={
                    "before": before,
                    "after": after,
                    "around": around,
                    "channel": channel,
                    "kind": kind,
                    "q": q,
                    "limit": limit,
                },
            )
        )

    def every_of_timeline(
        self,
        customer_id: Id,
        *,
        before: str | None = None,
        after: str | int | None = None,
        around: int | None = None,
        channel: str | None = None,
        kind: str | None = None,
        q: str | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[shapes.EntryView]:
        """Each of the list, page by page of `limit`; `before`: the cursor to begin at."""
        return every_awaited(
            lambda cursor: self.timeline(
                customer_id, before=cursor, after=after, around=around, channel=channel, kind=kind, q=q, limit=limit
            ),
            before,
        )

    async def block(self, identity_id: Id) -> None:
        """Answer this sender no more."""
        await self._hub.ask(Call("PUT", f"/api/v1/identities/{part(identity_id)}/block", form=Form.NOTHING))

    async def unblock(self, identity_id: Id) -> None:
        """Answer this sender again."""
        await self._hub.ask(Call("DELETE", f"/api/v1/identities/{part(identity_id)}/block", form=Form.NOTHING))

    async def opt_out(self, identity_id: Id) -> None:
        """Send no notices."""
        await self._hub.ask(Call("PUT", f"/api/v1/identities/{part(identity_id)}/opt-out", form=Form.NOTHING))

    async def opt_in(self, identity_id: Id) -> None:
        """Send notices again."""
        await self._hub.ask(Call("DELETE", f"/api/v1/identities/{part(identity_id)}/opt-out", form=Form.NOTHING))

    async def make_card_link(self, body: shapes.CardLinkRequest, *, key: str = "") -> shapes.CardLinkMade:
        """A signed address of a card, for a frame or a pop-up."""
        return await self._hub.ask(Call("POST", "/api/v1/card-links", body=body, key=key))

    async def page(
        self,
        *,
        q: str,
        before: str | int | None = None,
        limit: int | None = None,
        order: shapes.HitOrder | None = None,
        kind: shapes.Sought | None = None,
        channel: str | None = None,
        customer: int | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> shapes.CustomerHits:
        """Find customers."""
        return await self._hub.ask(
            Call(
                "GET",
                "/api/v1/customers",
                query={
                    "q": q,
                    "before": before,
                    "limit": limit,
                    "order": order,
                    "kind": kind,
                    "channel": channel,
                    "customer": customer,
                    "since": since,
                    "until": until,
                },
            )
        )

    def every(
        self,
        *,
        q: str,
        before: str | None = None,
        limit: int | None = None,
        order: shapes.HitOrder | None = None,
        kind: shapes.Sought | None = None,
        channel: str | None = None,
        customer: int | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> AsyncIterator[shapes.CustomerHit]:
        """Each of the list, page by page of `limit`; `before`: the cursor to begin at."""
        return every_awaited(
            lambda cursor: self.page(
                q=q,
                before=cursor,
                limit=limit,
                order=order,
                kind=kind,
                channel=channel,
                customer=customer,
                since=since,
                until=until,
            ),
            before,
        )

    async def post(self, body: shapes.CustomerIn, *, key: str = "") -> shapes.Accepted:
        """Say who a customer is. Their addresses are linked, with the account as evidence; name, language, segment and
        attributes are kept unless something newer is known. Only for accounts that are trusted. Answers after it is
        on disk: repeat it until a 2xx comes. `id` names the delivery; the card is found by any of the addresses.
        """
        return await self._hub.ask(Call("POST", "/api/v1/customers", body=body, key=key, is_repeatable=True))

    async def export(
        self, customer_id: Id, *, raw: bool | None = None, language: Literal["en", "ru", "uk"] | None = None
    ) -> bytes:
        """Everything kept about a customer, as a zip archive."""
        return await self._hub.ask(
            Call(
                "GET",
                f"/api/v1/customers/{part(customer_id)}/export",
                query={"raw": raw, "language": language},
                form=Form.BYTES,
            )
        )

    async def erase(self, customer_id: Id, body: shapes.ErasureRequest, *, key: str = "") -> shapes.ErasureAsked:
        """Erase a customer."""
        return await self._hub.ask(Call("POST", f"/api/v1/customers/{part(customer_id)}/erasure", body=body, key=key))

    async def link(self, customer_id: Id, body: shapes.LinkRequest, *, key: str = "") -> shapes.LinkMade:
        """Join customers, or settle a suggestion."""
        return await self._hub.ask(Call("POST", f"/api/v1/customers/{part(customer_id)}/links", body=body, key=key))

    async def unlink(self, link_id: Id) -> shapes.Unlinked:
        """Take two identities apart."""
        return await self._hub.ask(Call("DELETE", f"/api/v1/links/{part(link_id)}"))

    async def take_out(self, identity_id: Id) -> shapes.Placed:
        """Take an identity out of its customer."""
        return await self._hub.ask(Call("DELETE", f"/api/v1/identities/{part(identity_id)}/links"))

    async def put_back(self, identity_id: Id, *, key: str = "") -> shapes.Placed:
        """Put an identity that was taken out back."""
        return await self._hub.ask(Call("POST", f"/api/v1/identities/{part(identity_id)}/links", key=key))

    async def post_batch(self, body: shapes.CustomerBatch, *, key: str = "") -> shapes.BatchAnswer:
        """Bring in many customers at once. At most 1000 and 16 MiB. Good ones are stored in one commit; each has an
        answer of its own, and a bad one does no harm to the others. With 503 none is stored.
        """
        return await self._hub.ask(Call("POST", "/api/v1/customers/batch", body=body, key=key, is_repeatable=True))

    async def add_note(self, customer_id: Id, body: shapes.NoteIn, *, key: str = "") -> shapes.NoteView:
        """Write a note beside a customer's messages. An entry of the timeline of type `note`. Customers never see it:
        it stands in no transcript of a chat, and events name it without its words.
        """
        return await self._hub.ask(Call("POST", f"/api/v1/customers/{part(customer_id)}/notes", body=body, key=key))

    async def note(self, note_id: Id) -> shapes.NoteView:
        """A note with all its versions."""
        return await self._hub.ask(Call("GET", f"/api/v1/notes/{part(note_id)}"))

    async def note_tagged(self, note_id: Id) -> Tagged[shapes.NoteView]:
        """The same with its ETag, for `if_match` and `…_if_changed`."""
        return await self._hub.ask_tagged(Call("GET", f"/api/v1/notes/{part(note_id)}"))

    async def note_if_changed(self, note_id: Id, etag: str) -> Tagged[shapes.NoteView] | None:
        """The same; None while it is as this ETag says."""
        return await self._hub.ask_if_changed(Call("GET", f"/api/v1/notes/{part(note_id)}", if_none_match=etag))

    async def change_note(self, note_id: Id, body: shapes.NoteChange, *, if_match: str = "") -> shapes.NoteView:
        """Write a note anew. By its writer, or a lead. The earlier versions stay."""
        return await self._hub.ask(Call("PATCH", f"/api/v1/notes/{part(note_id)}", body=body, if_match=if_match))

    async def mentions(self, *, before: str | int | None = None, limit: int | None = None) -> shapes.MentionPage:
        """Where I am named in notes."""
        return await self._hub.ask(Call("GET", "/api/v1/mentions", query={"before": before, "limit": limit}))

    def every_of_mentions(
        self, *, before: str | None = None, limit: int | None = None
    ) -> AsyncIterator[shapes.MentionView]:
        """Each of the list, page by page of `limit`; `before`: the cursor to begin at."""
        return every_awaited(lambda cursor: self.mentions(before=cursor, limit=limit), before)

    async def see_mentions(self, body: shapes.Seen, *, key: str = "") -> None:
        """I have seen where I am named."""
        await self._hub.ask(Call("POST", "/api/v1/mentions/seen", form=Form.NOTHING, body=body, key=key))
