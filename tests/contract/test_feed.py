"""The feed connector keeps the contract."""

from collections.abc import Sequence

from channelhub.domain.media import MediaReference
from channelhub.domain.raw import RawMessage
from channelhub.sdk.testing import PROOFS, Case, ConnectorContract, because
from connectors.feeds.config import FeedConfig
from connectors.feeds.plugin import plugin
from tests.connectors.feeds import vectors as v
from tests.contract.served import ShowingRig
from tests.servers.feeds import FeedServer


class FeedRig(ShowingRig):
    plugin = plugin
    customer = ("Олена",)
    not_applicable = (
        because("we ask: whoever answers is known by its certificate", *PROOFS)
        | because("a feed is one document, refused whole if it is too large", Case.OVERSIZE)
        | because("items are of one shape; what is in them beside that is passed over", Case.UNKNOWN_EVENT)
        | because("a damaged item is one without its end, and the next look has it whole", Case.DAMAGED_EVENT)
    )

    def __init__(self) -> None:
        super().__init__()
        self.server = FeedServer()

    def config(self) -> FeedConfig:
        return FeedConfig(url=self.server.feed, history_days=20_000, poll_s=0.02, request_timeout_s=1)

    def said(self, text: str) -> str:
        return self.server.say(text).key

    def change(self, key: str, text: str) -> None:
        self.server.entries[-1].text = text

    def vectors(self) -> Sequence[RawMessage]:
        return v.EVERY

    def list_backwards(self) -> None:
        self.server.is_backwards = True

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        said = await self.taken(text)
        self.server.entries.pop()
        self.server.gone.append(said)
        self.texts[f"{said}#gone"] = "deleted-entry"
        return [said, f"{said}#gone"]

    async def keep_file(self, content: bytes) -> MediaReference:
        self.server.files["a.jpg"] = content
        return MediaReference(reference=f"{self.server.url}/files/a.jpg")


class TestFeed(ConnectorContract):
    rig = FeedRig
