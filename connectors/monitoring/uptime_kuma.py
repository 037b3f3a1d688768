"""Uptime Kuma's webhook: a heartbeat of one monitor, or words alone (a test, a certificate that ends soon)."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from channelhub.domain.inbound import AlertState, Inbound, MonitoringAlert
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.monitoring.reading import clean, decode, key_of, labels_of, moment, name_of, summary_of

_UP, _MAINTENANCE = 1, 3  # 0 is down, 2 pending: no answer yet, being tried again


class Heartbeat(msgspec.Struct):
    status: int
    monitorID: int = 0  # noqa: N815 - the sender's names
    time: str = ""  # UTC, without saying so
    msg: str = ""


class Monitor(msgspec.Struct):
    id: int = 0
    name: str = ""
    type: str = ""
    url: str | None = None
    hostname: str | None = None
    tags: list[Any] = []


class Notice(msgspec.Struct):
    heartbeat: Heartbeat | None = None
    monitor: Monitor | None = None
    msg: str = ""


def parse_uptime_kuma(raw: RawMessage) -> Sequence[Inbound]:
    """The one alert of the body. Raises only Unparseable."""
    notice = decode(raw.body, Notice, "Uptime Kuma (choose the request body application/json)")
    beat, monitor = notice.heartbeat, notice.monitor
    if beat is None or monitor is None:
        return [_words(notice.msg)]
    at = _utc(beat.time)
    is_over = beat.status in (_UP, _MAINTENANCE)
    key = str(monitor.id or beat.monitorID)
    return [
        MonitoringAlert(
            external_id=f"{key}@{beat.time[:40]}:{beat.status}",
            key=key,
            name=name_of(monitor.name),
            state=AlertState.RESOLVED if is_over else AlertState.FIRING,
            summary=summary_of(beat.msg or notice.msg),
            labels=labels_of(_labels(monitor)),
            at=at,  # since when it is down a repeated notice doesn't say, and neither does the end
        )
    ]


def _words(text: str) -> MonitoringAlert:
    """Something said at one moment, which neither begins nor ends."""
    if not text:
        raise Unparseable("a notice of Uptime Kuma without heartbeat, monitor and words")
    key = "words:" + hashlib.sha256(text.encode()).hexdigest()[:32]
    return MonitoringAlert(
        external_id=key, key=key_of(key), name=name_of(text), state=AlertState.RESOLVED, summary=summary_of(text)
    )


def _labels(monitor: Monitor) -> dict[str, str]:
    labels = {"type": monitor.type, "target": _target(monitor)}
    for tag in monitor.tags:
        if isinstance(tag, dict) and isinstance(tag.get("name"), str):
            labels[tag["name"]] = str(tag.get("value") or "")[:300]
    return {name: value for name, value in labels.items() if value}


def _target(monitor: Monitor) -> str:
    """The host that is watched; an address may hold a password or a key, so no more of it is kept."""
    try:
        return clean(urlsplit(monitor.url).hostname or "", 300) if monitor.url else clean(monitor.hostname or "", 300)
    except ValueError:
        return ""


def _utc(text: str) -> datetime | None:
    found = moment(text.strip().replace(" ", "T") + "Z") if text else None
    return found.astimezone(UTC) if found else None
