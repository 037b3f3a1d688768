"""How python-telegram-bot's `Bot` reaches the Bot API: over the hub's own HTTP session, with bounded answers.

`telegram.request.BaseRequest` is the library's documented place for another HTTP client. Ours adds what the default
one lacks: it tells a request that surely did not leave from one that may have been taken, keeps the raw bytes of
updates, bounds time and memory, and logs nothing of them.
"""

import json
from typing import Any

import aiohttp
import msgspec
from telegram.error import NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData

from channelhub.sdk.answers import AnswerTooLong, read_answer
from channelhub.sdk.json_parts import UNREADABLE
from channelhub.sdk.uploads import form_of

CONNECT_TIMEOUT_S = 10.0
UPLOAD_S = 30.0  # beyond what other requests may take, for one with files
MAX_ANSWER_BYTES = 1024 * 1024
MAX_UPDATES_BYTES = 32 * 1024 * 1024  # a hundred updates; one is some kilobytes
DEFAULT_RETRY_AFTER_S = 5.0
MAX_RETRY_AFTER_S = 3600.0

_NO_UPDATES = b'{"ok":true,"result":[]}'


class NotSent(NetworkError):
    """The request did not leave: no connection came about."""


class ServerFailed(NetworkError):
    """The answer is a server's failure (5xx) or none of the Bot API at all; the request may have been taken."""


class AnswerTooLarge(NetworkError):
    """The answer is longer than it may be."""


class TooManyRequests(TelegramError):
    """429: nothing was taken; ask again after `retry_after_s` seconds."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"Telegram asks us to wait {retry_after_s:g} s (429)")
        self.retry_after_s = retry_after_s


class _Parameters(msgspec.Struct):
    retry_after: float | None = None


class _Failure(msgspec.Struct):
    """An answer with `ok: false` (core.telegram.org/bots/api#making-requests)."""

    ok: bool
    parameters: _Parameters | None = None


class BotRequest(BaseRequest):
    """Requests over a shared session. Raises subclasses of `TelegramError` only; texts hold no address and no token."""

    def __init__(
        self, http: aiohttp.ClientSession, *, timeout_s: float, max_answer_bytes: int = MAX_ANSWER_BYTES
    ) -> None:
        self._http = http
        self._timeout_s = timeout_s
        self._max_answer_bytes = max_answer_bytes

    @property
    def read_timeout(self) -> float:
        """Seconds that an answer may take in all."""
        return self._timeout_s

    async def initialize(self) -> None:
        """Nothing to open: the session is the hub's."""

    async def shutdown(self) -> None:
        """Nothing to close: the session is the hub's."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """The answer as JSON. Unlike the library's own, it never logs or repeats what it can't read."""
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError) as exc:
            raise ServerFailed("the answer is cut off or not JSON") from exc
        if not isinstance(answer, dict) or not answer.keys() & {"ok", "result"}:
            raise ServerFailed("the answer is not one of the Bot API")
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the library's signature
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """The status and body of an answer that is Bot API's own, success or refusal."""
        has_files = request_data is not None and request_data.contains_files
        limit_s = float(read_timeout) if isinstance(read_timeout, int | float) else self._timeout_s
        limit_s += UPLOAD_S if has_files else 0.0
        connect_s = min(CONNECT_TIMEOUT_S, limit_s)
        timeout = aiohttp.ClientTimeout(total=limit_s + connect_s, sock_connect=connect_s)
        fields = _form(request_data) if request_data and has_files else request_data and request_data.json_parameters
        try:
            async with self._http.request(method, url, data=fields, timeout=timeout, allow_redirects=False) as response:
                status, after = response.status, response.headers.get("Retry-After", "")
                body = await read_answer(response, max_bytes=self._max_answer_bytes)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise NotSent(f"no connection: {type(exc).__name__}") from None
        except AnswerTooLong as exc:
            raise AnswerTooLarge(str(exc)) from None
        except TimeoutError:
            raise NetworkError(f"no complete answer within {limit_s:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as exc:
            raise NetworkError(f"the connection failed: {type(exc).__name__}") from None
        _refuse_failures(status, after, body)
        return status, body


class UpdatesRequest(BotRequest):
    """The request object of `getUpdates`: it keeps the answer's bytes in `answer` and hands the library an empty list.

    The library would parse each update into what it knows of them, drop the rest, and fail on shapes newer than
    itself; what we store are the bytes.
    """

    def __init__(self, http: aiohttp.ClientSession, *, timeout_s: float) -> None:
        super().__init__(http, timeout_s=timeout_s, max_answer_bytes=MAX_UPDATES_BYTES)
        self.answer = _NO_UPDATES

    async def do_request(self, *args: Any, **named: Any) -> tuple[int, bytes]:
        self.answer = _NO_UPDATES
        status, body = await super().do_request(*args, **named)
        if status >= 300:
            return status, body
        self.answer = body
        return status, _NO_UPDATES


def _form(asked: RequestData) -> aiohttp.FormData:
    files = {
        field: (name, content if isinstance(content, bytes) else content.read(), kind)
        for field, (name, content, kind) in asked.multipart_data.items()
    }
    return form_of(asked.json_parameters, files)


def _refuse_failures(status: int, retry_after: str, body: bytes) -> None:
    """Raise for what the library would misread: 429 without parameters, pages of proxies, failing servers."""
    try:
        failure = msgspec.json.decode(body, type=_Failure)
    except UNREADABLE:
        failure = None
    if status < 300:
        if failure and not failure.ok:
            raise ServerFailed(f"HTTP {status} with ok = false")
        return
    if status == 429:
        told_s = failure.parameters.retry_after if failure and failure.parameters else None
        if told_s is None and retry_after.isascii() and retry_after.isdigit():
            told_s = float(retry_after[:6])
        raise TooManyRequests(min(max(told_s or DEFAULT_RETRY_AFTER_S, 0.0), MAX_RETRY_AFTER_S))
    if status >= 500:
        raise ServerFailed(f"the server failed (HTTP {status})")
    if failure is None:
        raise ServerFailed(f"HTTP {status} from something that is not a Bot API server: is base_url right?")
