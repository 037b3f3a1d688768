"""The LMTP listener: on a port, on a Unix socket, or on both."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from channelhub.sdk.contract import Context, Health, HealthReport
from channelhub.sdk.errors import Unavailable
from connectors.email.config import LmtpConfig
from connectors.email.lmtp import LmtpSession
from connectors.email.peers import Networks, Peers
from connectors.email.probe import probe_socket
from connectors.email.receive import Receiver
from connectors.email.unixsocket import bound_socket, removed


class LmtpReceiver(Receiver):
    """Listens for LMTP. Who delivers is our own mail server, so one peer may take all connections."""

    protocol = "LMTP"

    def __init__(self, config: LmtpConfig, context: Context) -> None:
        peers = Peers(most=config.max_connections, most_of_one=config.max_connections, uncapped=Networks(()))
        super().__init__(config, context, peers)
        self._lmtp = config
        self._path = Path(config.socket)
        self._inode = 0

    def _session(self) -> LmtpSession:
        return LmtpSession(self, self._lmtp, hostname=self._hostname)

    async def _open(self) -> list[asyncio.Server]:
        servers: list[asyncio.Server] = []
        try:
            if self._lmtp.socket:
                servers.append(await self._open_socket())
            if self._lmtp.listen:
                servers.append(await self._open_port())
        except Unavailable:
            self._close(servers)
            raise
        return servers

    async def _open_socket(self) -> asyncio.Server:
        made = bound_socket(self._path, int(self._lmtp.socket_mode, 8))
        self._inode = self._path.stat().st_ino
        return await asyncio.get_running_loop().create_unix_server(self._session, sock=made)

    def _close(self, servers: Sequence[asyncio.Server]) -> None:
        super()._close(servers)
        if self._inode:
            removed(self._path, self._inode)
            self._inode = 0

    def _place(self) -> str:
        places = [self._lmtp.socket] if self._lmtp.socket else []
        return " and ".join([*places, super()._place()] if self._lmtp.listen else places)

    async def _probe(self) -> HealthReport:
        on_socket = probe_socket(self._path) if self._lmtp.socket else None
        if on_socket is not None and (on_socket.health is not Health.OK or not self._lmtp.listen):
            return on_socket
        return await super()._probe()
