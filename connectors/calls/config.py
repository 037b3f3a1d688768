"""The settings of a telephone system's account."""

import ipaddress
import re
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from channelhub.domain.secrets import Secret

LEAST_SECRET_CHARS: Final = 8
MANGO_URL: Final = "https://app.mango-office.ru"
_HOST: Final = re.compile(r"\.?[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?")

Provider = Literal["generic", "mango", "zadarma", "binotel"]


class CallsConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One telephone system that posts to /hooks/NAME."""

    provider: Annotated[
        Provider,
        msgspec.Meta(
            description="Whose posts they are: mango, zadarma, binotel, or generic, which many systems can be made to "
            "speak (connectors/calls/README.md)."
        ),
    ]
    secret: Annotated[
        Secret,
        msgspec.Meta(
            description="What the posts are proved with. generic and binotel: made up by you, the end of the address "
            "that you give the system. mango: the API salt. zadarma: the API secret."
        ),
    ]
    key: Annotated[str, msgspec.Meta(max_length=200, description="mango: the API key.")] = ""
    networks: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            max_length=100,
            description="Addresses and networks that posts are taken from, such as 203.0.113.0/24. Empty: from any.",
        ),
    ] = ()
    time_zone: Annotated[
        str,
        msgspec.Meta(
            max_length=60, description="zadarma: the account's zone, such as Europe/Kyiv, as its posts name none."
        ),
    ] = "UTC"
    answers_card: Annotated[
        bool,
        msgspec.Meta(
            description="Whether a new call is answered with the address of the caller's card, so that the system can "
            "open it (generic, binotel)."
        ),
    ] = True
    card_minutes: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=1440,
            description="Minutes for which that address opens the card, read-only, for anybody who has it, as a CRM "
            "that shows it in a frame. 0: only who is signed in can open it.",
        ),
    ] = 0
    recording_hosts: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            max_length=50,
            description="Hosts that recordings are fetched from: records.example.com, or .example.com for all below "
            "it. Empty: none is fetched (mango: from Mango Office only).",
        ),
    ] = ()

    def __post_init__(self) -> None:
        """Raises ValueError for what can't work, so that it is told when the configuration is read."""
        if len(self.secret.reveal()) < LEAST_SECRET_CHARS:
            raise ValueError(f"secret: expected at least {LEAST_SECRET_CHARS} characters")
        if self.provider == "mango" and not self.key:
            raise ValueError("key is empty: it stands beside the salt in Mango Office's API connector")
        for network in self.networks:
            try:
                ipaddress.ip_network(network)
            except ValueError as exc:
                raise ValueError(f"networks: expected addresses or networks: {exc}") from exc
        for host in self.recording_hosts:
            if not _HOST.fullmatch(host):
                raise ValueError(f"recording_hosts: expected a host such as records.example.com, not {host[:60]!r}")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
            raise ValueError("time_zone: expected a name such as Europe/Kyiv or UTC") from exc
