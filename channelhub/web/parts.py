"""What the server is given by the composition root, and the keys under which its handlers find it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from aiohttp import web

from channelhub.domain.addresses import ListenAddress
from channelhub.domain.raw import RawMessage
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.commands.acting import Acting
from channelhub.pipeline.event_alerts.sampling import EventSample, no_sample
from channelhub.pipeline.expiring import Expiry
from channelhub.pipeline.explaining import Explaining
from channelhub.pipeline.looks import LookBook
from channelhub.pipeline.replay import Replay
from channelhub.pipeline.retention import RetentionSweep
from channelhub.pipeline.similarity import Similarity
from channelhub.rules.reply_templates import ReplyTemplate
from channelhub.sdk.contract import Deliver, Logger, Mount, Receipt
from channelhub.sdk.endpoint_addresses import EndpointGuard
from channelhub.sdk.errors import NotCommitted
from channelhub.settings.models import Settings
from channelhub.store.opening import Store
from channelhub.telemetry.completeness import Comparison
from channelhub.telemetry.vitals import Vitals

History = Callable[[str, bytes], RawMessage]  # of an account and a kept message; raises Unparseable
Offered = Callable[[Receipt | NotCommitted | None], None]  # told what became of it; None is a defect
Offer = Callable[[RawMessage, Offered], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """How an account is doing, for the page and the API. `trust` is `verified` or `claimed` where its kind has one."""

    name: str
    kind: str
    title: str
    state: str  # starting, ok, down, auth-failed, stopped
    detail: str
    since: datetime
    last_received: datetime | None = None
    trust: str = ""
    comparison: Comparison | None = None  # of what the channel lists with what is held, where its kind compares
    mount: Mount = Mount.NONE
    vitals: Vitals = field(default_factory=Vitals)


async def _unprobed() -> None: ...


def _unseen(_account: str, _conversation_key: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WebParts:
    """Everything the server needs from the layers around it."""

    acting: Acting  # its store, clock and bell serve the whole server
    arrived: Bell  # rung to wake the pipeline
    listen: ListenAddress
    state_dir: Path
    public_url: str
    log: Logger
    accounts: Callable[[], Sequence[AccountView]]
    deliver_for: Callable[[str], Deliver]  # of an account that `accounts` names
    is_pipeline_alive: Callable[[], bool]
    metrics: Callable[[], bytes]  # Prometheus text
    similar: Similarity
    probe: Callable[[], Awaitable[None]] = _unprobed  # asks every account's channel how it is
    explaining: Explaining = field(default_factory=Explaining)
    offer: Offer | None = None  # quicker than `deliver_for`, for one small message
    history_of: Callable[[str], History | None] = lambda _account: None  # None: its kind keeps no messages in files
    find_mount: Callable[[str], Mount | None] | None = None  # of an account: asked for every post of a channel
    find_kind_and_trust: Callable[[str], tuple[str, str] | None] | None = None  # quicker than a whole view
    default_region: str = "UA"
    replay: Replay | None = None  # None: a server without parsers
    looks: LookBook | None = None  # None: a server that notes nobody's looks
    erasures_wait: Callable[[], Mapping[int, str]] = dict  # why an erasure can't go on just now, by its id
    retention: RetentionSweep | None = None  # None: a server that keeps everything
    expiry: Expiry | None = None  # the same of messages
    typing: Callable[[str, str], None] = _unseen  # (account, conversation's key): somebody writes an answer
    reply_templates: Sequence[ReplyTemplate] = ()
    alert_targets: Callable[[], Mapping[str, str]] = dict  # the kinds of [alerts.NAME] by name
    event_sample: Callable[[str, str], EventSample | None] = no_sample  # (target, event); raises NoSample
    check_endpoint: Callable[[str], Awaitable[None]] = EndpointGuard().check  # raises AddressRefused
    trusted_proxies: Sequence[str] = field(default_factory=tuple)  # addresses and networks
    max_connections: int = 1024
    requests_per_minute: int = 0  # of one token, 0: as many as it likes
    settings: Callable[[], Settings] = Settings  # as they run now
    cors_origins: Sequence[str] = field(default_factory=tuple)  # sites whose pages may use the API

    @property
    def store(self) -> Store:
        return self.acting.store

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    def kind_and_trust(self, name: str) -> tuple[str, str] | None:
        """Of an account; None for a name that no account has."""
        if self.find_kind_and_trust is not None:
            return self.find_kind_and_trust(name)
        account = self.account(name)
        return None if account is None else (account.kind, account.trust)

    def mount_of(self, name: str) -> Mount | None:
        """Under which prefix an account is served; None where there is none of this name."""
        if self.find_mount is not None:
            return self.find_mount(name)
        account = self.account(name)
        return None if account is None else account.mount

    def account(self, name: str) -> AccountView | None:
        return next((account for account in self.accounts() if account.name == name), None)


PARTS = web.AppKey("parts", WebParts)
