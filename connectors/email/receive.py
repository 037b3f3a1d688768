"""The listener: which account a mail is for, how much is held, and storing it before the 250."""

import asyncio
import logging
import socket
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from channelhub.domain.addresses import parse_listen
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport
from channelhub.sdk.errors import DiskFull, HubBusy, NotCommitted, Unavailable
from connectors.email.arrival import arrival_day
from connectors.email.authenticity import Authenticity
from connectors.email.config import ReceiverConfig
from connectors.email.dialog import Dialog
from connectors.email.forwarders import noted
from connectors.email.identity import delivery_id
from connectors.email.peers import Networks, Peers
from connectors.email.probe import probe
from connectors.email.routes import Routes
from connectors.email.session import Session
from connectors.email.wire import Wire

_BACKLOG = 256
_DRAIN_S = 4.0  # the daemon has 10 s to stop

# aiosmtpd logs addresses and commands; what a client wrote is not for the log.
logging.getLogger("mail.log").setLevel(logging.ERROR)


class Receiver(ABC):
    """Listens for mail until cancelled. A mail is answered 250 only on the line after `await deliver(…)`.

    What SMTP and LMTP have in common; each says how its sessions are made and where it listens besides.
    """

    protocol: ClassVar[str]

    def __init__(self, config: ReceiverConfig, context: Context, peers: Peers) -> None:
        self._config = config
        self._context = context
        self._hostname = config.hostname or socket.gethostname()
        self._allowed = Networks(config.allowed_peers)
        self._peers = peers
        self._held_bytes = 0
        self._deliver: Deliver | None = None
        self._is_empty = asyncio.Event()
        self._routed: Mapping[str, object] | None = None
        self._routes = Routes(context.account, {context.account: config})
        self._authenticity = Authenticity(config, log=context.log)
        self.is_listening = False
        self.bound_port = 0  # the port listened on, while `run` does; tells what port 0 became

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._peers)

    @property
    def held_bytes(self) -> int:
        """Memory that mails being received take, bytes."""
        return self._held_bytes

    async def run(self, deliver: Deliver) -> None:
        """Listen until cancelled; then hang up with 421, mails that are just being stored answered first.

        An account whose mail comes through another's listener only waits. Raises `Unavailable` when the address can't
        be listened on, or a file it needs can't be read.
        """
        self._deliver = deliver
        forever: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._config.through:
            await forever
        servers = await self._open()
        self.is_listening = True
        self._context.log.info(
            "mail.listening", account=self._context.account, protocol=self.protocol, port=self.bound_port
        )
        try:
            await forever
        finally:
            self.is_listening, self.bound_port = False, 0
            self._close(servers)
            await self._drain()
            await self._authenticity.close()

    async def check(self) -> HealthReport:
        """Whether the address answers as a mail server, or else is free for us to listen on."""
        if self._config.through:
            return HealthReport(health=Health.OK, detail=f"its mail comes through the account {self._config.through}")
        if self.is_listening:
            return HealthReport(health=Health.OK, detail=f"listening on {self._place()}")
        try:
            return await self._probe()
        except Unavailable as error:
            return HealthReport(health=Health.DOWN, detail=str(error))

    # What SMTP and LMTP do each in its way.

    @abstractmethod
    def _session(self) -> Session:
        """What speaks with the next client."""

    async def _open(self) -> list[asyncio.Server]:
        """Start to listen everywhere. Raises `Unavailable`."""
        return [await self._open_port()]

    def _place(self) -> str:
        return f"port {self.bound_port}"

    def _close(self, servers: Sequence[asyncio.Server]) -> None:
        """Stop to listen; who is connected stays."""
        for server in servers:
            server.close()

    async def _probe(self) -> HealthReport:
        """What `check` finds while nothing is listened on. Raises `Unavailable`."""
        return await probe(self._config.listen, is_proxy=self.is_proxy)

    def is_proxy(self, host: str) -> bool:  # noqa: ARG002 - for SMTP
        """Whether connections of this host begin with a PROXY header."""
        return False

    async def _open_port(self) -> asyncio.Server:
        address = parse_listen(self._config.listen)
        try:
            server = await asyncio.get_running_loop().create_server(
                self._session, address.host or None, address.port, backlog=_BACKLOG
            )
        except OSError as error:
            raise Unavailable(f"can't listen for {self.protocol} on {self._config.listen}: {error}") from error
        self.bound_port = int(server.sockets[0].getsockname()[1])
        return server

    def _is_ours(self, host: str) -> bool:  # noqa: ARG002 - for SMTP
        """Whether a client is our own mail server, whose Authentication-Results are believed."""
        return True

    # What a session asks.

    def admit(self, wire: Wire) -> str:
        """Count a connection, or say why not: too many in all, or of one peer, or not from there."""
        return self._turned_away(wire.peer_host) or self._peers.enter(wire, wire.peer_host)

    def leave(self, wire: Wire) -> None:
        self._peers.leave(wire)
        if not len(self._peers):
            self._is_empty.set()

    def _turned_away(self, host: str) -> str:
        """The reply to a host that may not deliver. A local socket has none: its file's rights decide."""
        if self._allowed and host and host not in self._allowed:
            return "554 5.7.1 Your address may not deliver here"
        return ""

    def account_of(self, address: str) -> str | None:
        """The account that takes mail to this address, as the configuration is now."""
        kin = self._context.same_kind()
        if kin is not self._routed:
            self._routed = kin
            self._routes = Routes(self._context.account, {**kin, self._context.account: self._config})
        return self._routes.account_of(address)

    def reserve(self, delta_bytes: int) -> bool:
        self._held_bytes += delta_bytes
        return self._held_bytes <= self._config.max_buffered_bytes

    async def store(self, body: bytes, envelope: Envelope, recipients: Mapping[str, Sequence[str]]) -> str:
        """Store one mail, for all of its accounts in one commit, and return the reply.

        Whatever goes wrong is temporary: the sender keeps the mail.
        """
        assert self._deliver is not None
        is_from_ours = self._is_ours(envelope.peer)
        try:
            envelope = await self._authenticity.assess(body, envelope, is_from_ours=is_from_ours)
            await self._deliver(self._raws(body, envelope, recipients))
        except HubBusy:
            return "451 4.3.2 Too busy, try again later"
        except DiskFull:
            return "452 4.3.1 Out of storage, try again later"
        except NotCommitted:
            return "451 4.3.0 Not stored, try again later"
        except Exception as error:  # a fault of ours must never bounce a customer's mail
            self._context.log.error(
                "mail.deliver_failed", account=self._context.account, error=type(error).__name__, exc_info=error
            )
            return "451 4.3.0 Internal error, try again later"
        return "250 2.0.0 Stored"

    def _raws(self, body: bytes, envelope: Envelope, recipients: Mapping[str, Sequence[str]]) -> list[RawMessage]:
        content_id, message_id = delivery_id(body)
        if not message_id:
            content_id = f"{content_id}:{arrival_day(body, self._context.now())}"
        return [
            RawMessage(
                account=account,
                delivery_id=content_id,
                body=body,
                content_type="message/rfc822",
                envelope=replace(
                    envelope,
                    message_id=message_id,
                    rcpt_to=tuple(dict.fromkeys(addresses)),
                    extra={**envelope.extra, **self._noted_for(account)},
                ),
            )
            for account, addresses in recipients.items()
        ]

    def _noted_for(self, account: str) -> dict[str, str]:
        config = self._config if account == self._context.account else self._context.same_kind().get(account)
        return noted(config.forwarders) if config is not None else {}

    async def _drain(self) -> None:
        self._is_empty.clear()
        for session in self._peers.all():
            if isinstance(session, Dialog):
                session.stop()
        if not len(self._peers):
            return
        try:
            async with asyncio.timeout(_DRAIN_S):
                await self._is_empty.wait()
        except TimeoutError:
            for session in self._peers.all():
                session.abort()
