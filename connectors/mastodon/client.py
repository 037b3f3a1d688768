"""Requests to an instance's REST API, and what its answers mean (docs.joinmastodon.org/api)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

import aiohttp
import msgspec

from channelhub.content.retry_after import LONGEST_S, retry_after_s
from channelhub.sdk.answers import AnswerTooLong, read_answer
from channelhub.sdk.errors import AuthFailed, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.mastodon.config import MastodonConfig

T = TypeVar("T")

MAX_ANSWER_BYTES = 16 * 1024 * 1024
LATER_S = 60.0  # where a limit says no time
_WORDS_CHARS = 300
IDEMPOTENCY_KEY = "Idempotency-Key"
_TAKEN = frozenset({200, 202, 206})  # 202 and 206: of a file that the instance is still working on
_UPLOADING = 3  # times as long as for other requests


class Unclear(Exception):
    """No answer, or none that can be read: what was asked may have been done."""


class Refused(Exception):
    """The instance says no."""

    def __init__(self, said: str, *, status: int) -> None:
        super().__init__(said)
        self.status = status


class _Fault(msgspec.Struct, frozen=True):
    error: str


class MastodonClient:
    """One account's requests."""

    def __init__(self, config: MastodonConfig, http: aiohttp.ClientSession, now: Callable[[], datetime]) -> None:
        self.url = config.instance.rstrip("/")
        self.http = http
        self._token = config.token
        self._request_timeout_s = config.request_timeout_s
        self._timeout = aiohttp.ClientTimeout(total=config.request_timeout_s)
        self._now = now

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token.reveal()}"}

    async def ask(
        self,
        method: Literal["GET", "POST"],
        path: str,
        fields: Mapping[str, Any] | None = None,
        *,
        params: Sequence[tuple[str, str]] = (),
        key: str = "",
    ) -> bytes:
        """The body of an answer; `path` is below /api, `key` has a repeated request done once.

        Raises Unavailable where it can't have been done now, AuthFailed, Refused, Unclear.
        """
        headers = self.authorization | ({IDEMPOTENCY_KEY: key} if key else {})
        if fields is not None:
            headers["Content-Type"] = "application/json"
        data = None if fields is None else msgspec.json.encode(fields)
        return await self._exchange(method, path, params=list(params), data=data, headers=headers)

    async def upload(self, path: str, form: aiohttp.FormData) -> bytes:
        """The body of the answer to a file, for which there is more time. Raises what `ask` raises."""
        timeout = aiohttp.ClientTimeout(total=self._request_timeout_s * _UPLOADING)
        return await self._exchange("POST", path, data=form, headers=self.authorization, timeout=timeout)

    async def _exchange(self, method: str, path: str, **more: Any) -> bytes:
        try:
            async with self.http.request(
                method, f"{self.url}/api/{path}", allow_redirects=False, **({"timeout": self._timeout} | more)
            ) as answer:
                body = await read_answer(answer, max_bytes=MAX_ANSWER_BYTES)
                if answer.status in _TAKEN:
                    return body
                raise self._failure(answer, body, path)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise Unavailable(f"the instance can't be reached ({type(exc).__name__})") from exc
        except (aiohttp.ClientError, AnswerTooLong, TimeoutError) as exc:
            raise Unclear(f"no answer of the instance ({type(exc).__name__})") from exc

    async def get(self, path: str, kind: type[T], *, params: Sequence[tuple[str, str]] = ()) -> T:
        """What a question is answered. Raises Unavailable (for the unreadable, too), AuthFailed, Refused."""
        try:
            return read(await self.ask("GET", path, params=params), kind)
        except Unclear as exc:
            raise Unavailable(str(exc)) from exc

    def _failure(self, answer: aiohttp.ClientResponse, body: bytes, path: str) -> Exception:
        name = "/".join(part for part in path.split("/") if not part.isdigit())
        try:
            words = msgspec.json.decode(body, type=_Fault).error[:_WORDS_CHARS]
        except UNREADABLE:
            words = ""
        said = f"{name}: {words} ({answer.status})"
        match answer.status:
            case 429:
                return Unavailable(said, retry_after_s=self._wait_s(answer))
            case 401:
                return AuthFailed(f"{said}: take the application's present access token from the account's settings")
            case 413:
                return Refused(f"{name}: larger than what the instance's server takes (413)", status=413)
            case 403 if "scope" in words.lower():
                return AuthFailed(f"{said}: give the application the scopes read and write")
            case status if 400 <= status < 500 and words:
                return Refused(said, status=status)
            case status if 400 <= status < 500:
                return Unclear(f"{said}: this is no instance's answer; is instance right?")
            case _:
                return Unclear(said)

    def _wait_s(self, answer: aiohttp.ClientResponse) -> float:
        """`X-RateLimit-Reset` is a moment in ISO 8601."""
        now, date = self._now(), answer.headers.get("Date", "")
        told_s = retry_after_s(answer.headers.get("Retry-After", ""), now=now, date=date)
        if told_s is not None:
            return told_s
        try:
            until = datetime.fromisoformat(answer.headers.get("X-RateLimit-Reset", ""))
        except ValueError:
            return LATER_S
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return min(max((until - now).total_seconds(), 1.0), LONGEST_S)


def read(body: bytes, kind: type[T]) -> T:
    """Raises Unclear."""
    try:
        return msgspec.json.decode(body, type=kind)
    except UNREADABLE as exc:
        raise Unclear("the instance's answer is cut off or not in the documented shape") from exc
