"""The Graph API over HTTP: what was answered, what was refused, and what may have been done although nobody said so."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, TypeVar

import aiohttp
import msgspec

from channelhub.content.retry_after import retry_after_s
from channelhub.sdk.answers import AnswerTooLong, read_answer
from channelhub.sdk.errors import AuthFailed, ConnectorError, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.meta.config import MetaConfig

T = TypeVar("T")
MAX_ANSWER_BYTES: Final = 1024 * 1024
_CONNECT_S: Final = 10.0
_DEFAULT_WAIT_S: Final = 60.0
_TOO_MANY: Final = 429

#: Codes of the platform itself (developers.facebook.com/docs/graph-api/guides/error-handling).
RATE_CODES: Final = frozenset({4, 17, 32, 341, 613, 80001, 80002, 80006, 80007})
AUTH_CODES: Final = frozenset({102, 190, 368})
PERMISSION_CODES: Final = frozenset({3, 10, *range(200, 300)})


class ErrorData(msgspec.Struct):
    details: str = ""


class Fault(msgspec.Struct):
    """What is wrong, in Meta's words."""

    message: str = ""
    code: int = 0
    error_subcode: int = 0
    error_data: msgspec.Raw = msgspec.Raw()
    is_transient: bool = False


class _Failure(msgspec.Struct):
    error: Fault


class Refusal(Exception):
    """The Graph API says no: nothing was done. `words` hold neither token nor customer."""

    def __init__(self, fault: Fault, *, status: int, wait_s: float | None = None) -> None:
        super().__init__(f"Graph API error {fault.code}")
        self.fault = fault
        self.status = status
        self.wait_s = wait_s

    @property
    def words(self) -> str:
        number = f"{self.fault.code}/{self.fault.error_subcode}" if self.fault.error_subcode else str(self.fault.code)
        return f"{self.fault.message[:300] or 'no reason given'} ({number})"


class AnswerLost(Exception):
    """No answer, or none that can be read: what was asked for may have been done."""


class Graph:
    """Calls with one account's token. Raises Refusal, AnswerLost, and Unavailable where no connection came about."""

    def __init__(self, config: MetaConfig, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._url = config.api_url
        self._headers = {"Authorization": f"Bearer {config.token.reveal()}"}
        self._timeout = aiohttp.ClientTimeout(
            total=config.request_timeout_s, sock_connect=min(_CONNECT_S, config.request_timeout_s)
        )

    async def get(self, path: str, kind: type[T], **query: str) -> T:
        return await self._call("GET", path, kind, query=query)

    async def post(self, path: str, kind: type[T], fields: Mapping[str, object]) -> T:
        body = msgspec.json.encode(fields)
        return await self._call("POST", path, kind, data=body, headers={"Content-Type": "application/json"})

    async def upload(self, path: str, kind: type[T], form: aiohttp.FormData) -> T:
        return await self._call("POST", path, kind, data=form)

    async def _call(
        self,
        method: str,
        path: str,
        kind: type[T],
        *,
        query: Mapping[str, str] | None = None,
        data: bytes | aiohttp.FormData | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        try:
            async with self._http.request(
                method,
                f"{self._url}/{path}",
                params=query,
                data=data,
                headers={**self._headers, **(headers or {})},
                timeout=self._timeout,
                allow_redirects=False,
            ) as answer:
                body = await read_answer(answer, max_bytes=MAX_ANSWER_BYTES)
                status, after = answer.status, answer.headers.get("Retry-After", "")
                date = answer.headers.get("Date", "")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise Unavailable(f"the Graph API can't be reached: {type(exc).__name__}") from None
        except AnswerTooLong as exc:
            raise AnswerLost(str(exc)) from None
        except TimeoutError:
            raise AnswerLost(f"no complete answer within {self._timeout.total:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as exc:
            raise AnswerLost(f"the connection failed: {type(exc).__name__}") from None
        wait_s = retry_after_s(after, now=datetime.now(UTC), date=date) if after else None
        return _judged(status, body, kind, wait_s=wait_s)


def explain(exc: Refusal | AnswerLost, doing: str) -> ConnectorError:
    """What a failure means where nothing can be doubled: asking, uploading, probing."""
    if isinstance(exc, AnswerLost):
        return Unavailable(f"{doing}: {exc}")
    code = exc.fault.code
    if code in AUTH_CODES:
        return AuthFailed(f"{doing}: Meta refuses the token: {exc.words}. Make a new one and put it into token_file")
    if code in PERMISSION_CODES:
        return AuthFailed(f"{doing}: a permission is missing: {exc.words}. See the README for those that are needed")
    return Unavailable(f"{doing}: {exc.words}", retry_after_s=waiting_s(exc))


def waiting_s(exc: Refusal) -> float | None:
    """How long a limit asks us to wait; None where it isn't one."""
    is_limit = exc.status == _TOO_MANY or exc.fault.code in RATE_CODES
    return (exc.wait_s or _DEFAULT_WAIT_S) if is_limit else exc.wait_s


def _judged(status: int, body: bytes, kind: type[T], *, wait_s: float | None) -> T:
    if 200 <= status < 300:
        try:
            return msgspec.json.decode(body, type=kind)
        except UNREADABLE:
            raise AnswerLost("the answer is cut off or not in the documented shape") from None
    try:
        fault = msgspec.json.decode(body, type=_Failure).error
    except UNREADABLE:
        fault = None
    if status == _TOO_MANY:
        raise Refusal(fault or Fault(message="too many requests"), status=status, wait_s=wait_s)
    if fault is None or status >= 500 or status < 400:
        raise AnswerLost(f"HTTP {status}" + (f": error {fault.code}" if fault else " from something else than Meta"))
    raise Refusal(fault, status=status, wait_s=wait_s)
