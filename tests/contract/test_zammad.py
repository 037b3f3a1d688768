"""The Zammad connector keeps the contract."""

import json
from collections.abc import Sequence

import msgspec

from channelhub.domain.media import MediaReference
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.testing import Case, ConnectorContract, PostingRig, because
from connectors.helpdesk.receive import MAX_BODY_BYTES
from connectors.helpdesk.zammad.config import ZammadConfig
from connectors.helpdesk.zammad.delivery import listed, posted
from connectors.helpdesk.zammad.plugin import SIGNATURE, plugin
from connectors.helpdesk.zammad.shapes import Known, Line
from tests.connectors.helpdesk.zammad import vectors as v
from tests.contract.served import ServedRig
from tests.servers.zammad import SECRET, TOKEN, ZammadServer, headers


class ZammadRig(ServedRig, PostingRig):
    plugin = plugin
    server: ZammadServer
    customer = ("iryna@example.ua", "+380501234567", "Ірина")
    secrets = (TOKEN, SECRET)
    proof_headers = (SIGNATURE,)
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = (
        because("articles of Zammad can't be edited", Case.EDIT)
        | because("Zammad lets only notes be deleted, and tells nobody", Case.DELETION)
        | because("Zammad signs no time: a replayed article is stored once", Case.OLD_PROOF)
    )

    def __init__(self) -> None:
        self.server = ZammadServer()

    def config(self) -> ZammadConfig:
        return ZammadConfig(
            url=self.server.address,
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
        return json.dumps(v.event(number, text)).encode()

    def unknown(self) -> bytes:
        return json.dumps(v.HOLOGRAM).encode()

    def vectors(self) -> Sequence[RawMessage]:
        events = (json.dumps(event).encode() for event in v.EVENTS)
        raws = [posted(body, account=self.account, trust="claimed") for body in events]
        return [*(raw for raw in raws if raw is not None), a_listed_article(self.account)]

    async def keep_file(self, content: bytes) -> MediaReference:
        self.server.files["81/104/174"] = content
        return MediaReference(reference="81/104/174", size=len(content))

    async def name_file_at(self, url: str) -> MediaReference:
        self.server.redirects["81/104/175"] = url
        return MediaReference(reference="81/104/175")


def a_listed_article(account: str) -> RawMessage:
    said = json.dumps(v.article(attachments=[v.RECEIPT])).encode()
    text = json.dumps({"ticket": v.ticket(), "article": json.loads(said), "users": [v.IRYNA, v.AGENT]}).encode()
    line, known = msgspec.json.decode(text, type=Line), msgspec.json.decode(said, type=Known)
    return listed(known, line, account=account, trust="verified")


class TestZammad(ConnectorContract):
    rig = ZammadRig
