"""People who sign in to the pages.

Made by `make client`; not changed by hand.
"""

from collections.abc import Iterator

from channelhub.client import shapes
from channelhub.client.calling import Asking, Call, Id, Tagged, part
from channelhub.client.paging import every


class Users:
    """People who sign in to the pages."""

    def __init__(self, hub: Asking) -> None:
        self._hub = hub

    def create(self, body: shapes.UserRequest, *, key: str = "") -> shapes.UserView:
        """Let a person sign in."""
        return self._hub.ask(Call("POST", "/api/v1/users", body=body, key=key))

    def page(
        self, *, after: str | int | None = None, limit: int | None = None, login: str | None = None
    ) -> shapes.UserPage:
        """People who sign in."""
        return self._hub.ask(Call("GET", "/api/v1/users", query={"after": after, "limit": limit, "login": login}))

    def every(
        self, *, after: str | None = None, limit: int | None = None, login: str | None = None
    ) -> Iterator[shapes.UserView]:
        """Each of the list, page by page of `limit`; `after`: the cursor to begin at."""
        return every(lambda cursor: self.page(after=cursor, limit=limit, login=login), after)

    def get(self, user_id: Id) -> shapes.UserView:
        """A person who signs in."""
        return self._hub.ask(Call("GET", f"/api/v1/users/{part(user_id)}"))

    def get_tagged(self, user_id: Id) -> Tagged[shapes.UserView]:
        """The same with its ETag, for `if_match` and `…_if_changed`."""
        return self._hub.ask_tagged(Call("GET", f"/api/v1/users/{part(user_id)}"))

    def get_if_changed(self, user_id: Id, etag: str) -> Tagged[shapes.UserView] | None:
        """The same; None while it is as this ETag says."""
        return self._hub.ask_if_changed(Call("GET", f"/api/v1/users/{part(user_id)}", if_none_match=etag))

    def change(self, user_id: Id, body: shapes.UserChange, *, if_match: str = "") -> shapes.UserView:
        """Change a person's name or role, disable or enable them."""
        return self._hub.ask(Call("PATCH", f"/api/v1/users/{part(user_id)}", body=body, if_match=if_match))

    def make_link(self, user_id: Id, *, key: str = "") -> shapes.SigninLink:
        """Make a link that signs a person in once, within a day."""
        return self._hub.ask(Call("POST", f"/api/v1/users/{part(user_id)}/sign-in-link", key=key))

    def reset(self, user_id: Id, *, key: str = "") -> shapes.UserView:
        """Take a person's password, one-time codes and sessions away."""
        return self._hub.ask(Call("POST", f"/api/v1/users/{part(user_id)}/reset", key=key))

    def me(self) -> shapes.MeView:
        """Who asks, and what they may do."""
        return self._hub.ask(Call("GET", "/api/v1/me"))
