"""What a connector's test provides: the channel's side of the contract."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from channelhub.domain.outbound import Outbound
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Connector, Plugin
from channelhub.sdk.testing.hub import MemoryHub


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
        """The account's configuration, with which `build` builds; needed where the plugin has `parse_settings`."""
        return None

    def handed_out(self, raw: RawMessage) -> RawMessage:
        """A stored delivery as the core hands it to `parse`: with the settings of its account as they are now."""
        return replace(raw, settings=self.plugin.parse_settings(self.config()))


class SenderRig(Rig):
    """A channel that also takes our messages."""

    @abstractmethod
    def outbound(self, text: str) -> Outbound:
        """A message to a customer this channel can reach."""

    @abstractmethod
    def sent(self) -> Sequence[str]:
        """Texts that the channel took from us, in order, repeats included."""

    @abstractmethod
    async def refuse_connections(self) -> None:
        """From now on the channel can't be reached: connections are refused."""

    @abstractmethod
    async def lose_answers(self) -> None:
        """From now on the channel takes what we send, and the connection breaks before its answer."""
