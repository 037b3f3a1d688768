"""What an account of kind `smtp` is configured with."""

import ipaddress
from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from channelhub.domain.addresses import parse_listen
from channelhub.domain.secrets import Secret
from connectors.email.paths import read_path

_MIB = 1024 * 1024


def _is(description: str, *, least: int | None = None, most: int | None = None) -> msgspec.Meta:
    return msgspec.Meta(description=description, ge=least, le=most)


def _seconds(description: str) -> msgspec.Meta:
    return msgspec.Meta(description=description, gt=0)


class SmtpConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Mail received by listening for SMTP, and answers sent through a relay."""

    listen: Annotated[str, _is("Address and port to listen on; [::]:25 for IPv6, port 0 for any free one.")] = (
        "127.0.0.1:8025"
    )
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
        float, _seconds("Longest connection, seconds; a mail whose data began by then may still end.")
    ] = 900.0
    command_timeout_s: Annotated[float, _seconds("Longest wait for the next command, seconds.")] = 60.0
    data_timeout_s: Annotated[float, _seconds("Longest time for the data of one mail, seconds.")] = 300.0
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
    relay_timeout_s: Annotated[float, _seconds("Longest wait for one answer of the relay, seconds.")] = 60.0
    from_address: Annotated[str, _is("Address our answers come from; one of ours.")] = ""
    from_name: Annotated[str, _is("Name shown beside it.")] = ""

    def __post_init__(self) -> None:
        """Raises ValueError for what can't work, so that it is told when the configuration is read."""
        faults = [f"{key}: {fault}" for key, fault in self._faults()]
        if faults:
            raise ValueError("; ".join(faults))

    def _faults(self) -> Iterator[tuple[str, str]]:
        try:
            parse_listen(self.listen)
        except ValueError as error:
            yield "listen", str(error)
        for network in self.trusted_peers:
            try:
                ipaddress.ip_network(network, strict=False)
            except ValueError as error:
                yield "trusted_peers", str(error)
        for entry in self.recipients:
            if not (_is_address(entry) or _is_address(f"x@{entry.removeprefix('@')}")):
                yield "recipients", f"{entry!r} is neither an address nor a domain"
        if self.require_tls and not self.tls_certificate_file:
            yield "require_tls", "needs tls_certificate_file: without it nobody could send mail"
        if self.from_address and not _is_address(self.from_address):
            yield "from_address", "is not an address"
        if self.relay_host and not self.from_address:
            yield "relay_host", "needs from_address, the address that answers come from"


def _is_address(text: str) -> bool:
    path = read_path(f"TO:<{text}>", "TO:")
    return path is not None and path.address == text and "@" in text and "*" not in text
