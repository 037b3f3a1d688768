"""What an account of kind `imap` is configured with."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from channelhub.domain.secrets import Secret
from connectors.email import forwarders
from connectors.email.forwarders import Forwarders
from connectors.email.imap_since import read_since
from connectors.email.paths import is_address
from connectors.email.relay_config import RelayConfig, described

_MIB = 1024 * 1024
_ONE_LINE = r"^[^\x00-\x1f\x7f]*\Z"  # nothing that could end a command
_URL = re.compile(r"https?://[^\s?#]+\Z")


def _seconds(description: str, least: float, most: float) -> msgspec.Meta:
    return msgspec.Meta(description=description, ge=least, le=most)


def _line(description: str) -> msgspec.Meta:
    return msgspec.Meta(description=description, pattern=_ONE_LINE, max_length=1000)


class ImapConfig(RelayConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Mail read from a mailbox at its server, and answers sent through a relay."""

    host: Annotated[str, msgspec.Meta(description="The mail server's name.", pattern=r"^[^\s\x00-\x1f/]{1,255}\Z")]
    port: Annotated[int, described("Its port: 993 (implicit) or 143.", least=1, most=65535)] = 993
    tls: Annotated[
        Literal["implicit", "starttls", "none"],
        described("How the connection is encrypted; the server's certificate is verified."),
    ] = "implicit"
    ca_file: Annotated[str, described("PEM file of a private CA that signed its certificate.")] = ""
    username: Annotated[str, _line("User name at the server.")]
    password: Annotated[Secret, described("Password; better given as password_file. Not used with oauth_provider.")] = (
        Secret()
    )
    oauth_provider: Annotated[
        Literal["", "google", "microsoft", "other"],
        described("Sign in by OAuth2 (XOAUTH2) instead of a password; other needs oauth_token_url."),
    ] = ""
    oauth_client_id: Annotated[str, _line("Id of the application that was registered at the provider.")] = ""
    oauth_client_secret: Annotated[Secret, described("Its secret; better given as oauth_client_secret_file.")] = (
        Secret()
    )
    oauth_refresh_token: Annotated[
        Secret,
        described(
            "What access tokens are renewed with. Empty: the application signs in for itself (client credentials)."
        ),
    ] = Secret()
    oauth_tenant: Annotated[str, msgspec.Meta(description="Microsoft's tenant id.", pattern=r"^[\w.\-]{1,100}\Z")] = (
        "common"
    )
    oauth_token_url: Annotated[str, described("Where access tokens are asked for. Empty: the provider's.")] = ""
    oauth_scope: Annotated[str, _line("What is asked for. Empty: reading mail by IMAP, as the provider names it.")] = ""
    forwarders: Forwarders = ()
    folders: Annotated[
        tuple[Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f]+\Z", max_length=500)], ...],
        msgspec.Meta(
            min_length=1,
            max_length=50,
            description="Folders to read. The first is watched by IDLE, the others are polled.",
        ),
    ] = ("INBOX",)
    since: Annotated[
        str,
        described(
            "How far the first sync goes back: days (30d), a date (2026-01-31) or all; 0d takes only what arrives from "
            "now on. An earlier date later on reads the older mail."
        ),
    ] = "30d"
    after_commit: Annotated[
        Literal["none", "seen", "flag", "move"],
        described(
            "What is done to a mail at the server once it is stored. none: the folder is opened for reading only."
        ),
    ] = "none"
    move_to: Annotated[str, _line('The folder that after_commit = "move" moves to; made when it is missing.')] = ""
    max_message_bytes: Annotated[
        int, described("Largest mail taken whole, bytes; of a larger one the beginning is.", least=1024, most=60 * _MIB)
    ] = 50 * _MIB
    poll_interval_s: Annotated[
        float, _seconds("How often all folders are looked at, IDLE or not, seconds.", 1, 3600)
    ] = 60.0
    probe_interval_s: Annotated[
        float, _seconds("How often a waiting connection has to show that it lives, seconds.", 0.5, 600)
    ] = 25.0
    timeout_s: Annotated[
        float, _seconds("Longest silence of the server while an answer is due, seconds.", 0.5, 600)
    ] = 30.0
    completeness_interval_s: Annotated[
        float,
        _seconds("How often what the server lists is compared with what is stored, seconds.", 1, 86400),
    ] = 600.0
    addresses: Annotated[
        tuple[str, ...],
        described("Further addresses of this mailbox: mail from one of them is ours, not a customer's."),
    ] = ()

    def faults(self) -> Iterator[tuple[str, str]]:
        yield from super().faults()
        if not self.username:
            yield "username", "is empty"
        yield from self._sign_in_faults()
        yield from forwarders.faults(self.forwarders)
        try:
            read_since(self.since)
        except ValueError as error:
            yield "since", str(error)
        if len(set(self.folders)) < len(self.folders):
            yield "folders", "names a folder twice"
        if self.after_commit == "move" and not self.move_to:
            yield "move_to", 'is empty: after_commit = "move" needs it'
        if self.after_commit == "move" and self.move_to in self.folders:
            yield "move_to", "is one of folders: what is moved there would be read again"
        for address in self.addresses:
            if not is_address(address):
                yield "addresses", f"{address!r} is not an address"

    def _sign_in_faults(self) -> Iterator[tuple[str, str]]:
        if not self.oauth_provider:
            return  # an empty password is told when the account starts: the file may still be on its way
        if not self.oauth_client_id:
            yield "oauth_client_id", "is empty: oauth_provider needs it"
        if not self.oauth_refresh_token and not self.oauth_client_secret:
            yield "oauth_refresh_token", "is empty, and so is oauth_client_secret: one of them has to sign us in"
        if self.oauth_provider == "other" and not self.oauth_token_url:
            yield "oauth_token_url", 'is empty: oauth_provider = "other" needs it'
        if self.oauth_token_url and not _URL.match(self.oauth_token_url):
            yield "oauth_token_url", "is no http or https address"


def own_addresses(config: ImapConfig) -> tuple[str, ...]:
    """Every address that is ours: mail from one of them, in a Sent folder or in copy, is not a customer's."""
    named = [config.username, *config.addresses, config.from_address]
    return tuple(dict.fromkeys(address for address in named if "@" in address.strip("@")))
