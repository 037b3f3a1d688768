"""The short way of `POST /api/v1/messages`: from the bytes of a request to `deliver` and back, with nothing in between.

Most of what an ordinary request costs is its journey through the library: request and response objects, a task, the
router, the middlewares, headers that are always the same. A message that is whole, small and faultless needs none of
it. Everything else is not for here and goes the long way, so this module has nothing to check that the long way
doesn't: it takes a message or leaves it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import HttpVersion11
from aiohttp.helpers import rfc822_formatted_time

from channelhub.domain.message_in import InvalidMessageError, MessageIn, read_message
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Receipt
from channelhub.sdk.errors import NotCommitted
from channelhub.web.answers import encoded, first_message_id
from channelhub.web.auth import INTAKE, Authenticator
from channelhub.web.forwarded import Proxies, connection_address
from channelhub.web.headers import secure
from channelhub.web.intake import API_KIND, UNTRUSTED
from channelhub.web.parts import WebParts
from channelhub.web.problems import not_stored, response
from channelhub.web.routes.messages import POST_PATH, ROUTES, Accepted, raw_of
from channelhub.web.scopes import Scope

MAX_BYTES = 32 * 1024  # below what the library buffers before it stops reading, so a body is here whole
JSON_TYPES = frozenset({"application/json", "application/json; charset=utf-8"})
#: A request with one of these wants something of the long way.
LONG_WAY_HEADERS = ("Content-Encoding", "Expect", "Idempotency-Key", "Origin")
_START = f"POST {POST_PATH} HTTP/1.1\r\n".encode()
_LENGTH = re.compile(rb"\r\ncontent-length: ?([1-9][0-9]{0,4})\r\n", re.IGNORECASE)


class Head(Protocol):
    """What the library's parser says of a request (`RawRequestMessage`)."""

    method: str
    path: str
    version: Any
    headers: Mapping[str, str]
    should_close: bool
    chunked: bool
    upgrade: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Familiar:
    """The head of a request that the library has parsed, for the next one of the same connection: clients repeat
    theirs to the byte, but for the length of the body. What is equal to the byte needs no second parser."""

    before: bytes  # up to the digits of Content-Length
    after: bytes  # from behind them to the blank line
    authorization: str

    @classmethod
    def learn(cls, request: bytes, body: bytes, authorization: str) -> "Familiar | None":
        """From the bytes of one whole request; None where they are more than that."""
        head = request.removesuffix(body)
        if not head.startswith(_START):
            return None
        lengths = list(_LENGTH.finditer(head))
        if not head.endswith(b"\r\n\r\n") or head.count(b"\r\n\r\n") != 1 or len(lengths) != 1:
            return None
        start, end = lengths[0].span(1)
        if int(head[start:end]) != len(body):
            return None
        return cls(before=head[:start], after=head[end:], authorization=authorization)

    def body_of(self, request: bytes) -> bytes | None:
        """The body of a request with this head, if that is what the bytes are: no less and no more."""
        if not request.startswith(self.before):
            return None
        start = len(self.before)
        end = request.find(b"\r", start, start + 6)
        digits = request[start:end]
        if end < 0 or not digits.isdigit() or digits[0] == b"0"[0] or not request.startswith(self.after, end):
            return None
        body = request[end + len(self.after) :]
        return body if len(body) == int(digits) <= MAX_BYTES else None


class IntakeLane:
    """Takes the messages that need no more than being stored."""

    def __init__(self, parts: WebParts, *, authenticator: Authenticator, proxies: Proxies) -> None:
        self._parts = parts
        self._authenticator = authenticator
        self._proxies = proxies
        told = [route.deprecation.headers() for route in ROUTES if route.method == "POST" and route.deprecation]
        self._fixed = _fixed("202 Accepted", {"Content-Type": "application/json"} | (told[0] if told else {}))

    def authorization(self, head: Head) -> str | None:
        """Of a request that may go this way; None for any other."""
        return head.headers.get("Authorization") if _is_plain_post(head) else None

    def take(self, authorization: str, body: bytes, *, peer: str, then: Callable[[bytes | None], None]) -> bool:
        """Whether the request is taken. `then` is called later with its answer, or with None: the long way shall
        answer, since it was stored before or a defect kept us from it."""
        raw = self._raw(authorization, body, peer)
        if raw is None or self._parts.offer is None:
            return False

        def answer(outcome: Receipt | NotCommitted | None) -> None:
            if isinstance(outcome, NotCommitted):
                then(_refused(outcome))
            else:
                then(None if outcome is None or outcome.is_duplicate else self._accepted(outcome))

        return self._parts.offer(raw, answer)

    def _raw(self, authorization: str, body: bytes, peer: str) -> RawMessage | None:
        """The delivery, or None for what the long way would refuse or has to look up."""
        if self._proxies.is_trusted(peer):
            return None
        try:
            message = read_message(body)
        except InvalidMessageError:
            return None
        trust = self._trust(authorization, message)
        if trust is None:
            return None
        return raw_of(message, body, peer=connection_address(peer), is_tls=self._parts.is_https, trust=trust)

    def _trust(self, authorization: str, message: MessageIn) -> str | None:
        principal = self._authenticator.known_by_token(authorization)
        if (
            principal is None
            or not principal.may(INTAKE, Scope.WRITE_MESSAGES)
            or not principal.may_use(message.account)
        ):
            return None
        kind, trust = self._parts.kind_and_trust(message.account) or ("", "")
        return None if kind != API_KIND else trust or UNTRUSTED

    def _accepted(self, receipt: Receipt) -> bytes:
        return _whole(self._fixed, encoded(Accepted(id=first_message_id(receipt.inbox_id), duplicate=False)))


def _is_plain_post(head: Head) -> bool:
    if head.path != POST_PATH or head.method != "POST" or head.version != HttpVersion11:
        return False
    if head.should_close or head.chunked or head.upgrade:
        return False
    headers = head.headers
    if headers.get("Content-Type", "").lower() not in JSON_TYPES:
        return False
    return not any(name in headers for name in LONG_WAY_HEADERS)


def _refused(exc: NotCommitted) -> bytes:
    answer = response(not_stored(exc))
    body = answer.body
    assert isinstance(body, bytes)
    return _whole(_fixed(f"{answer.status} {answer.reason}", dict(answer.headers)), body)


def _fixed(status: str, headers: dict[str, str]) -> bytes:
    """The head of an answer but for what changes with each."""
    secure(headers)
    headers.pop("Content-Length", None)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\n{lines}".encode()


def _whole(fixed: bytes, body: bytes) -> bytes:
    changing = f"Content-Length: {len(body)}\r\nDate: {rfc822_formatted_time()}\r\n\r\n"
    return fixed + changing.encode() + body
