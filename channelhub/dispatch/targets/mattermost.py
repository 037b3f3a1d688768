"""Mattermost, incoming webhook: developers.mattermost.com/integrate/webhooks/incoming. It can't edit what it posted."""

import re
from dataclasses import dataclass
from typing import Any

from channelhub.dispatch.targets.calling import Caller
from channelhub.dispatch.targets.contract import Message, Notice
from channelhub.domain.alerts import AlertAction, Severity
from channelhub.rules.event_alerts.showing import Tone
from channelhub.rules.outage.alert_texts import facts, heading, link_label, repetition
from channelhub.settings.alerts import Mattermost

_COLOURS = {Severity.WARNING: "#e0a000", Severity.ERROR: "#d04000", Severity.CRITICAL: "#b00020"}
_OVER = "#2e8540"
_TONES = {Tone.BAD: "#d04000", Tone.PLAIN: "#5f6b7a", Tone.GOOD: _OVER}
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|<>~:-])")


@dataclass(frozen=True, slots=True, kw_only=True)
class MattermostTarget:
    """Every post names the outage's key, by which people find what belongs together."""

    config: Mattermost
    caller: Caller
    refresh_s: float | None = None

    async def tell(self, notice: Notice) -> str:
        await self.caller.call("POST", self.config.webhook_url.reveal(), json=self._post(notice))
        return ""

    async def post(self, message: Message) -> None:
        title, link = _escaped(message.title), f"[{link_label(self.config.language)}]({message.link})"
        attachment = {
            "fallback": title,
            "color": _TONES[message.tone],
            "title": title,
            "title_link": message.link,
            "text": "\n".join([_escaped(message.body(self.config.language)), link]).strip(),
        }
        body = {"username": "channelhub", "attachments": [attachment]}
        await self.caller.call("POST", self.config.webhook_url.reveal(), json=body)

    def _post(self, notice: Notice) -> dict[str, Any]:
        alert, language = notice.alert, self.config.language
        is_over = notice.action is AlertAction.RESOLVE
        lines = [f"[{link_label(language)}]({alert.link}) `{notice.key}`"]
        if notice.may_repeat:
            lines.append(repetition(language))
        return {
            "username": "channelhub",
            "attachments": [
                {
                    "fallback": _escaped(heading(alert, language)),
                    "color": _OVER if is_over else _COLOURS[alert.severity],
                    "title": _escaped(heading(alert, language)),
                    "title_link": alert.link,
                    "text": "\n".join(lines),
                    "fields": [
                        {"title": label, "value": _escaped(value), "short": True}
                        for label, value in facts(alert, language)
                    ],
                }
            ],
        }


def _escaped(text: str) -> str:
    """Without Markdown, and without mentions: a customer's @all must not wake everybody."""
    return _MARKUP.sub(r"\\\1", text).replace("@", "@\u200b")
