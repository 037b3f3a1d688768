"""The VK connector keeps the contract, by Long Poll and by the Callback API."""

import json
from collections.abc import Sequence
from typing import Any, Literal

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Connector
from channelhub.sdk.testing import (
    NO_SIGNATURE,
    NO_TIME,
    PROOFS,
    Case,
    MemoryHub,
    PostingRig,
    Proof,
    SenderContract,
    SenderRig,
    because,
)
from channelhub.sdk.testing.hub import EARLY_2026
from connectors.vk.config import VkConfig
from connectors.vk.delivery import to_raw
from connectors.vk.plugin import plugin
from connectors.vk.receive import MAX_BODY_BYTES
from tests.connectors.vk import vectors as v
from tests.contract.served import AskedRig, ServedRig
from tests.servers.vk import FIRST_TS, GROUP, SECRET, TOKEN, VkServer

ACCOUNT = "shop"


class VkSide(ServedRig, SenderRig):
    """The API, which both transports send by."""

    plugin = plugin
    customer = (str(v.MARIA),)
    secrets = (TOKEN, SECRET)
    mode: Literal["polling", "webhook"] = "polling"
    server: VkServer

    def __init__(self) -> None:
        self.server = VkServer()

    def config(self) -> VkConfig:
        return VkConfig(
            group_id=GROUP,
            token=Secret(TOKEN),
            mode=self.mode,
            secret=Secret(SECRET),
            base_url=self.server.url,
            poll_timeout_s=1,
            request_timeout_s=1,
        )

    def vectors(self) -> Sequence[RawMessage]:
        return [to_raw(body, account=ACCOUNT, now=EARLY_2026) for body in map(v.encoded, v.EVERY)]

    async def keep_file(self, content: bytes) -> MediaReference:
        self.server.files["z.jpg"] = content
        return MediaReference(reference=f"{self.server.url}/files/z.jpg")

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=str(v.MARIA), text=text, conversation_key=str(v.MARIA))

    def sent(self) -> Sequence[str]:
        return [one["message"] for one in self.server.sent]

    def sent_files(self) -> Sequence[bytes]:
        named = [name for one in self.server.sent if "attachment" in one for name in one["attachment"].split(",")]
        return [content for _, (*_, content) in zip(named, self.server.uploads, strict=True)]

    async def lose_answers(self) -> None:
        self.server.drops_answers = True


class PollRig(AskedRig, VkSide):
    not_applicable = (
        because("we ask: whoever answers is known by its certificate", *PROOFS)
        | because(
            "an answer that can't be read is one cut off; what stands in a readable one is whole", Case.DAMAGED_EVENT
        )
        | because("VK's events are of a few kilobytes, and one request gives a hundred", Case.OVERSIZE)
    )

    async def build(self, hub: MemoryHub) -> Connector:
        """An account that ran before: VK has nothing for one that asks for the first time."""
        hub.cursors.setdefault(f"longpoll:{GROUP}", str(FIRST_TS))
        hub.cursors.setdefault(f"history:{GROUP}", "1")
        return self.plugin.build(self.config(), hub.context(ACCOUNT))

    async def customer_says(self, text: str) -> str:
        return self._put(v.new(text, number=len(self.server.wire) + 1))

    async def redeliver(self, key: str) -> None:
        self.server.asked_ts = min(self.server.asked_ts, int(key))
        self.server.news.set()

    def acknowledged(self) -> set[str]:
        return {str(number) for number in range(FIRST_TS, self.server.asked_ts)}

    def list_backwards(self) -> None:
        self.server.is_backwards = True

    async def unknown_event(self) -> str:
        return self._put(v.UNKNOWN)

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        edits = [
            v.event("message_edit", v.message(text, update_time=v.AT + 60 * minute))
            for minute, text in enumerate(texts[1:], start=1)
        ]
        return [self._put(one) for one in (v.new(texts[0]), *edits)]

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        """VK tells of it in public only."""
        said = v.comment("wall_reply_new", post_id=900, owner_id=-GROUP, text=text)
        return [self._put(said), self._put(v.COMMENT_DELETED)]

    def _put(self, event: dict[str, Any]) -> str:
        number = FIRST_TS + len(self.server.wire)
        return str(self.server.put(v.encoded(event | {"event_id": f"e{number}"})))


class CallbackRig(VkSide, PostingRig):
    mode = "webhook"
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = (
        NO_SIGNATURE
        | NO_TIME
        | because("the proof stands in the event: bytes that can't be read prove nothing", Case.DAMAGED_EVENT)
    )

    async def build(self, hub: MemoryHub) -> Connector:
        hub.cursors.setdefault(f"history:{GROUP}", "1")
        return await super().build(hub)

    async def until_callable(self) -> None:
        """VK posts to an address that it was told and that it tried."""
        await self.server.is_hooked.wait()

    def body(self, number: int, text: str) -> bytes:
        return self._proved(v.new(text, number=number, event_id=f"e{number}"))

    def unknown(self) -> bytes:
        return self._proved(v.UNKNOWN)

    async def knock(self, proof: Proof) -> int:
        await self.until_callable()
        pretended = {} if proof is Proof.MISSING else {"secret": SECRET[:-1] + "2"}
        async with self._session.post(self.url, data=v.encoded(v.TEXT | pretended)) as answer:
            return answer.status

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        edits = [
            v.event("message_edit", v.message(text, update_time=v.AT + 60 * minute), event_id=f"e{minute}")
            for minute, text in enumerate(texts[1:], start=1)
        ]
        return [self.post(self._proved(one)) for one in (v.new(texts[0]), *edits)]

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        said = v.comment("wall_reply_new", post_id=900, owner_id=-GROUP, text=text)
        gone = v.COMMENT_DELETED | {"event_id": "gone"}
        return [self.post(self._proved(said)), self.post(self._proved(gone))]

    def _proved(self, event: dict[str, Any]) -> bytes:
        return json.dumps(event | {"secret": SECRET}, ensure_ascii=False).encode()


class TestPolling(SenderContract):
    rig = PollRig


class TestCallback(SenderContract):
    rig = CallbackRig
