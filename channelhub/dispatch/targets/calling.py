"""One HTTP call to a receiver: no redirects, little time, little memory, and no secret in what it says of failures."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import aiohttp
import msgspec

from channelhub.content.retry_after import retry_after_s
from channelhub.domain.secrets import Secret
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable

TIMEOUT_S = 20.0
MAX_ANSWER_BYTES = 256 * 1024
_SHOWN_CHARS = 200
_LEAST_CHARS = 12  # of a part of an address that is hidden
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
_REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A 2xx answer. `json` is None where the body isn't JSON."""

    status: int
    json: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Calls one receiver. `secrets` are masked in every text that leaves here."""

    name: str  # as errors call the receiver
    http: aiohttp.ClientSession
    secrets: Sequence[Secret] = ()
    timeout_s: float = TIMEOUT_S

    async def call(
        self,
        method: str,
        url: str,
        *,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        takes: frozenset[int] = frozenset(),
    ) -> Answer:
        """The answer, if it is 2xx or one that `takes` names. Raises as Target.tell says."""
        data = None if json is None else msgspec.json.encode(json)
        sent = {"Content-Type": "application/json", "User-Agent": "channelhub", **(headers or {})}
        try:
            async with (
                asyncio.timeout(self.timeout_s),
                self.http.request(method, url, data=data, headers=sent, allow_redirects=False) as response,
            ):
                body = await response.content.read(MAX_ANSWER_BYTES)
                status, wait_s = response.status, _wait_s(response.headers)
        except aiohttp.ClientConnectorError as exc:
            raise Unavailable(self._masked(f"{self.name} can't be reached: {exc.os_error.strerror or exc}")) from exc
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as exc:
            raise Rejected(f"{self.name}: its address is no URL") from exc
        if status in takes or 200 <= status < 300:
            return Answer(status=status, json=_json(body))
        raise self._failure(status, body, wait_s)

    def failure(self, detail: str) -> Rejected:
        """A refusal that came inside a 2xx answer."""
        return Rejected(self._masked(f"{self.name} answered: {_shown(detail)}"))

    def later(self, detail: str, retry_after_s: float | None) -> Unavailable:
        """The same for a refusal that ends by itself."""
        return Unavailable(self._masked(f"{self.name} answered: {_shown(detail)}"), retry_after_s=retry_after_s)

    def refused(self, detail: str) -> AuthFailed:
        """The same for a secret that isn't taken."""
        return AuthFailed(self._masked(f"{self.name} answered: {_shown(detail)}"))

    def _failure(self, status: int, body: bytes, wait_s: float | None) -> Unavailable | AuthFailed | Rejected:
        said = _shown(body[: 4 * _SHOWN_CHARS].decode(errors="replace"))
        text = self._masked(f"{self.name} answered {status}{said and f': {said}'}")
        if status >= 500 or status in _LATER:
            return Unavailable(text, retry_after_s=wait_s)
        if status in _REFUSED:
            return AuthFailed(text)
        if 300 <= status < 400:
            return Rejected(f"{text}; it redirects, which is not followed: correct its address")
        return Rejected(text)

    def _masked(self, text: str) -> str:
        for secret in self.secrets:
            for part in _parts(secret.reveal()):
                text = text.replace(part, "***")
        return text


def _parts(secret: str) -> list[str]:
    """The secret, and of an address each part that may be the secret in it; the longest first."""
    if "://" not in secret:
        return [secret] if secret else []
    found = {part for part in re.split(r"[/?&=#]", secret) if len(part) >= _LEAST_CHARS}
    return [secret, *sorted(found, key=len, reverse=True)]


def joined(base_url: str, path: str) -> str:
    return base_url.rstrip("/") + path


def _wait_s(headers: Mapping[str, str]) -> float | None:
    """For how long the receiver wants to be left alone."""
    return retry_after_s(headers.get("Retry-After", ""), now=datetime.now(UTC), date=headers.get("Date", ""))


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body) if body else None
    except (msgspec.DecodeError, RecursionError):
        return None


def _shown(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()[:_SHOWN_CHARS]
