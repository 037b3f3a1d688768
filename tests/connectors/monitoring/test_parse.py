"""What the four systems post becomes alerts."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from channelhub.domain.inbound import AlertState, MonitoringAlert, Unknown
from channelhub.domain.raw import RawMessage
from channelhub.sdk.errors import Unparseable
from connectors.monitoring.plugin import alertmanager, grafana, uptime_kuma, zabbix
from connectors.monitoring.reading import MOST_ALERTS
from tests.connectors.monitoring.vectors import ALERTMANAGER, GRAFANA, KUMA, KUMA_WORDS, ZABBIX, changed


def read(plugin: Any, shape: Any) -> list[MonitoringAlert]:
    raw = RawMessage(account="watch", delivery_id="1", body=json.dumps(shape).encode())
    return list(plugin.parse(raw))


def at(hour: int, minute: int, second: int = 0, micro: int = 0) -> datetime:
    return datetime(2026, 3, 1, hour, minute, second, micro, tzinfo=UTC)


def test_alertmanager_tells_what_fires_and_what_is_over() -> None:
    firing, over = read(alertmanager, ALERTMANAGER)

    assert (firing.key, firing.name, firing.state) == ("c0ffee0011223344", "CheckoutErrors", AlertState.FIRING)
    assert firing.started_at is not None
    assert firing.started_at.replace(microsecond=0) == at(14, 5, 9)
    assert (firing.ended_at, firing.severity, firing.summary) == (None, "critical", "Payment errors above 5 %")
    assert firing.url == "http://prometheus.example.com/graph?g0.expr=x"
    assert firing.labels["service"] == "payments"
    assert (over.state, over.started_at, over.ended_at) == (AlertState.RESOLVED, at(12, 1), at(12, 6))
    assert over.summary == "Payment errors"


def test_an_alert_without_fingerprint_is_known_by_its_labels() -> None:
    one, other = (dict(alert, fingerprint="") for alert in ALERTMANAGER["alerts"])
    first, second = read(alertmanager, changed(ALERTMANAGER, alerts=[one, other]))
    again = read(alertmanager, changed(ALERTMANAGER, alerts=[one]))[0]

    assert first.key == again.key != second.key


def test_a_storm_gives_the_first_thousand_alerts() -> None:
    alert = ALERTMANAGER["alerts"][0]
    storm = [{**alert, "fingerprint": str(number)} for number in range(MOST_ALERTS + 5)]

    assert len(read(alertmanager, changed(ALERTMANAGER, alerts=storm))) == MOST_ALERTS


def test_grafana_has_the_same_shape_and_its_own_zone() -> None:
    (alert,) = read(grafana, GRAFANA)

    assert (alert.name, alert.severity, alert.started_at) == ("High latency", "warning", at(14, 5, 9))
    assert alert.url == "https://grafana.example.com/alerting/grafana/abc/view"


def test_zabbix_problem_and_recovery_are_one_alert() -> None:
    (problem,) = read(zabbix, ZABBIX)
    (recovery,) = read(zabbix, changed(ZABBIX, value=0, ended=1772374000))

    assert problem.key == recovery.key == "88123"
    assert (problem.state, problem.started_at, problem.severity) == (AlertState.FIRING, at(14, 5, 9), "high")
    assert problem.labels == {"host": "pay-gw-1", "scope": "", "service": "payments"}
    assert (recovery.state, recovery.ended_at) == (AlertState.RESOLVED, at(14, 6, 40))


def test_an_end_without_its_time_is_not_its_beginning() -> None:
    (recovery,) = read(zabbix, changed(ZABBIX, value=0))
    (over,) = read(alertmanager, changed(ALERTMANAGER, alerts=[{**ALERTMANAGER["alerts"][1], "endsAt": ""}]))

    assert (recovery.ended_at, recovery.at) == (over.ended_at, over.at) == (None, None)


def test_uptime_kuma_keeps_the_watched_host_and_no_password() -> None:
    (down,) = read(uptime_kuma, KUMA)
    (up,) = read(uptime_kuma, changed(KUMA, heartbeat={**KUMA["heartbeat"], "status": 1}))

    assert (down.key, down.name, down.state, down.at) == (
        "29",
        "Shop checkout",
        AlertState.FIRING,
        at(14, 5, 9, 527000),
    )
    assert down.labels == {"type": "http", "target": "shop.example.com", "service": "payments"}
    assert "geheim" not in repr(down)
    assert "key=1" not in repr(down)
    assert up.state is AlertState.RESOLVED


def test_words_alone_of_uptime_kuma_are_an_alert_of_one_moment() -> None:
    (words,) = read(uptime_kuma, KUMA_WORDS)

    assert (words.name, words.state, words.started_at) == ("channelhub Testing", AlertState.RESOLVED, None)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://user:geheim@example.com/", "http://", "x" * 2000])
def test_a_link_that_a_page_must_not_show_is_left_out(link: str) -> None:
    (alert,) = read(alertmanager, changed(ALERTMANAGER, alerts=[{**ALERTMANAGER["alerts"][0], "generatorURL": link}]))

    assert alert.url == ""


@pytest.mark.parametrize(
    ("plugin", "shape"),
    [
        (alertmanager, {"alerts": []}),
        (alertmanager, {"status": "firing"}),
        (alertmanager, {"alerts": [1]}),
        (zabbix, {"event_id": "", "value": 1}),
        (zabbix, {"event_id": "1", "value": 7}),
        (uptime_kuma, {}),
        (grafana, []),
    ],
)
def test_what_no_such_system_posts_is_parked_with_a_reason(plugin: Any, shape: Any) -> None:
    with pytest.raises(Unparseable, match=r"\w+ \w+"):
        read(plugin, shape)


def test_an_odd_alert_takes_no_other_with_it() -> None:
    first, last = ALERTMANAGER["alerts"]
    body = json.dumps(changed(ALERTMANAGER, alerts=[first, {"labels": 5}, last])).encode()
    found = alertmanager.parse(RawMessage(account="watch", delivery_id="1", body=body))

    assert [type(one) for one in found] == [MonitoringAlert, Unknown, MonitoringAlert]
