"""Requests to VK's API, and what its answers mean. VK answers 200 with an `error` to nearly everything it refuses."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import aiohttp
import msgspec

from channelhub.content.retry_after import retry_after_s
from channelhub.sdk.answers import AnswerTooLong, read_answer
from channelhub.sdk.errors import AuthFailed, ConnectorError, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.vk.config import VkConfig

T = TypeVar("T")

VERSION: Final = "5.199"
UPLOAD_S: Final = 30.0  # beyond what other requests may take
_UPLOAD_HOSTS: Final = (".vk.com", ".vk.ru", ".userapi.com", ".vkuserphoto.ru", ".vkuser.net")
MAX_ANSWER_BYTES: Final = 8 * 1024 * 1024
_WORDS_CHARS: Final = 200
_CREDENTIALS: Final = frozenset({5, 27, 28, 1114, 1116})  # the token is wrong, revoked or has ended
_RIGHTS: Final = frozenset({7, 15})
_UNSURE: Final = frozenset({1, 10})  # something broke at VK: it may have been done
#: Refused for now (dev.vk.com, errors), and when to come again where VK doesn't say.
_LATER_S: Final = {6: 1.0, 9: 60.0, 14: 600.0, 29: 3600.0}


class Unclear(Exception):
    """No answer, or none that can be read: what was asked may have been done."""


class Fault(msgspec.Struct, frozen=True):
    """An error as VK words it."""

    error_code: int
    error_msg: str = ""


class _Answer(msgspec.Struct, frozen=True):
    response: msgspec.Raw = msgspec.Raw()
    error: Fault | None = None


class Refusal(Exception):
    """VK refuses what was asked, and nothing of it was done."""

    def __init__(self, method: str, fault: Fault) -> None:
        super().__init__(f"{method}: {fault.error_msg[:_WORDS_CHARS]} ({fault.error_code})")
        self.code = fault.error_code
        self.is_of_rights = fault.error_code in _RIGHTS


class VkClient:
    """One community's methods."""

    def __init__(self, config: VkConfig, http: aiohttp.ClientSession, now: Callable[[], datetime]) -> None:
        self._url = config.base_url.rstrip("/")
        self._token = config.token
        self._timeout_s = config.request_timeout_s
        self._http = http
        self._now = now
        self.group_id = config.group_id

    async def ask(self, method: str, kind: type[T], fields: Mapping[str, Any] | None = None) -> T:
        """Raises Unavailable where VK can't have done it, AuthFailed, Refusal, and Unclear."""
        form = {name: str(value) for name, value in (fields or {}).items()}
        form |= {"access_token": self._token.reveal(), "v": VERSION}
        body = await self._body(method, "POST", f"{self._url}/method/{method}", data=form)
        answer = decoded(method, body, _Answer)
        if answer.error is not None:
            raise _failure(method, answer.error)
        return decoded(method, bytes(answer.response), kind)

    async def news(self, url: str, *, key: str, ts: str, wait_s: int) -> bytes:
        """What a server of Long Poll says. Raises Unavailable, AuthFailed and Unclear."""
        asked = {"act": "a_check", "key": key, "ts": ts, "wait": str(wait_s)}
        return await self._body("Long Poll", "GET", url, params=asked, patience_s=wait_s)

    async def upload(self, url: str, form: aiohttp.FormData, kind: type[T]) -> T:
        """What an upload server of VK says to a file. Raises Unavailable and Unclear, for a strange address too."""
        if not self._is_own(url):
            raise Unclear("upload: VK names an address that isn't its own")
        return decoded("upload", await self._body("upload", "POST", url, data=form, patience_s=UPLOAD_S), kind)

    def _is_own(self, url: str) -> bool:
        """Whether files may be sent there: VK's hosts by https, and a gateway that the configuration names."""
        try:
            parts, own = urlsplit(url), urlsplit(self._url)
        except ValueError:
            return False
        host = parts.hostname or ""
        is_gateway = (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
        return is_gateway or (parts.scheme == "https" and host.endswith(_UPLOAD_HOSTS))

    async def _body(
        self,
        what: str,
        method: str,
        url: str,
        *,
        data: Mapping[str, str] | aiohttp.FormData | None = None,
        params: Mapping[str, str] | None = None,
        patience_s: float = 0.0,
    ) -> bytes:
        timeout = aiohttp.ClientTimeout(total=self._timeout_s + patience_s)
        try:
            async with self._http.request(
                method, url, data=data, params=params, timeout=timeout, allow_redirects=False
            ) as answer:
                self._judge(answer, what)
                return await read_answer(answer, max_bytes=MAX_ANSWER_BYTES)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise Unavailable(f"{what}: VK can't be reached ({type(exc).__name__})") from exc
        except (aiohttp.ClientError, AnswerTooLong, TimeoutError) as exc:
            raise Unclear(f"{what}: no answer of VK ({type(exc).__name__})") from exc

    def _judge(self, answer: aiohttp.ClientResponse, what: str) -> None:
        """What the HTTP status says, before the answer is read."""
        if answer.status == 200:
            return
        wait_s = retry_after_s(
            answer.headers.get("Retry-After", ""), now=self._now(), date=answer.headers.get("Date", "")
        )
        if answer.status == 429:
            raise Unavailable(f"{what}: VK asks us to wait (429)", retry_after_s=wait_s)
        raise Unclear(f"{what}: VK answered {answer.status}")


def decoded(what: str, body: bytes, kind: type[T]) -> T:
    """Raises Unclear."""
    try:
        return msgspec.json.decode(body, type=kind)
    except UNREADABLE as exc:
        raise Unclear(f"{what}: VK's answer is cut off or not in the documented shape") from exc


def _failure(method: str, fault: Fault) -> ConnectorError | Refusal | Unclear:
    refusal = Refusal(method, fault)
    if fault.error_code in _CREDENTIALS:
        return AuthFailed(
            f"{refusal}. VK refuses the token: make a new one in the community (Manage, API usage, Access tokens)"
        )
    if fault.error_code in _UNSURE:
        return Unclear(str(refusal))
    if fault.error_code in _LATER_S:
        return Unavailable(str(refusal), retry_after_s=_LATER_S[fault.error_code])
    return refusal
