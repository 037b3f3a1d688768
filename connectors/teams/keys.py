"""The keys that Microsoft signs posts with: asked for at the start, each day, and when a post names one that is new."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from channelhub.sdk.errors import Unavailable
from connectors.teams.client import TeamsClient
from connectors.teams.signature import Key

KEPT_FOR: Final = timedelta(hours=24)
NOT_AGAIN_FOR: Final = timedelta(hours=1)  # for keys that nobody knows: posts of strangers name such


class _Document(msgspec.Struct, frozen=True):
    issuer: str
    jwks_uri: str


class _Keys(msgspec.Struct, frozen=True):
    keys: tuple[Key, ...]


class Keyring:
    """Of one account. Empty until the first `refresh`."""

    def __init__(self, client: TeamsClient, openid_url: str, now: Callable[[], datetime]) -> None:
        self._client = client
        self._openid_url = openid_url
        self._now = now
        self._lock = asyncio.Lock()
        self._asked_at: datetime | None = None
        self.issuer = ""
        self.keys: Mapping[str, Key] = {}

    async def refresh(self) -> None:
        """Ask for the keys. Raises Unavailable."""
        document = await self._client.look_up(self._openid_url, _Document)
        found = (await self._client.look_up(document.jwks_uri, _Keys)).keys
        self.issuer, self.keys = document.issuer, {key.kid: key for key in found}
        self._asked_at = self._now()

    @property
    def is_old(self) -> bool:
        return self._asked_at is None or self._now() - self._asked_at >= KEPT_FOR

    async def learn(self, kid: str) -> None:
        """Ask again for a key that isn't known, at most once an hour; what fails is left as it is."""
        async with self._lock:
            asked_at = self._asked_at
            if kid in self.keys or asked_at is None or self._now() - asked_at < NOT_AGAIN_FOR:
                return
            try:
                await self.refresh()
            except Unavailable:
                self._asked_at = self._now()
