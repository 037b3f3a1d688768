"""The running hub: every part, in the order it starts and the reverse order it stops."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import structlog

from channelhub.app import outage_rules
from channelhub.app.account_events import AccountEvents
from channelhub.app.accounts import Accounts
from channelhub.app.book import working_book
from channelhub.app.event_wording import EventWording
from channelhub.app.figures import keep_counting
from channelhub.app.forgetting import Forgetting
from channelhub.app.media import fetch_media
from channelhub.app.oncall import OnCall, OnCallParts
from channelhub.app.reply_wording import reply_templates
from channelhub.app.signing import read_or_make_secret
from channelhub.app.stages import Stages
from channelhub.app.watchdog import watch
from channelhub.app.webhooks import Webhooks
from channelhub.dispatch.worker import OutboxWorker
from channelhub.domain.addresses import parse_listen
from channelhub.ingest.floor import DiskFloor
from channelhub.ingest.inbox import Inbox
from channelhub.ingest.supervisor import Supervisor
from channelhub.pipeline import indexing
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.commands.acting import Acting
from channelhub.pipeline.counting import HistoryCount
from channelhub.pipeline.grouping import GroupingStage
from channelhub.pipeline.handing_over import HandoverStage
from channelhub.pipeline.learning import Learning
from channelhub.pipeline.looks import LookBook
from channelhub.pipeline.noticing import NoticeStage
from channelhub.pipeline.parsing import ParserPool
from channelhub.pipeline.replay import Replay
from channelhub.pipeline.rulebook import Rulebook
from channelhub.pipeline.similarity import Similarity
from channelhub.pipeline.stage import ProcessingStage
from channelhub.pipeline.waking import WakingStage
from channelhub.sdk.contract import Plugin
from channelhub.settings.models import Settings
from channelhub.store.folders import make_folder
from channelhub.store.opening import Store, open_store
from channelhub.telemetry.metrics import Metrics
from channelhub.telemetry.notify import Notifier
from channelhub.telemetry.vitals import VitalsBook
from channelhub.web.connection import Deadlines
from channelhub.web.mounts import Mounts
from channelhub.web.parts import WebParts
from channelhub.web.server import WebServer
from channelhub.web.tokens import write_local_token

log = structlog.get_logger()


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """What a hub is built from. `on_broken` ends the process when the database can't be trusted any more."""

    settings: Settings
    plugins: Mapping[str, Plugin]
    config_file: Path | None
    notifier: Notifier
    on_broken: Callable[[BaseException], None]

    @property
    def state_dir(self) -> Path:
        return Path(self.settings.hub.state_dir)


class Hub:
    """Start it, wait, stop it. The caller holds the database's lock."""

    def __init__(self, blueprint: Blueprint, store: Store) -> None:
        settings = blueprint.settings
        self._blueprint = blueprint
        self._settings = settings
        self._store = store
        self._metrics = Metrics()
        self._secret = read_or_make_secret(blueprint.state_dir)
        self._arrived, self._written = Bell(), Bell()  # a delivery is committed; rows for others are
        self._vitals = VitalsBook(self._metrics)
        self._mounts = Mounts(lambda name, is_refused: self._vitals.posted(name, now(), is_refused=is_refused))
        self._http = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=60, sock_connect=10), trust_env=False, auto_decompress=True
        )
        self._floor = DiskFloor(blueprint.state_dir, settings.hub.min_free_bytes)
        self._inbox = Inbox(
            store, self._floor, now=now, metrics=self._metrics, on_commit=self._arrived.ring, vitals=self._vitals
        )
        account_events = AccountEvents(store, self._metrics, written=self._written, now=now)
        self._supervisor = Supervisor(now=now, log=log, on_change=account_events.tell)
        self._accounts = Accounts(
            plugins=blueprint.plugins, store=store, inbox=self._inbox, supervisor=self._supervisor,
            mounts=self._mounts, http=self._http, now=now, metrics=self._metrics, vitals=self._vitals,
            secret=self._secret,
        )  # fmt: skip
        self._prober = self._accounts.prober(lambda: self._settings.hub.probe_every_s)
        self._book = self._make_book(settings)
        self._event_wording = EventWording(settings, config_file=blueprint.config_file)
        self._pool = ParserPool(
            processes=settings.hub.parser_processes,
            log=log,
            kinds=sorted({account.kind for account in settings.accounts.values()}),
        )
        self._stages = Stages(log)
        self._keep, self._spawn, self._end = self._stages.keep, self._stages.spawn, self._stages.end
        self._is_writer_alive = True
        self.is_welcoming = False  # set once start-up is over: /readyz says 503 before
        self.acting = Acting(store=store, book=lambda: self._book, now=now, written=self._written)
        watched = OnCallParts(
            settings=lambda: self._settings, wording=lambda: self._event_wording, outlets=self._accounts.outlets,
            own_addresses=self._accounts.own_addresses,
        )  # fmt: skip
        self._on_call = OnCall(store, watched, http=self._http, written=self._written, now=now)
        self._webhooks = Webhooks(
            store, lambda: self._settings, written=self._written, metrics=self._metrics, now=now,
            config_file=blueprint.config_file,
        )  # fmt: skip
        self._similarity = Similarity(store, processed=self._written)
        self._forgetting = Forgetting(
            store, blueprint.state_dir, settings=lambda: self._settings, book=lambda: self._book,
            metrics=self._metrics, written=self._written, now=now, log=log,
        )  # fmt: skip
        self._looks = LookBook(
            store, default_region=lambda: self._settings.hub.default_region, now=now,
            on_lost=self._metrics.looks_lost, log=log,
        )  # fmt: skip
        self.web = self._make_web(settings)

    @classmethod
    async def open(cls, blueprint: Blueprint) -> "Hub":
        """Bring the database up to date and build the parts. Raises StoreError, WordingError."""
        make_folder(blueprint.state_dir)
        store = await open_store(
            blueprint.state_dir,
            now=now(),
            on_broken=blueprint.on_broken,
            max_queued_bytes=blueprint.settings.hub.max_queued_bytes,
        )
        return cls(blueprint, store)

    async def start(self) -> None:
        """Everything listens when this returns. Raises OSError when the HTTP address is taken."""
        self._spawn("writer", self._store.writer.run())
        await self.web.start()
        await self._accounts.apply(self._settings)
        self._keep("probing", self._prober.run)
        self._keep("process", self._process)
        if self._settings.outages.enabled:
            self._keep("group", self._group)
        self._keep("notices", self._tell)
        handover = HandoverStage(self._store, book=lambda: self._book, queued=self._written, now=now, log=log)
        self._keep("handover", handover.run)
        self._keep("similarity", self._similarity.run)
        self._keep("dispatch", self._dispatch)
        self._keep("media", self._fetch)
        self._keep("looks", self._looks.run)
        self._keep("waking", WakingStage(self._store, written=self._written, now=now, log=log).run)
        self._keep("counting", HistoryCount(self._store, log=log).run)
        self._keep("learning", Learning(self._store, book=lambda: self._book, written=self._written, log=log).run)
        for walk in (indexing.PEOPLE, indexing.MESSAGES):
            self._keep(f"{walk.name} index", indexing.Indexing(walk, self._store, log=log).run)
        for name, stage in {**self._forgetting.stages, **self._on_call.stages, **self._webhooks.stages}.items():
            self._keep(name, stage)
        self._keep("figures", lambda: keep_counting(self._store, self._metrics))
        self._spawn("watchdog", watch(
            self._store, self._blueprint.notifier, metrics=self._metrics, log=log, on_writer=self._writer_answers
        ))  # fmt: skip

    async def reload(self, settings: Settings) -> None:
        """Take over accounts, texts and what the API allows. The connections of accounts that are unchanged stay."""
        wording = EventWording(settings, config_file=self._blueprint.config_file)
        self._book = self._make_book(settings)
        self._settings, self._event_wording = settings, wording
        http = settings.http
        self.web.take_over(requests_per_minute=http.requests_per_minute, cors_origins=http.cors_origins)
        await self._accounts.apply(settings)
        log.info("hub.reloaded", accounts=len(settings.accounts))

    async def stop(self) -> None:
        """Take nothing new, finish what is being written, close. Unread deliveries wait in their table."""
        await self._supervisor.stop_all()
        await self.web.stop()
        for name in (
            "watchdog", "figures", *self._webhooks.stages, "learning", "counting", "people index",
            *self._forgetting.stages, "messages index", "waking", "looks", *self._on_call.stages, "media", "dispatch",
            "similarity", "handover", "notices", "group", "process", "probing",
        ):  # fmt: skip
            await self._end(name)
        await self._looks.close()
        await self._pool.stop()
        await self._http.close()
        await self._store.writer.stop()
        await self._stages.ended("writer")
        await self._store.close()

    def _make_book(self, settings: Settings) -> Rulebook:
        blueprint = self._blueprint
        return working_book(settings, blueprint.plugins, secret=self._secret, config_file=blueprint.config_file)

    def _make_web(self, settings: Settings) -> WebServer:
        parts = WebParts(
            listen=parse_listen(settings.http.listen),
            state_dir=self._blueprint.state_dir,
            public_url=settings.http.public_url.rstrip("/"),
            log=log,
            accounts=self._accounts.views,
            probe=self._prober.probe_all,
            find_kind_and_trust=self._accounts.kind_and_trust,
            find_mount=self._accounts.mount_of,
            history_of=self._accounts.history_of,
            deliver_for=self._inbox.deliver_for,
            offer=self._inbox.offer,
            acting=self.acting,
            arrived=self._arrived,
            is_pipeline_alive=lambda: self.is_welcoming and self._stages.are_up and self._is_writer_alive,
            metrics=self._metrics.text,
            similar=self._similarity,
            erasures_wait=lambda: self._forgetting.erasing.waits,
            retention=self._forgetting.sweep,
            expiry=self._forgetting.expiry,
            looks=self._looks,
            replay=Replay(self.acting, read=self._pool.read),
            default_region=settings.hub.default_region,
            typing=self._accounts.typing,
            reply_templates=reply_templates(
                own_folder=settings.hub.templates_dir, config_file=self._blueprint.config_file
            ),
            alert_targets=lambda: {name: one.kind for name, one in self._settings.alerts.items()},
            event_sample=self._on_call.sample,
            check_endpoint=self._webhooks.check,
            trusted_proxies=settings.http.trusted_proxies,
            max_connections=settings.http.max_connections,
            requests_per_minute=settings.http.requests_per_minute,
            cors_origins=settings.http.cors_origins,
            settings=lambda: self._settings,
        )
        http = settings.http
        return WebServer(
            parts,
            mounts=self._mounts,
            local_token=write_local_token(self._blueprint.state_dir),
            deadlines=Deadlines(header_s=http.header_timeout_s, body_s=http.body_timeout_s),
        )

    async def _process(self) -> None:
        await self._pool.start()
        stage = ProcessingStage(
            self._store, self._pool, book=lambda: self._book, arrived=self._arrived, processed=self._written,
            now=now, log=log, on_parked=self._metrics.parse_failed,
        )  # fmt: skip
        await stage.run()

    async def _group(self) -> None:
        rules = self._settings.outages
        stage = GroupingStage(
            self._store, outage_rules.detection(rules), life=outage_rules.life(rules),
            processed=self._written, grouped=self._written, now=now, log=log,
        )  # fmt: skip
        await self._forgetting.erasing.detection.run(stage)

    async def _tell(self) -> None:
        book, written = lambda: self._book, self._written
        await NoticeStage(self._store, book=book, grouped=written, told=written, now=now, log=log).run()

    async def _dispatch(self) -> None:
        worker = OutboxWorker(
            self._store, outlets=self._accounts.outlets, queued=self._written, sent=self._written, now=now, log=log
        )
        await worker.run()

    async def _fetch(self) -> None:
        await fetch_media(
            self._store, lambda: self._settings, self._accounts, self._floor,
            written=self._written, metrics=self._metrics, now=now,
        )  # fmt: skip

    def _writer_answers(self, is_answering: bool) -> None:
        self._is_writer_alive = is_answering


def exit_at_once(exc: BaseException) -> None:
    """After an I/O error nothing can be promised: no more acknowledgements, systemd starts us anew."""
    log.critical("database.failed", error=type(exc).__name__, detail=str(exc))
    os._exit(74)  # EX_IOERR of sysexits(3)
