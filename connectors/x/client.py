"""Requests to X's API, and what its answers mean."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, Literal, TypeVar

import aiohttp
import msgspec

from channelhub.content.retry_after import LONGEST_S, retry_after_s
from channelhub.sdk.answers import AnswerTooLong, read_answer
from channelhub.sdk.errors import AuthFailed, Blocked, ConnectorError, Rejected, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.x.config import XConfig
from connectors.x.oauth import authorization

T = TypeVar("T")

MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024
UPLOAD_S: Final = 30.0  # beyond what other requests may take
LATER_S: Final = 60.0
MUCH_LATER_S: Final = 3600.0  # until somebody pays
_SHUT_OUT: Final = ("permission to dm", "cannot send messages", "not permitted to dm")
_WORDS_CHARS: Final = 300


class Unclear(Exception):
    """No answer, or none that can be read: what was asked may have been done."""


class Fault(msgspec.Struct, frozen=True):
    """A problem as X words it (RFC 9457)."""

    title: str = ""
    detail: str = ""


class XClient:
    """One account's methods: the app's own, and those that it does in the account's name."""

    def __init__(self, config: XConfig, http: aiohttp.ClientSession, now: Callable[[], datetime]) -> None:
        self._url = config.base_url.rstrip("/")
        self._config = config
        self._timeout_s = config.request_timeout_s
        self._http = http
        self._now = now

    def proof(self, method: str, url: str) -> str:
        """What a request in the account's name carries as `Authorization`."""
        at_s = int(self._now().timestamp())
        return authorization(self._config, method, url, nonce=secrets.token_hex(16), at_s=at_s)

    async def ask(
        self,
        method: Literal["GET", "POST", "PUT"],
        path: str,
        kind: type[T],
        fields: Mapping[str, Any] | None = None,
        *,
        is_account: bool = False,
    ) -> T:
        """As the app, or in the account's name. Raises Unavailable where X can't have done it, AuthFailed, Rejected
        (Blocked: they take no direct messages of ours), and Unclear."""
        url = f"{self._url}/2/{path}"
        proof = self.proof(method, url) if is_account else f"Bearer {self._config.bearer_token.reveal()}"
        headers = {"Authorization": proof, "Content-Type": "application/json"}
        body = None if fields is None else msgspec.json.encode(fields)
        return await self._answer(method, path, kind, body, headers, self._timeout_s)

    async def post_form(self, path: str, kind: type[T], form: aiohttp.FormData) -> T:
        """A form with a file, in the account's name; its parts aren't signed. An empty answer is one of no fields.
        Raises what `ask` does."""
        headers = {"Authorization": self.proof("POST", f"{self._url}/2/{path}")}
        return await self._answer("POST", path, kind, form, headers, self._timeout_s + UPLOAD_S)

    async def _answer(
        self,
        method: str,
        path: str,
        kind: type[T],
        data: bytes | aiohttp.FormData | None,
        headers: dict[str, str],
        patience_s: float,
    ) -> T:
        what = f"{method} {path.partition('?')[0]}"
        try:
            async with self._http.request(
                method,
                f"{self._url}/2/{path}",
                data=data,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=patience_s),
                allow_redirects=False,
            ) as answer:
                body = await read_answer(answer, max_bytes=MAX_ANSWER_BYTES)
                if answer.status not in (200, 201, 204):
                    raise self._failure(answer, body, what)
                return msgspec.json.decode(body or b"{}", type=kind)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise Unavailable(f"{what}: X can't be reached ({type(exc).__name__})") from exc
        except (aiohttp.ClientError, AnswerTooLong, TimeoutError) as exc:
            raise Unclear(f"{what}: no answer of X ({type(exc).__name__})") from exc
        except UNREADABLE as exc:
            raise Unclear(f"{what}: X's answer is cut off or not in the documented shape") from exc

    def _failure(self, answer: aiohttp.ClientResponse, body: bytes, what: str) -> ConnectorError | Unclear:
        words = _words(body)
        said = f"{what}: {words} ({answer.status})"
        match answer.status:
            case 401:
                return AuthFailed(f"{said}. X refuses the keys: take the present ones from its developer console")
            case 402:
                return Unavailable(f"{said}: the app's credits at X are used up", retry_after_s=MUCH_LATER_S)
            case 403 if any(sign in words.lower() for sign in _SHUT_OUT):
                return Blocked(f"{said}: the customer takes no direct messages of this account")
            case 429:
                return Unavailable(said, retry_after_s=self._wait_s(answer))
            case status if 400 <= status < 500:
                return Rejected(said)
            case _:
                return Unclear(said)

    def _wait_s(self, answer: aiohttp.ClientResponse) -> float:
        """As long as X says: until a moment in Unix seconds, or by the usual header."""
        until = answer.headers.get("x-rate-limit-reset", "")
        if until.isascii() and until.isdigit() and len(until) <= 12:
            return min(max(int(until) - self._now().timestamp(), 1.0), LONGEST_S)
        wait_s = retry_after_s(
            answer.headers.get("Retry-After", ""), now=self._now(), date=answer.headers.get("Date", "")
        )
        return LATER_S if wait_s is None else wait_s


def _words(body: bytes) -> str:
    try:
        fault = msgspec.json.decode(body, type=Fault)
    except UNREADABLE:
        return ""
    return (fault.detail or fault.title)[:_WORDS_CHARS]
