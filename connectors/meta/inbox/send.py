"""Sending to a customer of a page or Instagram account: private messages, and answers under comments.

The platform knows no idempotency key, so a message whose answer got lost is never sent again by itself. What we sign
goes along as `metadata`, which the echo of the message carries back.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import msgspec

from channelhub.content.portions import split
from channelhub.domain.outbound import Outbound, OutgoingFile, SendReceipt
from channelhub.sdk.errors import AuthFailed, Rejected, Unavailable
from channelhub.sdk.files import ANY, FileRules, no_files
from channelhub.sdk.parts import receipt, send_parts
from channelhub.sdk.uploads import file_part, form_of
from connectors.meta.graph import AnswerLost, Graph, Refusal, explain, waiting_s
from connectors.meta.inbox.config import InboxConfig

WINDOW: Final = timedelta(hours=24)
HUMAN_AGENT_WINDOW: Final = timedelta(days=7)
MAX_FILE_BYTES: Final = 25 * 1024 * 1024
_COMMENT: Final = "comment:"
_CLOSED: Final = {(10, 2018278), (100, 2018278), (10, 2534022)}  # outside of the window
_UNAVAILABLE: Final = 551
_KINDS: Final = frozenset({"image", "video", "audio"})


def reply_window_s(config: InboxConfig) -> float:
    """How long after a customer wrote a person's answer is taken, in seconds."""
    return (HUMAN_AGENT_WINDOW if config.human_agent else WINDOW).total_seconds()


def is_public(key: str) -> bool:
    """Whether a conversation is one of comments or reviews: its key names the post, too, and what is answered there
    everybody sees. Meta takes answers there at any time."""
    return "#" in key


def file_rules(_config: InboxConfig, key: str) -> FileRules:
    """Files go in private, and never under comments."""
    return no_files("files can't be sent under comments") if is_public(key) else FileRules(types={ANY: MAX_FILE_BYTES})


class _Sent(msgspec.Struct):
    message_id: str = ""
    id: str = ""


class _Uploaded(msgspec.Struct):
    attachment_id: str


class Mouth:
    """Sends for one account. `limit` is of one text, by `size`; `replies` is what a comment's answers are called."""

    def __init__(
        self, graph: Graph, config: InboxConfig, *, limit: int, size: Callable[[str], int], replies: str
    ) -> None:
        self._graph = graph
        self._config = config
        self._limit = limit
        self._size = size
        self._replies = replies

    async def send(self, message: Outbound, *, now: datetime) -> SendReceipt:
        """Raises Unavailable and AuthFailed where nothing was taken, Rejected where it never will be; everything else
        means that it may have arrived. The receipt names the first message."""
        if message.in_reply_to.startswith(_COMMENT):
            return await self._under_comment(message)
        if why_not := file_rules(self._config, message.conversation_key).refusal(message.attachments):
            raise Rejected(why_not)
        envelope = self._envelope(message, now)
        texts = split(message.text, self._limit, size=self._size)
        bodies: list[dict[str, object]] = [{"text": text} for text in texts]
        bodies += [await self._uploaded(file) for file in message.attachments]
        if not bodies:
            raise Rejected("empty messages are not taken")
        sent = await send_parts([partial(self._say, message, envelope, body) for body in bodies])
        return receipt(sent)

    async def _say(self, message: Outbound, envelope: dict[str, object], body: dict[str, object]) -> str:
        """How the platform names a message, where it does."""
        if message.reply_token:
            body = body | {"metadata": message.reply_token}
        try:
            return (await self._graph.post("me/messages", _Sent, envelope | {"message": body})).message_id
        except Refusal as exc:
            raise verdict(exc) from exc

    def _envelope(self, message: Outbound, now: datetime) -> dict[str, object]:
        """To whom, and by which right: within 24 hours after they wrote, or as a person for 7 days."""
        recipient: dict[str, object] = {"recipient": {"id": message.to}}
        age = now - message.heard_at if message.heard_at else timedelta()
        if age < WINDOW:
            return recipient | {"messaging_type": "RESPONSE"}
        if self._config.human_agent and age < HUMAN_AGENT_WINDOW and not message.is_automatic:
            return recipient | {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        raise Rejected(
            f"the customer wrote too long ago ({message.heard_at:%Y-%m-%d %H:%M} UTC): Meta takes answers for 24 "
            "hours, for 7 days with the feature Human Agent (human_agent). Answer another way"
        )

    async def _under_comment(self, message: Outbound) -> SendReceipt:
        """A public answer, in the page's own name. Nothing automatic: hundreds alike are what Meta takes for spam."""
        if message.is_automatic:
            raise Rejected("automatic answers don't go under public comments")
        if message.attachments:
            raise Rejected("files can't be sent under comments")
        comment = message.in_reply_to.removeprefix(_COMMENT)
        try:
            sent = await self._graph.post(f"{comment}/{self._replies}", _Sent, {"message": message.text})
        except Refusal as exc:
            raise verdict(exc) from exc
        return SendReceipt(external_id=f"{_COMMENT}{sent.id}")

    async def _uploaded(self, file: OutgoingFile) -> dict[str, object]:
        """A file at Meta, by its id. Nobody sees it yet, so whatever fails here can be tried again."""
        main = file.content_type.partition("/")[0]
        kind = main if main in _KINDS else "file"
        told = msgspec.json.encode({"attachment": {"type": kind, "payload": {"is_reusable": False}}}).decode()
        form = form_of({"message": told}, {"filedata": file_part(file)}, fields_type="application/json")
        try:
            named = await self._graph.upload("me/message_attachments", _Uploaded, form)
        except Refusal as exc:
            raise verdict(exc) from exc
        except AnswerLost as exc:
            raise explain(exc, "uploading a file") from exc
        return {"attachment": {"type": kind, "payload": {"attachment_id": named.attachment_id}}}


def verdict(exc: Refusal) -> Exception:
    """What the platform's refusal of a message means."""
    fault = exc.fault
    if (wait_s := waiting_s(exc)) is not None:
        return Unavailable(f"sending: {exc.words}", retry_after_s=wait_s)
    if (fault.code, fault.error_subcode) in _CLOSED:
        return Rejected("the customer wrote too long ago: Meta takes answers for 24 hours. Answer another way")
    if fault.code == _UNAVAILABLE:
        return Rejected(f"this person can't be written to just now: {exc.words}")
    meant = explain(exc, "sending")
    return meant if isinstance(meant, AuthFailed) else Rejected(f"Meta refuses the message: {exc.words}")
