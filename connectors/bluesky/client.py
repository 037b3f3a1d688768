"""Requests to an account's server (atproto.com/specs/xrpc), and what its answers mean."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import aiohttp
import msgspec

from channelhub.content.retry_after import LONGEST_S, retry_after_s
from channelhub.domain.outbound import OutgoingFile
from channelhub.domain.secrets import Secret
from channelhub.sdk.answers import AnswerTooLong, read_answer
from channelhub.sdk.errors import Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from channelhub.sdk.uploads import plain_type
from connectors.bluesky.config import BlueskyConfig

T = TypeVar("T")

MAX_ANSWER_BYTES = 16 * 1024 * 1024
LATER_S = 60.0  # where a limit says no time
_WORDS_CHARS = 300


class Unclear(Exception):
    """No answer, or none that can be read: what was asked may have been done."""


class Refused(Exception):
    """The server says no. `error` is its name for it."""

    def __init__(self, said: str, *, error: str, status: int) -> None:
        super().__init__(said)
        self.error = error
        self.status = status


class _Fault(msgspec.Struct, frozen=True):
    error: str
    message: str = ""


class XrpcClient:
    """Methods by their names, with whatever credentials are given."""

    def __init__(self, config: BlueskyConfig, http: aiohttp.ClientSession, now: Callable[[], datetime]) -> None:
        self._url = config.service.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=config.request_timeout_s)
        self._http = http
        self._now = now

    async def call(
        self,
        name: str,
        *,
        token: Secret | None = None,
        params: Sequence[tuple[str, str]] = (),
        fields: Mapping[str, Any] | None = None,
        file: OutgoingFile | None = None,
        is_procedure: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """The body of a 200. What is sent are `fields`, or the bytes of a `file`.

        Raises Unavailable where it can't have been done now, Refused, Unclear.
        """
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token.reveal()}"
        data: bytes | None = None
        if file is not None:
            data, sent["Content-Type"] = file.content, plain_type(file)
        elif fields is not None:
            data, sent["Content-Type"] = msgspec.json.encode(fields), "application/json"
        try:
            async with self._http.request(
                "POST" if is_procedure else "GET",
                f"{self._url}/xrpc/{name}",
                params=list(params),
                data=data,
                headers=sent,
                timeout=self._timeout,
                allow_redirects=False,
            ) as answer:
                body = await read_answer(answer, max_bytes=MAX_ANSWER_BYTES)
                if answer.status == 200:
                    return body
                raise self._failure(answer, body, name.rpartition(".")[2])
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise Unavailable(f"the server can't be reached ({type(exc).__name__})") from exc
        except (aiohttp.ClientError, AnswerTooLong, TimeoutError) as exc:
            raise Unclear(f"no answer of the server ({type(exc).__name__})") from exc

    def _failure(self, answer: aiohttp.ClientResponse, body: bytes, name: str) -> Exception:
        try:
            fault = msgspec.json.decode(body, type=_Fault)
        except UNREADABLE:
            fault = _Fault(error="")
        said = f"{name}: {fault.message[:_WORDS_CHARS]} ({answer.status} {fault.error[:64]})"
        if answer.status == 429:
            return Unavailable(said, retry_after_s=self._wait_s(answer))
        if 400 <= answer.status < 500 and fault.error:
            return Refused(said, error=fault.error, status=answer.status)
        if 400 <= answer.status < 500:
            return Unclear(f"{said}: this is no answer of the AT Protocol; is service right?")
        return Unclear(said)

    def _wait_s(self, answer: aiohttp.ClientResponse) -> float:
        """`ratelimit-reset` is a moment in Unix seconds."""
        now = self._now()
        told_s = retry_after_s(answer.headers.get("Retry-After", ""), now=now, date=answer.headers.get("Date", ""))
        reset = answer.headers.get("ratelimit-reset", "")
        if told_s is None and reset.isascii() and reset.isdigit() and len(reset) < 12:
            told_s = min(max(int(reset) - now.timestamp(), 1.0), LONGEST_S)
        return LATER_S if told_s is None else told_s


def read(body: bytes, kind: type[T]) -> T:
    """Raises Unclear."""
    try:
        return msgspec.json.decode(body, type=kind)
    except UNREADABLE as exc:
        raise Unclear("the server's answer is cut off or not in the documented shape") from exc
