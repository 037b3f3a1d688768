"""Alertmanager's webhook (version 4) and Grafana's, which has the same shape and some fields more.

prometheus.io/docs/alerting/latest/configuration/#webhook_config; grafana.com/docs, Webhook notifier.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from channelhub.domain.inbound import AlertState, Inbound, MonitoringAlert, Unknown
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.monitoring.reading import MOST_ALERTS, decode, key_of, labels_of, link_of, moment, name_of, summary_of

_SUMMARIES = ("summary", "description", "message", "title")
_SEVERITIES = ("severity", "priority", "level")


class Alert(msgspec.Struct):
    status: str = ""
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    startsAt: str = ""  # noqa: N815 - the sender's names
    endsAt: str = ""  # noqa: N815
    generatorURL: str = ""  # noqa: N815
    fingerprint: str = ""


class Group(msgspec.Struct):
    """A notification: the alerts of one group that changed or still fire."""

    alerts: list[Any]


def parse_alertmanager(raw: RawMessage) -> Sequence[Inbound]:
    """The alerts of a notification. Raises only Unparseable."""
    return _parse(raw, "Alertmanager")


def parse_grafana(raw: RawMessage) -> Sequence[Inbound]:
    """The alerts of a notification. Raises only Unparseable."""
    return _parse(raw, "Grafana")


def _parse(raw: RawMessage, system: str) -> Sequence[Inbound]:
    group = decode(raw.body, Group, system)
    found: dict[str, Inbound] = {}
    for place, given in enumerate(group.alerts[:MOST_ALERTS]):
        try:
            alert: Inbound = _alert(msgspec.convert(given, Alert, strict=False))
        except (msgspec.ValidationError, RecursionError) as exc:
            if len(group.alerts) == 1:
                raise Unparseable(f"not an alert of {system}: {str(exc)[:300]}") from exc
            alert = _odd(raw.body, place)
        found[alert.external_id] = alert
    if not found:
        raise Unparseable(f"a notification of {system} without alerts")
    return list(found.values())


def _alert(given: Alert) -> MonitoringAlert:
    key = key_of(given.fingerprint or _digest(given.labels))
    started = moment(given.startsAt)
    is_over = given.status == "resolved"
    return MonitoringAlert(
        external_id=f"{key}@{started.isoformat() if started else ''}:{given.status[:20]}",
        key=key,
        name=name_of(given.labels.get("alertname", "")),
        state=AlertState.RESOLVED if is_over else AlertState.FIRING,
        severity=summary_of(_first(given.labels, _SEVERITIES))[:40].lower(),
        summary=summary_of(_first(given.annotations, _SUMMARIES)),
        labels=labels_of(given.labels),
        started_at=started,
        ended_at=moment(given.endsAt) if is_over else None,
        at=moment(given.endsAt) if is_over else started,
        url=link_of(given.generatorURL),
    )


def _odd(body: bytes, place: int) -> Unknown:
    """An alert that can't be read, among others; named by its place in these bytes."""
    name = hashlib.sha256(body).hexdigest()[:32]
    return Unknown(external_id=f"{name}:{place}", shape="alert that can't be read")


def _first(given: dict[str, str], names: Sequence[str]) -> str:
    return next((given[name] for name in names if given.get(name)), "")


def _digest(labels: dict[str, str]) -> str:
    """What stands for a missing fingerprint: the labels are the alert's identity."""
    return hashlib.sha256(msgspec.json.encode(sorted(labels.items()))).hexdigest()[:32]
