"""What is looked up when something comes: a thread's first post, an account's address, what the hub itself posted."""

import msgspec

from connectors.mastodon.client import MastodonClient, Refused
from connectors.mastodon.shapes import Account, Application, Peek, read

MOST_KEPT = 10_000


class _Post(msgspec.Struct, frozen=True):
    id: str


class _Context(msgspec.Struct, frozen=True):
    ancestors: list[_Post] = []


class Credentials(Account, frozen=True):
    """The account as its owner is told of it."""

    username: str = ""


class Me(msgspec.Struct, frozen=True):
    """Who the token is of, and of which application; empty where the instance doesn't say."""

    account: Credentials
    application: str


class Lookups:
    """What one account asked its instance before, and its answers."""

    def __init__(self, client: MastodonClient) -> None:
        self._client = client
        self._roots: dict[str, str] = {}
        self._keys: dict[str, str] = {}

    async def me(self) -> Me:
        """Raises AuthFailed, Unavailable and Refused."""
        account = await self._client.get("v1/accounts/verify_credentials", Credentials)
        try:
            application = await self._client.get("v1/apps/verify_credentials", Application)
        except Refused:
            application = Application()
        return Me(account=account, application=application.name)

    async def root(self, status: Peek) -> str:
        """The first post of a post's thread; what it answers where the instance doesn't know more."""
        if not status.in_reply_to_id:
            return status.id
        known = self._roots.get(status.in_reply_to_id)
        if known is None:
            try:
                context = await self._client.get(f"v1/statuses/{status.id}/context", _Context)
                known = context.ancestors[0].id if context.ancestors else status.in_reply_to_id
            except Refused:
                known = status.in_reply_to_id
        _keep(self._roots, status.in_reply_to_id, known)
        _keep(self._roots, status.id, known)
        return known

    async def key(self, account_id: str) -> str:
        """The address of an account by this instance's number of it; empty where it is gone."""
        known = self._keys.get(account_id)
        if known is None:
            try:
                known = (await self._client.get(f"v1/accounts/{account_id}", Account)).key
            except Refused:
                return ""
            _keep(self._keys, account_id, known)
        return known

    def is_by(self, status: Peek, me: Me) -> bool:
        """Whether the hub's application posted it."""
        return bool(me.application) and (read(status.application, Application) or Application()).name == me.application


def _keep(kept: dict[str, str], key: str, value: str) -> None:
    kept[key] = value
    if len(kept) > MOST_KEPT:
        del kept[next(iter(kept))]
