"""Opsgenie, and Jira Service Management, which speaks the same: docs.opsgenie.com/docs/alert-api."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from channelhub.dispatch.targets.calling import Caller, joined
from channelhub.dispatch.targets.contract import Notice
from channelhub.domain.alerts import AlertAction, Severity
from channelhub.rules.outage.alert_texts import details, facts, heading
from channelhub.settings.alerts import Opsgenie

_MESSAGE_CHARS, _NOTE_CHARS = 130, 25_000
_PRIORITIES = {Severity.WARNING: "P3", Severity.ERROR: "P2", Severity.CRITICAL: "P1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsgenieTarget:
    """The alias is the outage's key: an open alert with it is counted up, never doubled."""

    config: Opsgenie
    caller: Caller
    refresh_s: float | None = None

    async def tell(self, notice: Notice) -> str:
        if notice.action is AlertAction.TRIGGER:
            await self._post("/v2/alerts", self._opened(notice))
            return notice.key
        alias = quote(notice.key, safe="")
        what = "close" if notice.action is AlertAction.RESOLVE else "notes"
        language = self.config.language
        note = f"{heading(notice.alert, language)}\n{details(notice.alert, language)}"
        await self._post(
            f"/v2/alerts/{alias}/{what}?identifierType=alias", {"note": note[:_NOTE_CHARS], "source": "channelhub"}
        )
        return notice.key

    async def _post(self, path: str, body: dict[str, Any]) -> None:
        headers = {"Authorization": f"GenieKey {self.config.api_key.reveal()}"}
        await self.caller.call("POST", joined(self.config.base_url, path), json=body, headers=headers)

    def _opened(self, notice: Notice) -> dict[str, Any]:
        alert, language = notice.alert, self.config.language
        return {
            "message": heading(alert, language)[:_MESSAGE_CHARS],
            "alias": notice.key,
            "description": details(alert, language),
            "details": {**dict(facts(alert, language)), "link": alert.link},
            "entity": "customer support",
            "source": "channelhub",
            "priority": _PRIORITIES[alert.severity],
            "tags": list(self.config.tags),
        }
