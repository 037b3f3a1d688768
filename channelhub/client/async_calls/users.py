"""People who sign in to the pages.

Made by `make client`; not changed by hand.
"""

from collections.abc import AsyncIterator

from channelhub.client import shapes
from channelhub.client.calling import AsyncAsking, Call, Id, Tagged, part
from channelhub.client.paging import every_awaited


class Users:
    """People who sign in to the pages."""

    def __init__(self, hub: AsyncAsking) -> None:
        self._hub = hub

    async def create(self, body: shapes.UserRequest, *, key: str = "") -> shapes.UserView:
        """Let a person sign in."""
        return await self._hub.ask(Call("POST", "/api/v1/users", body=body, key=key))

    async def page(
        self, *, after: str | int | None = None, limit: int | None = None, login: str | None = None
    ) -> shapes.UserPage:
        """People who sign in."""
        return await self._hub.ask(Call("GET", "/api/v1/users", query={"after": after, "limit": limit, "login": login}))

    def every(
        self, *, after: str | None = None, limit: int | None = None, login: str | None = None
    ) -> AsyncIterator[shapes.UserView]:
        """Each of the list, page by page of `limit`; `after`: the cursor to begin at."""
        return every_awaited(lambda cursor: self.page(after=cursor, limit=limit, login=login), after)

    async def get(self, user_id: Id) -> shapes.UserView:
        """A person who signs in."""
        return await self._hub.ask(Call("GET", f"/api/v1/users/{part(user_id)}"))

    async def get_tagged(self, user_id: Id) -> Tagged[shapes.UserView]:
        """The same with its ETag, for `if_match` and `…_if_changed`."""
        return await self._hub.ask_tagged(Call("GET", f"/api/v1/users/{part(user_id)}"))

    async def get_if_changed(self, user_id: Id, etag: str) -> Tagged[shapes.UserView] | None:
        """The same; None while it is as this ETag says."""
        return await self._hub.ask_if_changed(Call("GET", f"/api/v1/users/{part(user_id)}", if_none_match=etag))

    async def change(self, user_id: Id, body: shapes.UserChange, *, if_match: str = "") -> shapes.UserView:
        """Change a person's name or role, disable or enable them."""
        return await self._hub.ask(Call("PATCH", f"/api/v1/users/{part(user_id)}", body=body, if_match=if_match))

    async def make_link(self, user_id: Id, *, key: str = "") -> shapes.SigninLink:
        """Make a link that signs a person in once, within a day."""
        return await self._hub.ask(Call("POST", f"/api/v1/users/{part(user_id)}/sign-in-link", key=key))

    async def reset(self, user_id: Id, *, key: str = "") -> shapes.UserView:
        """Take a person's password, one-time codes and sessions away."""
        return await self._hub.ask(Call("POST", f"/api/v1/users/{part(user_id)}/reset", key=key))

    async def me(self) -> shapes.MeView:
        """Who asks, and what they may do."""
        return await self._hub.ask(Call("GET", "/api/v1/me"))
