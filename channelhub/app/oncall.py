"""Telling people on call of outages and events: two stages that decide and a sender, over the settings as they are."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import aiohttp
import structlog

from channelhub.app.event_wording import EventWording, sample
from channelhub.app.wording import WordingError
from channelhub.dispatch.alerts import AlertSender
from channelhub.dispatch.targets.contract import Message
from channelhub.dispatch.worker import Outlet
from channelhub.domain.alerts import SUMMARY, EventAlert, OutageAlert
from channelhub.domain.events.catalogue import CATALOGUE
from channelhub.pipeline.alerting import AlertingStage
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.event_alerts.listeners import Listener, listeners
from channelhub.pipeline.event_alerts.queueing import EventAlertStage
from channelhub.pipeline.event_alerts.sampling import EventSample, NoSample
from channelhub.rules.event_alerts.showing import page_of, tone
from channelhub.rules.event_alerts.templates import BadTemplate
from channelhub.rules.webhooks.filters import is_of
from channelhub.sdk.contract import Sender
from channelhub.settings.alerts import AlertTarget
from channelhub.settings.models import Settings
from channelhub.store.alerts import AlertDelivery
from channelhub.store.opening import Store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallParts:
    """What telling needs of the hub, as it is at each moment."""

    settings: Callable[[], Settings]
    wording: Callable[[], EventWording]
    outlets: Callable[[], Mapping[str, Outlet]]
    own_addresses: Callable[[Settings], Collection[str]]


class OnCall:
    """Its stages run until cancelled, and can be started again at any time: their tables are their memory."""

    def __init__(
        self,
        store: Store,
        parts: OnCallParts,
        *,
        http: aiohttp.ClientSession,
        written: Bell,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._parts = parts
        self._http = http
        self._written = written
        self._now = now
        self._seen: Settings | None = None
        self._of_outages: Mapping[str, AlertTarget] = {}
        self._of_events: Mapping[str, Listener] = {}

    @property
    def stages(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """What to run, by names, in the order of their stopping."""
        return {"alerts": self.tell, "event_alerts": self.listen, "alerting": self.decide}

    async def decide(self) -> None:
        """Write what each target of outages is to be told."""
        stage = AlertingStage(
            self._store,
            targets=self._outage_targets,
            public_url=self._public_url,
            changed=self._written,
            told=self._written,
            now=self._now,
            log=log,
        )
        await stage.run()

    async def listen(self) -> None:
        """Write what each target of events is to be told."""
        stage = EventAlertStage(
            self._store,
            listeners=self._listeners,
            changed=self._written,
            told=self._written,
            now=self._now,
            log=log,
        )
        await stage.run()

    async def tell(self) -> None:
        """Tell it."""
        sender = AlertSender(
            self._store,
            targets=lambda: self._parts.settings().alerts,
            http=self._http,
            senders=self._sender,
            message=self._message,
            queued=self._written,
            settled=self._written,
            now=self._now,
            log=log,
        )
        await sender.run()

    def sample(self, target: str, event_type: str) -> EventSample | None:
        """What a target of events would be told, of an event that it hears of where none is named; None for a target
        of outages. Raises NoSample."""
        one = self._parts.settings().alerts.get(target)
        if one is None or not one.events:
            if event_type:
                raise NoSample(f"[alerts.{target}] is told of outages: give it `events`", is_of_event=False)
            return None
        wanted = event_type or next(name for name in CATALOGUE if any(is_of(name, pattern) for pattern in one.events))
        if wanted not in CATALOGUE and wanted != SUMMARY:
            raise NoSample(f"no event is called {wanted}: docs/events.md has them all, and there is {SUMMARY}")
        content = sample(wanted)
        try:
            words = self._parts.wording().checked(wanted, one.config.language)(content)
        except (WordingError, BadTemplate) as exc:
            raise NoSample(str(exc)) from exc
        return EventSample(content=content, title=words.title, text=words.text)

    @property
    def _public_url(self) -> str:
        return self._parts.settings().http.public_url.rstrip("/")

    def _outage_targets(self) -> Mapping[str, AlertTarget]:
        self._read()
        return self._of_outages

    def _listeners(self) -> Mapping[str, Listener]:
        self._read()
        return self._of_events

    def _read(self) -> None:
        """Divide the targets anew where the settings changed: stages know by the object that they did."""
        settings = self._parts.settings()
        if settings is not self._seen:
            self._seen = settings
            self._of_outages = {name: one for name, one in settings.alerts.items() if not one.events}
            self._of_events = listeners(settings.alerts, own_addresses=self._parts.own_addresses(settings))

    def _sender(self, account: str) -> Sender | None:
        outlet = self._parts.outlets().get(account)
        return None if outlet is None else outlet.sender

    def _message(self, one: AlertDelivery, language: str) -> Message:
        """What is told of events, in words."""
        content = one.content
        assert not isinstance(content, OutageAlert)
        words = self._parts.wording().write(content, language)
        data = content.data if isinstance(content, EventAlert) else {}
        return Message(
            key=one.key,
            title=words.title,
            text=words.text,
            link=self._public_url + page_of(content.type, data),
            tone=tone(content.type, data),
            may_repeat=one.may_have_arrived,
        )
