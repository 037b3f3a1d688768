"""What accounts of the kinds `smtp` and `lmtp` are configured with."""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

import msgspec

from channelhub.domain.addresses import parse_listen
from connectors.email import forwarders
from connectors.email.forwarders import Forwarders
from connectors.email.relay_config import RelayConfig, described, seconds
from connectors.email.routes import claims_twice, is_entry

_MIB = 1024 * 1024


class ReceiverConfig(RelayConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Mail received by listening for it, whatever the protocol."""

    free_listen: ClassVar[str] = ""  # the default of `listen`, which gives way to `through`

    listen: Annotated[str, described("Address and port to listen on.")] = ""
    through: Annotated[
        str,
        described(
            "Account of the same kind whose listener takes this account's mail, by recipients; this one then "
            "listens nowhere, and the limits are that account's."
        ),
    ] = ""
    hostname: Annotated[
        str,
        msgspec.Meta(
            description="Our name in the greeting and in HELO. Empty: this host's name.",
            pattern=r"^[A-Za-z0-9._:\[\]\-]*\Z",
            max_length=255,
        ),
    ] = ""
    recipients: Annotated[
        tuple[str, ...],
        described(
            "Addresses (with any +suffix) and domains mail is taken for; other recipients get 550. Empty: every one."
        ),
    ] = ()
    forwarders: Forwarders = ()
    allowed_peers: Annotated[
        tuple[str, ...], described("Networks of the hosts that may deliver, others are turned away. Empty: every host.")
    ] = ()
    max_message_bytes: Annotated[
        int, described("Largest mail, bytes; a larger one gets 552.", least=1024, most=1 << 30)
    ] = 25 * _MIB
    max_line_bytes: Annotated[
        int, described("Longest line of a mail, bytes; a mail with a longer one gets 500.", least=1000, most=1 << 30)
    ] = 1 * _MIB
    max_buffered_bytes: Annotated[
        int,
        described("Memory for all mails being received at one moment, bytes; beyond it they get 452.", least=_MIB),
    ] = 256 * _MIB
    max_recipients: Annotated[
        int, described("Recipients of one mail; further ones get 452. RFC 5321 asks for 100.", least=1, most=10_000)
    ] = 100
    max_connections: Annotated[int, described("Connections at one moment; further ones get 421.", least=1)] = 200
    session_timeout_s: Annotated[
        float, seconds("Longest connection, seconds; a mail whose data began by then may still end.")
    ] = 900.0
    command_timeout_s: Annotated[
        float, seconds("Longest wait for the next command, seconds. RFC 5321 asks for five minutes.")
    ] = 300.0
    data_timeout_s: Annotated[
        float, seconds("Longest time for the data of one mail, seconds; each 16 KiB that came add one.")
    ] = 300.0

    def __post_init__(self) -> None:
        if self.through and self.listen == self.free_listen:
            msgspec.structs.force_setattr(self, "listen", "")
        super().__post_init__()

    def faults(self) -> Iterator[tuple[str, str]]:
        yield from super().faults()
        yield from self._faults_of_place()
        yield from _faults_of_networks("allowed_peers", self.allowed_peers)
        for entry in self.recipients:
            if not is_entry(entry):
                yield "recipients", f"{entry!r} is neither an address nor a domain"
        yield from forwarders.faults(self.forwarders)

    def _faults_of_place(self) -> Iterator[tuple[str, str]]:
        if self.through:
            if self.listen:
                yield "listen", "can't be given together with through: the other account listens"
            if not self.recipients:
                yield "recipients", "needs the addresses or domains that are this account's, because of through"
            return
        try:
            parse_listen(self.listen)
        except ValueError as error:
            yield "listen", str(error)

    @classmethod
    def faults_together(cls, accounts: Mapping[str, "ReceiverConfig"]) -> Iterator[tuple[str, str, str]]:
        """(account, key, fault) of what doesn't fit between the accounts of this kind."""
        for name, config in accounts.items():
            listener = accounts.get(config.through)
            if config.through and (listener is None or listener.through):
                yield name, "through", "expected the name of another account of this kind that listens"
        yield from claims_twice(accounts)


class SmtpConfig(ReceiverConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Mail received by listening for SMTP, and answers sent through a relay."""

    free_listen: ClassVar[str] = "127.0.0.1:8025"

    listen: Annotated[str, described("Address and port to listen on; [::]:25 for IPv6, port 0 for any free one.")] = (
        free_listen
    )
    max_connections_per_peer: Annotated[
        int, described("Connections of one IPv4 address or IPv6 /64; loopback and trusted peers are exempt.", least=1)
    ] = 20
    trusted_peers: Annotated[
        tuple[str, ...], described("Networks of our own relays (10.0.0.0/8), exempt from the cap per peer.")
    ] = ()
    proxies: Annotated[
        tuple[str, ...],
        described("Networks of our proxies. Each of their connections must begin with a PROXY header, version 1 or 2."),
    ] = ()
    tls_certificate_file: Annotated[
        str, described("PEM file with our certificate chain. Given: STARTTLS is offered.")
    ] = ""
    tls_key_file: Annotated[str, described("PEM file with its private key. Empty: it is in tls_certificate_file.")] = ""
    require_tls: Annotated[bool, described("Refuse mail before STARTTLS.")] = False
    users_file: Annotated[
        str,
        described(
            "File of who may sign in, a line name:hash (argon2id) for each. Given: hosts outside allowed_peers must."
        ),
    ] = ""

    def faults(self) -> Iterator[tuple[str, str]]:
        yield from super().faults()
        yield from _faults_of_networks("trusted_peers", self.trusted_peers)
        yield from _faults_of_networks("proxies", self.proxies)
        if self.require_tls and not self.tls_certificate_file:
            yield "require_tls", "needs tls_certificate_file: without it nobody could send mail"
        if self.users_file and not self.tls_certificate_file:
            yield "users_file", "needs tls_certificate_file: passwords are taken over TLS only"


class LmtpConfig(ReceiverConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Mail handed over by our own mail server by LMTP, and answers sent through a relay."""

    free_listen: ClassVar[str] = "127.0.0.1:8024"

    listen: Annotated[str, described("Address and port to listen on, never port 25. Empty: only the socket.")] = (
        free_listen
    )
    socket: Annotated[str, described("Path of a Unix socket to listen on. Empty: none.")] = ""
    socket_mode: Annotated[
        str,
        msgspec.Meta(
            description="Rights of the socket's file, octal: who may write to it may deliver.", pattern=r"^0[0-7]{3}\Z"
        ),
    ] = "0660"

    def _faults_of_place(self) -> Iterator[tuple[str, str]]:
        if self.through and self.socket:
            yield "socket", "can't be given together with through: the other account listens"
        if self.listen or self.through or not self.socket:
            yield from super()._faults_of_place()
        if self.listen.endswith(":25"):
            yield "listen", "LMTP must not take SMTP's port 25 (RFC 2033)"
        if len(self.socket.encode()) > _MAX_SOCKET_BYTES:
            yield "socket", f"is longer than the {_MAX_SOCKET_BYTES} bytes that a socket's path can have"


_MAX_SOCKET_BYTES = 107  # sun_path of unix(7), with its NUL


def _faults_of_networks(key: str, networks: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for network in networks:
        try:
            ipaddress.ip_network(network, strict=False)
        except ValueError as error:
            yield key, str(error)
