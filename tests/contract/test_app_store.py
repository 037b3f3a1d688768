"""The App Store connector keeps the contract, receiving and sending."""

from collections.abc import Sequence

from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import RawMessage
from channelhub.sdk.testing import FILES, PROOFS, Case, SenderContract, SenderRig, because
from connectors.reviews.app_store.config import AppStoreConfig
from connectors.reviews.app_store.plugin import plugin
from tests.connectors.reviews import app_store as v
from tests.contract.served import ShowingRig
from tests.servers.app_store import KEY_PEM, AppStoreServer


class AppStoreRig(ShowingRig, SenderRig):
    plugin = plugin
    customer = ("olena_k",)
    secrets = (KEY_PEM.splitlines()[1],)
    not_applicable = (
        because("we ask: whoever answers is known by its certificate", *PROOFS)
        | because("reviews have no files", *FILES)
        | because("a page of the list has 200 reviews of at most 6,000 characters", Case.OVERSIZE)
        | because("an answer that can't be read is one cut off, and the next look has it whole", Case.DAMAGED_EVENT)
        | because("a deleted review is in no list any more, which nobody tells from an older one", Case.DELETION)
    )

    def __init__(self) -> None:
        super().__init__()
        self.server = AppStoreServer()

    def config(self) -> AppStoreConfig:
        return v.configure(self.server, history_days=20_000)

    def said(self, text: str) -> str:
        return self.server.say(text, title="")

    def change(self, key: str, text: str) -> None:
        self.server.edit(key, body=text)

    def vectors(self) -> Sequence[RawMessage]:
        return v.EVERY

    def list_backwards(self) -> None:
        self.server.is_backwards = True

    async def unknown_event(self) -> str:
        self.server.reviews.append(v.OF_TOMORROW)
        self.texts["v1"] = "customerVideoReviews"
        return "v1"

    def outbound(self, text: str) -> Outbound:
        said = self.server.say("?")
        return Outbound(id=1, to=said, text=text, conversation_key=said, in_reply_to=said)

    def sent(self) -> Sequence[str]:
        return self.server.sent

    async def lose_answers(self) -> None:
        self.server.drops_answers = True


class TestAppStore(SenderContract):
    rig = AppStoreRig
