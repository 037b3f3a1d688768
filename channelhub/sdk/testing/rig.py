"""What a connector's test provides: the channel's side of the contract."""
# ruff: noqa: ARG002 - a method that a rig may give says what it is given

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from types import TracebackType
from typing import Any, ClassVar, Self

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Connector, Plugin
from channelhub.sdk.testing.cases import Case, NotPlayed
from channelhub.sdk.testing.faults import BadDay, Fault
from channelhub.sdk.testing.hub import MemoryHub


class Proof(StrEnum):
    """How a delivery of somebody else pretends to be the channel's."""

    MISSING = "no proof at all"
    FALSE = "a proof made without the secret"
    STOLEN = "a genuine proof of other bytes"
    OLD = "a genuine proof, made long ago"


class Rig(ABC):
    """One channel with its customers, played by a local vendor server (pulled) or a client (push).

    The suite enters it before the connector starts and leaves it after the connector is gone; start servers in
    `__aenter__`, stop them and their tasks in `__aexit__`. (An aiohttp server with long polls needs
    `handler_cancellation=True`, or its open handlers count as left behind.) What the channel keeps (messages not yet
    taken) survives any number of connectors that are built, killed and built again. A *key* is the rig's own name for
    one message of the channel: an update id, a Message-ID, a submission id.
    """

    plugin: Plugin
    #: Addresses of the customer who writes (a mailbox, a phone, a user id): the log must not show them.
    customer: tuple[str, ...] = ()
    #: Tokens and passwords of this rig: the log must not show them either.
    secrets: tuple[str, ...] = ()
    #: Cases that this channel can't have, each with its reason; every other one is played by a method below.
    not_applicable: ClassVar[Mapping[Case, str]] = {}
    #: Size of the delivery that `oversize` makes.
    oversize_bytes: int = 0
    #: Faults after which a message surely wasn't taken, beyond those that are sure on every channel.
    sure_refusals: frozenset[Fault] = frozenset()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    @abstractmethod
    async def build(self, hub: MemoryHub) -> Connector:
        """A connector of this channel with `hub.context(account)`. Called again after each crash, or with a new hub."""

    @abstractmethod
    async def customer_says(self, text: str) -> str:
        """The customer writes `text`; returns the message's key without waiting for the connector.

        `build` was called before, `run` perhaps not. A pulled channel queues it. A push channel calls from a task of
        the rig, with the real bytes of its protocol, and gives up after one answer. Nothing may listen yet: a request
        to `hub.url` waits for a handler by itself; a connector that opens its own port is tried for a second or two.
        """

    @abstractmethod
    async def redeliver(self, key: str) -> None:
        """The channel forgets that `key` was taken and offers the same bytes again; doesn't wait for the answer.

        A push channel repeats its call. A pulled channel offers the message to a reader that starts from the
        beginning; a reader whose cursor is past it has confirmed it by asking.
        """

    @abstractmethod
    def acknowledged(self) -> set[str]:
        """Keys that the channel now believes were taken: 250 answered, 2xx answered, offset confirmed.

        Where a channel has no such belief (mail read with BODY.PEEK), the keys up to the hub's stored cursor.
        """

    @abstractmethod
    def vectors(self) -> Sequence[RawMessage]:
        """Raws of every shape the channel sends, as the connector would deliver them: `parse` is tried on each."""

    def config(self) -> Any:
        """The account's configuration, with which `build` builds; for plugins with `parse_settings`, `media_hosts`."""
        return None

    def handed_out(self, raw: RawMessage) -> RawMessage:
        """A stored delivery as the core hands it to `parse`: with the settings of its account as they are now."""
        return replace(raw, settings=self.plugin.parse_settings(self.config()))

    # What only some channels do. A method that isn't given needs its case in `not_applicable`.

    def list_backwards(self) -> None:  # noqa: B027 - a channel without a list has nothing to turn round
        """From now on the channel lists what it holds in the opposite order; nothing where it hands over one by one."""

    async def lose_acknowledgement(self) -> None:
        """The connector is about to acknowledge: this one time the channel doesn't hear it (a connection breaks)."""
        raise NotPlayed("lose_acknowledgement")

    async def unknown_event(self) -> str:
        """The channel hands over an event of a kind that nobody has documented, genuine in every way; its key."""
        raise NotPlayed("unknown_event")

    async def damaged_event(self) -> str:
        """The channel hands over bytes that are no event (JSON cut off), with a genuine proof; their key."""
        raise NotPlayed("damaged_event")

    async def write_and_correct(self, texts: Sequence[str]) -> Sequence[str]:
        """The customer writes the first text, then corrects it to each other one; the keys of all deliveries."""
        raise NotPlayed("write_and_correct")

    async def write_and_take_back(self, text: str) -> Sequence[str]:
        """The customer writes a message and deletes it; the keys of both deliveries."""
        raise NotPlayed("write_and_take_back")

    async def oversize(self) -> str:
        """The channel hands over a delivery of `oversize_bytes`, more than the connector takes whole; its key."""
        raise NotPlayed("oversize")

    def refused(self) -> set[str]:
        """Keys that the channel heard are too large (413, 552): it won't repeat them."""
        return set()

    async def write_with_link(self, text: str, url: str) -> str:
        """The customer sends a file that lies at `url` where the channel has such, else words with the address."""
        return await self.customer_says(f"{text} {url}")

    async def keep_file(self, content: bytes) -> MediaReference:
        """The channel keeps a file of these bytes; how a message names it."""
        raise NotPlayed("keep_file")

    async def name_file_at(self, url: str) -> MediaReference:
        """How a message, or the channel's answer about it, names a file that lies at `url`, at none of its hosts."""
        raise NotPlayed("name_file_at")

    async def knock(self, proof: Proof) -> int:
        """Somebody else hands over a message; the status that the connector answers with."""
        raise NotPlayed("knock")

    async def befall(self, fault: Fault | None) -> None:
        """From now on the vendor's server fails every request in this way; None: it is well again.

        After UNTRUSTED the next `build` names an address whose certificate nobody trusts. A connector's own patience
        should be set to a second: the suite waits ten for it.
        """
        raise NotPlayed("befall")

    async def have(self, day: BadDay | None) -> None:
        """From now on some of the requests fail, as this day wants it; None: all is well again."""
        raise NotPlayed("have")


class SenderRig(Rig):
    """A channel that also takes our messages."""

    @abstractmethod
    def outbound(self, text: str) -> Outbound:
        """A message to a customer this channel can reach."""

    @abstractmethod
    def sent(self) -> Sequence[str]:
        """Texts that the channel took from us, in order, repeats included."""

    def sent_files(self) -> Sequence[bytes]:
        """What was in the files that the channel took from us with messages, in order, repeats included."""
        raise NotPlayed("sent_files")

    async def refuse_connections(self) -> None:
        """From now on the channel can't be reached: connections are refused."""
        raise NotPlayed("refuse_connections")

    async def lose_answers(self) -> None:
        """From now on the channel takes what we send, and the connection breaks before its answer."""
        raise NotPlayed("lose_answers")
