"""Slack: a bot that edits its message and adds what changed below it, or an incoming webhook that only posts.

docs.slack.dev/reference/methods/chat.postMessage and chat.update; docs.slack.dev/messaging, incoming webhooks.
"""

from dataclasses import dataclass
from typing import Any

from channelhub.dispatch.targets.calling import Caller, joined
from channelhub.dispatch.targets.contract import Message, Notice
from channelhub.domain.alerts import AlertAction, Severity
from channelhub.rules.event_alerts.showing import Tone
from channelhub.rules.outage.alert_texts import facts, heading, link_label, repetition
from channelhub.settings.alerts import Slack, SlackWebhook

_HEADER_CHARS, _FIELDS, _FIELD_CHARS, _TEXT_CHARS = 150, 10, 2000, 3000
_COLOURS = {Severity.WARNING: "#e0a000", Severity.ERROR: "#d04000", Severity.CRITICAL: "#b00020"}
_OVER = "#2e8540"
_TONES = {Tone.BAD: "#d04000", Tone.PLAIN: "#5f6b7a", Tone.GOOD: _OVER}
_SECRET_ERRORS = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackTarget:
    """Its name for an alert is the channel and the first message's time stamp."""

    config: Slack
    caller: Caller
    refresh_s: float | None = None

    async def tell(self, notice: Notice) -> str:
        message = _message(notice, self.config.language)
        channel, _, stamp = notice.external_ref.partition(":")
        if not stamp:
            answer = await self._ask("chat.postMessage", {"channel": self.config.channel, **message})
            return f"{answer.get('channel', self.config.channel)}:{answer.get('ts', '')}"
        await self._ask("chat.update", {"channel": channel, "ts": stamp, **message})
        changed = _escaped(heading(notice.alert, self.config.language))
        await self._ask("chat.postMessage", {"channel": channel, "thread_ts": stamp, "text": changed})
        return notice.external_ref

    async def post(self, message: Message) -> None:
        posted = _posted(message, self.config.language)
        await self._ask("chat.postMessage", {"channel": self.config.channel, **posted})

    async def _ask(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {
            "Authorization": f"Bearer {self.config.token.reveal()}",
            "Content-Type": "application/json; charset=utf-8",
        }
        answer = await self.caller.call("POST", joined(self.config.base_url, f"/{method}"), json=body, headers=headers)
        said = answer.json if isinstance(answer.json, dict) else {}
        if said.get("ok") is True:
            return said
        error = str(said.get("error", "no JSON"))
        if error in _SECRET_ERRORS:
            raise self.caller.refused(error)
        if error in ("ratelimited", "internal_error", "service_unavailable"):
            raise self.caller.later(error, None)
        raise self.caller.failure(error)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackWebhookTarget:
    config: SlackWebhook
    caller: Caller
    refresh_s: float | None = None

    async def tell(self, notice: Notice) -> str:
        await self.caller.call("POST", self.config.webhook_url.reveal(), json=_message(notice, self.config.language))
        return ""

    async def post(self, message: Message) -> None:
        await self.caller.call("POST", self.config.webhook_url.reveal(), json=_posted(message, self.config.language))


def _message(notice: Notice, language: str) -> dict[str, Any]:
    alert = notice.alert
    text = heading(alert, language)
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": text[:_HEADER_CHARS], "emoji": False}}
    ]
    fields = [
        {"type": "mrkdwn", "text": f"*{_escaped(label)}*\n{_escaped(value)}"[:_FIELD_CHARS]}
        for label, value in facts(alert, language)[:_FIELDS]
    ]
    if fields:
        blocks.append({"type": "section", "fields": fields})
    link = f"<{alert.link}|{_escaped(link_label(language))}>"
    last = f"{link} {_escaped(repetition(language))}" if notice.may_repeat else link
    blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": last}]})
    colour = _OVER if notice.action is AlertAction.RESOLVE else _COLOURS[alert.severity]
    return {"text": _escaped(text)[:_TEXT_CHARS], "attachments": [{"color": colour, "blocks": blocks}]}


def _posted(message: Message, language: str) -> dict[str, Any]:
    """A message about an event: blocks of plain text, in which nothing is markup or mentions anybody."""
    body = message.body(language)
    blocks: list[dict[str, Any]] = []
    if body:
        blocks.append({"type": "section", "text": {"type": "plain_text", "text": body[:_TEXT_CHARS], "emoji": False}})
    link = f"<{message.link}|{_escaped(link_label(language))}>"
    blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": link}]})
    attachment = {"color": _TONES[message.tone], "blocks": blocks}
    return {"text": _escaped(message.title), "mrkdwn": False, "unfurl_links": False, "attachments": [attachment]}


def _escaped(text: str) -> str:
    """Slack's three control characters: without them no text mentions anybody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
