"""Handing messages to a gateway. None of them knows an idempotency key, so nothing is repeated by itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final
from urllib.parse import urlencode

import aiohttp
import msgspec

from channelhub.content.portions import split
from channelhub.content.retry_after import retry_after_s
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.answers import AnswerTooLong, read_answer
from channelhub.sdk.contract import Pace
from channelhub.sdk.errors import AuthFailed, Blocked, Rejected, Unavailable, Unparseable
from channelhub.sdk.parts import receipt, send_parts
from connectors.webhook.document import read_document
from connectors.webhook.paths import Node
from connectors.webhook.sms.config import Conditions, Handover, SmsConfig
from connectors.webhook.sms.filling import fill
from connectors.webhook.templates import Scope, read_source, read_template

MAX_ANSWER_BYTES: Final = 256 * 1024
LATER_S: Final = 30.0
_AT_ONCE: Final = 4
_ALL: Final = "all"
_WORDS_CHARS: Final = 300


class Unclear(Exception):
    """No answer, or none that can be read: the message may have been taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    scope: Scope
    wait_s: float | None


class Gateway:
    """One gateway's sending. `callback` is where it may report to."""

    def __init__(
        self, config: SmsConfig, http: aiohttp.ClientSession, *, callback: str, now: Callable[[], datetime]
    ) -> None:
        self._config = config
        self._http = http
        self._callback = callback
        self._now = now

    async def send(self, message: Outbound) -> SendReceipt:
        """Send a text, in several messages where it is longer than one may be; the receipt names the first.

        Raises Unavailable and AuthFailed where nothing was taken, Rejected where it never will be (Blocked: the
        receiver wants none); everything else means that it may have arrived.
        """
        way = self._config.send
        parts = split(message.text, way.max_chars)
        if not parts:
            raise Rejected("an SMS has to say something")
        names = await send_parts([partial(self._hand_over, way, message, part, at) for at, part in enumerate(parts)])
        return receipt(names)

    async def _hand_over(self, way: Handover, message: Outbound, text: str, number: int) -> str:
        """What the gateway calls the message; empty where it doesn't tell."""
        answer = await self._call(way, self._slots(way, message, text, number))
        failure = _failure(way, answer)
        if failure is not None:
            raise failure
        return read_template(way.id).fill(answer.scope)[:_WORDS_CHARS] if way.id else ""

    def _slots(self, way: Handover, message: Outbound, text: str, number: int) -> dict[str, str]:
        return {
            "to": message.to if way.number == "plus" else message.to.removeprefix("+"),
            "text": text,
            "token": message.reply_token,
            "id": f"{message.id}-{number}" if number else str(message.id),
            "secret": self._config.send_secret.reveal(),
            "callback": self._callback,
        }

    async def _call(self, way: Handover, slots: Mapping[str, str]) -> _Answer:
        """Raises Unavailable where the gateway can't have taken it, and Unclear."""
        query = urlencode(fill(way.query, slots))
        headers = dict(fill(way.headers, slots))
        data: bytes | None = None
        if way.method != "GET" and way.format == "json":
            data, headers["Content-Type"] = msgspec.json.encode(fill(way.body, slots)), "application/json"
        elif way.method != "GET":
            data, headers["Content-Type"] = urlencode(_form(fill(way.body, slots))).encode(), _FORM
        try:
            async with self._http.request(
                way.method,
                way.url + (f"?{query}" if query else ""),
                data=data,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=way.timeout_s),
                allow_redirects=False,
            ) as answer:
                body = await read_answer(answer, max_bytes=MAX_ANSWER_BYTES)
                wait_s = retry_after_s(
                    answer.headers.get("Retry-After", ""), now=self._now(), date=answer.headers.get("Date", "")
                )
                return _Answer(status=answer.status, scope=_scope(body), wait_s=wait_s)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as exc:
            raise Unavailable(f"the gateway can't be reached ({type(exc).__name__})") from exc
        except (aiohttp.ClientError, AnswerTooLong, TimeoutError) as exc:
            raise Unclear(f"no answer of the gateway ({type(exc).__name__})") from exc


_FORM: Final = "application/x-www-form-urlencoded; charset=utf-8"


def _form(fields: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in fields.items()}


def _scope(body: bytes) -> Scope:
    """The answer as sources see it: its JSON, or `$.text`."""
    try:
        document: Node = read_document(body, "json")
    except Unparseable:
        document = {"text": body.decode("utf-8", "replace").strip()}
    return Scope(body=document, item=document, headers={})


def _failure(way: Handover, answer: _Answer) -> Exception | None:
    """Why a message was not taken; None where it was."""
    told = read_template(way.why).fill(answer.scope)[:_WORDS_CHARS] if way.why else ""
    said = f"the gateway answers {answer.status}" + (f": {told}" if told else "")
    if answer.status == 429 or _holds(way.busy, answer.scope):
        return Unavailable(said, retry_after_s=LATER_S if answer.wait_s is None else answer.wait_s)
    if _holds(way.blocked, answer.scope):
        return Blocked(f"{said}: the customer doesn't take messages")
    if answer.status in (401, 403):
        return AuthFailed(f"{said}: it refuses what it is called with: look at send_secret")
    if 400 <= answer.status < 500:
        return Rejected(said)
    if not 200 <= answer.status < 300:
        return Unclear(said)
    if way.taken and not _holds(way.taken, answer.scope):
        is_told = any(answer.scope.values(read_source(source)) for source in way.taken)
        return (
            Rejected(f"{said}, which isn't what send.taken says")
            if is_told
            else Unclear(f"{said}, and not how it went")
        )
    return None


def _holds(conditions: Conditions, scope: Scope) -> bool:
    """Whether each source has one of its values; never of no condition."""
    return bool(conditions) and all(
        not _wanted(value).isdisjoint(scope.values(read_source(source))) for source, value in conditions.items()
    )


def _wanted(value: object) -> frozenset[str]:
    values = value if isinstance(value, tuple) else (value,)
    return frozenset(str(one).lower() if isinstance(one, bool) else str(one) for one in values)


def pace(config: SmsConfig) -> Pace:
    """Gateways count all messages of a customer of theirs together, so they are one lane."""
    return Pace(
        at_once=_AT_ONCE,
        at_once_in_lane=_AT_ONCE,
        per_minute_in_lane=config.send.per_minute,
        lane=lambda _receiver: _ALL,
    )
