"""The web chat keeps the connector contract: a page without WebSocket posts, and hears what is sent to it."""

import json
import re
from collections.abc import Sequence

from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Connector, Mount
from channelhub.sdk.signed_identity import SignedIdentity, sign
from channelhub.sdk.testing import (
    CALLED,
    NO_FILES,
    NO_VERSIONS,
    PROOFS,
    SENDING,
    Case,
    MemoryHub,
    PostingRig,
    SenderContract,
    SenderRig,
    because,
)
from connectors.webchat.config import WebchatConfig
from connectors.webchat.plugin import WebchatConnector, plugin
from connectors.webchat.rooms import Tab
from connectors.webchat.visitors import recognise

SITE = "https://shop.example"
SECRET = "an example secret of a site"
IDENTITY = sign(SignedIdentity(customer_id="crm-77120", exp=2**40, email="signed-ann@example.com"), SECRET)
RANDOM = "abcdefghijklmnopqrstuvwxyz012345"
MAX_BODY_BYTES = 64 * 1024
MALFORMED = (Case.UNKNOWN_EVENT, Case.DAMAGED_EVENT)
PLACE = "c.crm-77120"
REPLY_TOKEN = "ch.2g5v7mog24f7n.2vv.2b648hir9ln5pfu9"


def own_id(number: int) -> str:
    """How a browser names what it says."""
    return f"0b9a3c52-6c7e-4b52-9d1a-{number:012}"


class PageRig(PostingRig, SenderRig):
    """A page that keeps what its visitor wrote until it is acknowledged, and shows what it is told."""

    plugin = plugin
    customer = ("signed-ann@example.com", "crm-77120")
    secrets = (SECRET, IDENTITY, RANDOM)
    mount = Mount.CHAT
    oversize_bytes = MAX_BODY_BYTES + 1
    not_applicable = (
        CALLED
        | NO_FILES
        | NO_VERSIONS
        | because("a page fetches files of ours from the hub, and only names go to it", Case.FILE_OF_OURS)
        | because("anybody may write: a forged identity token proves nothing, and refuses nobody", *PROOFS)
        | because("the protocol is ours: a page that says something else hears that it isn't understood", *MALFORMED)
        | because("nobody is called to send: pages read what is said from the hub when they come again", *SENDING)
    )

    def config(self) -> WebchatConfig:
        return WebchatConfig(
            allowed_origins=(SITE,),
            identity_secret=Secret(SECRET),
            rate_per_minute=10_000,
            network_rate_per_minute=10_000,
            max_body_bytes=MAX_BODY_BYTES,
        )

    async def build(self, hub: MemoryHub) -> Connector:
        built = await super().build(hub)
        assert isinstance(built, WebchatConnector)
        visitor = recognise(
            self.visitor(), IDENTITY, secret=Secret(SECRET), now=hub.now, remember_days=180, draws=False
        )
        assert visitor is not None
        self._page = Tab(visitor=visitor, network="203.0.113.0/24", peer="203.0.113.9", site=SITE)
        built.rooms.enter(self._page)
        return built

    def visitor(self) -> str:
        """The browser's token, drawn anew where the hub's clock says that the last one is too old."""
        return f"1.{int(self.now.timestamp())}.{RANDOM}"

    async def redeliver(self, key: str) -> None:
        """As a page does it: what was written with the token that it has now."""
        old = self._bodies[key]
        self._bodies[key] = re.sub(rb'"1\.[0-9]+\.', b'"' + self.visitor().rpartition(".")[0].encode() + b".", old)
        await super().redeliver(key)

    def headers(self, body: bytes) -> dict[str, str]:
        return {"Content-Type": "application/json", "Origin": SITE}

    def body(self, number: int, text: str) -> bytes:
        message = {
            "type": "message",
            "id": own_id(number),
            "text": text,
            "page": f"{SITE}/lamps",
        }
        return json.dumps({"hello": {"visitor": self.visitor(), "identity": IDENTITY}, "frames": [message]}).encode()

    def vectors(self) -> Sequence[RawMessage]:
        file = {"name": "чек.jpg", "type": "image/jpeg", "content": "/9g="}
        frames = [
            {
                "type": "message",
                "id": own_id(1),
                "text": "Де моє замовлення?",
                "page": f"{SITE}/lamps",
            },
            {"type": "message", "id": own_id(2), "text": "", "files": [file]},
            {
                "type": "contact",
                "id": own_id(3),
                "email": "ann@example.com",
                "name": "Ганна",
            },
            {"type": "seen", "ids": [REPLY_TOKEN, "somebody's"], "read": True},
            {"type": "seen", "ids": [REPLY_TOKEN]},
        ]
        signed = {"customer_id": "crm-77120", "customer_email": "signed-ann@example.com", "place": PLACE}
        anonymous = {"place": "v.abcdefgh", "token_refused": "expired"}
        return [
            RawMessage(
                account=self.account,
                delivery_id=f"abcdefgh:{number}",
                body=json.dumps(frame).encode(),
                content_type="application/json",
                envelope=Envelope(
                    peer="203.0.113.9", extra={"browser": "abcdefgh", "origin": "203.0.113.0/24", **(extra)}
                ),
            )
            for number, (frame, extra) in enumerate(
                [(frame, extra) for frame in frames for extra in (signed, anonymous)]
            )
        ]

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=PLACE, conversation_key=PLACE, text=text, reply_token=REPLY_TOKEN)

    def sent(self) -> Sequence[str]:
        return [json.loads(frame)["item"]["text"] for frame in self._page.outgoing.waiting]


class TestWebchat(SenderContract):
    rig = PageRig
