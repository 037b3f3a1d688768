"""Requests to Microsoft: keys, tokens and the Bot Connector, and what their answers mean."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import aiohttp
import msgspec

from channelhub.content.retry_after import retry_after_s
from channelhub.sdk.answers import AnswerTooLong, read_answer
from channelhub.sdk.errors import AuthFailed, Blocked, ConnectorError, Rejected, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.teams.config import SHARED_TENANT, TeamsConfig

T = TypeVar("T")

MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024
LATER_S: Final = 30.0  # where a rate limit says no time
SCOPE: Final = "https://api.botframework.com/.default"
_EARLIER: Final = timedelta(minutes=5)  # a token is renewed before its end
_SHUT_OUT: Final = frozenset({"MessageWritesBlocked", "BotNotInConversationRoster", "ForbiddenOperationException"})
_WORDS_CHARS: Final = 200


class Unclear(Exception):
    """No answer, or none that can be read: what was asked may have been done."""


class _Fault(msgspec.Struct, frozen=True):
    code: str = ""
    message: str = ""


class _Refusal(msgspec.Struct, frozen=True):
    """The Bot Connector's; the token's has a word in `error` and more in `error_description`."""

    error: _Fault | str = ""
    error_description: str = ""


class _Token(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: int = 3600


class TeamsClient:
    """One bot's."""

    def __init__(self, config: TeamsConfig, http: aiohttp.ClientSession, now: Callable[[], datetime]) -> None:
        self._config = config
        self._timeout = aiohttp.ClientTimeout(total=config.request_timeout_s)
        self._http = http
        self._now = now
        self._token = ""
        self._good_until: datetime | None = None
        self._lock = asyncio.Lock()

    async def look_up(self, url: str, kind: type[T]) -> T:
        """A document that anybody may read. Raises Unavailable."""
        try:
            return await self._ask("GET", url, kind, "the keys of posts")
        except (Unclear, Rejected, AuthFailed) as exc:
            raise Unavailable(str(exc)) from exc

    async def token(self) -> str:
        """What the Bot Connector knows us by, for an hour. Raises AuthFailed and Unavailable."""
        async with self._lock:
            if self._good_until is None or self._now() >= self._good_until:
                tenant = self._config.tenant or SHARED_TENANT
                form = {
                    "grant_type": "client_credentials",
                    "client_id": self._config.app_id,
                    "client_secret": self._config.app_password.reveal(),
                    "scope": SCOPE,
                }
                url = f"{self._config.login_url.rstrip('/')}/{tenant}/oauth2/v2.0/token"
                try:
                    found = await self._ask("POST", url, _Token, "a token", data=form)
                except Rejected as exc:
                    raise AuthFailed(
                        f"{exc}. Are app_id and tenant right, and is the client secret still good? It ends after its "
                        "time: make a new one under Certificates & secrets"
                    ) from exc
                except Unclear as exc:
                    raise Unavailable(str(exc)) from exc
                self._token = found.access_token
                self._good_until = self._now() + timedelta(seconds=found.expires_in) - _EARLIER
            return self._token

    async def post(self, url: str, told: dict[str, Any], kind: type[T]) -> T:
        """Raises Unavailable where it can't have been done, AuthFailed, Rejected (Blocked), and Unclear."""
        headers = {"Authorization": f"Bearer {await self.token()}", "Content-Type": "application/json"}
        return await self._ask("POST", url, kind, "sending", data=msgspec.json.encode(told), headers=headers)

    async def _ask(
        self,
        method: str,
        url: str,
        kind: type[T],
        doing: str,
        *,
        data: Any = None,
        headers: dict[str, str] | None = None,
    ) -> T:
        try:
            async with self._http.request(
                method, url, data=data, headers=headers, timeout=self._timeout, allow_redirects=False
            ) as answer:
                body = await read_answer(answer, max_bytes=MAX_ANSWER_BYTES)
                if not 200 <= answer.status < 300:
                    raise self._failure(answer, body, doing)
                return msgspec.json.decode(body, type=kind)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise Unavailable(f"{doing}: Microsoft can't be reached ({type(exc).__name__})") from exc
        except (aiohttp.ClientError, AnswerTooLong, TimeoutError) as exc:
            raise Unclear(f"{doing}: no answer of Microsoft ({type(exc).__name__})") from exc
        except UNREADABLE as exc:
            raise Unclear(f"{doing}: Microsoft's answer is cut off or not in the documented shape") from exc

    def _failure(self, answer: aiohttp.ClientResponse, body: bytes, doing: str) -> ConnectorError | Unclear:
        try:
            refusal = msgspec.json.decode(body, type=_Refusal)
        except UNREADABLE:
            refusal = _Refusal()
        fault = refusal.error
        code = fault.code if isinstance(fault, _Fault) else fault
        words = fault.message if isinstance(fault, _Fault) else refusal.error_description.partition("\n")[0]
        said = f"{doing}: {code[:64]} {words[:_WORDS_CHARS]}".rstrip() + f" ({answer.status})"
        if answer.status == 429:
            told = answer.headers.get("Retry-After", "")
            wait_s = retry_after_s(told, now=self._now(), date=answer.headers.get("Date", ""))
            return Unavailable(said, retry_after_s=LATER_S if wait_s is None else wait_s)
        if answer.status == 413:
            return Rejected(f"{said}: larger than what Teams takes")
        if answer.status >= 500 or answer.status in (408, 412) or not code:
            return Unclear(said)
        if doing == "sending" and answer.status == 401:
            self._good_until = None
            return Unavailable(f"{said}: the token is not taken, a new one is asked for")
        if code in _SHUT_OUT:
            return Blocked(f"{said}: the customer blocked the bot, or took it out of the conversation")
        if code == "BotDisabledByAdmin":
            return Rejected(f"{said}: their organisation's administrator doesn't let the bot write")
        return Rejected(said)
