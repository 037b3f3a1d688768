"""The listener: counts connections and memory, and turns a mail into a raw message that is stored before the 250."""

import asyncio
import ipaddress
import logging
import socket
from collections import Counter
from dataclasses import replace
from functools import lru_cache

from channelhub.domain.addresses import parse_listen
from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport
from channelhub.sdk.errors import DiskFull, HubBusy, NotCommitted, Unavailable
from connectors.email.arrival import arrival_day
from connectors.email.config import SmtpConfig
from connectors.email.identity import delivery_id
from connectors.email.session import Session
from connectors.email.tls import server_tls
from connectors.email.wire import Wire

_BACKLOG = 256
_PROBE_S = 5.0
_DRAIN_S = 4.0  # the daemon has 10 s to stop

# aiosmtpd logs addresses and commands; what a client wrote is not for the log.
logging.getLogger("mail.log").setLevel(logging.ERROR)


class SmtpReceiver:
    """Listens for mail until cancelled. A mail is answered 250 only on the line after `await deliver(…)`."""

    def __init__(self, config: SmtpConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._hostname = config.hostname or socket.gethostname()
        self._accepted = frozenset(word.casefold().removeprefix("@") for word in config.recipients)
        self._trusted = tuple(ipaddress.ip_network(network, strict=False) for network in config.trusted_peers)
        self._sessions: set[Wire] = set()
        self._per_peer: Counter[str] = Counter()
        self._held_bytes = 0
        self._deliver: Deliver | None = None
        self._is_empty = asyncio.Event()
        self.bound_port = 0  # the port listened on, while `run` does; tells what port 0 became

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._sessions)

    @property
    def held_bytes(self) -> int:
        """Memory that mails being received take, bytes."""
        return self._held_bytes

    async def run(self, deliver: Deliver) -> None:
        """Listen until cancelled; then hang up with 421, mails that are just being stored answered first.

        Raises `Unavailable` when the address can't be listened on or the certificate can't be read.
        """
        self._deliver = deliver
        tls = server_tls(self._config)
        loop = asyncio.get_running_loop()
        address = parse_listen(self._config.listen)
        try:
            server = await loop.create_server(
                lambda: Session(
                    self, self._config, hostname=self._hostname, tls_context=tls.context() if tls else None
                ),
                address.host or None,
                address.port,
                backlog=_BACKLOG,
            )
        except OSError as error:
            raise Unavailable(f"can't listen for SMTP on {self._config.listen}: {error}") from error
        self.bound_port = int(server.sockets[0].getsockname()[1])
        self._context.log.info("smtp.listening", account=self._context.account, port=self.bound_port)
        try:
            await loop.create_future()  # until cancelled
        finally:
            self.bound_port = 0
            server.close()
            await self._drain()

    async def check(self) -> HealthReport:
        """Whether the address answers as a mail server, or else is free for us to listen on."""
        if self.bound_port:
            return HealthReport(health=Health.OK, detail=f"listening on port {self.bound_port}")
        try:
            server_tls(self._config)
        except Unavailable as error:
            return HealthReport(health=Health.DOWN, detail=str(error))
        listen = self._config.listen
        banner = await self._banner()
        if banner is None:
            return await self._could_listen()
        if banner.startswith(b"220"):
            return HealthReport(health=Health.OK, detail=f"a mail server answers on {listen}")
        return HealthReport(health=Health.DOWN, detail=f"something else than a mail server answers on {listen}")

    async def _banner(self) -> bytes | None:
        """The first bytes that whoever listens there says; None when nobody does."""
        address = parse_listen(self._config.listen)
        try:
            async with asyncio.timeout(_PROBE_S):
                reader, writer = await asyncio.open_connection(address.host or "127.0.0.1", address.port)
                try:
                    return await reader.read(4)
                finally:
                    writer.close()
        except TimeoutError:
            return b""
        except OSError:
            return None

    async def _could_listen(self) -> HealthReport:
        address = parse_listen(self._config.listen)
        try:
            server = await asyncio.get_running_loop().create_server(
                asyncio.Protocol, address.host or None, address.port, start_serving=False
            )
        except OSError as error:
            return HealthReport(health=Health.DOWN, detail=f"can't listen on {self._config.listen}: {error}")
        server.close()
        return HealthReport(health=Health.OK, detail=f"{self._config.listen} is free to listen on")

    # What a session asks.

    def admit(self, wire: Wire) -> str:
        """Count a connection, or say why not: too many in all, or of one peer."""
        if len(self._sessions) >= self._config.max_connections:
            return "421 4.3.2 Too many connections, try again later"
        group = peer_group(wire.peer_host)
        if self._per_peer[group] >= self._config.max_connections_per_peer and not self._is_trusted(wire.peer_host):
            return "421 4.7.0 Too many connections from your address"
        self._sessions.add(wire)
        self._per_peer[group] += 1
        return ""

    def leave(self, wire: Wire) -> None:
        if wire not in self._sessions:
            return
        self._sessions.discard(wire)
        group = peer_group(wire.peer_host)
        self._per_peer[group] -= 1
        if not self._per_peer[group]:
            del self._per_peer[group]
        if not self._sessions:
            self._is_empty.set()

    def accepts(self, address: str) -> bool:
        """Whether the address or its domain is in `recipients`; postmaster always is (RFC 5321 §4.5.1)."""
        folded = address.casefold()
        if not self._accepted or folded == "postmaster" or folded in self._accepted:
            return True
        return folded.rpartition("@")[2].removesuffix(".") in self._accepted

    def reserve(self, delta_bytes: int) -> bool:
        self._held_bytes += delta_bytes
        return self._held_bytes <= self._config.max_buffered_bytes

    async def store(self, body: bytes, envelope: Envelope) -> str:
        """Store one mail and return the reply. Whatever goes wrong is temporary: the sender keeps the mail."""
        assert self._deliver is not None
        try:
            await self._deliver([self._raw(body, envelope)])
        except HubBusy:
            return "451 4.3.2 Too busy, try again later"
        except DiskFull:
            return "452 4.3.1 Out of storage, try again later"
        except NotCommitted:
            return "451 4.3.0 Not stored, try again later"
        except Exception as error:  # a fault of ours must never bounce a customer's mail
            self._context.log.error(
                "smtp.deliver_failed", account=self._context.account, error=type(error).__name__, exc_info=error
            )
            return "451 4.3.0 Internal error, try again later"
        return "250 2.0.0 Stored"

    def _raw(self, body: bytes, envelope: Envelope) -> RawMessage:
        content_id, message_id = delivery_id(body)
        if not message_id:
            content_id = f"{content_id}:{arrival_day(body, self._context.now())}"
        return RawMessage(
            account=self._context.account,
            delivery_id=content_id,
            body=body,
            content_type="message/rfc822",
            envelope=replace(envelope, message_id=message_id),
        )

    async def _drain(self) -> None:
        self._is_empty.clear()
        for session in tuple(self._sessions):
            if isinstance(session, Session):
                session.stop()
        if not self._sessions:
            return
        try:
            async with asyncio.timeout(_DRAIN_S):
                await self._is_empty.wait()
        except TimeoutError:
            for session in tuple(self._sessions):
                session.abort()

    def _is_trusted(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return not host  # a local socket
        mapped = getattr(address, "ipv4_mapped", None)
        address = mapped or address
        return address.is_loopback or any(address in network for network in self._trusted)


@lru_cache(maxsize=4096)
def peer_group(host: str) -> str:
    """What connections are counted by: an IPv4 address, or the /64 an IPv6 host usually has to itself."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return host
