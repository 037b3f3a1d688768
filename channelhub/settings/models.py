"""What the daemon is configured with: one frozen struct per section of the file.

Each field's description is what `config/channelhub.example.toml` and the errors say about it; units stand in names
or descriptions. An account's own keys are its connector's struct, found through the connector's manifest.
"""

import ipaddress
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

import msgspec

from channelhub.settings.alerts import AlertTarget
from channelhub.settings.log import LogSettings
from channelhub.settings.media import MediaSettings
from channelhub.settings.oidc import OidcSettings
from channelhub.settings.retention import RetentionSettings
from channelhub.settings.webhooks import WebhookSettings
from channelhub.settings.zones import zone

_MIB = 1024 * 1024


def _is(description: str, *, least: float | None = None, most: float | None = None) -> msgspec.Meta:
    return msgspec.Meta(description=description, ge=least, le=most)


class HubSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[hub]`: state, limits and processes."""

    state_dir: Annotated[
        str,
        msgspec.Meta(
            min_length=1, description="Folder of database, blobs, lock and local token, from the working directory."
        ),
    ] = "var"
    default_region: Annotated[
        str,
        msgspec.Meta(
            pattern="^[A-Z]{2}$", description="Country (ISO 3166, two letters) of phone numbers written without one."
        ),
    ] = "UA"
    time_zone: Annotated[str, _is("Zone (IANA) of the hours and days that our people promise and customers keep.")] = (
        "Europe/Kyiv"
    )
    min_free_bytes: Annotated[
        int, _is("Free disk space, bytes, below which messages are refused for now.", least=0, most=1 << 50)
    ] = 256 * _MIB
    max_queued_bytes: Annotated[
        int,
        _is("Received messages waiting for the disk, bytes; beyond it senders wait.", least=_MIB, most=1 << 40),
    ] = 64 * _MIB
    parser_processes: Annotated[int, _is("Processes that read messages.", least=1, most=64)] = 2
    drain_timeout_s: Annotated[
        float, _is("Longest time to finish work when stopping, seconds.", least=0.1, most=600)
    ] = 10.0
    probe_every_s: Annotated[
        float, _is("How often channels that post to us are asked how they are, seconds. 0: never.", least=0, most=86400)
    ] = 300.0
    templates_dir: Annotated[
        str, _is("Folder with your own texts of acknowledgements and notices. Empty: those that come with the hub.")
    ] = ""

    def __post_init__(self) -> None:
        zone(self.time_zone)


class HttpSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[http]`: API, pages, forms and hooks."""

    listen: Annotated[str, _is("Address and port to listen on; [::1]:8080 for IPv6, port 0 for any free one.")] = (
        "127.0.0.1:8080"
    )
    public_url: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
            description="Where the world reaches us: the start of links in forms, hooks and messages.",
        ),
    ] = "http://127.0.0.1:8080"
    trusted_proxies: Annotated[
        tuple[str, ...],
        _is("Addresses or networks (10.0.0.0/8) of our proxies, whose X-Forwarded-For and -Proto are believed."),
    ] = ()
    max_connections: Annotated[
        int, _is("Connections at one moment; further ones are closed at once.", least=1, most=1_000_000)
    ] = 1024
    header_timeout_s: Annotated[
        float, _is("Longest wait for the headers of a request, seconds.", least=0.1, most=3600)
    ] = 10.0
    body_timeout_s: Annotated[float, _is("Longest time for the body of a request, seconds.", least=1, most=86_400)] = (
        300.0
    )
    requests_per_minute: Annotated[
        int,
        _is(
            "Requests to the API by one token; what brings messages in isn't counted. 0: no limit.",
            least=0,
            most=1_000_000_000,
        ),
    ] = 6000
    cors_origins: Annotated[
        tuple[Annotated[str, msgspec.Meta(pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?\Z")], ...],
        _is("Sites whose pages may use the API from a browser, with a token of their own: https://app.example.com."),
    ] = ()
    frame_ancestors: Annotated[
        tuple[Annotated[str, msgspec.Meta(pattern=r"^https?://(\*\.)?[a-z0-9.-]+(:[0-9]{1,5})?\Z")], ...],
        _is("Sites, such as a CRM, that may show /card in a frame: https://crm.example.com."),
    ] = ()

    def __post_init__(self) -> None:
        for network in self.trusted_proxies:
            try:
                ipaddress.ip_network(network)
            except ValueError as exc:
                raise ValueError(f"trusted_proxies: expected addresses or networks: {exc}") from exc


class EscalationLevel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One level of `[outages] escalation`."""

    level: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}\Z", description="Its name.")]
    customers: Annotated[float, _is("Customers, weighed by class, who reach it.", least=1, most=1e9)]


class OutageSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[outages]`: when many customers report the same."""

    enabled: Annotated[bool, _is("Look for outages.")] = True
    min_customers: Annotated[
        int, _is("Customers who must have reported the same before an outage is suspected.", least=2, most=10_000)
    ] = 3
    threshold: Annotated[
        float, _is("Score from which an outage is suspected; higher means later and surer.", least=0, most=100)
    ] = 6.8
    quiet_hours: Annotated[
        float, _is("Hours without a new report after which an outage resolves by itself.", least=0.1, most=8760)
    ] = 24.0
    origin_cap: Annotated[
        int, _is("Unverified reports of one origin (network, device) that count.", least=1, most=1000)
    ] = 3
    dismissed_hours: Annotated[
        float, _is("Hours for which the words of a dismissed outage stay silent.", least=0, most=8760)
    ] = 72.0
    dismissed_growth: Annotated[
        float,
        _is(
            "They speak again when so many times the customers report them. 0: not before the time is over.",
            least=0,
            most=1000,
        ),
    ] = 3.0
    confirm_automatically: Annotated[bool, _is("Confirm a suspected outage without a person.")] = False
    confirm_customers: Annotated[
        int, _is("Confirm one that so many different customers report, by itself. 0: never.", least=0, most=1_000_000)
    ] = 0
    confirm_channels: Annotated[
        int, _is("Confirm one that is reported on so many channels, by itself. 0: never.", least=0, most=100)
    ] = 0
    confirm_score: Annotated[
        float, _is("Confirm one whose evidence has reached this score, by itself. 0: never.", least=0, most=1000)
    ] = 0.0
    confirm_with_alert: Annotated[
        bool, _is("Confirm one by itself when monitoring alerts of the same matter in the same minutes.")
    ] = False
    segment_weights: Annotated[
        dict[
            Annotated[str, msgspec.Meta(min_length=1, max_length=40)],
            Annotated[float, msgspec.Meta(ge=0, le=1000)],
        ],
        msgspec.Meta(
            max_length=100,
            description="How many customers one of a class counts for in escalation, such as { vip = 5 }; others count "
            "as one. The class is what an account says of the customer, else the attribute or form field named "
            "segment, in lower case.",
        ),
    ] = {}
    escalation: Annotated[
        tuple[EscalationLevel, ...],
        msgspec.Meta(
            max_length=10,
            description='Levels that an outage reaches as it grows, such as [{ level = "major", customers = 50 }]: '
            "each is told of once.",
        ),
    ] = ()

    def __post_init__(self) -> None:
        sizes = [level.customers for level in self.escalation]
        if sizes != sorted(set(sizes)):
            raise ValueError("escalation: expected each level with more customers than the one before")
        names = [level.level for level in self.escalation]
        if len(names) != len(set(names)):
            raise ValueError("escalation: expected each level named once")
        if strange := [name for name in self.segment_weights if name != name.strip().lower()]:
            raise ValueError(f"segment_weights: expected classes in lower case, not {strange[0]!r}")


Language = Literal["ru", "uk", "en"]


class ReplySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[replies]`: what the hub writes to customers by itself."""

    acknowledge: Annotated[
        bool, _is("Send the incident's number once per conversation and day, never to automatic mail.")
    ] = True
    languages: Annotated[
        tuple[Language, ...],
        msgspec.Meta(
            min_length=1, description="Languages we write in; the first one when the customer's is not among them."
        ),
    ] = ("en", "uk", "ru")
    file_link_days: Annotated[
        int,
        _is("Days for which customers and channels can fetch files of answers by their address.", least=1, most=365),
    ] = 30


class NoticeSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[notices]`: messages to many customers about an outage, each approved by a person."""

    per_minute: Annotated[
        int, _is("Notices that one account sends in a minute; further ones wait their turn.", least=1, most=60_000)
    ] = 60
    ask_rating: Annotated[bool, _is("Ask how it was handled, with a link, in the message that an outage is over.")] = (
        True
    )


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """`[accounts.NAME]`: one configured connector."""

    name: str
    kind: str
    config: Any  # the struct that the connector's manifest names


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The whole configuration, checked. `warnings` are sentences for the administrator; nothing stops for them."""

    hub: HubSettings = HubSettings()
    http: HttpSettings = HttpSettings()
    outages: OutageSettings = OutageSettings()
    replies: ReplySettings = ReplySettings()
    notices: NoticeSettings = NoticeSettings()
    retention: RetentionSettings = RetentionSettings()
    webhooks: WebhookSettings = WebhookSettings()
    media: MediaSettings = MediaSettings()
    oidc: OidcSettings = OidcSettings()
    log: LogSettings = LogSettings()
    accounts: Mapping[str, Account] = MappingProxyType({})
    alerts: Mapping[str, AlertTarget] = MappingProxyType({})
    warnings: tuple[str, ...] = ()


SECTIONS: Mapping[str, type[msgspec.Struct]] = MappingProxyType(
    {
        "hub": HubSettings,
        "http": HttpSettings,
        "outages": OutageSettings,
        "replies": ReplySettings,
        "notices": NoticeSettings,
        "retention": RetentionSettings,
        "webhooks": WebhookSettings,
        "media": MediaSettings,
        "oidc": OidcSettings,
        "log": LogSettings,
    }
)
