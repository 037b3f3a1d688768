"""The Teams connector keeps the contract, receiving and sending."""

import asyncio
import base64
from collections.abc import Sequence
from datetime import timedelta
from types import TracebackType
from typing import Self

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Connector
from channelhub.sdk.testing import NO_SIGNATURE, BadDay, Fault, MemoryHub, PostingRig, SenderContract, SenderRig
from connectors.teams.config import TeamsConfig
from connectors.teams.delivery import activity_of, to_raw
from connectors.teams.plugin import TeamsConnector, plugin
from connectors.teams.receive import MAX_BODY_BYTES, TOKEN_HEADER
from tests.connectors.teams import vectors as v
from tests.servers.teams import APP_ID, GIVEN, PASSWORD, TeamsServer, token

TURN_S = 0.002


class TeamsRig(PostingRig, SenderRig):
    plugin = plugin
    customer = (v.OLENA, v.OLENA_HERE)
    secrets = (PASSWORD, GIVEN)
    proof_headers = (TOKEN_HEADER,)
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = NO_SIGNATURE

    def __init__(self) -> None:
        self.server = TeamsServer()
        self.connector: TeamsConnector | None = None

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self.server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        await self.server.close()

    def config(self) -> TeamsConfig:
        return TeamsConfig(
            app_id=APP_ID,
            app_password=Secret(PASSWORD),
            service_urls=(self.server.service,),
            openid_url=f"{self.server.url}/openid",
            login_url=self.server.url,
            request_timeout_s=1,
        )

    async def build(self, hub: MemoryHub) -> Connector:
        built = await super().build(hub)
        assert isinstance(built, TeamsConnector)
        self.connector = built
        hub.cursors[f"service:{v.CHAT}"] = self.server.service  # where a conversation of before is answered
        return built

    async def until_callable(self) -> None:
        """Teams repeats what hears 503 before the keys are known; here it begins after that."""
        while self.connector is None or not self.connector._keyring.keys:
            await asyncio.sleep(TURN_S)

    def headers(self, body: bytes) -> dict[str, str]:
        return {TOKEN_HEADER: f"Bearer {token(self.server.service, at=self.now)}"}

    def old_headers(self, body: bytes) -> dict[str, str]:
        return {TOKEN_HEADER: f"Bearer {token(self.server.service, at=self.now - timedelta(hours=2))}"}

    def body(self, number: int, text: str) -> bytes:
        return v.encoded(v.said(text, number=number, service=self.server.service))

    def unknown(self) -> bytes:
        return v.encoded(v.UNKNOWN | {"serviceUrl": self.server.service})

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        service = self.server.service
        said = [v.said(texts[0], service=service)]
        for second, text in enumerate(texts[1:], start=1):
            moment = f"2026-11-21T20:30:0{second}Z"
            said.append(v.activity("messageUpdate", text=text, timestamp=moment, service=service))
        return [self.post(v.encoded(one)) for one in said]

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        service = {"serviceUrl": self.server.service}
        return [self.post(v.encoded(one | service)) for one in (v.said(text), v.DELETED)]

    def vectors(self) -> Sequence[RawMessage]:
        bodies = map(v.encoded, v.EVERY)
        return [to_raw(body, activity_of(body), account=self.account) for body in bodies]

    async def keep_file(self, content: bytes) -> MediaReference:
        self.server.files["1"] = content
        return MediaReference(reference=f"{self.server.service}files/1")

    async def name_file_at(self, url: str) -> MediaReference:
        return MediaReference(reference=url)

    async def befall(self, fault: Fault | None) -> None:
        self.server.befall(fault)

    async def have(self, day: BadDay | None) -> None:
        self.server.have(day)

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=v.OLENA, text=text, conversation_key=v.CHAT, in_reply_to=v.ID)

    def sent(self) -> Sequence[str]:
        return [one["text"] for one in self.server.sent]

    def sent_files(self) -> Sequence[bytes]:
        attached = [file for one in self.server.sent for file in one.get("attachments", ())]
        return [base64.b64decode(file["contentUrl"].partition("base64,")[2]) for file in attached]

    async def refuse_connections(self) -> None:
        await self.server.close()

    async def lose_answers(self) -> None:
        self.server.drops_answers = True


class TestTeams(SenderContract):
    rig = TeamsRig
