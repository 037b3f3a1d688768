"""Who we are to the server: a session that is made with the app password, and renewed without it.

Servers take 30 logins in five minutes and 300 in a day, so a session lasts as long as the process; access ends after an
hour or two and is renewed.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from channelhub.domain.outbound import OutgoingFile
from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import AuthFailed, Unavailable
from connectors.bluesky.client import Refused, Unclear, XrpcClient, read
from connectors.bluesky.config import BlueskyConfig
from connectors.bluesky.shapes import Id

T = TypeVar("T")
CHAT = {"atproto-proxy": "did:web:api.bsky.chat#bsky_chat"}
_EXPIRED = frozenset({"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"})


class _Tokens(msgspec.Struct, frozen=True, rename="camel"):
    """An answer to createSession or refreshSession."""

    access_jwt: Id
    refresh_jwt: Id
    did: Id
    handle: str = ""


class Session:
    """One account's methods. All of them raise Unavailable, AuthFailed, Refused; all but questions Unclear, too."""

    def __init__(self, client: XrpcClient, config: BlueskyConfig) -> None:
        self._client = client
        self._config = config
        self._tokens: _Tokens | None = None
        self._renewing = asyncio.Lock()

    async def who(self) -> tuple[str, str]:
        """Our DID and handle."""
        tokens = await self._present()
        return tokens.did, tokens.handle

    async def query(
        self,
        name: str,
        kind: type[T],
        params: Sequence[tuple[str, str]] = (),
        *,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        """What a question is answered."""
        try:
            return read(await self._call(name, params=params, headers=headers), kind)
        except Unclear as exc:
            raise Unavailable(str(exc)) from exc

    async def procedure(
        self, name: str, kind: type[T], fields: Mapping[str, Any], *, headers: Mapping[str, str] | None = None
    ) -> T:
        """What becomes of something that is to be done."""
        return read(await self._call(name, fields=fields, is_procedure=True, headers=headers), kind)

    async def upload(self, name: str, kind: type[T], file: OutgoingFile) -> T:
        """What the bytes of a file are answered."""
        return read(await self._call(name, file=file, is_procedure=True), kind)

    async def _call(self, name: str, **more: Any) -> bytes:
        """Once more with renewed access where that has ended: a refusal so says that nothing was done."""
        tokens = await self._present()
        try:
            return await self._client.call(name, token=Secret(tokens.access_jwt), **more)
        except Refused as exc:
            if exc.error not in _EXPIRED:
                raise
        tokens = await self._renewed(tokens)
        try:
            return await self._client.call(name, token=Secret(tokens.access_jwt), **more)
        except Refused as exc:
            if exc.error in _EXPIRED:
                raise AuthFailed(
                    f"{exc}: the app password doesn't allow this. Make one that does (with access to direct messages), "
                    "or set direct_messages = false"
                ) from exc
            raise

    async def _present(self) -> _Tokens:
        return self._tokens or await self._renewed(None)

    async def _renewed(self, old: _Tokens | None) -> _Tokens:
        """New tokens, once for everybody who found that the old ones ended."""
        async with self._renewing:
            if self._tokens is None or self._tokens is old:
                try:
                    self._tokens = await self._refresh(old) or await self._login()
                except Unclear as exc:
                    raise Unavailable(str(exc)) from exc
            return self._tokens

    async def _refresh(self, old: _Tokens | None) -> _Tokens | None:
        """None where the session ended altogether."""
        if old is None:
            return None
        name, token = "com.atproto.server.refreshSession", Secret(old.refresh_jwt)
        try:
            return read(await self._client.call(name, token=token, is_procedure=True), _Tokens)
        except Refused:
            return None

    async def _login(self) -> _Tokens:
        fields = {"identifier": self._config.identifier, "password": self._config.app_password.reveal()}
        try:
            body = await self._client.call("com.atproto.server.createSession", fields=fields, is_procedure=True)
        except Refused as exc:
            raise AuthFailed(
                f"{exc}: take the account's present app password (Settings, App passwords), and its present handle"
            ) from exc
        return read(body, _Tokens)
