"""What takes away what is old, and customers who asked for it, put together."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path

from channelhub.pipeline.bell import Bell
from channelhub.pipeline.erasing.stage import ErasingStage
from channelhub.pipeline.erasing.unnamed import UnnamedFiles
from channelhub.pipeline.expiring import Expiry
from channelhub.pipeline.retention import RetentionSweep
from channelhub.pipeline.rulebook import Rulebook
from channelhub.sdk.contract import Logger
from channelhub.settings.models import Settings
from channelhub.store.opening import Store
from channelhub.telemetry.metrics import Metrics


class Forgetting:
    """`sweep` takes away what only says what happened, `expiry` asks for messages that are too old, `erasing` carries
    that out, and requests to erase customers. Files that never had a row go, too."""

    def __init__(
        self,
        store: Store,
        state_dir: Path,
        *,
        settings: Callable[[], Settings],
        book: Callable[[], Rulebook],
        metrics: Metrics,
        written: Bell,
        now: Callable[[], datetime],
        log: Logger,
    ) -> None:
        self.sweep = RetentionSweep(store, lambda: settings().retention, metrics.forgot, now=now, log=log)
        self.expiry = Expiry(
            store,
            lambda: settings().retention,
            lambda: {name: one.channel for name, one in book().accounts.items()},
            asked=written,
            now=now,
            log=log,
        )
        self.erasing = ErasingStage(
            store, state_dir, detects=settings().outages.enabled, asked=written, now=now, log=log
        )

        self._unnamed = UnnamedFiles(store, log=log)

    @property
    def stages(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """What to run, by names, in the order of their stopping."""
        return {
            "expiry": self.expiry.run,
            "erasing": self.erasing.run,
            "unnamed files": self._unnamed.run,
            "retention": self.sweep.run,
        }
