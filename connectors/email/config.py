"""What an account of kind `smtp` is configured with."""

import ipaddress
from typing import Annotated, Literal

import msgspec

from channelhub.domain.addresses import parse_listen
from channelhub.domain.secrets import Secret

_MIB = 1024 * 1024


def _is(description: str, *, least: int | None = None, most: int | None = None) -> msgspec.Meta:
    return msgspec.Meta(description=description, ge=least, le=most)


class SmtpConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Mail received by listening for SMTP, and answers sent through a relay."""

    listen: Annotated[str, _is("Address and port to listen on; [::]:25 for IPv6, port 0 for any free one.")] = (
        "127.0.0.1:8025"
    )
    hostname: Annotated[str, _is("Our name in the greeting and in HELO. Empty: this host's name.")] = ""
    recipients: Annotated[
        tuple[str, ...],
        _is("Addresses and domains mail is taken for; other recipients get 550. Empty: every recipient."),
    ] = ()
    max_message_bytes: Annotated[int, _is("Largest mail, bytes; a larger one gets 552.", least=1024, most=1 << 30)] = (
        25 * _MIB
    )
    max_line_bytes: Annotated[
        int, _is("Longest line of a mail, bytes; a mail with a longer one gets 500.", least=1000, most=1 << 30)
    ] = 1 * _MIB
    max_buffered_bytes: Annotated[
        int,
        _is("Memory for all mails being received at one moment, bytes; beyond it they get 452.", least=_MIB),
    ] = 256 * _MIB
    max_recipients: Annotated[
        int, _is("Recipients of one mail; further ones get 452. RFC 5321 asks for 100.", least=1, most=10_000)
    ] = 100
    max_connections: Annotated[int, _is("Connections at one moment; further ones get 421.", least=1)] = 200
    max_connections_per_peer: Annotated[
        int, _is("Connections of one IPv4 address or IPv6 /64; loopback and trusted peers are exempt.", least=1)
    ] = 20
    trusted_peers: Annotated[
        tuple[str, ...], _is("Networks of our own relays (10.0.0.0/8), exempt from the cap per peer.")
    ] = ()
    session_timeout_s: Annotated[
        float, _is("Longest connection, seconds; a mail whose data began by then may still end.")
    ] = 900.0
    command_timeout_s: Annotated[float, _is("Longest wait for the next command, seconds.")] = 60.0
    data_timeout_s: Annotated[float, _is("Longest time for the data of one mail, seconds.")] = 300.0
    tls_certificate_file: Annotated[str, _is("PEM file with our certificate chain. Given: STARTTLS is offered.")] = ""
    tls_key_file: Annotated[str, _is("PEM file with its private key. Empty: it is in tls_certificate_file.")] = ""
    require_tls: Annotated[bool, _is("Refuse mail before STARTTLS.")] = False
    relay_host: Annotated[str, _is("Mail server that answers go out through. Empty: this account can't send.")] = ""
    relay_port: Annotated[int, _is("Its port: 25, 587 (starttls) or 465 (implicit).", least=1, most=65535)] = 25
    relay_tls: Annotated[
        Literal["none", "starttls", "implicit"],
        _is("How the connection to the relay is encrypted; its certificate is verified."),
    ] = "none"
    relay_ca_file: Annotated[str, _is("PEM file of a private CA that signed the relay's certificate.")] = ""
    relay_username: Annotated[str, _is("User name at the relay. Empty: no authentication.")] = ""
    relay_password: Annotated[Secret, _is("Password at the relay; better given as relay_password_file.")] = Secret()
    relay_timeout_s: Annotated[float, _is("Longest wait for one answer of the relay, seconds.")] = 60.0
    from_address: Annotated[str, _is("Address our answers come from; one of ours.")] = ""
    from_name: Annotated[str, _is("Name shown beside it.")] = ""

    def __post_init__(self) -> None:
        """Raises ValueError for what can't work, so that it is told when the configuration is read."""
        try:
            parse_listen(self.listen)
            for network in self.trusted_peers:
                ipaddress.ip_network(network, strict=False)
        except ValueError as error:
            raise ValueError(f"listen or trusted_peers: {error}") from error
        if self.require_tls and not self.tls_certificate_file:
            raise ValueError("require_tls needs tls_certificate_file: without it nobody could send mail")
        if self.relay_host and "@" not in self.from_address:
            raise ValueError("relay_host needs from_address, the address that answers come from")
        if min(self.session_timeout_s, self.command_timeout_s, self.data_timeout_s, self.relay_timeout_s) <= 0:
            raise ValueError("session_timeout_s, command_timeout_s, data_timeout_s and relay_timeout_s must be above 0")
