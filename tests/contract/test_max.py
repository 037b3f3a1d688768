"""The MAX connector keeps the contract, by webhook and by long polling."""

from collections.abc import Sequence
from typing import Any, Literal

import pytest

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
    SenderContract,
    SenderRig,
    because,
)
from connectors.max.config import MaxConfig
from connectors.max.delivery import to_raw
from connectors.max.plugin import plugin
from connectors.max.receive import MAX_BODY_BYTES, SECRET_HEADER
from tests.connectors.max import vectors as v
from tests.contract.served import AskedRig, ServedRig
from tests.servers.max import FIRST_MARKER, SECRET, TOKEN, MaxServer, mid

ACCOUNT = "shop"


@pytest.fixture(autouse=True)
def quick_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """MAX's limit of two requests in a second is not the local server's."""
    monkeypatch.setattr("connectors.max.poll.PAUSE_S", 0.01)


class MaxSide(ServedRig, SenderRig):
    """The Bot API, which both transports send by."""

    plugin = plugin
    customer = (str(v.MARIA), "Мария С.")
    secrets = (TOKEN, SECRET)
    mode: Literal["polling", "webhook"] = "polling"
    server: MaxServer

    def __init__(self) -> None:
        self.server = MaxServer()

    def config(self) -> MaxConfig:
        return MaxConfig(
            token=Secret(TOKEN),
            mode=self.mode,
            webhook_secret=Secret(SECRET),
            base_url=self.server.url,
            poll_timeout_s=1,
            request_timeout_s=1,
        )

    def vectors(self) -> Sequence[RawMessage]:
        return [to_raw(body, account=ACCOUNT, takes_groups=True) for body in map(v.encoded, v.EVERY)]

    async def keep_file(self, content: bytes) -> MediaReference:
        """A video, of which MAX is asked for the address."""
        self.server.files["v.mp4"] = content
        self.server.videos["v1token"] = {"mp4_720": f"{self.server.url}/files/v.mp4"}
        return MediaReference(reference="video:v1token")

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=str(v.MARIA), text=text, conversation_key=str(v.MARIA))

    def sent(self) -> Sequence[str]:
        return [one["text"] for one in self.server.sent]

    def sent_files(self) -> Sequence[bytes]:
        attached = [file for one in self.server.sent for file in one.get("attachments", ())]
        return [self.server.uploads[file["payload"]["token"]][2] for file in attached]

    async def lose_answers(self) -> None:
        self.server.drops_answers = True


class PollRig(AskedRig, MaxSide):
    not_applicable = (
        because("we ask: whoever answers is known by its certificate", *PROOFS)
        | because("an answer that can't be read is one cut off; what stands in it is whole", Case.DAMAGED_EVENT)
        | because("MAX's updates are of a few kilobytes, and one request gives a hundred", Case.OVERSIZE)
    )

    async def build(self, hub: MemoryHub) -> Connector:
        return self.plugin.build(self.config(), hub.context(ACCOUNT))

    async def customer_says(self, text: str) -> str:
        return self._put(v.created(text, mid=mid(len(self.server.wire) + 1)))

    async def redeliver(self, key: str) -> None:
        self.server.freed = min(self.server.freed, int(key))
        self.server.news.set()

    def acknowledged(self) -> set[str]:
        return {str(number) for number in range(FIRST_MARKER, self.server.freed)}

    def list_backwards(self) -> None:
        self.server.is_backwards = True

    async def unknown_event(self) -> str:
        return self._put(v.UNKNOWN)

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        edits = [v.edited(text, at_ms=v.AT_MS + minute) for minute, text in enumerate(texts[1:], start=1)]
        return [self._put(one) for one in (v.created(texts[0]), *edits)]

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        return [self._put(v.created(text)), self._put(v.REMOVED)]

    def _put(self, update: dict[str, Any]) -> str:
        return str(self.server.put(v.encoded(update)))


class HookRig(MaxSide, PostingRig):
    mode = "webhook"
    proof_headers = (SECRET_HEADER,)
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = NO_SIGNATURE | NO_TIME

    async def until_callable(self) -> None:
        """MAX posts to an address that it was told."""
        await self.server.is_hooked.wait()

    def headers(self, body: bytes) -> dict[str, str]:
        return {SECRET_HEADER: SECRET, "Content-Type": "application/json"}

    def body(self, number: int, text: str) -> bytes:
        return v.encoded(v.created(text, mid=mid(number)))

    def unknown(self) -> bytes:
        return v.encoded(v.UNKNOWN)

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        edits = [v.edited(text, at_ms=v.AT_MS + minute) for minute, text in enumerate(texts[1:], start=1)]
        return [self.post(v.encoded(one)) for one in (v.created(texts[0]), *edits)]

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        return [self.post(v.encoded(v.created(text))), self.post(v.encoded(v.REMOVED))]


class TestWebhook(SenderContract):
    rig = HookRig


class TestPolling(SenderContract):
    rig = PollRig
