"""Requests to MAX's Bot API, and what its answers mean."""

import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, Literal, TypeVar
from urllib.parse import urlsplit

import aiohttp
import msgspec

from channelhub.content.retry_after import retry_after_s
from channelhub.sdk.answers import AnswerTooLong, read_answer
from channelhub.sdk.errors import AuthFailed, Blocked, ConnectorError, Rejected, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.max.config import MaxConfig

T = TypeVar("T")

MAX_ANSWER_BYTES: Final = 8 * 1024 * 1024
LATER_S: Final = 5.0  # MAX takes 30 requests in a second, and says no time in which that ends
UPLOAD_S: Final = 30.0  # beyond what other requests may take
OWN_HOSTS: Final = (".oneme.ru", ".max.ru", ".okcdn.ru", ".mycdn.me")
_NOT_READY: Final = "attachment.not.ready"
_SHUT_OUT: Final = "dialog.suspended"
_WORDS_CHARS: Final = 200


class Unclear(Exception):
    """No answer, or none that can be read: what was asked may have been done."""


class NotReady(Unavailable):
    """A file that was uploaded is still looked at: the message with it was not taken."""


class Fault(msgspec.Struct, frozen=True):
    """An error's body."""

    code: str = ""
    message: str = ""


class MaxClient:
    """One bot's methods."""

    def __init__(self, config: MaxConfig, http: aiohttp.ClientSession, now: Callable[[], datetime]) -> None:
        self._url = config.base_url.rstrip("/")
        self._token = config.token
        self._timeout_s = config.request_timeout_s
        self._ca_file = config.ca_file
        self._trusted: ssl.SSLContext | None = None
        self._http = http
        self._now = now

    async def ask(
        self,
        method: Literal["GET", "POST", "DELETE"],
        path: str,
        kind: type[T],
        *,
        query: Mapping[str, str] | None = None,
        fields: Mapping[str, Any] | None = None,
        patience_s: float = 0.0,
    ) -> T:
        """Raises Unavailable where MAX can't have done it, AuthFailed, Rejected (Blocked: the customer shut the bot
        out), and Unclear."""
        what = f"{method} {path}"
        try:
            async with self._http.request(
                method,
                f"{self._url}/{path}",
                params=query,
                data=None if fields is None else msgspec.json.encode(fields),
                headers={"Authorization": self._token.reveal(), "Content-Type": "application/json"},
                timeout=aiohttp.ClientTimeout(total=self._timeout_s + patience_s),
                ssl=self._trust(),
                allow_redirects=False,
            ) as answer:
                body = await read_answer(answer, max_bytes=MAX_ANSWER_BYTES)
                if answer.status != 200:
                    raise self._failure(answer, body, what)
                return msgspec.json.decode(body, type=kind)
        except aiohttp.ClientConnectorCertificateError as exc:
            raise Unavailable(f"{what}: MAX's certificate can't be verified: set ca_file (see the README)") from exc
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise Unavailable(f"{what}: MAX can't be reached ({type(exc).__name__})") from exc
        except (aiohttp.ClientError, AnswerTooLong, TimeoutError) as exc:
            raise Unclear(f"{what}: no answer of MAX ({type(exc).__name__})") from exc
        except UNREADABLE as exc:
            raise Unclear(f"{what}: MAX's answer is cut off or not in the documented shape") from exc

    async def upload(self, url: str, form: aiohttp.FormData) -> bytes | None:
        """What a server for files answers; None where it refuses the file. Raises Unavailable and Unclear, for an
        address that isn't MAX's, too. The address is the proof: the token stays here."""
        what = "uploading a file"
        if not self._is_own(url):
            raise Unclear(f"{what}: MAX names an address that isn't its own")
        try:
            async with self._http.post(
                url,
                data=form,
                timeout=aiohttp.ClientTimeout(total=self._timeout_s + UPLOAD_S),
                ssl=self._trust(),
                allow_redirects=False,
            ) as answer:
                body = await read_answer(answer, max_bytes=MAX_ANSWER_BYTES)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise Unavailable(f"{what}: MAX can't be reached ({type(exc).__name__})") from exc
        except (aiohttp.ClientError, AnswerTooLong, TimeoutError) as exc:
            raise Unclear(f"{what}: no answer of MAX ({type(exc).__name__})") from exc
        if answer.status == 429:
            raise Unavailable(f"{what}: MAX asks us to wait (429)", retry_after_s=self._wait_s(answer))
        if answer.status != 200 and not 400 <= answer.status < 500:
            raise Unclear(f"{what}: MAX answered {answer.status}")
        return body if answer.status == 200 else None

    def _is_own(self, url: str) -> bool:
        """Whether files may be sent there: MAX's hosts by https, and a gateway that the configuration names."""
        try:
            parts, own = urlsplit(url), urlsplit(self._url)
        except ValueError:
            return False
        is_gateway = (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
        return is_gateway or (parts.scheme == "https" and (parts.hostname or "").endswith(OWN_HOSTS))

    def _wait_s(self, answer: aiohttp.ClientResponse) -> float:
        told_s = retry_after_s(
            answer.headers.get("Retry-After", ""), now=self._now(), date=answer.headers.get("Date", "")
        )
        return LATER_S if told_s is None else told_s

    def _trust(self) -> ssl.SSLContext | Literal[True]:
        """What the system trusts, and the account's own certificate where it has one. Raises Unavailable."""
        if not self._ca_file:
            return True
        if self._trusted is None:
            try:
                context = ssl.create_default_context()
                context.load_verify_locations(cafile=self._ca_file)
            except OSError as exc:
                raise Unavailable(f"can't read ca_file {self._ca_file}: {exc}") from exc
            self._trusted = context
        return self._trusted

    def _failure(self, answer: aiohttp.ClientResponse, body: bytes, what: str) -> ConnectorError | Unclear:
        fault = _fault(body)
        words = fault.message.partition(", args:")[0]  # which name the customer
        said = f"{what}: {words[:_WORDS_CHARS]} ({answer.status} {fault.code[:_WORDS_CHARS]})"
        match answer.status:
            case 401:
                return AuthFailed(f"{said}. MAX refuses the token: copy the present one from MAX for partners")
            case 403 | 404 if _SHUT_OUT in fault.message:
                return Blocked(f"{said}: the customer has stopped the bot or deleted the dialog")
            case 429:
                return Unavailable(said, retry_after_s=self._wait_s(answer))
            case 400 if fault.code == _NOT_READY:
                return NotReady(said, retry_after_s=LATER_S)
            case status if 400 <= status < 500:
                return Rejected(said)
            case _:
                return Unclear(said)


def _fault(body: bytes) -> Fault:
    try:
        return msgspec.json.decode(body, type=Fault)
    except UNREADABLE:
        return Fault()
