"""Accounts come up, go, and change while the hub runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import quote

import aiohttp
import structlog

from channelhub.app.book import answers_by, own_addresses
from channelhub.dispatch.media.download import MediaOutlet
from channelhub.dispatch.worker import Outlet
from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import RawMessage
from channelhub.ingest.inbox import Inbox
from channelhub.ingest.probing import Prober
from channelhub.ingest.supervisor import AccountStatus, Supervisor
from channelhub.pipeline.transcript import StoredTranscript
from channelhub.rules import card_links, file_links, following
from channelhub.rules.card_links import CardLink
from channelhub.rules.following import Followed
from channelhub.sdk.contract import Completeness, Connector, Context, Mount, Plugin, Sender, ShowsTyping
from channelhub.sdk.media import MediaSource
from channelhub.settings.models import Account, Settings
from channelhub.store import inbox as inbox_store
from channelhub.store.opening import Store
from channelhub.telemetry.completeness import Comparisons
from channelhub.telemetry.metrics import Metrics
from channelhub.telemetry.vitals import VitalsBook
from channelhub.web.forwarded import Proxies
from channelhub.web.mounts import Mounts
from channelhub.web.parts import AccountView

log = structlog.get_logger()


@dataclass(slots=True)
class _Running:
    account: Account
    connector: Connector | None


class Accounts:
    """Builds each account's connector, hands it to the supervisor, and knows what it can do."""

    def __init__(
        self,
        *,
        plugins: Mapping[str, Plugin],
        store: Store,
        inbox: Inbox,
        supervisor: Supervisor,
        mounts: Mounts,
        http: aiohttp.ClientSession,
        now: Callable[[], datetime],
        metrics: Metrics,
        vitals: VitalsBook,
        secret: bytes,
    ) -> None:
        self._metrics = metrics
        self._vitals = vitals
        self._secret = secret
        self._comparisons = Comparisons(now=now, metrics=metrics)
        self._plugins = plugins
        self._store = store
        self._inbox = inbox
        self._supervisor = supervisor
        self._mounts = mounts
        self._http = http
        self._now = now
        self._running: dict[str, _Running] = {}
        self._by_kind: dict[str, dict[str, Any]] = {}  # the accounts' configurations; a new object when one changes

    async def apply(self, settings: Settings) -> None:
        """Start what is new, stop what is gone, restart what changed; the others aren't touched."""
        self._by_kind = _by_kind(settings, before=self._by_kind)
        for name in [name for name, one in self._running.items() if settings.accounts.get(name) != one.account]:
            await self._supervisor.stop(name)
            self._mounts.remove(name)
            self._metrics.forget_account(name)
            self._comparisons.forget(name)
            self._vitals.forget(name)
            del self._running[name]
        for name, account in settings.accounts.items():
            if name not in self._running:
                self._start(account, settings)

    def _start(self, account: Account, settings: Settings) -> None:
        plugin = self._plugins[account.kind]
        try:
            connector = plugin.build(account.config, self._context(account, settings))
        except Exception as exc:
            log.exception("account.not_built", account=account.name)
            self._running[account.name] = _Running(account, None)
            detail = f"its connector can't be built: {type(exc).__name__}: {exc}"
            self._supervisor.refuse(account.name, kind=account.kind, title=plugin.manifest.title, detail=detail)
            return
        self._running[account.name] = _Running(account, connector)
        self._supervisor.start(
            account.name,
            kind=account.kind,
            title=plugin.manifest.title,
            connector=connector,
            deliver=self._inbox.deliver_for(account.name),
        )

    def _context(self, account: Account, settings: Settings) -> Context:
        async def cursor(scope: str) -> str | None:
            async with self._store.readers.read() as session:
                return await inbox_store.read_cursor(session, account.name, scope)

        async def held(delivery_ids: Sequence[str]) -> frozenset[str]:
            async with self._store.readers.read() as session:
                return await inbox_store.held(session, account.name, delivery_ids)

        def compared(found: Completeness) -> None:
            self._comparisons.record(
                account.name, listed=found.listed, missing=found.missing, note=found.note, level=found.level
            )

        def status_path(inbox_id: int, until: datetime) -> str:
            since_s = int(self._now().timestamp())
            followed = Followed(inbox_id=inbox_id, since_s=since_s, until_s=int(until.timestamp()))
            return f"/status/{following.write(followed, secret=self._secret)}"

        public_url = settings.http.public_url.rstrip("/")

        def file_url(message: Outbound, place: int) -> str:
            until_s = int(self._now().timestamp()) + settings.replies.file_link_days * 86_400
            file = message.attachments[place]
            return public_url + file_links.path(message.id, place, file, until_s=until_s, secret=self._secret)

        def card_url(identity: str, minutes: int) -> str:
            if not minutes:
                return f"{public_url}/card?identity={quote(identity, safe='')}"
            until_s = int(self._now().timestamp()) + minutes * 60
            return public_url + card_links.path(CardLink(identity=identity, until_s=until_s), secret=self._secret)

        return Context(
            account=account.name,
            log=log.bind(account=account.name),
            http=self._http,
            now=self._now,
            cursor=cursor,
            mount=self._mounts.for_account(account.name),
            held=held,
            compared=compared,
            public_url=public_url,
            own_addresses=self.own_addresses(settings),
            same_kind=lambda: self._by_kind.get(account.kind, {}),
            peer_address=Proxies(settings.http.trusted_proxies).peer_address,
            spool=self._inbox.spools.open,
            transcript=StoredTranscript(self._store, account=account.name, secret=self._secret),
            file_url=file_url,
            card_url=card_url,
            status_path=status_path,
        )

    def own_addresses(self, settings: Settings) -> frozenset[str]:
        """Every address that is ours, as the accounts' settings name them."""
        return own_addresses(settings, self._plugins)

    def outlets(self) -> dict[str, Outlet]:
        """The accounts that can send now, by themselves or by the one that answers for them."""
        found: dict[str, Outlet] = {}
        for name, one in self._running.items():
            via = answers_by(one.account)
            answering = self._running.get(via)
            if answering is None or answering.connector is None:
                continue
            plugin, config = self._plugins[answering.account.kind], answering.account.config
            if plugin.manifest.can_send and plugin.sends(config):
                sender: Sender = answering.connector  # type: ignore[assignment]  # the manifest says that it sends
                found[name] = Outlet(
                    sender=sender, is_repeat_safe=plugin.manifest.is_repeat_safe, pace=plugin.pace(config), via=via
                )
        return found

    def prober(self, every_s: Callable[[], float]) -> Prober:
        """What asks their channels how they are."""
        return Prober(
            connectors=self.connectors, pushed=self.pushed, supervisor=self._supervisor, vitals=self._vitals,
            every_s=every_s, now=self._now,
        )  # fmt: skip

    def connectors(self) -> dict[str, Connector]:
        """Those that could be built."""
        return {name: one.connector for name, one in self._running.items() if one.connector is not None}

    def pushed(self) -> list[str]:
        """The accounts that their channels post to."""
        manifests = {name: self._plugins[one.account.kind].manifest for name, one in self._running.items()}
        return [name for name, manifest in manifests.items() if manifest.mount is Mount.HOOKS]

    def typing(self, name: str, conversation_key: str) -> None:
        """Somebody writes an answer: shown to the customer where the account's channel can."""
        one = self._running.get(name)
        if one is not None and one.connector is not None and self._plugins[one.account.kind].manifest.shows_typing:
            cast("ShowsTyping", one.connector).typing(conversation_key)

    def media_outlet(self, name: str) -> MediaOutlet | None:
        """How files of an account are fetched now; None where there is no such account."""
        running = self._running.get(name)
        if running is None:
            return None
        hosts = self._plugins[running.account.kind].media_hosts(running.account.config)
        return MediaOutlet(source=cast("MediaSource | None", running.connector), hosts=hosts)

    def views(self) -> list[AccountView]:
        """How every account is doing, for the page and the API."""
        return [self._view_of(status) for status in self._supervisor.statuses()]

    def history_of(self, name: str) -> Callable[[str, bytes], RawMessage] | None:
        """How a message kept in a file becomes a delivery of this account, where its kind has such files."""
        running = self._running.get(name)
        return None if running is None else self._plugins[running.account.kind].history

    def mount_of(self, name: str) -> Mount | None:
        """Under which prefix an account is served: asked for every post of a channel."""
        running = self._running.get(name)
        return None if running is None else self._plugins[running.account.kind].manifest.mount

    def kind_and_trust(self, name: str) -> tuple[str, str] | None:
        """Of an account, or None: asked for every message that is posted."""
        running = self._running.get(name)
        return None if running is None else (running.account.kind, _trust(running.account))

    def _view_of(self, status: AccountStatus) -> AccountView:
        account = self._running[status.name].account
        return AccountView(
            name=status.name,
            kind=status.kind,
            title=status.title,
            state=str(status.state),
            detail=status.detail,
            since=status.since,
            last_received=self._inbox.last_received.get(status.name),
            comparison=self._comparisons.of(status.name),
            vitals=self._vitals.of(status.name),
            trust=_trust(account),
            mount=self._plugins[account.kind].manifest.mount,
        )


def _by_kind(settings: Settings, *, before: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The configurations of each kind's accounts; the same objects as `before` where nothing changed."""
    found: dict[str, dict[str, Any]] = {}
    for name, account in settings.accounts.items():
        found.setdefault(account.kind, {})[name] = account.config
    return {kind: before[kind] if before.get(kind) == configs else configs for kind, configs in found.items()}


def _trust(account: Account) -> str:
    return str(getattr(account.config, "trust", ""))
