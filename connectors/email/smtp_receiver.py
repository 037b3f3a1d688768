"""The SMTP listener: its certificate, its users, and the clients behind its proxies."""

import asyncio
from pathlib import Path

from channelhub.sdk.contract import Context, HealthReport
from connectors.email.config import SmtpConfig
from connectors.email.peers import Networks, Peers, is_local, peer_group
from connectors.email.receive import Receiver
from connectors.email.signin import Credentials
from connectors.email.smtp import SmtpSession
from connectors.email.tls import ServerTls, server_tls
from connectors.email.users import Throttle, Users


class SmtpReceiver(Receiver):
    """Listens for SMTP."""

    protocol = "SMTP"

    def __init__(self, config: SmtpConfig, context: Context) -> None:
        peers = Peers(
            most=config.max_connections,
            most_of_one=config.max_connections_per_peer,
            uncapped=Networks((*config.trusted_peers, *config.proxies)),
        )
        super().__init__(config, context, peers)
        self._smtp = config
        self._proxies = Networks(config.proxies)
        self._relays = Networks(config.trusted_peers)
        self._tls: ServerTls | None = None
        self._users: Users | None = None
        self._throttle = Throttle(lambda: asyncio.get_running_loop().time())

    async def _open(self) -> list[asyncio.Server]:
        self._read_files()
        return await super()._open()

    async def _probe(self) -> HealthReport:
        self._read_files()
        return await super()._probe()

    def _read_files(self) -> None:
        """Read the certificate and the users. Raises `Unavailable`."""
        self._tls = server_tls(self._smtp)
        self._users = Users(Path(self._smtp.users_file)) if self._smtp.users_file else None

    def _session(self) -> SmtpSession:
        context = self._tls.context() if self._tls else None
        return SmtpSession(self, self._smtp, hostname=self._hostname, tls_context=context)

    @property
    def has_users(self) -> bool:
        """Whether anybody can sign in."""
        return self._users is not None

    def _is_ours(self, host: str) -> bool:
        return is_local(host) or host in self._relays

    def is_proxy(self, host: str) -> bool:
        return host in self._proxies

    def _turned_away(self, host: str) -> str:
        """Whoever may still sign in, or may still name another client, is let in."""
        return "" if self.has_users or self.is_proxy(host) else super()._turned_away(host)

    def introduce(self, session: SmtpSession) -> str:
        """The reply that refuses the client a proxy named, or nothing: its address counts from here on."""
        host = session.peer_host
        turned_away = "" if self.has_users else super()._turned_away(host)
        return turned_away or self._peers.move(session, host)

    def may_deliver(self, host: str) -> bool:
        """Whether this host may deliver without signing in. A proxy that names no client is asked like any host."""
        return host in self._allowed or not (self.has_users or self._allowed)

    async def knows(self, credentials: Credentials, peer: str) -> bool | None:
        """Whether the password is right. None: this peer guessed too often and isn't heard."""
        assert self._users is not None
        group = peer_group(peer)
        if self._throttle.is_shut(group):
            return None
        is_known = await self._users.knows(credentials.name, credentials.password)
        if not is_known:
            self._throttle.failed(group)
            self._context.log.warning("smtp.sign_in_failed", account=self._context.account)
        return is_known
