"""The Intercom connector keeps the contract."""

import json
from collections.abc import Sequence

import msgspec

from channelhub.domain.media import MediaReference
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import Case, ConnectorContract, PostingRig, because
from connectors.helpdesk.intercom.config import IntercomConfig
from connectors.helpdesk.intercom.delivery import listed, posted
from connectors.helpdesk.intercom.plugin import SIGNATURE, plugin
from connectors.helpdesk.intercom.shapes import Conversation, Part
from connectors.helpdesk.receive import MAX_BODY_BYTES
from tests.connectors.helpdesk.intercom import vectors as v
from tests.contract.served import ServedRig
from tests.servers.intercom import SECRET, TOKEN, IntercomServer, headers


class IntercomRig(ServedRig, PostingRig):
    plugin = plugin
    server: IntercomServer
    customer = ("6762f19b1bb69f9f2193bbd4", "iryna@example.ua", "Ірина")
    secrets = (TOKEN, SECRET)
    proof_headers = (SIGNATURE,)
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = because("Intercom tells nobody that a part was edited", Case.EDIT) | because(
        "no time is signed: what is replayed is a redelivery, stored once", Case.OLD_PROOF
    )

    def __init__(self) -> None:
        self.server = IntercomServer()

    def config(self) -> IntercomConfig:
        return IntercomConfig(
            url=self.server.address,
            access_token=Secret(TOKEN),
            client_secret=Secret(SECRET),
            request_timeout_s=1,
        )

    async def until_callable(self) -> None:
        """The webhook is made when the account is seen to work."""
        await self.server.is_asked.wait()

    def headers(self, body: bytes) -> dict[str, str]:
        return headers(body)

    def body(self, number: int, text: str) -> bytes:
        return json.dumps(v.event("conversation.user.replied", v.part(str(number), text))).encode()

    def unknown(self) -> bytes:
        return json.dumps(v.HOLOGRAM).encode()

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        taken_back = json.dumps(v.event("conversation_part.redacted", v.part("1", **v.GONE))).encode()
        return [self.post(self.body(1, text)), self.post(taken_back)]

    def vectors(self) -> Sequence[RawMessage]:
        events = (json.dumps(event).encode() for event in v.EVENTS)
        raws = [posted(body, account=self.account, trust="claimed") for body in events]
        return [*(raw for raw in raws if raw is not None), a_listed_part(self.account)]

    async def keep_file(self, content: bytes) -> MediaReference:
        self.server.files["abc"] = content
        return MediaReference(reference=f"{self.server.url}/i/o/abc#1/2/0", size=len(content))

    async def name_file_at(self, url: str) -> MediaReference:
        self.server.redirects["abd"] = url
        return MediaReference(reference=f"{self.server.url}/i/o/abd#1/2/0")


def a_listed_part(account: str) -> RawMessage:
    said = json.dumps(v.part(attachments=[v.RECEIPT])).encode()
    talk = msgspec.json.decode(json.dumps(v.talk()), type=Conversation)
    part = msgspec.json.decode(said, type=Part)
    return listed(msgspec.Raw(said), part, talk, account=account, trust="verified")


class TestIntercom(ConnectorContract):
    rig = IntercomRig
