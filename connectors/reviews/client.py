"""Requests to a store's API, and what its answers mean. Whatever is asked of it may be asked twice."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, TypeVar

import aiohttp
import msgspec

from channelhub.content.retry_after import retry_after_s
from channelhub.sdk.answers import AnswerTooLong, read_answer
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable

T = TypeVar("T")

MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024
LATER_S: Final = 300.0  # where a limit says no time
WORDS_CHARS: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a store says of a refusal: its code, and words for people."""

    code: str
    words: str


class NotThere(Rejected):
    """404: the store has no such app or review, or not for us."""


class StoreClient:
    """One app's requests. `token` gives the bearer token, `fault` reads the body of a refusal (None: the store didn't
    write it), `cure` says how to mend what a refused key or a missing permission is."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        *,
        base_url: str,
        timeout_s: float,
        now: Callable[[], datetime],
        token: Callable[[], Awaitable[str]],
        fault: Callable[[bytes], Fault | None],
        busy_codes: frozenset[str],
        cure: str,
    ) -> None:
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._now = now
        self._token = token
        self._fault = fault
        self._busy_codes = busy_codes
        self._cure = cure

    async def ask(
        self,
        method: Literal["GET", "POST"],
        path: str,
        kind: type[T],
        *,
        params: Sequence[tuple[str, str]] = (),
        content: Mapping[str, Any] | None = None,
    ) -> T:
        """What the store answers. Raises AuthFailed, Rejected (NotThere), and Unavailable for everything that passes,
        answers that can't be read included."""
        headers = {"Authorization": f"Bearer {await self._token()}"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        try:
            async with self._http.request(
                method,
                f"{self._base_url}/{path}",
                params=list(params),
                data=None if content is None else msgspec.json.encode(content),
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
            ) as answer:
                body = await read_answer(answer, max_bytes=MAX_ANSWER_BYTES)
                if answer.status not in (200, 201):
                    raise self._refusal(answer, body)
                return msgspec.json.decode(body, type=kind)
        except (aiohttp.ClientError, AnswerTooLong, TimeoutError) as exc:
            raise Unavailable(f"the store doesn't answer ({type(exc).__name__})") from exc
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
            raise Unavailable("the store's answer is cut off or not in the documented shape") from exc

    def _refusal(self, answer: aiohttp.ClientResponse, body: bytes) -> Exception:
        fault = self._fault(body)
        if fault is None and answer.status != 429:
            return Unavailable(f"this is no answer of the store's ({answer.status}): is base_url right?")
        said = f"{fault.code}: {fault.words[:WORDS_CHARS]} ({answer.status})" if fault else f"({answer.status})"
        is_busy = fault is not None and fault.code in self._busy_codes
        match answer.status:
            case 429 | 403 if is_busy or answer.status == 429:
                told = answer.headers.get("Retry-After", "")
                wait_s = retry_after_s(told, now=self._now(), date=answer.headers.get("Date", ""))
                return Unavailable(
                    f"the store's quota is used up: {said}", retry_after_s=LATER_S if wait_s is None else wait_s
                )
            case 401 | 403:
                return AuthFailed(f"the store refuses us: {said}: {self._cure}")
            case 404:
                return NotThere(f"the store has no such app or review, or shows it to others only: {said}")
            case status if 400 <= status < 500 and status != 408:
                return Rejected(f"the store refuses it: {said}")
        return Unavailable(f"the store fails: {said}")
