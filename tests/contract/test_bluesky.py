"""The Bluesky connector keeps the contract, receiving and sending."""

import asyncio
from collections.abc import Sequence

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Connector
from channelhub.sdk.testing import PROOFS, Case, Fault, MemoryHub, SenderContract, SenderRig, because
from connectors.bluesky.config import BlueskyConfig
from connectors.bluesky.plugin import plugin
from tests.connectors.bluesky import vectors as v
from tests.contract.served import AskedRig
from tests.servers.bluesky import HANDLE, ME, PASSWORD, BlueskyServer

DID = v.IRYNA["did"]


class BlueskyRig(AskedRig, SenderRig):
    plugin = plugin
    customer = (DID, v.IRYNA["handle"], v.IRYNA["displayName"])
    secrets = (PASSWORD, "access-0", "refresh-0")
    #: Before it writes, the connector signs in and asks for what it answers: what fails then, was not taken.
    sure_refusals = frozenset({Fault.SERVER_ERROR, Fault.HANGS, Fault.TRUNCATED, Fault.HTML_OK, Fault.RESET_BEFORE})
    not_applicable = (
        because("we ask: whoever answers is known by its certificate", *PROOFS)
        | because("posts are short, and a page of a list has 100 at most", Case.OVERSIZE)
        | because("posts and direct messages can't be edited", Case.EDIT)
        | because(
            "an answer that can't be read is one cut off; what stands in a readable one has an id", Case.DAMAGED_EVENT
        )
    )

    def __init__(self) -> None:
        self.server = BlueskyServer()
        self.server.convos[v.CONVO] = [{"did": ME, "handle": HANDLE}, v.IRYNA]
        self.hubs: list[MemoryHub] = []

    async def build(self, hub: MemoryHub) -> Connector:
        self.hubs.append(hub)
        return plugin.build(self.config(), hub.context("bluesky"))

    def config(self) -> BlueskyConfig:
        return BlueskyConfig(
            identifier=HANDLE,
            app_password=Secret(PASSWORD),
            service=self.server.url,
            cdn=self.server.url,
            history_days=20_000,
            poll_s=0.02,
            request_timeout_s=1,
        )

    async def customer_says(self, text: str) -> str:
        return f"mention:{self.server.mention(v.IRYNA, text)}"

    async def redeliver(self, key: str) -> None:
        """The list shows it to whoever asks."""

    def acknowledged(self) -> set[str]:
        """What is stored: a server has no notion of what was taken."""
        return {delivery_id for hub in self.hubs for _, delivery_id in hub.stored}

    def vectors(self) -> Sequence[RawMessage]:
        return v.EVERY

    def list_backwards(self) -> None:
        self.server.is_backwards = True

    async def unknown_event(self) -> str:
        return f"hologram:{self.server.notify('hologram', v.IRYNA, {})}"

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        """Of posts nobody tells that they were deleted; of direct messages the log does, from where we are in it."""
        while not any(scope.startswith("log:") for hub in self.hubs for scope in hub.cursors):
            await asyncio.sleep(0.005)
        message = self.server.say(v.CONVO, DID, text)
        said = self.server.logs[-1]["rev"]
        taken = self.server.happen(
            "logDeleteMessage", v.CONVO, message={"id": message["id"], "sender": message["sender"]}
        )
        return [f"logCreateMessage:{v.CONVO}:{said}", f"logDeleteMessage:{v.CONVO}:{taken}"]

    async def keep_file(self, content: bytes) -> MediaReference:
        self.server.files[f"{DID}/bafkreiscreen"] = content
        return MediaReference(reference=f"{DID}/bafkreiscreen")

    def outbound(self, text: str) -> Outbound:
        return Outbound(id=1, to=DID, text=text, conversation_key=f"dm:{v.CONVO}")

    def sent(self) -> Sequence[str]:
        return [text for _, text in self.server.direct]

    async def lose_answers(self) -> None:
        self.server.drops_answers = True


class DirectRig(BlueskyRig):
    """Answers in private."""

    not_applicable = BlueskyRig.not_applicable | because("direct messages take no files", Case.FILE_OF_OURS)


class PostsRig(BlueskyRig):
    """Answers below posts, which have a key of their own."""

    def outbound(self, text: str) -> Outbound:
        asked = self.server.mention(v.IRYNA, "?")
        return Outbound(id=1, to=DID, text=text, conversation_key=asked, in_reply_to=asked)

    def sent(self) -> Sequence[str]:
        return [one["record"]["text"] for one in self.server.written]

    def sent_files(self) -> Sequence[bytes]:
        images = [image for one in self.server.written for image in one["record"].get("embed", {}).get("images", ())]
        return [self.server.blob_contents[image["image"]["ref"]["$link"]] for image in images]


class TestDirectMessages(SenderContract):
    rig = DirectRig


class TestPosts(SenderContract):
    rig = PostsRig
