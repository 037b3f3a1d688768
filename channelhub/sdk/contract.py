"""The connector contract: how a channel's bytes come in and our answers go out.

A package offers a connector by an entry point of the group `channelhub.connectors` that names a `Plugin`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from channelhub.domain.completeness import NoteLevel
from channelhub.domain.inbound import Inbound
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.domain.raw import RawMessage
from channelhub.sdk.files import FileRules
from channelhub.sdk.media import MediaHost
from channelhub.sdk.rehearsal import Rehearsal
from channelhub.sdk.spool import OpenSpool
from channelhub.sdk.transcript import NoTranscript, Transcript

if TYPE_CHECKING:  # parser children and `channelhub parse` read connectors without an HTTP library
    import aiohttp
    from aiohttp import web

CONTRACT_VERSION = 1
ANY_KIND = "*"  # of identities
MAX_PARSE_SETTINGS_BYTES = 256 * 1024  # they go to a parser child with each delivery
_NO_KIN: Mapping[str, Any] = MappingProxyType({})
_NO_TRANSCRIPT = NoTranscript()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A place in a channel's stream, moved in the transaction of the messages before it.

    Refused with `CursorMoved` when the stored value isn't `expected` (None: nothing stored yet).
    """

    scope: str
    value: str
    expected: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The raw message is committed and on disk."""

    inbox_id: int
    is_duplicate: bool


class Deliver(Protocol):
    """Returns only after the commit; raises `NotCommitted` when nothing is stored.

    All of a call is one transaction: messages and cursor together. `raws` may be empty (a cursor that only moves), and
    of several accounts (one listener, many mailboxes); the cursor is that of the account this was given to.
    """

    async def __call__(self, raws: Sequence[RawMessage], cursor: Cursor | None = None) -> Sequence[Receipt]: ...


class Health(StrEnum):
    """How a channel answered a probe. AUTH_FAILED waits for a person, DOWN for the channel."""

    OK = "ok"
    DOWN = "down"
    AUTH_FAILED = "auth-failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthReport:
    """What a probe found; `detail` says what is wrong and how to mend it. `backlog` counts what waits at the channel
    for us, where it tells."""

    health: Health
    detail: str = ""
    backlog: int | None = None


class Connector(Protocol):
    """One configured account at work: receives, and can be asked how it is."""

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Owns its resources and lets go of them when cancelled."""

    async def check(self) -> HealthReport:
        """Probe the channel without consuming anything."""


class Sender(Connector, Protocol):
    """A connector that can also answer."""

    async def send(self, message: Outbound) -> SendReceipt:
        """Hand one message to the channel.

        Raises `Unavailable` only when it surely was not taken, `Rejected` when it never will be,
        anything else when it may have been: then it is shown as uncertain and not repeated
        (unless the manifest says that repeating is safe).
        """


class ShowsTyping(Protocol):
    """A connector whose manifest says `shows_typing`."""

    def typing(self, conversation_key: str) -> None:
        """Show the customer for some seconds that somebody writes to them, where that can be; never waits, and never
        fails: it is no message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """A comparison with the channel: of the messages that it lists and that belong to us, how many we don't hold.

    `note` says, for the administrator, what couldn't be compared, and so isn't in the numbers; `level` whether that is
    to be mended, as it is taken to be, or only to be known.
    """

    listed: int
    missing: int
    note: str = ""
    level: NoteLevel = NoteLevel.WRONG


MAX_HELD_ASKED = 1000  # delivery ids in one question


async def _none_held(_delivery_ids: Sequence[str]) -> frozenset[str]:
    return frozenset()


def _untold(_found: Completeness) -> None: ...


Handler = Callable[["web.Request"], Awaitable["web.StreamResponse"]]
Logger = Any  # a structlog bound logger: event names and values, never message text or addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A connector's only way into the core."""

    account: str
    log: Logger
    http: "aiohttp.ClientSession"
    now: Callable[[], datetime]
    cursor: Callable[[str], Awaitable[str | None]]  # the stored value of a scope
    mount: Callable[[Handler], None]  # serve /hooks/{account}, /forms/… or /chat/…, as the manifest says
    held: Callable[[Sequence[str]], Awaitable[frozenset[str]]] = _none_held  # which of these delivery ids are stored
    compared: Callable[[Completeness], None] = _untold  # shown with the account; call it again after a repair
    public_url: str = ""  # where the world reaches us, without a slash at the end
    own_addresses: frozenset[str] = frozenset()  # every address that is ours: what comes from one is not a customer
    same_kind: Callable[[], Mapping[str, Any]] = lambda: _NO_KIN  # the configurations of all accounts of this kind, now
    peer_address: Callable[["web.Request"], str] = lambda request: request.remote or ""  # past trusted proxies
    transcript: Transcript = _NO_TRANSCRIPT  # what was said in its conversations, for a chat that shows it
    file_url: Callable[[Outbound, int], str] = lambda _message, _place: (
        ""
    )  # where a file of it is fetched, by its place
    spool: OpenSpool | None = None  # for large bodies; None: there is no place for them but memory
    #: Where the card of who has an identity is opened: by whoever is signed in, else for so many minutes by anybody.
    card_url: Callable[[str, int], str] = lambda _identity, _minutes: ""
    status_path: Callable[[int, datetime], str] = lambda _inbox_id, _until: ""  # where a sender sees how it stands


class Mount(StrEnum):
    """Under which prefix a push connector is served."""

    NONE = ""
    HOOKS = "hooks"
    FORMS = "forms"
    CHAT = "chat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How quickly an account may send. A lane is what a channel counts by: for mail the recipient's domain.

    Messages to one identity are never under way together, so that they arrive in their order.
    """

    at_once: int = 1
    at_once_in_lane: int = 1
    per_minute_in_lane: int = 0  # 0: no limit
    lane: Callable[[str], str] = str


@dataclass(frozen=True, slots=True, kw_only=True)
class LateReply:
    """What a channel still takes after its reply window: our words inside of a template that it approved."""

    template: str  # as it is called there
    max_chars: int
    takes_files: bool = False


def _private(_key: str) -> bool:
    return False


def _any_files(_config: object, _key: str) -> FileRules:
    return FileRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the core must know of a kind before it builds one."""

    kind: str  # as the configuration names it: smtp, telegram, …
    title: str
    config: type  # a frozen msgspec.Struct with forbid_unknown_fields
    channel: str  # the word on timelines: email, telegram, form, api
    identity_kind: str = ""  # the kind of handle a reply is sent to; ANY_KIND where the channel takes each
    mount: Mount = Mount.NONE
    can_send: bool = False
    can_send_files: bool = False  # `Outbound.attachments` reach the customer
    shows_typing: bool = False  # it is told when somebody writes an answer (ShowsTyping)
    is_repeat_safe: bool = False  # sending twice with one id reaches the customer once
    names_customers: bool = False  # its deliveries name people, so `trust` decides if they are believed
    contract: int = CONTRACT_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """What an entry point names."""

    manifest: Manifest
    build: Callable[[Any, Context], Connector]
    parse: Callable[[RawMessage], Sequence[Inbound]]  # pure; works when the connector is off
    sends: Callable[[Any], bool] = lambda _config: True  # whether an account so configured can send, if its kind can
    pace: Callable[[Any], Pace] = lambda _config: Pace()  # how quickly an account so configured may send
    describe: Callable[[bytes, str], dict[str, object]] | None = None  # one file as `channelhub parse` shows it
    parse_settings: Callable[[Any], bytes] = lambda _config: b""  # what `parse` is given of its account's configuration
    rehearse: Callable[[Any, RawMessage, datetime], Awaitable[Rehearsal]] | None = None  # a sample post, its proof too
    own_addresses: Callable[[Any], Sequence[str]] = lambda _config: ()  # addresses that are ours, from its config
    history: Callable[[str, bytes], RawMessage] | None = None  # (account, a kept message's bytes): a backfill delivery
    reply_window_s: Callable[[Any], float] = lambda _config: 0.0  # after a customer wrote; 0: answers are always taken
    late_reply: Callable[[Any], LateReply | None] = lambda _config: (
        None
    )  # what is taken after the window; None: nothing
    is_public: Callable[[str], bool] = _private  # whether all see what is said in a conversation, by its key; no window
    file_rules: Callable[[Any, str], FileRules] = _any_files  # what goes with answers in a conversation, by its key
    fetches_files: Callable[[Any], str] = lambda _config: ""  # files go as `Context.file_url`: who fetches, by its API
    media_hosts: Callable[[Any], Sequence[MediaHost]] = lambda _config: ()  # any: the connector is a MediaSource
