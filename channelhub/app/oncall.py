"""Telling people on call of outages: the stage that decides and the sender, over the settings as they are now."""

from collections.abc import Callable
from datetime import datetime

import aiohttp
import structlog

from channelhub.dispatch.alerts import AlertSender
from channelhub.pipeline.alerting import AlertingStage
from channelhub.pipeline.bell import Bell
from channelhub.settings.models import Settings
from channelhub.store.opening import Store

log = structlog.get_logger()


class OnCall:
    """Both run until cancelled, and can be started again at any time: their tables are their memory."""

    def __init__(
        self,
        store: Store,
        settings: Callable[[], Settings],
        *,
        http: aiohttp.ClientSession,
        written: Bell,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._settings = settings
        self._http = http
        self._written = written
        self._now = now

    async def decide(self) -> None:
        """Write what each target is to be told."""
        stage = AlertingStage(
            self._store,
            targets=lambda: self._settings().alerts,
            public_url=self._settings().http.public_url.rstrip("/"),
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
            targets=lambda: self._settings().alerts,
            http=self._http,
            queued=self._written,
            settled=self._written,
            now=self._now,
            log=log,
        )
        await sender.run()
