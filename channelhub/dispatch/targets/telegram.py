"""Telegram: a message that is edited, with what changed as an answer to it: core.telegram.org/bots/api."""

from dataclasses import dataclass
from typing import Any

from channelhub.dispatch.targets.calling import Caller, joined
from channelhub.dispatch.targets.contract import Message, Notice
from channelhub.domain.alerts import AlertAction
from channelhub.rules.outage.alert_texts import details, heading
from channelhub.settings.alerts import TelegramChat

_MOST_CHARS, _BODY_CHARS = 4096, 3300
_UNCHANGED = "message is not modified"


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramTarget:
    """Texts are plain: no parse mode, so nothing that a customer wrote is markup. Its name for an alert is the first
    message's number. An edit makes no sound, so what changed is said once more as an answer."""

    config: TelegramChat
    caller: Caller
    refresh_s: float | None = None

    async def tell(self, notice: Notice) -> str:
        alert, language = notice.alert, self.config.language
        text = f"{heading(alert, language)}\n\n{details(alert, language, is_repeated=notice.may_repeat)}"[:_MOST_CHARS]
        if not notice.external_ref.isdigit():
            return str(await self._send(text) or "")
        message_id = int(notice.external_ref)
        await self._ask("editMessageText", {"message_id": message_id, "text": text}, allowed=_UNCHANGED)
        answered = {"message_id": message_id, "allow_sending_without_reply": True}
        is_quiet = notice.action is AlertAction.UPDATE and alert.customers_before != alert.customers
        await self._ask(
            "sendMessage",
            {"text": heading(alert, language), "reply_parameters": answered, "disable_notification": is_quiet},
        )
        return notice.external_ref

    async def post(self, message: Message) -> None:
        body = message.body(self.config.language)
        below = "\n".join([*([body[:_BODY_CHARS]] if body else []), message.link])
        await self._send(f"{message.title}\n\n{below}")

    async def _send(self, text: str) -> int:
        thread = {"message_thread_id": self.config.thread_id} if self.config.thread_id else {}
        return await self._ask("sendMessage", {"text": text[:_MOST_CHARS], **thread})

    async def _ask(self, method: str, body: dict[str, Any], *, allowed: str = "") -> int:
        """The number of the message. Telegram says in the body why it refuses, with a status that fits."""
        url = joined(self.config.base_url, f"/bot{self.config.token.reveal()}/{method}")
        body = {"chat_id": self.config.chat_id, "link_preview_options": {"is_disabled": True}, **body}
        answer = await self.caller.call("POST", url, json=body, takes=frozenset({400, 429}))
        said = answer.json if isinstance(answer.json, dict) else {}
        if said.get("ok") is True:
            result = said.get("result")
            return int(result.get("message_id", 0)) if isinstance(result, dict) else 0
        reason = str(said.get("description", "no JSON"))
        if allowed and allowed in reason:
            return 0
        if answer.status == 429:
            wait = said.get("parameters")
            asked = wait.get("retry_after") if isinstance(wait, dict) else None
            raise self.caller.later(reason, float(asked) if isinstance(asked, int) else None)
        raise self.caller.failure(reason)
