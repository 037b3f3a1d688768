"""Requests to the REST API, and what its answers mean."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Literal, TypeVar

import aiohttp
import msgspec

from channelhub.content.retry_after import retry_after_s
from channelhub.sdk.answers import AnswerTooLong, read_answer
from channelhub.sdk.errors import AuthFailed, Blocked, ConnectorError, Rejected, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.discord.config import DiscordConfig

T = TypeVar("T")

MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024
LATER_S: Final = 30.0  # where a rate limit says no time
AGENT: Final = "DiscordBot (https://github.com/channelhub, 1)"  # the form that Discord asks for
_CANNOT_DM: Final = 50007
_LATER: Final = frozenset({20016, 20022, 20028, 40003})  # slow mode, and too many of one kind
_MEND: Final = {
    50001: "let the bot see the channel",
    50013: "give the bot the permission to send messages there",
    10003: "the channel is gone",
    50083: "the thread is archived and locked",
    _CANNOT_DM: "the customer takes no private messages of this bot",
}
_WORDS_CHARS: Final = 200


class Unclear(Exception):
    """No answer, or none that can be read: what was asked may have been done."""


class _Fault(msgspec.Struct, frozen=True):
    """An error's body."""

    message: str = ""
    code: int = 0
    retry_after: float = 0.0


class DiscordClient:
    """One bot's methods."""

    def __init__(self, config: DiscordConfig, http: aiohttp.ClientSession, now: Callable[[], datetime]) -> None:
        self._url = config.base_url.rstrip("/")
        self._token = config.token
        self._timeout = aiohttp.ClientTimeout(total=config.request_timeout_s)
        self._http = http
        self._now = now

    async def ask(
        self, method: Literal["GET", "POST"], path: str, kind: type[T], *, data: Any = None, is_json: bool = True
    ) -> T:
        """`data` is encoded as JSON, or given to aiohttp as it is.

        Raises Unavailable where Discord can't have done it, AuthFailed, Rejected (Blocked), and Unclear.
        """
        headers = {"Authorization": f"Bot {self._token.reveal()}", "User-Agent": AGENT}
        if data is not None and is_json:
            data, headers["Content-Type"] = msgspec.json.encode(data), "application/json"
        try:
            async with self._http.request(
                method,
                f"{self._url}/{path}",
                data=data,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
            ) as answer:
                body = await read_answer(answer, max_bytes=MAX_ANSWER_BYTES)
                if answer.status not in (200, 201):
                    raise self._failure(answer, body, path)
                return msgspec.json.decode(body, type=kind)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise Unavailable(f"{path}: Discord can't be reached ({type(exc).__name__})") from exc
        except (aiohttp.ClientError, AnswerTooLong, TimeoutError) as exc:
            raise Unclear(f"{path}: no answer of Discord ({type(exc).__name__})") from exc
        except UNREADABLE as exc:
            raise Unclear(f"{path}: Discord's answer is cut off or not in the documented shape") from exc

    async def look_up(self, path: str, kind: type[T]) -> T:
        """A question that changes nothing: an answer that got lost is one that can be asked for again."""
        try:
            return await self.ask("GET", path, kind)
        except Unclear as exc:
            raise Unavailable(str(exc)) from exc

    def _failure(self, answer: aiohttp.ClientResponse, body: bytes, path: str) -> ConnectorError | Unclear:
        try:
            fault = msgspec.json.decode(body, type=_Fault)
        except UNREADABLE:
            fault = None
        said = (
            f"{path}: {fault.message[:_WORDS_CHARS] if fault else ''} ({answer.status}, {fault.code if fault else 0})"
        )
        if answer.status == 429 or (fault and fault.code in _LATER):
            return Unavailable(f"{said}: Discord asks us to wait", retry_after_s=self._wait_s(answer, fault))
        if answer.status == 401:
            return AuthFailed(f"{said}: Discord refuses the token; reset it on the application's page Bot")
        if fault is None or answer.status >= 500:
            return Unclear(said)
        mend = f"{said}: {_MEND[fault.code]}" if fault.code in _MEND else said
        return Blocked(mend) if fault.code == _CANNOT_DM else Rejected(mend)

    def _wait_s(self, answer: aiohttp.ClientResponse, fault: _Fault | None) -> float:
        told = answer.headers.get("Retry-After", "")
        wait_s = retry_after_s(told, now=self._now(), date=answer.headers.get("Date", ""))
        longest = max(wait_s or 0.0, min(fault.retry_after, 86_400.0) if fault else 0.0)
        return longest or LATER_S
