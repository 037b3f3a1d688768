"""Requests to the Messaging API, and what its answers mean."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

import aiohttp
import msgspec

from channelhub.content.retry_after import retry_after_s
from channelhub.sdk.answers import AnswerTooLong, read_answer
from channelhub.sdk.errors import AuthFailed, ConnectorError, Rejected, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.line.config import LineConfig

T = TypeVar("T")

MAX_ANSWER_BYTES = 1024 * 1024
LATER_S = 10.0  # LINE says no time in which its limits end
RETRY_KEY_HEADER = "X-Line-Retry-Key"
_CONFLICT = 409
_MONTHLY = "monthly limit"
_WORDS_CHARS = 300


class Unclear(Exception):
    """No answer, or none that can be read: what was asked may have been done."""


class Fault(msgspec.Struct, frozen=True):
    """An error's body (developers.line.biz, Error responses)."""

    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer that was taken: 200, or 409 where it was taken before under the same retry key."""

    body: bytes

    def read(self, kind: type[T]) -> T:
        """Raises Unclear."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except UNREADABLE as exc:
            raise Unclear("LINE's answer is cut off or not in the documented shape") from exc


class LineClient:
    """One channel's methods."""

    def __init__(self, config: LineConfig, http: aiohttp.ClientSession, now: Callable[[], datetime]) -> None:
        self._url = config.base_url.rstrip("/")
        self._token = config.token
        self._timeout = aiohttp.ClientTimeout(total=config.request_timeout_s)
        self._http = http
        self._now = now

    async def ask(
        self,
        method: Literal["GET", "POST", "PUT"],
        path: str,
        fields: dict[str, Any] | None = None,
        *,
        retry_key: str = "",
    ) -> Answered:
        """Raises Unavailable where LINE can't have done it, AuthFailed, Rejected, and Unclear."""
        headers = {"Authorization": f"Bearer {self._token.reveal()}", "Content-Type": "application/json"}
        if retry_key:
            headers[RETRY_KEY_HEADER] = retry_key
        try:
            async with self._http.request(
                method,
                f"{self._url}/v2/bot/{path}",
                data=None if fields is None else msgspec.json.encode(fields),
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
            ) as answer:
                body = await read_answer(answer, max_bytes=MAX_ANSWER_BYTES)
                if answer.status == 200 or (retry_key and answer.status == _CONFLICT):
                    return Answered(body=body)
                raise self._failure(answer, body, path)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise Unavailable(f"{path}: LINE can't be reached ({type(exc).__name__})") from exc
        except (aiohttp.ClientError, AnswerTooLong, TimeoutError) as exc:
            raise Unclear(f"{path}: no answer of LINE ({type(exc).__name__})") from exc

    def _failure(self, answer: aiohttp.ClientResponse, body: bytes, path: str) -> ConnectorError | Unclear:
        words = _words(body)
        said = f"{path}: {words} ({answer.status})"
        match answer.status:
            case 401 | 403:
                return AuthFailed(f"{said}: issue a channel access token anew on the channel's Messaging API page")
            case 429 if _MONTHLY in words.lower():
                return Rejected(f"{said}: the plan's messages of this month are used up; extend it at LINE")
            case 429:
                wait_s = retry_after_s(
                    answer.headers.get("Retry-After", ""), now=self._now(), date=answer.headers.get("Date", "")
                )
                return Unavailable(said, retry_after_s=LATER_S if wait_s is None else wait_s)
            case status if 400 <= status < 500:
                return Rejected(said)
            case _:
                return Unclear(said)


def _words(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=Fault).message[:_WORDS_CHARS]
    except UNREADABLE:
        return ""
