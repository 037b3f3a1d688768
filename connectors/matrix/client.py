"""Requests to a homeserver's client API, and what its answers mean (spec.matrix.org, Client-Server API)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, TypeVar

import aiohttp
import msgspec

from channelhub.content.retry_after import LONGEST_S, retry_after_s
from channelhub.sdk.answers import AnswerTooLong, read_answer
from channelhub.sdk.errors import AuthFailed, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.matrix.config import MatrixConfig

T = TypeVar("T")

MAX_ANSWER_BYTES = 32 * 1024 * 1024
LATER_S = 10.0  # where a limit says no time
UPLOAD_S = 30.0  # beyond what other requests may take, for a file
_CLIENT = "client/v3"
_JSON = "application/json"
_WORDS_CHARS = 300
_TOKEN_CODES = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED"})


class Unclear(Exception):
    """No answer, or none that can be read: what was asked may have been done."""


class Refused(Exception):
    """The homeserver says no. `code` is its errcode."""

    def __init__(self, said: str, *, code: str) -> None:
        super().__init__(said)
        self.code = code


class _Fault(msgspec.Struct, frozen=True):
    """An error's body: errcode is the homeserver's, whatever stands before it."""

    errcode: str = ""
    error: str = ""
    retry_after_ms: float | None = None


class MatrixClient:
    """One user's requests."""

    def __init__(self, config: MatrixConfig, http: aiohttp.ClientSession, now: Callable[[], datetime]) -> None:
        self.url = config.homeserver.rstrip("/")
        self.token = config.token
        self._timeout_s = config.request_timeout_s
        self._http = http
        self._now = now

    async def ask(
        self,
        method: Literal["GET", "POST", "PUT"],
        path: str,
        fields: dict[str, Any] | None = None,
        *,
        params: dict[str, str] | None = None,
        wait_s: float = 0.0,
        below: str = _CLIENT,
    ) -> bytes:
        """The body of a 200. `path` is below /_matrix/client/v3, quoted; `wait_s` is what the homeserver is given more.

        Raises Unavailable where it can't have been done now, AuthFailed, Refused, Unclear, and AnswerTooLong.
        """
        data = None if fields is None else msgspec.json.encode(fields)
        return await self._answer(method, f"{below}/{path}", data, _JSON, params=params, wait_s=wait_s)

    async def get(
        self,
        path: str,
        kind: type[T],
        *,
        params: dict[str, str] | None = None,
        wait_s: float = 0.0,
        below: str = _CLIENT,
    ) -> T:
        """What a question is answered. Raises Unavailable, also for what can't be read, AuthFailed, Refused."""
        try:
            return read(await self.ask("GET", path, params=params, wait_s=wait_s, below=below), kind)
        except Unclear as exc:
            raise Unavailable(str(exc)) from exc

    async def upload(self, content: bytes, content_type: str, name: str) -> bytes:
        """What the homeserver answers to a file. Raises what `ask` does; nobody sees the file yet."""
        params = {"filename": name}
        return await self._answer("POST", "media/v3/upload", content, content_type, params=params, wait_s=UPLOAD_S)

    async def _answer(
        self, method: str, path: str, data: bytes | None, content_type: str, *,
        params: dict[str, str] | None, wait_s: float,
    ) -> bytes:  # fmt: skip
        try:
            async with self._http.request(
                method,
                f"{self.url}/_matrix/{path}",
                params=params,
                data=data,
                headers={"Authorization": f"Bearer {self.token.reveal()}", "Content-Type": content_type},
                timeout=aiohttp.ClientTimeout(total=self._timeout_s + wait_s),
                allow_redirects=False,
            ) as answer:
                body = await read_answer(answer, max_bytes=MAX_ANSWER_BYTES)
                if answer.status == 200:
                    return body
                raise self._failure(answer, body, path)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise Unavailable(f"the homeserver can't be reached ({type(exc).__name__})") from exc
        except (aiohttp.ClientError, TimeoutError) as exc:
            raise Unclear(f"no answer of the homeserver ({type(exc).__name__})") from exc

    def _failure(self, answer: aiohttp.ClientResponse, body: bytes, path: str) -> Exception:
        try:
            fault = msgspec.json.decode(body, type=_Fault)
        except UNREADABLE:
            fault = _Fault()
        name = path.split("/")[2]
        said = f"{name}: {fault.error[:_WORDS_CHARS]} ({answer.status} {fault.errcode[:64]})"
        if answer.status == 429:
            return Unavailable(said, retry_after_s=self._wait_s(answer, fault))
        if answer.status == 413:  # also of a proxy before it
            return Refused(said, code="M_TOO_LARGE")
        if answer.status >= 500 or answer.status < 400:
            return Unclear(said)
        if fault.errcode in _TOKEN_CODES:
            return AuthFailed(f"{said}: log the hub's user in again and put its new access_token into token_file")
        if not fault.errcode:
            return Unclear(f"{said}: this is no homeserver's answer; is homeserver right?")
        return Refused(said, code=fault.errcode)

    def _wait_s(self, answer: aiohttp.ClientResponse, fault: _Fault) -> float:
        told_s = retry_after_s(
            answer.headers.get("Retry-After", ""), now=self._now(), date=answer.headers.get("Date", "")
        )
        if told_s is None and fault.retry_after_ms is not None and fault.retry_after_ms >= 0:
            told_s = min(fault.retry_after_ms / 1000, LONGEST_S)
        return LATER_S if told_s is None else told_s


def read(body: bytes, kind: type[T]) -> T:
    """Raises Unclear."""
    try:
        return msgspec.json.decode(body, type=kind)
    except UNREADABLE as exc:
        raise Unclear("the homeserver's answer is cut off or not in the documented shape") from exc


__all__ = ["AnswerTooLong", "MatrixClient", "Refused", "Unclear", "read"]
