"""Microsoft Teams, a workflow's webhook that takes adaptive cards. It can't edit what it posted.

learn.microsoft.com/connectors/teams, "When a Teams webhook request is received"; adaptivecards.io, schema 1.4.
"""

import re
from dataclasses import dataclass
from typing import Any

from channelhub.dispatch.targets.calling import Caller
from channelhub.dispatch.targets.contract import Message, Notice
from channelhub.domain.alerts import AlertAction, Severity
from channelhub.rules.event_alerts.showing import Tone
from channelhub.rules.outage.alert_texts import facts, heading, link_label, repetition
from channelhub.settings.alerts import Teams

_COLOURS = {Severity.WARNING: "Warning", Severity.ERROR: "Attention", Severity.CRITICAL: "Attention"}
_TONES = {Tone.BAD: "Attention", Tone.PLAIN: "Default", Tone.GOOD: "Good"}
_MARKUP = re.compile(r"([\\`*_\[\]()#+!-])")


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsTarget:
    config: Teams
    caller: Caller
    refresh_s: float | None = None

    async def tell(self, notice: Notice) -> str:
        await self._send(self._body(notice), notice.alert.link)
        return ""

    async def post(self, message: Message) -> None:
        texts = message.body(self.config.language).splitlines()
        await self._send(
            [
                _headline(message.title, _TONES[message.tone]),
                *({"type": "TextBlock", "text": _escaped(text), "wrap": True, "spacing": "Small"} for text in texts),
            ],
            message.link,
        )

    async def _send(self, body: list[dict[str, Any]], link: str) -> None:
        card = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": body,
            "actions": [{"type": "Action.OpenUrl", "title": link_label(self.config.language), "url": link}],
        }
        attachment = {
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": None,
            "content": card,
        }
        message = {"type": "message", "attachments": [attachment]}
        await self.caller.call("POST", self.config.webhook_url.reveal(), json=message)

    def _body(self, notice: Notice) -> list[dict[str, Any]]:
        alert, language = notice.alert, self.config.language
        is_over = notice.action is AlertAction.RESOLVE
        body = [_headline(heading(alert, language), "Good" if is_over else _COLOURS[alert.severity])]
        told = [{"title": label, "value": _escaped(value)} for label, value in facts(alert, language)]
        if told:
            body.append({"type": "FactSet", "facts": told})
        last = f"{notice.key}. {repetition(language)}" if notice.may_repeat else notice.key
        return [*body, {"type": "TextBlock", "text": last, "size": "Small", "isSubtle": True, "wrap": True}]


def _headline(text: str, colour: str) -> dict[str, Any]:
    return {
        "type": "TextBlock",
        "text": _escaped(text),
        "weight": "Bolder",
        "size": "Medium",
        "color": colour,
        "wrap": True,
    }


def _escaped(text: str) -> str:
    """Without the Markdown that cards know."""
    return _MARKUP.sub(r"\\\1", text)
