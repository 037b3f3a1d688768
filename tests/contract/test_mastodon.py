"""The Mastodon connector keeps the contract, receiving and sending."""

import asyncio
import json
from collections.abc import Sequence
from types import TracebackType

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import RawMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Connector
from channelhub.sdk.testing import PROOFS, Case, Fault, MemoryHub, SenderContract, SenderRig, because
from connectors.mastodon.config import MastodonConfig
from connectors.mastodon.plugin import plugin
from tests.connectors.mastodon import vectors as v
from tests.contract.served import AskedRig
from tests.servers.mastodon import TOKEN, MastodonServer


class MastodonRig(AskedRig, SenderRig):
    plugin = plugin
    customer = (v.IRYNA["uri"], v.IRYNA["acct"], v.IRYNA["display_name"])
    secrets = (TOKEN,)
    not_applicable = (
        because("we ask: whoever answers is known by its certificate", *PROOFS)
        | because("posts are short, and a page of a list has 80 at most", Case.OVERSIZE)
        | because(
            "an answer that can't be read is one cut off; what stands in a readable one has an id", Case.DAMAGED_EVENT
        )
    )

    #: Before it posts, the connector asks for the post that it answers: what fails then, was not taken.
    sure_refusals = frozenset({Fault.SERVER_ERROR, Fault.HANGS, Fault.TRUNCATED, Fault.HTML_OK, Fault.RESET_BEFORE})

    def __init__(self) -> None:
        self.server = MastodonServer()
        self.iryna = self.server.account("14715", "iryna", "Ірина")
        self.told: dict[str, tuple[str, str]] = {}  # key of what only the stream tells → its event
        self.hubs: list[MemoryHub] = []

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.hang_up()
        await super().__aexit__(kind, error, trace)

    async def build(self, hub: MemoryHub) -> Connector:
        self.hubs.append(hub)
        return plugin.build(self.config(), hub.context("mastodon"))

    def config(self) -> MastodonConfig:
        return MastodonConfig(
            instance=self.server.instance, token=Secret(TOKEN), history_days=20_000, poll_s=1, request_timeout_s=1
        )

    async def customer_says(self, text: str) -> str:
        return self.server.mention(self.iryna, text)

    async def redeliver(self, key: str) -> None:
        """The list is there for whoever asks from an earlier place; the stream tells again what it told."""
        if key in self.told:
            self.server.tell(*self.told[key])

    def acknowledged(self) -> set[str]:
        """What the list was asked past, and of what only the stream tells what is stored: nobody confirms that."""
        listed = {one["id"] for one in self.server.notifications if int(one["id"]) <= self.server.confirmed}
        stored = {delivery_id for hub in self.hubs for _, delivery_id in hub.stored}
        return listed | (stored & self.told.keys()) | self._gone

    @property
    def _gone(self) -> set[str]:
        """Mentions that the list lost when their post was deleted."""
        return {key for key in self._said if int(key) <= self.server.confirmed}

    _said: tuple[str, ...] = ()

    def vectors(self) -> Sequence[RawMessage]:
        return v.EVERY

    def list_backwards(self) -> None:
        self.server.is_backwards = True

    async def unknown_event(self) -> str:
        return self.server.notify("hologram", self.iryna)

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        said = await self._taken(texts[0])
        status, keys = self.server.status_of(said), [said]
        for text in texts[1:]:
            self.server.edit(status, f"<p>{text}</p>")
            keys.append(f"edit:{status['id']}:{status['edited_at']}")
            self.told[keys[-1]] = ("status.update", json.dumps(status))
        return keys

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        said = await self._taken(text)
        status = self.server.status_of(said)
        self.server.delete(status["id"])
        self.told[f"delete:{status['id']}"] = ("delete", status["id"])
        return [said, f"delete:{status['id']}"]

    async def keep_file(self, content: bytes) -> MediaReference:
        self.server.files["a.jpeg"] = content
        return MediaReference(reference=f"{self.server.instance}/files/a.jpeg")

    def outbound(self, text: str) -> Outbound:
        root = self.server.post(self.iryna, "<p>?</p>", visibility="direct")["id"]
        return Outbound(id=1, to=self.iryna["uri"], text=text, conversation_key=f"direct:{root}", in_reply_to=root)

    def sent(self) -> Sequence[str]:
        return [one["status"].removeprefix("@iryna@social.example ") for one in self.server.sent]

    def sent_files(self) -> Sequence[bytes]:
        named = [number for one in self.server.sent for number in one.get("media_ids", ())]
        return [self.server.uploads.kept[number].content for number in named]

    async def lose_answers(self) -> None:
        self.server.drops_answers = True

    async def _taken(self, text: str) -> str:
        """Written, listened for and taken: the list shows a post as it reads by then."""
        said = await self.customer_says(text)
        self._said = (*self._said, said)
        while said not in self.acknowledged() or not self.server.listeners:
            await asyncio.sleep(0.005)
        return said


class TestMastodon(SenderContract):
    rig = MastodonRig
