"""One request to the API as a value, what goes over the wire for it, and what comes back. Nothing here does I/O."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from email.message import Message
from enum import Enum
from typing import Any, Final, Generic, Protocol, TypeAlias, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from channelhub.client.problems import NotAHub

T = TypeVar("T")
Id: TypeAlias = str | int
Parameter: TypeAlias = str | int | bool | None
Token: TypeAlias = str | Callable[[], str]

MAX_ANSWER_BYTES: Final = 64 * 1024 * 1024


class Form(Enum):
    """What an answer's body becomes."""

    JSON = "json"
    TEXT = "text"
    BYTES = "bytes"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A request whose answer is a T. `body` goes as JSON, `content` as it is; `key` is its Idempotency-Key.

    `is_repeatable`: the hub knows a repetition by what it says, without a key.
    """

    method: str
    path: str  # with the API's own part: /api/v1/…
    _: KW_ONLY
    query: Mapping[str, Parameter] = field(default_factory=dict)
    body: object = None
    content: bytes | None = None
    content_type: str = "application/json"
    form: Form = Form.JSON
    key: str = ""
    is_repeatable: bool = False
    if_match: str = ""
    if_none_match: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)  # beside these


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged(Generic[T]):
    """A thing and the ETag of this state of it: `if_match` of a change, so that nobody's change is overwritten."""

    value: T
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Asking(Protocol):
    """Who makes calls, and waits for their answers. Each raises HubError."""

    def ask(self, call: Call[T]) -> T: ...

    def ask_tagged(self, call: Call[T]) -> Tagged[T]: ...

    def ask_if_changed(self, call: Call[T]) -> Tagged[T] | None: ...


class AsyncAsking(Protocol):
    """The same, to be awaited."""

    async def ask(self, call: Call[T]) -> T: ...

    async def ask_tagged(self, call: Call[T]) -> Tagged[T]: ...

    async def ask_if_changed(self, call: Call[T]) -> Tagged[T] | None: ...


def hub_url(url: str) -> str:
    """Where a hub is, without a slash at the end. Raises ValueError for what is no http or https address."""
    if not _is_address(url):
        raise ValueError(f"{url!a} is no address of a hub: https://hub.example.com")
    return url.rstrip("/")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_reachable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    is_plain = url.isascii() and url.isprintable() and " " not in url
    return is_reachable and is_plain and not (parts.username or parts.password or parts.query or parts.fragment)


def part(value: Id) -> str:
    """A value as one part of a path."""
    return quote(str(value), safe="")


def keyed(call: Call[T]) -> Call[T]:
    """The call with a key of its own where it needs one and has none: made again, it is the same request."""
    needs_one = call.method == "POST" and not call.key and not call.is_repeatable
    return replace(call, key=str(uuid.uuid4())) if needs_one else call


def target_of(call: Call[Any]) -> str:
    """Path and query. A parameter that is None isn't said."""
    said = {name: _said(value) for name, value in call.query.items() if value is not None}
    return f"{call.path}?{urlencode(said)}" if said else call.path


def headers_of(call: Call[Any], token: str) -> dict[str, str]:
    """All that the call says about itself. A header's value is of visible ASCII: anything else is a ValueError."""
    said = {"Authorization": f"Bearer {token}", "Accept": "application/json, */*;q=0.5", "Accept-Encoding": "identity"}
    if call.body is not None or call.content is not None:
        said["Content-Type"] = call.content_type
    own = {"Idempotency-Key": call.key, "If-Match": call.if_match, "If-None-Match": call.if_none_match}
    said.update({name: value for name, value in own.items() if value})
    said.update(call.headers)
    for name, value in said.items():
        if not (value.isascii() and value.isprintable()):
            raise ValueError(f"{name} holds what no header can")
    return said


def lower_case(headers: Mapping[str, str] | Message) -> dict[str, str]:
    """The headers of an answer by their names in lower case."""
    return {name.lower(): value for name, value in headers.items()}


def content_of(call: Call[Any]) -> bytes | None:
    """The body as it is sent."""
    if call.content is not None:
        return call.content
    return None if call.body is None else json.dumps(call.body, ensure_ascii=False).encode()


def read_answer(call: Call[T], answer: Answer) -> T:
    """The answer as what the call promises; None for a 304. Raises NotAHub."""
    read: Any = None
    if answer.status == 304:
        pass
    elif call.form is Form.BYTES:
        read = answer.body
    elif call.form is Form.TEXT:
        read = answer.body.decode(errors="replace")
    elif call.form is Form.JSON:
        try:
            read = json.loads(answer.body)
        except (ValueError, RecursionError) as exc:
            raise NotAHub("what answers at the hub's address is no hub: it sent no JSON") from exc
    return read  # type: ignore[no-any-return] # a hub answers as its API document says


def _said(value: Parameter) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
