"""Alerts of monitoring systems become records: no customer, no incident, nobody is told.

They are what an outage's page shows beside the customers' reports.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from channelhub.domain.inbound import AlertState, MonitoringAlert
from channelhub.domain.times import to_us
from channelhub.pipeline.arrival import Arrived
from channelhub.rules.monitoring import FiredAlert, fired
from channelhub.rules.outage.alerts import NEAR_US, RelatedAlert, related
from channelhub.store import monitoring
from channelhub.store.database import Session


@dataclass(slots=True)
class Monitored:
    """What is known of the alerts that a batch names, and what the batch changes."""

    known: dict[tuple[str, str], dict[int, FiredAlert]] = field(default_factory=dict)
    changed: dict[int, FiredAlert] = field(default_factory=dict)
    news_us: int = 0  # when the newest notice came that says more than that an alert is over; 0: none does

    async def load(self, session: Session, arrived_ones: Iterable[Arrived]) -> None:
        """Everything that the batch's alerts may be about."""
        named = [(one, one.item) for one in arrived_ones if isinstance(one.item, MonitoringAlert)]
        if not named:
            return
        now_us = max(to_us(one.received_at) for one, _ in named)
        for record in await monitoring.newest_of(session, {item.key for _, item in named}, now_us=now_us):
            self._keep(record)

    def note(self, arrived: Arrived, item: MonitoringAlert) -> None:
        """What a notice changes."""
        known = self.known.get((arrived.raw.account, item.key), {})
        told = _told(arrived, item)
        for record in fired(list(known.values()), told, is_start_known=item.started_at is not None):
            before = known.get(record.id)
            if before is None or _is_news(before, record):
                self.news_us = max(self.news_us, to_us(arrived.received_at))
            self._keep(record)
            self.changed[record.id] = record

    async def save(self, session: Session) -> None:
        await monitoring.save(session, list(self.changed.values()))

    def _keep(self, record: FiredAlert) -> None:
        self.known.setdefault((record.account, record.key), {})[record.id] = record


def _is_news(before: FiredAlert, record: FiredAlert) -> bool:
    """Whether it may belong to an outage now that it didn't belong to before."""
    return replace(record, ended_us=before.ended_us, severity=before.severity, url=before.url) != before


def _told(arrived: Arrived, item: MonitoringAlert) -> FiredAlert:
    """What the system doesn't say is what the clock said when its notice came."""
    received_us = to_us(arrived.received_at)
    at_us = to_us(item.at) if item.at else received_us
    started_us = to_us(item.started_at) if item.started_at else at_us
    ended_us = None
    if item.state is AlertState.RESOLVED:
        ended_us = max(to_us(item.ended_at) if item.ended_at else at_us, started_us)
    return FiredAlert(
        id=arrived.id,
        account=arrived.raw.account,
        key=item.key,
        name=item.name,
        severity=item.severity,
        summary=item.summary,
        labels=item.labels,
        url=item.url,
        started_us=started_us,
        ended_us=ended_us,
    )


async def alerts_of(
    session: Session, *, terms: Sequence[str], began_us: int, until_us: int
) -> tuple[RelatedAlert, ...]:
    """The monitoring alerts that belong to an outage of these terms and times."""
    fired_then = await monitoring.firing_between(session, began_us - NEAR_US, until_us + NEAR_US)
    return related(fired_then, terms=terms, began_us=began_us, until_us=until_us)
