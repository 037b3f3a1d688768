"""The Chatwoot connector keeps the contract."""

import json
from collections.abc import Sequence

from channelhub.domain.media import MediaReference
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import Case, ConnectorContract, PostingRig, because
from connectors.helpdesk.chatwoot.config import ChatwootConfig
from connectors.helpdesk.chatwoot.delivery import posted
from connectors.helpdesk.chatwoot.plugin import SIGNATURE, plugin
from connectors.helpdesk.receive import MAX_BODY_BYTES
from tests.connectors.helpdesk.chatwoot import vectors as v
from tests.contract.served import ServedRig
from tests.servers.chatwoot import ACCOUNT, SECRET, TOKEN, ChatwootServer, headers


class ChatwootRig(ServedRig, PostingRig):
    plugin = plugin
    server: ChatwootServer
    customer = ("+380501234567", "Ірина")
    secrets = (TOKEN, SECRET)
    proof_headers = (SIGNATURE,)
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = because("messages in Chatwoot can't be edited", Case.EDIT)

    def __init__(self) -> None:
        self.server = ChatwootServer()

    def config(self) -> ChatwootConfig:
        return ChatwootConfig(
            url=self.server.address,
            account_id=ACCOUNT,
            api_token=Secret(TOKEN),
            signing_secret=Secret(SECRET),
            request_timeout_s=1,
        )

    async def until_callable(self) -> None:
        """The webhook is made when the account is seen to work."""
        await self.server.is_asked.wait()

    def headers(self, body: bytes) -> dict[str, str]:
        return headers(body, at_s=self.now.timestamp())

    def old_headers(self, body: bytes) -> dict[str, str]:
        return headers(body, at_s=self.now.timestamp() - 3600)

    def body(self, number: int, text: str) -> bytes:
        return json.dumps(v.event(number=number, text=text)).encode()

    def unknown(self) -> bytes:
        return json.dumps(v.HOLOGRAM).encode()

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        taken_back = json.dumps(v.event("message_updated", number=1, text="deleted", **v.DELETED)).encode()
        return [self.post(self.body(1, text)), self.post(taken_back)]

    def vectors(self) -> Sequence[RawMessage]:
        events = (json.dumps(event).encode() for event in v.EVENTS)
        raws = (posted(body, account=self.account, trust="claimed") for body in events)
        return [raw for raw in raws if raw is not None]

    async def keep_file(self, content: bytes) -> MediaReference:
        self.server.files["abc"] = content
        return MediaReference(reference=f"{self.server.url}/rails/blobs/abc", size=len(content))

    async def name_file_at(self, url: str) -> MediaReference:
        self.server.redirects["abd"] = url
        return MediaReference(reference=f"{self.server.url}/rails/blobs/abd")


class TestChatwoot(ConnectorContract):
    rig = ChatwootRig
