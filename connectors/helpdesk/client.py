"""Requests to a help desk's REST API, and what its answers mean."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from email.utils import formatdate
from typing import Final, TypeVar

import aiohttp
import msgspec

from channelhub.content.retry_after import retry_after_s
from channelhub.sdk.answers import AnswerTooLong, read_answer
from channelhub.sdk.errors import AuthFailed, Unavailable
from channelhub.sdk.json_parts import UNREADABLE

T = TypeVar("T")

MAX_ANSWER_BYTES: Final = 32 * 1024 * 1024
LATER_S: Final = 60.0  # where a limit says no time


class Refused(Exception):
    """The help desk says no to this one question."""

    def __init__(self, said: str, *, status: int) -> None:
        super().__init__(said)
        self.status = status


class TooLong(Unavailable):
    """The answer to this one question has more bytes than we take."""


class HelpDeskClient:
    """One account's questions. `name` is what the vendor is called, `mend` where its credentials are made."""

    def __init__(
        self,
        url: str,
        http: aiohttp.ClientSession,
        now: Callable[[], datetime],
        *,
        headers: Mapping[str, str],
        timeout_s: float,
        name: str,
        mend: str,
    ) -> None:
        self._url = url.rstrip("/")
        self._http = http
        self._now = now
        self._headers = {"Accept": "application/json", **headers}
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._name = name
        self._mend = mend

    async def get(self, path: str, kind: type[T], params: Sequence[tuple[str, str]] = ()) -> T:
        """What is answered. Raises Unavailable (also for what can't be read), AuthFailed and Refused."""
        return await self._ask("GET", path, kind, params=params)

    async def post(self, path: str, kind: type[T], question: msgspec.Struct) -> T:
        """The same for a question that goes in a body; it changes nothing."""
        return await self._ask("POST", path, kind, body=msgspec.json.encode(question))

    async def _ask(
        self,
        method: str,
        path: str,
        kind: type[T],
        *,
        params: Sequence[tuple[str, str]] = (),
        body: bytes | None = None,
    ) -> T:
        headers = self._headers | ({"Content-Type": "application/json"} if body is not None else {})
        try:
            async with self._http.request(
                method,
                f"{self._url}{path}",
                params=list(params),
                data=body,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
            ) as answer:
                given = await read_answer(answer, max_bytes=MAX_ANSWER_BYTES)
                if answer.status != 200:
                    raise self._failure(answer, given)
        except AnswerTooLong as exc:
            raise TooLong(f"an answer of {self._name} is too long") from exc
        except (aiohttp.ClientError, TimeoutError) as exc:
            raise Unavailable(f"no answer of {self._name} ({type(exc).__name__})") from exc
        try:
            return msgspec.json.decode(given, type=kind)
        except UNREADABLE as exc:
            raise Unavailable(f"{self._name}'s answer is cut off or not in the documented shape") from exc

    def _failure(self, answer: aiohttp.ClientResponse, body: bytes) -> Exception:
        said = f"{self._name} answered {answer.status}"
        match answer.status:
            case 401:
                return AuthFailed(f"{said}: {self._mend}")
            case 429:
                date = answer.headers.get("Date", "")
                told = answer.headers.get("Retry-After") or _moment(answer.headers.get("X-RateLimit-Reset", ""))
                wait_s = retry_after_s(told, now=self._now(), date=date)
                return Unavailable(f"{said}: too many questions", retry_after_s=LATER_S if wait_s is None else wait_s)
            case 403 | 404 | 410 if _is_json(body):
                return Refused(said, status=answer.status)
        return Unavailable(said)


def _moment(reset: str) -> str:
    """When a limit ends (Intercom: in Unix seconds), as Retry-After writes moments; empty for anything else."""
    is_unix = len(reset) == 10 and reset.isascii() and reset.isdigit()
    return formatdate(int(reset), usegmt=True) if is_unix else ""


def _is_json(body: bytes) -> bool:
    """Whether the API itself answers, not a page of something before it."""
    try:
        msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except UNREADABLE:
        return False
    return True
