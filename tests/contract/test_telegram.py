"""The Telegram connector keeps the contract, polling and by webhook."""

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Literal, Self

import aiohttp

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Connector
from channelhub.sdk.testing import (
    NO_SIGNATURE,
    NO_TIME,
    PROOFS,
    BadDay,
    Case,
    Fault,
    MemoryHub,
    Proof,
    SenderContract,
    SenderRig,
    because,
)
from connectors.telegram.config import TelegramConfig
from connectors.telegram.plugin import plugin
from connectors.telegram.update import Origin, to_raw
from connectors.telegram.webhook import MAX_BODY_BYTES, SECRET_HEADER
from tests.connectors.telegram.vectors import NOW, PRIVATE, SENT, VECTORS, message
from tests.connectors.telegram.vectors import TEXT as TEXT_UPDATE
from tests.servers.telegram import TOKEN, BotServer

SECRET = "a-secret_made-up-by-us"
CUSTOMER = 418820331
TOO_LARGE = 413
PORTIONS = because("an answer that is too large is asked for in smaller portions", Case.OVERSIZE)


def said(text: str, *, number: int) -> dict[str, Any]:
    return message(text=text, message_id=number)


class TelegramRig(SenderRig):
    plugin = plugin
    customer = (str(CUSTOMER), "Олена")
    secrets = (TOKEN, SECRET)
    mode: Literal["polling", "webhook"] = "polling"
    not_applicable = (
        PORTIONS
        | because("we ask: whoever answers is known by its certificate", *PROOFS)
        | because(
            "an answer that can't be read is one cut off; what stands in a readable one has an id", Case.DAMAGED_EVENT
        )
    )

    def __init__(self) -> None:
        self.server = BotServer()

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.server.close()

    async def build(self, hub: MemoryHub) -> Connector:
        self.hook_url = hub.url("bot")
        return plugin.build(self.config(), hub.context("bot"))

    def config(self) -> TelegramConfig:
        return TelegramConfig(
            token=Secret(TOKEN),
            base_url=self.server.url,
            mode=self.mode,
            webhook_secret=Secret(SECRET),
            poll_timeout_s=1,
            request_timeout_s=1,
        )

    async def customer_says(self, text: str) -> str:
        return str(self.server.say(text, user_id=CUSTOMER))

    async def redeliver(self, key: str) -> None:
        self.server.offer_again(int(key))

    def acknowledged(self) -> set[str]:
        return set(map(str, self.server.confirmed))

    def vectors(self) -> Sequence[RawMessage]:
        origin = Origin(account="bot", bot_id=TOKEN.partition(":")[0], takes_groups=True)
        return [to_raw(update, origin, NOW) for update in VECTORS]

    def list_backwards(self) -> None:
        self.server.is_backwards = True

    async def lose_acknowledgement(self) -> None:
        self.server.befall_once(Fault.RESET_BEFORE)

    async def unknown_event(self) -> str:
        number = self.server.next_update_id
        self.server.put_wire(number, b'{"update_id":%d,"something_of_tomorrow":{"of":[1,{"deep":2}]}}' % number)
        return str(number)

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        edits = [
            {"edited_message": said(text, number=77) | {"edit_date": SENT + 60 * minute}}
            for minute, text in enumerate(texts[1:], start=1)
        ]
        updates: list[dict[str, Any]] = [{"message": said(texts[0], number=77)}, *edits]
        return [str(self.server.put(update)) for update in updates]

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        """Telegram tells of it in chats of a business account only."""
        business = {"business_connection_id": "b1"}
        updates: list[dict[str, Any]] = [
            {"business_message": said(text, number=78) | business},
            {"deleted_business_messages": {"chat": PRIVATE, "message_ids": [78]} | business},
        ]
        return [str(self.server.put(update)) for update in updates]

    async def keep_file(self, content: bytes) -> MediaReference:
        self.server.files["f1"] = content
        return MediaReference(reference="f1")

    async def name_file_at(self, url: str) -> MediaReference:
        """A message names an id; here what tells its place names another host."""
        self.server.files["f2"], self.server.places["f2"] = b"", url
        return MediaReference(reference="f2")

    async def befall(self, fault: Fault | None) -> None:
        self.server.befall(fault)

    async def have(self, day: BadDay | None) -> None:
        self.server.have(day)

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=str(CUSTOMER), text=text, conversation_key=str(CUSTOMER))

    def sent(self) -> Sequence[str]:
        return [sent.text for sent in self.server.sent]

    def sent_files(self) -> Sequence[bytes]:
        return [sent.file.content for sent in self.server.sent if sent.method != "sendmessage"]

    async def refuse_connections(self) -> None:
        await self.server.close()

    async def lose_answers(self) -> None:
        self.server.drops_answers_of.add("sendmessage")


class WebhookRig(TelegramRig):
    mode = "webhook"
    not_applicable = NO_SIGNATURE | NO_TIME
    oversize_bytes = MAX_BODY_BYTES + 1

    def list_backwards(self) -> None:
        """Telegram posts the updates of a chat one after the other."""

    async def lose_acknowledgement(self) -> None:
        self.server.hang_up()

    async def damaged_event(self) -> str:
        number = self.server.next_update_id
        self.server.put_wire(number, b'{"update_id":%d,"message":{"message_id":5,"ch' % number)
        return str(number)

    async def oversize(self) -> str:
        """In another chat: Telegram repeats what is refused, and the rest of that chat waits for it."""
        number = self.server.next_update_id
        self.server.put_wire(number, b'{"update_id":%d}'.ljust(self.oversize_bytes + 2) % number, chat_id=5)
        return str(number)

    def refused(self) -> set[str]:
        attempts = self.server.hook.attempts if self.server.hook else []
        return {str(number) for number, status in attempts if status == TOO_LARGE}

    async def knock(self, proof: Proof) -> int:
        headers = {} if proof is Proof.MISSING else {SECRET_HEADER: SECRET[:-1] + "x"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(self.hook_url, data=TEXT_UPDATE) as answer,
        ):
            return answer.status


class TestPolling(SenderContract):
    rig = TelegramRig


class TestWebhook(SenderContract):
    rig = WebhookRig
