"""PagerDuty, Events API v2: developer.pagerduty.com/docs/events-api-v2/trigger-events."""

from dataclasses import dataclass
from typing import Any

from channelhub.dispatch.targets.calling import Caller, joined
from channelhub.dispatch.targets.contract import Notice
from channelhub.domain.alerts import AlertAction
from channelhub.rules.outage.alert_texts import facts, heading
from channelhub.settings.alerts import PagerDuty

_SUMMARY_CHARS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerDutyTarget:
    """One key for an outage: a repeated trigger changes the open alert, and opens no second one."""

    config: PagerDuty
    caller: Caller
    refresh_s: float | None = None

    async def tell(self, notice: Notice) -> str:
        event: dict[str, Any] = {
            "routing_key": self.config.routing_key.reveal(),
            "dedup_key": notice.key,
            "event_action": "resolve" if notice.action is AlertAction.RESOLVE else "trigger",
        }
        if notice.action is not AlertAction.RESOLVE:
            event |= self._opened(notice)
        await self.caller.call("POST", joined(self.config.base_url, "/v2/enqueue"), json=event)
        return notice.key

    def _opened(self, notice: Notice) -> dict[str, Any]:
        alert, language = notice.alert, self.config.language
        return {
            "payload": {
                "summary": heading(alert, language)[:_SUMMARY_CHARS],
                "source": "channelhub",
                "severity": str(alert.severity),
                "timestamp": alert.began_at.isoformat(),
                "component": "customer support",
                "class": "mass outage",
                "custom_details": dict(facts(alert, language)),
            },
            "links": [{"href": alert.link, "text": "channelhub"}],
            "client": "channelhub",
            "client_url": alert.link,
        }
