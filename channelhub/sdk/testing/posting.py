"""A rig for channels that post to us: one request per message, repeated until it hears 2xx."""
# ruff: noqa: ARG002 - a method that a rig may give says what it is given

import asyncio
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from types import TracebackType
from typing import ClassVar, Self

import aiohttp
import msgspec

from channelhub.sdk.contract import Connector, Mount
from channelhub.sdk.testing.cases import ASKING, FILES, Case, NotPlayed, because
from channelhub.sdk.testing.hub import EARLY_2026, MemoryHub
from channelhub.sdk.testing.rig import Proof, Rig

TOO_LARGE = 413
CALLED = because("the channel calls us: nothing is asked of it", *ASKING)
NO_VERSIONS = because("the channel tells of nothing after a message was sent", Case.EDIT, Case.DELETION)
NO_FILES = because("files come inside the delivery, or not at all", *FILES)
NO_TIME = because("no time is signed: what is replayed is a redelivery, stored once", Case.OLD_PROOF)
NO_SIGNATURE = because("the proof is a secret in a header, not a signature of the bytes", Case.STOLEN_PROOF)


class PostingRig(Rig):
    """A vendor that posts each message once and keeps it until it hears 2xx or is sent on.

    A subclass says what is posted: `config`, `body`, `headers`, `unknown`. With `proof_headers` named, forged requests
    are made from them; where a time is signed, `old_headers` proves a body as it was proved long ago.
    """

    account: str = "shop"
    now: datetime = EARLY_2026  # the hub's clock, for what is signed with a time
    mount: Mount = Mount.HOOKS
    #: Headers that prove where a post comes from; of several the secret or signature last.
    proof_headers: tuple[str, ...] = ()
    not_applicable: ClassVar[Mapping[Case, str]] = CALLED

    async def __aenter__(self) -> Self:
        self.url = ""
        self._bodies: dict[str, bytes] = {}
        self._taken: set[str] = set()
        self._refused: set[str] = set()
        self._calls: set[asyncio.Task[None]] = set()
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._hang_up()
        await self._session.close()

    @abstractmethod
    def config(self) -> msgspec.Struct:
        """The account's configuration."""

    @abstractmethod
    def body(self, number: int, text: str) -> bytes:
        """What is posted for the message of this number, beginning with 1."""

    def headers(self, body: bytes) -> dict[str, str]:
        """What is posted with a body, its proof included."""
        return {}

    def old_headers(self, body: bytes) -> dict[str, str]:
        """The same, proved long before the hub's clock."""
        raise NotPlayed("old_headers")

    def unknown(self) -> bytes:
        """An event of a kind that nobody has documented."""
        raise NotPlayed("unknown")

    def large(self) -> bytes:
        """A body of `oversize_bytes`, which is more than the connector takes."""
        if not self.oversize_bytes:
            raise NotPlayed("oversize_bytes")
        return self.body(len(self._bodies) + 1, "").ljust(self.oversize_bytes)

    async def until_callable(self) -> None:
        """Wait until the connector can be called; a request to the hub's own address waits by itself."""

    async def build(self, hub: MemoryHub) -> Connector:
        self.url = hub.url(self.account, self.mount)
        self.now = hub.now
        return self.plugin.build(self.config(), hub.context(self.account))

    async def customer_says(self, text: str) -> str:
        return self.post(self.body(len(self._bodies) + 1, text))

    async def redeliver(self, key: str) -> None:
        self._taken.discard(key)
        self._call(key)

    def acknowledged(self) -> set[str]:
        return set(self._taken)

    def refused(self) -> set[str]:
        return set(self._refused)

    async def lose_acknowledgement(self) -> None:
        await self._hang_up()

    async def unknown_event(self) -> str:
        return self.post(self.unknown())

    async def damaged_event(self) -> str:
        return self.post(self.body(len(self._bodies) + 1, "cut off")[:-4])

    async def oversize(self) -> str:
        return self.post(self.large())

    async def knock(self, proof: Proof) -> int:
        await self.until_callable()
        body = self.body(len(self._bodies) + 1, "forged")
        async with self._session.post(
            self.url, data=body, headers=self._pretended(body, proof), allow_redirects=False
        ) as answer:
            return answer.status

    def post(self, body: bytes) -> str:
        """Post a body as the vendor does, from a task of the rig; its key."""
        key = str(len(self._bodies) + 1)
        self._bodies[key] = body
        self._call(key)
        return key

    def _pretended(self, body: bytes, proof: Proof) -> dict[str, str]:
        genuine = self.headers(body)
        if not set(self.proof_headers) & genuine.keys():
            raise NotPlayed("proof_headers")
        match proof:
            case Proof.MISSING:
                return {name: value for name, value in genuine.items() if name not in self.proof_headers}
            case Proof.FALSE:
                return genuine | {self.proof_headers[-1]: _turned(genuine[self.proof_headers[-1]])}
            case Proof.STOLEN:
                return genuine | {name: self.headers(body + b" ")[name] for name in self.proof_headers}
            case Proof.OLD:
                return self.old_headers(body)

    def _call(self, key: str) -> None:
        call = asyncio.create_task(self._post(key))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _post(self, key: str) -> None:
        await self.until_callable()
        body = self._bodies[key]
        with suppress(aiohttp.ClientConnectionError):
            async with self._session.post(
                self.url, data=BytesIO(body), headers=self.headers(body), allow_redirects=False
            ) as answer:
                if answer.ok:  # 2xx, or 303 to a page of thanks
                    self._taken.add(key)
                elif answer.status == TOO_LARGE:
                    self._refused.add(key)

    async def _hang_up(self) -> None:
        """Break off every request that is under way."""
        calls: Sequence[asyncio.Task[None]] = tuple(self._calls)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)


def _turned(value: str) -> str:
    """Another value of the same length: one character of its later half, where secrets stand, is a different one."""
    turned = next((at for at in range(len(value) * 3 // 4, -1, -1) if value[at : at + 1].isalnum()), 0)
    return value[:turned] + ("1" if value[turned : turned + 1] != "1" else "2") + value[turned + 1 :]
