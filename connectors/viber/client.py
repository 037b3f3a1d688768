"""Requests to the REST Bot API, and what its answers mean. Viber answers 200 with a `status` to nearly everything."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import aiohttp
import msgspec

from channelhub.content.retry_after import retry_after_s
from channelhub.domain.secrets import Secret
from channelhub.sdk.answers import AnswerTooLong, read_answer
from channelhub.sdk.errors import AuthFailed, Blocked, ConnectorError, Rejected, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.viber.config import ViberConfig

TOKEN_HEADER = "X-Viber-Auth-Token"  # noqa: S105 - a header's name
MAX_ANSWER_BYTES = 1024 * 1024
LATER_S = 10.0  # Viber counts requests in ten seconds
MUCH_LATER_S = 3600.0  # until somebody pays
_CREDENTIALS = frozenset({2, 7, 8, 9, 15})  # no token, or no bot that may do anything
_NOT_SUBSCRIBED = 6
_TOO_MANY = 12
_NOT_PAID = frozenset({23, 24})
#: What will never be taken, however often it is repeated (developers.viber.com, error codes).
_REFUSED = frozenset({3, 4, 5, 11, 13, 14, 16, 17, 18, 19, 20, 21, 22})
_WORDS_CHARS = 200


class Unclear(Exception):
    """No answer, or none that can be read: what was asked may have been done."""


class Answer(msgspec.Struct, frozen=True):
    """What every answer has, and what some have."""

    status: int
    status_message: str = ""
    message_token: int | str = ""  # of send_message; up to 20 digits
    name: str = ""  # of get_account_info, like those below
    webhook: str = ""
    subscribers_count: int = 0


class ViberClient:
    """One bot's methods."""

    def __init__(self, config: ViberConfig, http: aiohttp.ClientSession, now: Callable[[], datetime]) -> None:
        self._url = config.base_url.rstrip("/")
        self._token: Secret = config.token
        self._timeout = aiohttp.ClientTimeout(total=config.request_timeout_s)
        self._http = http
        self._now = now

    async def ask(self, method: str, fields: dict[str, Any]) -> Answer:
        """Raises Unavailable where Viber can't have done it, AuthFailed, and Unclear."""
        try:
            async with self._http.post(
                f"{self._url}/{method}",
                data=msgspec.json.encode(fields),
                headers={TOKEN_HEADER: self._token.reveal(), "Content-Type": "application/json"},
                timeout=self._timeout,
                allow_redirects=False,
            ) as answer:
                self._judge(answer, method)
                return msgspec.json.decode(await read_answer(answer, max_bytes=MAX_ANSWER_BYTES), type=Answer)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise Unavailable(f"{method}: Viber can't be reached ({type(exc).__name__})") from exc
        except (aiohttp.ClientError, AnswerTooLong, TimeoutError) as exc:
            raise Unclear(f"{method}: no answer of Viber ({type(exc).__name__})") from exc
        except UNREADABLE as exc:
            raise Unclear(f"{method}: Viber's answer is cut off or not in the documented shape") from exc

    def _judge(self, answer: aiohttp.ClientResponse, method: str) -> None:
        """What the HTTP status says, before the answer is read."""
        if answer.status == 200:
            return
        wait_s = retry_after_s(
            answer.headers.get("Retry-After", ""), now=self._now(), date=answer.headers.get("Date", "")
        )
        if answer.status == 429:
            raise Unavailable(f"{method}: Viber asks us to wait (429)", retry_after_s=wait_s)
        if answer.status in (401, 403):
            raise AuthFailed(f"{method}: {_REFUSED_TOKEN}")
        raise Unclear(f"{method}: Viber answered {answer.status}")


_REFUSED_TOKEN = "Viber refuses the token: copy the present one from the bot's settings at partners.viber.com"  # noqa: S105


def failure(answer: Answer, doing: str) -> ConnectorError:
    """What a status other than 0 says of what was asked; nothing of it was done."""
    said = f"{doing}: {answer.status_message[:_WORDS_CHARS]} ({answer.status})"
    if answer.status == 2:
        return AuthFailed(f"{doing}: {_REFUSED_TOKEN}")
    if answer.status in _CREDENTIALS:
        return AuthFailed(f"{said}. Viber has blocked the bot or lets it do nothing: ask its support")
    if answer.status == _NOT_SUBSCRIBED:
        return Blocked(f"{said}: the customer doesn't take messages of this bot")
    if answer.status in _REFUSED:
        return Rejected(said)
    if answer.status in _NOT_PAID:
        return Unavailable(f"{said}: Viber wants money for this bot's messages", retry_after_s=MUCH_LATER_S)
    return Unavailable(said, retry_after_s=LATER_S if answer.status == _TOO_MANY else None)
