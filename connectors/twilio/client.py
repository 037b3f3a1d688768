"""Requests to Twilio's REST API, and what its answers mean."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal, TypeVar
from urllib.parse import urlencode

import aiohttp
import msgspec

from channelhub.content.retry_after import retry_after_s
from channelhub.sdk.answers import AnswerTooLong, read_answer
from channelhub.sdk.errors import ConnectorError, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.twilio.config import API_VERSION, TwilioConfig
from connectors.twilio.media import basic
from connectors.twilio.shapes import Fault
from connectors.twilio.verdict import failure

T = TypeVar("T")

MAX_ANSWER_BYTES: Final = 8 * 1024 * 1024  # a page of a thousand messages


class Unclear(Exception):
    """No answer, or none that can be read: what was asked may have been done."""


class TwilioClient:
    """One account's resources."""

    def __init__(self, config: TwilioConfig, http: aiohttp.ClientSession, now: Callable[[], datetime]) -> None:
        self._base = config.base_url.rstrip("/")
        self.root = f"/{API_VERSION}/Accounts/{config.account_sid}"
        self._headers = {"Authorization": basic(config), "Accept": "application/json"}
        self._timeout = aiohttp.ClientTimeout(total=config.request_timeout_s)
        self._http = http
        self._now = now

    async def get(self, path: str, kind: type[T], query: Mapping[str, str] | None = None) -> T:
        """`path` is below the account, or whole from `/` + version on (as `next_page_uri` is). Raises as `_ask`."""
        text = f"?{urlencode(query)}" if query else ""
        return await self._ask("GET", path + text, kind)

    async def post(self, path: str, kind: type[T], form: Sequence[tuple[str, str]]) -> T:
        """A field may come several times. Raises as `_ask`."""
        return await self._ask("POST", path, kind, form)

    async def _ask(
        self, method: Literal["GET", "POST"], path: str, kind: type[T], form: Sequence[tuple[str, str]] | None = None
    ) -> T:
        """Raises Unavailable where Twilio can't have done it, AuthFailed, Rejected (Blocked), and Unclear."""
        doing = path.partition("?")[0].removeprefix(self.root)
        whole = path if path.startswith(self.root) else self.root + path
        try:
            async with self._http.request(
                method,
                self._base + whole,
                data=None if form is None else list(form),
                headers=self._headers,
                timeout=self._timeout,
                allow_redirects=False,
            ) as answer:
                body = await read_answer(answer, max_bytes=MAX_ANSWER_BYTES)
                if answer.status not in (200, 201):
                    raise self._failure(answer, body, doing)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise Unavailable(f"{doing}: Twilio can't be reached ({type(exc).__name__})") from exc
        except (aiohttp.ClientError, AnswerTooLong, TimeoutError) as exc:
            raise Unclear(f"{doing}: no answer of Twilio ({type(exc).__name__})") from exc
        try:
            return msgspec.json.decode(body, type=kind)
        except UNREADABLE as exc:
            raise Unclear(f"{doing}: Twilio's answer is cut off or not in the documented shape") from exc

    def _failure(self, answer: aiohttp.ClientResponse, body: bytes, doing: str) -> ConnectorError | Unclear:
        try:
            fault = msgspec.json.decode(body, type=Fault)
        except UNREADABLE:
            fault = Fault()
        wait_s = retry_after_s(
            answer.headers.get("Retry-After", ""), now=self._now(), date=answer.headers.get("Date", "")
        )
        told = failure(answer.status, fault, doing=doing, wait_s=wait_s)
        return told or Unclear(f"{doing}: Twilio answered {answer.status}")
