"""The Zendesk connector keeps the contract."""

import json
from collections.abc import Sequence

import msgspec

from channelhub.domain.media import MediaReference
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import Case, ConnectorContract, PostingRig, because
from connectors.helpdesk.receive import MAX_BODY_BYTES
from connectors.helpdesk.zendesk.config import ZendeskConfig
from connectors.helpdesk.zendesk.delivery import listed, posted
from connectors.helpdesk.zendesk.plugin import SIGNATURE, plugin
from connectors.helpdesk.zendesk.shapes import Comment, Line
from tests.connectors.helpdesk.zendesk import vectors as v
from tests.contract.served import ServedRig
from tests.servers.zendesk import EMAIL, SECRET, TOKEN, ZendeskServer, headers


class ZendeskRig(ServedRig, PostingRig):
    plugin = plugin
    server: ZendeskServer
    customer = ("8899", "olha@example.ua", "Ольга")
    secrets = (TOKEN, SECRET)
    proof_headers = (SIGNATURE,)
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = because("comments of Zendesk can't be edited", Case.EDIT) | because(
        "Zendesk doesn't say that repetitions are signed anew: a replayed one is stored once", Case.OLD_PROOF
    )

    def __init__(self) -> None:
        self.server = ZendeskServer()

    def config(self) -> ZendeskConfig:
        return ZendeskConfig(
            url=self.server.address,
            email=EMAIL,
            api_token=Secret(TOKEN),
            signing_secret=Secret(SECRET),
            request_timeout_s=1,
        )

    async def until_callable(self) -> None:
        """The webhook is made when the account is seen to work."""
        await self.server.is_asked.wait()

    def headers(self, body: bytes) -> dict[str, str]:
        return headers(body)

    def body(self, number: int, text: str) -> bytes:
        return json.dumps(v.event(number=number, text=text)).encode()

    def unknown(self) -> bytes:
        return json.dumps(v.HOLOGRAM).encode()

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        taken_back = json.dumps(v.event("comment_redacted", number=1, text="▇▇▇")).encode()
        return [self.post(self.body(1, text)), self.post(taken_back)]

    def vectors(self) -> Sequence[RawMessage]:
        events = (json.dumps(event).encode() for event in v.EVENTS)
        raws = [posted(body, account=self.account, trust="claimed") for body in events]
        return [*(raw for raw in raws if raw is not None), a_listed_comment(self.account)]

    async def keep_file(self, content: bytes) -> MediaReference:
        self.server.files["abc"] = content
        return MediaReference(reference=f"{self.server.url}/attachments/token/abc/?name=a.pdf", size=len(content))

    async def name_file_at(self, url: str) -> MediaReference:
        self.server.redirects["abd"] = url
        return MediaReference(reference=f"{self.server.url}/attachments/token/abd/")


def a_listed_comment(account: str) -> RawMessage:
    said = json.dumps(v.comment(attachments=[v.RECEIPT])).encode()
    text = json.dumps({"ticket": v.ticket(), "comment": json.loads(said), "users": [v.OLHA, v.AGENT]}).encode()
    line, comment = msgspec.json.decode(text, type=Line), msgspec.json.decode(said, type=Comment)
    return listed(comment, line, account=account, trust="verified")


class TestZendesk(ConnectorContract):
    rig = ZendeskRig
