"""Keys for the API.

Made by `make client`; not changed by hand.
"""

from collections.abc import AsyncIterator

from channelhub.client import shapes
from channelhub.client.calling import AsyncAsking, Call, Form, Id, part
from channelhub.client.paging import every_awaited


class Tokens:
    """Keys for the API."""

    def __init__(self, hub: AsyncAsking) -> None:
        self._hub = hub

    async def make_signin_link(self, body: shapes.SigninLinkRequest, *, key: str = "") -> shapes.SigninLink:
        """Make a link that signs a browser in."""
        return await self._hub.ask(Call("POST", "/api/v1/signin-links", body=body, key=key))

    async def create(self, body: shapes.TokenRequest, *, key: str = "") -> shapes.TokenMade:
        """Make a token."""
        return await self._hub.ask(Call("POST", "/api/v1/tokens", body=body, key=key))

    async def page(self, *, after: str | int | None = None, limit: int | None = None) -> shapes.TokenPage:
        """The tokens, without themselves."""
        return await self._hub.ask(Call("GET", "/api/v1/tokens", query={"after": after, "limit": limit}))

    def every(self, *, after: str | None = None, limit: int | None = None) -> AsyncIterator[shapes.TokenView]:
        """Each of the list, page by page of `limit`; `after`: the cursor to begin at."""
        return every_awaited(lambda cursor: self.page(after=cursor, limit=limit), after)

    async def revoke(self, token_id: Id) -> None:
        """End a token, within a second."""
        await self._hub.ask(Call("DELETE", f"/api/v1/tokens/{part(token_id)}", form=Form.NOTHING))
