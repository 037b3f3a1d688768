"""A target of each kind at the local receivers, and something to tell."""

from datetime import UTC, datetime
from typing import Any

from channelhub.dispatch.targets.contract import Notice
from channelhub.domain.alerts import AlertAction, OutageAlert, Severity
from channelhub.domain.secrets import Secret
from channelhub.settings import alerts as settings
from channelhub.settings.alerts import ALERT_KINDS, AlertTarget
from tests.servers.receivers import KEY, Receivers

BEGAN = datetime(2026, 3, 1, 14, 5, tzinfo=UTC)
NOW = datetime(2026, 3, 1, 14, 20, tzinfo=UTC)
OUTAGE_KEY = "channelhub-0a1b2c3d-5120"
LINK = "https://support.example.com/outages/5120"


def target(kind: str, server: Receivers, *, name: str = "", **changes: Any) -> AlertTarget:
    base = f"{server.url}/{kind}"
    secret = Secret(KEY)
    keys: dict[str, dict[str, Any]] = {
        "pagerduty": {"routing_key": secret, "base_url": base},
        "opsgenie": {"api_key": secret, "base_url": base},
        "alertmanager": {"base_url": base, "token": secret},
        "slack": {"token": secret, "channel": "#support", "base_url": f"{base}/api"},
        "slack_webhook": {"webhook_url": Secret(f"{base}/services/{KEY}")},
        "mattermost": {"webhook_url": Secret(f"{base}/hooks/{KEY}")},
        "teams": {"webhook_url": Secret(f"{base}/workflows/{KEY}?api-version=1")},
        "telegram": {"token": secret, "chat_id": "-100", "base_url": base},
        "ntfy": {"topic": "support", "token": secret, "base_url": base},
        "email": {"account": "mail", "to": "on-call@example.com"},
        "statuspage": {"api_key": secret, "page_id": "p1", "base_url": base},
    }
    config = ALERT_KINDS[kind](**(keys[kind] | changes))
    assert isinstance(config, settings.AlertSettings)
    return AlertTarget(name=name or kind, kind=kind, config=config)


def alert(**changes: Any) -> OutageAlert:
    values: dict[str, Any] = {
        "title": "не проходить оплата @channel <!channel> [x](http://evil.example) *so*",
        "state": "suspected",
        "severity": Severity.WARNING,
        "customers": 12,
        "customers_before": 5,
        "messages": 14,
        "began_at": BEGAN,
        "link": LINK,
        "terms": ("оплат", "payment"),
        "channels": {"email": 9, "telegram": 5},
    }
    return OutageAlert(**(values | changes))


def notice(action: AlertAction = AlertAction.TRIGGER, *, external_ref: str = "", **changes: Any) -> Notice:
    may_repeat = changes.pop("may_repeat", False)
    return Notice(
        key=OUTAGE_KEY,
        action=action,
        alert=alert(**changes),
        at=NOW,
        external_ref=external_ref,
        may_repeat=may_repeat,
    )
