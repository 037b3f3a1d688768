"""Statuspage, for everybody to read: that there is a problem, and that it is over. No word of any customer.

developer.statuspage.io, incidents. An incident carries the outage's key, so one that was made by an attempt that was
cut off is found again and not made twice.
"""

from dataclasses import dataclass
from typing import Any

from channelhub.dispatch.targets.calling import Caller, joined
from channelhub.dispatch.targets.contract import Notice
from channelhub.domain.alerts import AlertAction
from channelhub.rules.outage.alert_texts import heading, public_words
from channelhub.settings.alerts import Statuspage

_STATES = {"suspected": "investigating", "confirmed": "identified", "monitoring": "monitoring"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatuspageTarget:
    config: Statuspage
    caller: Caller
    refresh_s: float | None = None

    async def tell(self, notice: Notice) -> str:
        incident_id = notice.external_ref
        if not incident_id and notice.may_repeat:
            incident_id = await self._find(notice.key)
        if incident_id:
            await self._ask("PATCH", f"/incidents/{incident_id}", self._changed(notice))
            return incident_id
        if notice.action is AlertAction.RESOLVE:
            return ""  # the page never had it
        made = await self._ask("POST", "/incidents", self._opened(notice))
        return str(made.get("id", "")) if isinstance(made, dict) else ""

    async def _find(self, key: str) -> str:
        found = await self._ask("GET", "/incidents/unresolved", None)
        for one in found if isinstance(found, list) else []:
            metadata = one.get("metadata") if isinstance(one, dict) else None
            ours = metadata.get("channelhub") if isinstance(metadata, dict) else None
            if isinstance(ours, dict) and ours.get("outage") == key:
                return str(one.get("id", ""))
        return ""

    async def _ask(self, method: str, path: str, body: Any) -> Any:
        url = joined(self.config.base_url, f"/v1/pages/{self.config.page_id}{path}")
        headers = {"Authorization": f"OAuth {self.config.api_key.reveal()}"}
        return (await self.caller.call(method, url, json=body, headers=headers)).json

    def _opened(self, notice: Notice) -> dict[str, Any]:
        changed = self._changed(notice)["incident"]
        name = heading(notice.alert, self.config.language) if notice.alert.is_test else self.config.title
        made = {
            "name": name,
            "component_ids": list(self.config.component_ids),
            "metadata": {"channelhub": {"outage": notice.key}},
        }
        return {"incident": {**made, **changed}}

    def _changed(self, notice: Notice) -> dict[str, Any]:
        is_over = notice.action is AlertAction.RESOLVE
        return {
            "incident": {
                "status": "resolved" if is_over else _STATES.get(notice.alert.state, "investigating"),
                "body": self._words(notice),
                "deliver_notifications": self.config.notifies and not notice.alert.is_test,
            }
        }

    def _words(self, notice: Notice) -> str:
        if notice.alert.is_test:
            return heading(notice.alert, self.config.language)
        return public_words(notice.alert, notice.action, self.config.language)
