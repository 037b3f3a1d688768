"""ntfy, published as JSON: docs.ntfy.sh/publish. From release 2.16 a sequence id replaces the notification."""

from dataclasses import dataclass
from typing import Any

from channelhub.dispatch.targets.calling import Caller
from channelhub.dispatch.targets.contract import Message, Notice
from channelhub.domain.alerts import AlertAction, Severity
from channelhub.rules.event_alerts.showing import Tone
from channelhub.rules.outage.alert_texts import details, heading
from channelhub.settings.alerts import Ntfy

_PRIORITIES = {Severity.WARNING: 4, Severity.ERROR: 5, Severity.CRITICAL: 5}
_TONES = {Tone.BAD: (4, "warning"), Tone.PLAIN: (3, "information_source"), Tone.GOOD: (3, "white_check_mark")}
_TITLE_CHARS, _MESSAGE_CHARS, _MESSAGE_BYTES = 250, 3500, 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class NtfyTarget:
    config: Ntfy
    caller: Caller
    refresh_s: float | None = None

    async def tell(self, notice: Notice) -> str:
        alert, language = notice.alert, self.config.language
        is_over = notice.action is AlertAction.RESOLVE
        message = {
            "topic": self.config.topic,
            "title": heading(alert, language)[:_TITLE_CHARS],
            "message": details(alert, language, is_repeated=notice.may_repeat)[:_MESSAGE_CHARS],
            "priority": 3 if is_over else _PRIORITIES[alert.severity],
            "tags": ["white_check_mark" if is_over else "rotating_light"],
            "click": alert.link,
            "sequence_id": notice.key,
        }
        await self._publish(message)
        return notice.key

    async def post(self, message: Message) -> None:
        priority, tag = _TONES[message.tone]
        published = {
            "topic": self.config.topic,
            "title": message.title[:_TITLE_CHARS],
            "message": _within(message.body(self.config.language) or message.title, _MESSAGE_BYTES),
            "priority": priority,
            "tags": [tag],
            "click": message.link,
            "sequence_id": message.key,
        }
        await self._publish(published)

    async def _publish(self, message: dict[str, Any]) -> None:
        token = self.config.token
        headers = {"Authorization": f"Bearer {token.reveal()}"} if token else {}
        await self.caller.call("POST", self.config.base_url.rstrip("/") + "/", json=message, headers=headers)


def _within(text: str, max_bytes: int) -> str:
    """The beginning that fits: a longer message would become an attachment."""
    return text.encode()[:max_bytes].decode(errors="ignore")
