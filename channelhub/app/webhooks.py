"""Outbound webhooks over the settings as they are: deliveries are written, posted, and forgotten in the end."""

import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path

import structlog

from channelhub.app.webhook_wording import owner_wording
from channelhub.dispatch.webhooks.posting import Poster
from channelhub.dispatch.webhooks.sender import WebhookSender
from channelhub.pipeline.bell import Bell
from channelhub.pipeline.webhooks.owners import OwnerMail
from channelhub.pipeline.webhooks.queueing import WebhookStage
from channelhub.pipeline.webhooks.retention import WebhookRetention
from channelhub.sdk.egress import Network
from channelhub.sdk.endpoint_addresses import EndpointGuard
from channelhub.sdk.names import Names
from channelhub.settings.models import Settings
from channelhub.settings.webhooks import WebhookSettings
from channelhub.store.opening import Store
from channelhub.telemetry.metrics import Metrics

log = structlog.get_logger()


class Webhooks:
    """Its three stages run until cancelled and can be started again at any time: their tables are their memory."""

    def __init__(
        self,
        store: Store,
        settings: Callable[[], Settings],
        *,
        written: Bell,
        metrics: Metrics,
        now: Callable[[], datetime],
        config_file: Path | None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._written = written
        self._queued = Bell()
        self._metrics = metrics
        self._now = now
        self._words = owner_wording(settings(), config_file=config_file)

    @property
    def stages(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """What to run, by names, in the order of their stopping."""
        return {"webhook_retention": self.forget, "webhook_posts": self.post, "webhooks": self.fan_out}

    async def fan_out(self) -> None:
        """Write what each endpoint is to be sent."""
        stage = WebhookStage(self._store, changed=self._written, queued=self._queued, now=self._now, log=log)
        await stage.run()

    async def post(self) -> None:
        """Post it. Networks and ports are those of the settings at the start."""
        own = self._own
        sender = WebhookSender(
            self._store,
            poster=Poster(networks=_networks(own), ports=own.ports, now=self._now),
            most=own.max_connections,
            queued=self._queued,
            written=self._written,
            now=self._now,
            log=log,
            on_attempt=self._metrics.webhook_attempt,
            owners=OwnerMail(account=own.mail_account, words=self._words, next_id=self._store.writer.take_id)
            if own.mail_account
            else None,
        )
        await sender.run()

    async def forget(self) -> None:
        """Delete what was kept long enough."""
        await WebhookRetention(self._store, keep_days=lambda: self._own.keep_days, now=self._now, log=log).run()

    async def check(self, url: str) -> None:
        """Raises AddressRefused for an address that may not be an endpoint."""
        own = self._own
        await EndpointGuard(networks=_networks(own), ports=own.ports, names=Names(at_once=1)).check(url)

    @property
    def _own(self) -> WebhookSettings:
        return self._settings().webhooks


def _networks(settings: WebhookSettings) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(text) for text in settings.networks)
