"""Alertmanager, API v2: an alert lives as long as it is sent again, with the same labels.

github.com/prometheus/alertmanager, api/v2/openapi.yaml, postAlerts.
"""

from dataclasses import dataclass
from datetime import timedelta

from channelhub.dispatch.targets.calling import Caller, joined
from channelhub.dispatch.targets.contract import Notice
from channelhub.domain.alerts import AlertAction
from channelhub.rules.outage.alert_texts import details, heading
from channelhub.rules.outage.alerting import KEY_LABEL
from channelhub.settings.alerts import Alertmanager

REFRESH_S = 60.0
LIVES = timedelta(minutes=15)  # a hub that restarts within this time resolves nothing by its silence


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertmanagerTarget:
    config: Alertmanager
    caller: Caller
    refresh_s: float | None = REFRESH_S

    async def tell(self, notice: Notice) -> str:
        alert, language = notice.alert, self.config.language
        is_over = notice.action is AlertAction.RESOLVE
        told = {
            "labels": {**self.config.labels, "alertname": "MassOutage", KEY_LABEL: notice.key},
            "annotations": {
                "summary": heading(alert, language),
                "description": details(alert, language),
                "state": alert.state,
                "severity": str(alert.severity),
            },
            "startsAt": alert.began_at.isoformat(),
            "endsAt": (notice.at if is_over else notice.at + LIVES).isoformat(),
            "generatorURL": alert.link,
        }
        token = self.config.token
        headers = {"Authorization": f"Bearer {token.reveal()}"} if token else {}
        await self.caller.call("POST", joined(self.config.base_url, "/api/v2/alerts"), json=[told], headers=headers)
        return notice.key
