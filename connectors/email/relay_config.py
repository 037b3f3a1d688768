"""How an account's answers leave: the relay, and the address they come from. The same keys for every kind."""

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Pace
from connectors.email.paths import is_address
from connectors.email.trust_config import TrustConfig


def described(description: str, *, least: int | None = None, most: int | None = None) -> msgspec.Meta:
    """What a key is, as the example file, faults and pages show it, with the numbers it may hold."""
    return msgspec.Meta(description=description, ge=least, le=most)


def seconds(description: str) -> msgspec.Meta:
    """A length of time above nothing."""
    return msgspec.Meta(description=description, gt=0)


class RelayConfig(TrustConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where mail goes out."""

    relay_host: Annotated[
        str, described("Mail server that answers go out through. Empty: this account can't send.")
    ] = ""
    relay_port: Annotated[int, described("Its port: 25, 587 (starttls) or 465 (implicit).", least=1, most=65535)] = 25
    relay_tls: Annotated[
        Literal["none", "starttls", "implicit"],
        described("How the connection to the relay is encrypted; its certificate is verified."),
    ] = "none"
    relay_ca_file: Annotated[str, described("PEM file of a private CA that signed the relay's certificate.")] = ""
    relay_username: Annotated[str, described("User name at the relay. Empty: no authentication.")] = ""
    relay_password: Annotated[Secret, described("Password at the relay; better given as relay_password_file.")] = (
        Secret()
    )
    relay_timeout_s: Annotated[float, seconds("Longest wait for one answer of the relay, seconds.")] = 60.0
    relay_at_once: Annotated[int, described("Mails handed to the relay at one moment.", least=1, most=100)] = 8
    relay_at_once_per_domain: Annotated[
        int, described("Of these, at most so many to one recipient domain.", least=1, most=100)
    ] = 4
    relay_per_minute_per_domain: Annotated[
        int, described("Mails to one recipient domain in a minute; more wait. 0: no limit.", least=0, most=100_000)
    ] = 60
    from_address: Annotated[str, described("Address our answers come from; one of ours.")] = ""
    from_name: Annotated[str, described("Name shown beside it.")] = ""
    plus_addressing: Annotated[
        bool,
        described(
            "Answers and bounces go to from_address with +token before the @, so that they find their conversation "
            "whatever a mail program drops. The mail server must deliver such addresses like from_address."
        ),
    ] = False

    def __post_init__(self) -> None:
        """Raises ValueError for what can't work, so that it is told when the configuration is read."""
        faults = [f"{key}: {fault}" for key, fault in self.faults()]
        if faults:
            raise ValueError("; ".join(faults))

    def faults(self) -> Iterator[tuple[str, str]]:
        """Each key that can't work, and why."""
        yield from self.trust_faults()
        if self.from_address and not is_address(self.from_address):
            yield "from_address", "is not an address"
        if self.relay_host and not self.from_address:
            yield "relay_host", "needs from_address, the address that answers come from"


def pace(config: RelayConfig) -> Pace:
    """How quickly mail may go out: each recipient domain by itself, so that a slow one holds up no other."""
    return Pace(
        at_once=config.relay_at_once,
        at_once_in_lane=config.relay_at_once_per_domain,
        per_minute_in_lane=config.relay_per_minute_per_domain,
        lane=_domain,
    )


def _domain(recipient: str) -> str:
    return recipient.rpartition("@")[2].casefold()
