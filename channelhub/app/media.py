"""Files that messages only name, over the settings as they are."""

from collections.abc import Callable
from datetime import datetime

import structlog

from channelhub.app.accounts import Accounts
from channelhub.dispatch.media.worker import MediaWorker
from channelhub.ingest.floor import DiskFloor
from channelhub.pipeline.bell import Bell
from channelhub.rules.media import MediaLimits
from channelhub.sdk.media_fetching import MediaFetcher
from channelhub.settings.media import AccountMedia, MediaSettings
from channelhub.settings.models import Settings
from channelhub.store.opening import Store
from channelhub.telemetry.metrics import Metrics

log = structlog.get_logger()
_AS_ALL = AccountMedia()


async def fetch_media(
    store: Store,
    settings: Callable[[], Settings],
    accounts: Accounts,
    floor: DiskFloor,
    *,
    written: Bell,
    metrics: Metrics,
    now: Callable[[], datetime],
) -> None:
    """Until cancelled; may be started again at any time: the table is its memory."""
    async with MediaFetcher(now=now) as fetcher:
        worker = MediaWorker(
            store,
            outlet_of=accounts.media_outlet,
            limits_of=lambda account: limits_of(settings().media, account),
            fetcher=fetcher,
            has_room=floor.is_free,
            queued=written,
            settled=written,
            now=now,
            log=log,
            on_settled=metrics.media,
        )
        await worker.run()


def limits_of(settings: MediaSettings, account: str) -> MediaLimits:
    """What holds for an account: what is said of it, and of all where nothing is."""
    own = settings.accounts.get(account, _AS_ALL)
    return MediaLimits(
        is_on=settings.enabled if own.enabled is None else own.enabled,
        max_file_bytes=settings.max_file_bytes if own.max_file_bytes is None else own.max_file_bytes,
        max_total_bytes=own.max_total_bytes,
        max_hub_bytes=settings.max_total_bytes,
        types=settings.types if own.types is None else own.types,
    )
