"""The Google Play connector keeps the contract, receiving and sending."""

from collections.abc import Sequence

from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import RawMessage
from channelhub.sdk.testing import FILES, PROOFS, Case, SenderContract, SenderRig, because
from connectors.reviews.google_play.config import GooglePlayConfig
from connectors.reviews.google_play.plugin import plugin
from tests.connectors.reviews import google_play as v
from tests.contract.served import ShowingRig
from tests.servers.google_play import KEY_PEM, GooglePlayServer


class GooglePlayRig(ShowingRig, SenderRig):
    plugin = plugin
    customer = ("Тарас М.",)
    secrets = (
        KEY_PEM.splitlines()[1],
        "ya29.test-token",
    )
    not_applicable = (
        because("we ask: whoever answers is known by its certificate", *PROOFS)
        | because("reviews have no files", *FILES)
        | because("a page of the list has 100 reviews of some thousand characters", Case.OVERSIZE)
        | because("an answer that can't be read is one cut off, and the next look has it whole", Case.DAMAGED_EVENT)
        | because("a deleted review is in no list any more, which nobody tells from an older one", Case.DELETION)
    )

    def __init__(self) -> None:
        super().__init__()
        self.server = GooglePlayServer()

    def config(self) -> GooglePlayConfig:
        return v.configure(self.server, history_days=20_000)

    def said(self, text: str) -> str:
        return self.server.say(text)

    def change(self, key: str, text: str) -> None:
        self.server.edit(key, text=text)

    def vectors(self) -> Sequence[RawMessage]:
        return v.EVERY

    def list_backwards(self) -> None:
        self.server.is_backwards = True

    async def unknown_event(self) -> str:
        self.server.reviews.append(v.OF_NOBODY)
        self.texts["gp:1"] = "robotComment"
        return "gp:1"

    def outbound(self, text: str) -> Outbound:
        said = self.server.say("?")
        return Outbound(id=1, to=said, text=text, conversation_key=said, in_reply_to=said)

    def sent(self) -> Sequence[str]:
        return self.server.sent

    async def lose_answers(self) -> None:
        self.server.drops_answers = True


class TestGooglePlay(SenderContract):
    rig = GooglePlayRig
