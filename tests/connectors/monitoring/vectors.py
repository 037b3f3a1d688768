"""What the four systems post, in their documented shapes, about nobody real."""

import json
from typing import Any

ALERTMANAGER: dict[str, Any] = {
    "version": "4",
    "groupKey": '{}:{alertname="CheckoutErrors"}',
    "truncatedAlerts": 0,
    "status": "firing",
    "receiver": "channelhub",
    "groupLabels": {"alertname": "CheckoutErrors"},
    "commonLabels": {"alertname": "CheckoutErrors", "severity": "critical"},
    "commonAnnotations": {},
    "externalURL": "http://alertmanager.example.com:9093",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "CheckoutErrors", "severity": "critical", "service": "payments", "pod": "pay-1"},
            "annotations": {"summary": "Payment errors above 5 %", "runbook_url": "http://wiki.example.com/pay"},
            "startsAt": "2026-03-01T14:05:09.123456789Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus.example.com/graph?g0.expr=x",
            "fingerprint": "c0ffee0011223344",
        },
        {
            "status": "resolved",
            "labels": {"alertname": "CheckoutErrors", "severity": "critical", "service": "payments", "pod": "pay-2"},
            "annotations": {"description": "Payment errors"},
            "startsAt": "2026-03-01T14:01:00+02:00",
            "endsAt": "2026-03-01T14:06:00+02:00",
            "generatorURL": "",
            "fingerprint": "c0ffee0011223355",
        },
    ],
}

GRAFANA: dict[str, Any] = {
    "receiver": "channelhub",
    "status": "firing",
    "orgId": 1,
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "High latency", "grafana_folder": "Shop", "severity": "warning"},
            "annotations": {"summary": "p99 of the shop above 2 s"},
            "startsAt": "2026-03-01T16:05:09+02:00",
            "endsAt": "0001-01-01T00:00:00Z",
            "values": {"A": 2.4},
            "valueString": "[ var='A' value=2.4 ]",
            "generatorURL": "https://grafana.example.com/alerting/grafana/abc/view",
            "fingerprint": "8d14c7b9a2e05f63",
            "silenceURL": "https://grafana.example.com/alerting/silence/new",
            "dashboardURL": "",
            "panelURL": "",
        }
    ],
    "groupLabels": {"alertname": "High latency"},
    "commonLabels": {"alertname": "High latency"},
    "commonAnnotations": {},
    "externalURL": "https://grafana.example.com/",
    "version": "1",
    "groupKey": '{}:{alertname="High latency"}',
    "truncatedAlerts": 0,
    "title": "[FIRING:1] High latency",
    "state": "alerting",
    "message": "**Firing**",
}

ZABBIX: dict[str, Any] = {
    "event_id": "88123",
    "value": 1,
    "name": "Payment gateway does not answer",
    "severity": "High",
    "host": "pay-gw-1",
    "message": "Problem started at 14:05:09",
    "tags": [{"tag": "service", "value": "payments"}, {"tag": "scope"}],
    "started": 1772373909,
    "ended": 0,
    "url": "https://zabbix.example.com/tr_events.php?triggerid=77&eventid=88123",
}

KUMA: dict[str, Any] = {
    "heartbeat": {
        "monitorID": 29,
        "status": 0,
        "time": "2026-03-01 14:05:09.527",
        "msg": "connect ECONNREFUSED",
        "important": True,
        "duration": 60,
        "timezone": "Europe/Kyiv",
        "timezoneOffset": "+02:00",
        "localDateTime": "2026-03-01 16:05:09",
    },
    "monitor": {
        "id": 29,
        "name": "Shop checkout",
        "type": "http",
        "url": "https://probe:geheim@shop.example.com/checkout?key=1",
        "hostname": None,
        "tags": [{"tag_id": 1, "value": "payments", "name": "service", "color": "#000000"}],
    },
    "msg": "[Shop checkout] [🔴 Down] connect ECONNREFUSED",
}

KUMA_WORDS: dict[str, Any] = {"heartbeat": None, "monitor": None, "msg": "channelhub Testing"}


def changed(vector: dict[str, Any], **values: Any) -> dict[str, Any]:
    """A deep copy with some values of the top level replaced."""
    return json.loads(json.dumps(vector)) | values
