"""The Slack connector keeps the contract, by webhook and over the link of Socket Mode."""

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

import msgspec

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Connector
from channelhub.sdk.testing import (
    ASKING,
    PROOFS,
    BadDay,
    Case,
    Fault,
    MemoryHub,
    PostingRig,
    SenderContract,
    SenderRig,
    because,
)
from connectors.slack.config import SlackConfig
from connectors.slack.delivery import to_raw
from connectors.slack.people import profile_of
from connectors.slack.plugin import plugin
from connectors.slack.receive import MAX_BODY_BYTES, SIGNATURE_HEADER, TIME_HEADER
from tests.connectors.slack import vectors as v
from tests.servers.slack import APP_TOKEN, SECRET, TOKEN, SlackServer, signed

ACCOUNT = "shop"


def corrected(texts: Sequence[str]) -> list[dict[str, Any]]:
    edits = [v.changed(text, number=number) for number, text in enumerate(texts[1:], start=2)]
    return [v.said(texts[0]), *edits]


class SlackSide(SenderRig):
    """What is the same whichever way events come."""

    plugin = plugin
    customer = (v.OLENA,)
    secrets = (TOKEN, SECRET, APP_TOKEN)
    server: SlackServer

    def vectors(self) -> Sequence[RawMessage]:
        person = profile_of(msgspec.Raw(v.encoded(v.PERSON)), account=ACCOUNT)
        assert person is not None
        return [*(to_raw(v.encoded(one), account=ACCOUNT) for one in v.EVERY), person]

    async def keep_file(self, content: bytes) -> MediaReference:
        self.server.files["F0ACT"] = content
        return MediaReference(reference="F0ACT")

    async def name_file_at(self, url: str) -> MediaReference:
        """A message names an id; here what tells its place names another host."""
        self.server.files["F0ACT"], self.server.places["F0ACT"] = b"x", url
        return MediaReference(reference="F0ACT")

    async def befall(self, fault: Fault | None) -> None:
        self.server.befall(fault)

    async def have(self, day: BadDay | None) -> None:
        self.server.have(day)

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=v.OLENA, text=text, conversation_key=v.CHAT)

    def sent(self) -> Sequence[str]:
        return [one["text"] for one in self.server.sent]

    def sent_files(self) -> Sequence[bytes]:
        shared = [file["id"] for one in self.server.shared for file in json.loads(one["files"])]
        return [self.server.uploaded[name][1] for name in shared]

    async def refuse_connections(self) -> None:
        await self.server.close()

    async def lose_answers(self) -> None:
        self.server.drops_answers = True


class WebhookRig(PostingRig, SlackSide):
    proof_headers = (TIME_HEADER, SIGNATURE_HEADER)
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = because(
        "Slack posts: only who we are, and what was missed, is asked; that is played over the link", *ASKING
    )

    def __init__(self) -> None:
        self.server = SlackServer()

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self.server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        await self.server.close()

    def config(self) -> SlackConfig:
        return SlackConfig(
            token=Secret(TOKEN), signing_secret=Secret(SECRET), base_url=self.server.api, request_timeout_s=1
        )

    def headers(self, body: bytes) -> dict[str, str]:
        return {"Content-Type": "application/json", **signed(body, self.now)}

    def old_headers(self, body: bytes) -> dict[str, str]:
        return signed(body, self.now - timedelta(seconds=301))

    def body(self, number: int, text: str) -> bytes:
        return v.encoded(v.said(text, number=number))

    def unknown(self) -> bytes:
        return v.encoded(v.UNKNOWN)

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        return [self.post(v.encoded(one)) for one in corrected(texts)]

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        return [self.post(v.encoded(one)) for one in (v.said(text), v.DELETED)]


class LinkRig(SlackSide):
    not_applicable = because("we open the link: whoever answers is known by its certificate", *PROOFS) | because(
        "a frame of the link that is too large breaks it off, and Slack's have some hundred kilobytes", Case.OVERSIZE
    )

    def __init__(self) -> None:
        self.server = SlackServer()
        self._said = 0
        self._calls: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.break_links()
        await self.server.close()

    async def build(self, hub: MemoryHub) -> Connector:
        return plugin.build(self.config(), hub.context(ACCOUNT))

    def config(self) -> SlackConfig:
        return SlackConfig(
            token=Secret(TOKEN),
            signing_secret=Secret(SECRET),
            mode="socket",
            app_token=Secret(APP_TOKEN),
            base_url=self.server.api,
            request_timeout_s=1,
        )

    async def customer_says(self, text: str) -> str:
        self._said += 1
        return await self.server.offer(v.said(text, number=self._said))

    async def redeliver(self, key: str) -> None:
        await self.server.offer_again(key)

    def acknowledged(self) -> set[str]:
        return set(self.server.acknowledged)

    async def lose_acknowledgement(self) -> None:
        self.server.break_links()

    async def unknown_event(self) -> str:
        return await self.server.offer(v.UNKNOWN)

    async def damaged_event(self) -> str:
        return await self.server.offer(json.dumps(v.TEXT)[:-4])

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        return [await self.server.offer(one) for one in corrected(texts)]

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        return [await self.server.offer(one) for one in (v.said(text), v.DELETED)]


class TestWebhook(SenderContract):
    rig = WebhookRig


class TestLink(SenderContract):
    rig = LinkRig
