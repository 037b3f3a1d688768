"""`[alerts.NAME]`: whom the hub tells about outages, or about any events, one struct for each kind of receiver."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

import msgspec

from channelhub.domain.events.catalogue import CATALOGUE
from channelhub.domain.incidents import Priority
from channelhub.domain.secrets import Secret
from channelhub.settings.faults import nearest

AlertLanguage = Literal["en", "uk", "ru"]


def _url(description: str) -> msgspec.Meta:
    return msgspec.Meta(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?\Z", max_length=2000, description=description)


def _text(description: str, *, least: int = 1, most: int = 300) -> msgspec.Meta:
    return msgspec.Meta(min_length=least, max_length=most, description=description)


_Language = Annotated[AlertLanguage, msgspec.Meta(description="Language of what is told.")]
_State = Annotated[
    Literal["suspected", "confirmed"], msgspec.Meta(description="The state from which an outage is told.")
]
_Hook = Annotated[
    Secret, msgspec.Meta(description="The address as the receiver gave it: who knows it can post, so it is a secret.")
]


class AlertSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every kind has."""

    language: _Language = "en"
    least_state: _State = "suspected"
    least_customers: Annotated[
        int, msgspec.Meta(ge=0, le=1_000_000, description="Customers from which an outage is told.")
    ] = 0
    updates: Annotated[
        bool, msgspec.Meta(description="Tell changes too: confirmed, escalated, twice as many customers.")
    ] = True


_Pattern = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Segment = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class MessengerSettings(AlertSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every kind has that can show any message, and so can be told of any event."""

    events: Annotated[
        tuple[_Pattern, ...],
        msgspec.Meta(
            max_length=50,
            description="Tell these events, each in a message of its own: exact (incident.opened), a family (outage.*) "
            "or *. Empty: outages only, as one alert each.",
        ),
    ] = ()
    accounts: Annotated[
        tuple[str, ...],
        msgspec.Meta(max_length=100, description="Events of these accounts only. Empty: of all, and of none."),
    ] = ()
    segments: Annotated[
        tuple[_Segment, ...],
        msgspec.Meta(max_length=100, description="Events about customers of these classes only. Empty: about all."),
    ] = ()
    priorities: Annotated[
        tuple[Priority, ...],
        msgspec.Meta(max_length=4, description="Of events that have a priority, only these. Empty: all."),
    ] = ()
    per_minute: Annotated[
        int,
        msgspec.Meta(
            ge=2, le=600, description="Messages about events in a minute; further events are summed up in one."
        ),
    ] = 20

    def __post_init__(self) -> None:
        for pattern in self.events:
            if not _names_a_type(pattern):
                meant = nearest(pattern, CATALOGUE)
                raise ValueError(f"events: no event is called {pattern}{meant and f'; did you mean {meant}?'}")
        if not self.events and (self.accounts or self.segments or self.priorities):
            raise ValueError(
                "events: expected what to tell, as there are accounts, segments or priorities to choose by"
            )
        if self.events and self.least_customers:
            raise ValueError("least_customers: speaks of outages as alerts, and with events there are none")


class PagerDuty(AlertSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A service's Events API v2 integration."""

    routing_key: Annotated[Secret, msgspec.Meta(description="The integration key of the service.")]
    base_url: Annotated[str, _url("The Events API; https://events.eu.pagerduty.com in the EU.")] = (
        "https://events.pagerduty.com"
    )

    def __post_init__(self) -> None:
        _present(self.routing_key, "routing_key")


class Opsgenie(AlertSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An API integration of Opsgenie or Jira Service Management."""

    api_key: Annotated[Secret, msgspec.Meta(description="The key of an API integration.")]
    base_url: Annotated[
        str,
        _url(
            "The API; https://api.eu.opsgenie.com in the EU, "
            "https://api.atlassian.com/jsm/ops/integration for Jira Service Management."
        ),
    ] = "https://api.opsgenie.com"
    tags: Annotated[tuple[str, ...], msgspec.Meta(max_length=20, description="Tags of the alert.")] = ("channelhub",)

    def __post_init__(self) -> None:
        _present(self.api_key, "api_key")


class Alertmanager(AlertSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Prometheus Alertmanager, API v2."""

    base_url: Annotated[str, _url("Where Alertmanager listens, such as http://127.0.0.1:9093.")]
    token: Annotated[Secret, msgspec.Meta(description="Sent as Authorization: Bearer. Empty: none.")] = Secret()
    labels: Annotated[
        dict[str, str],
        msgspec.Meta(max_length=20, description="Labels of the alert beside alertname and outage, for your routes."),
    ] = msgspec.field(default_factory=lambda: {"severity": "critical"})


class Slack(MessengerSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A bot that posts to a channel and edits what it posted."""

    token: Annotated[Secret, msgspec.Meta(description="A bot's token (xoxb-…) with the scope chat:write.")]
    channel: Annotated[str, _text("The id of the channel; the bot must be in it.", most=64)]
    base_url: Annotated[str, _url("The Web API.")] = "https://slack.com/api"

    def __post_init__(self) -> None:
        super().__post_init__()
        _present(self.token, "token")


class SlackWebhook(MessengerSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An incoming webhook, which can post but not edit."""

    webhook_url: _Hook

    def __post_init__(self) -> None:
        super().__post_init__()
        _webhook(self.webhook_url)


class Mattermost(MessengerSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An incoming webhook."""

    webhook_url: _Hook

    def __post_init__(self) -> None:
        super().__post_init__()
        _webhook(self.webhook_url)


class Teams(MessengerSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A workflow "post to a channel when a webhook request is received"."""

    webhook_url: _Hook

    def __post_init__(self) -> None:
        super().__post_init__()
        _webhook(self.webhook_url)


class TelegramChat(MessengerSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A bot that writes to a chat, group or channel."""

    token: Annotated[Secret, msgspec.Meta(description="The bot's token as BotFather gave it.")]
    chat_id: Annotated[str, _text("The chat's number, or @name of a public channel.", most=64)]
    thread_id: Annotated[int, msgspec.Meta(ge=0, description="The topic of a group that has topics; 0: none.")] = 0
    base_url: Annotated[str, _url("A Bot API server of your own, without /bot and the token.")] = (
        "https://api.telegram.org"
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        _present(self.token, "token")


class Ntfy(MessengerSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A topic of ntfy."""

    topic: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z", description="The topic.")]
    token: Annotated[Secret, msgspec.Meta(description="An access token. Empty: none.")] = Secret()
    base_url: Annotated[str, _url("Your own server.")] = "https://ntfy.sh"


class Email(MessengerSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Mail to one address of our own people, through a mail account of the hub."""

    account: Annotated[str, _text("The account that sends it: one of mail, with relay_host.", most=63)]
    to: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^[^\s@<>,;:\"()]{1,64}@[^\s@<>,;:\"()]{1,255}\Z",
            description="One address, which may be a list's. Never a customer's.",
        ),
    ]


class Statuspage(AlertSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A public status page: it says that there is a problem, and nothing that customers wrote."""

    api_key: Annotated[Secret, msgspec.Meta(description="The key of the API.")]
    page_id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9]{1,64}\Z", description="The page's id.")]
    title: Annotated[str, _text("The name of the incident on the page.", most=120)] = "Some customers have a problem"
    component_ids: Annotated[
        tuple[str, ...], msgspec.Meta(max_length=50, description="Components that the incident is shown at.")
    ] = ()
    notifies: Annotated[bool, msgspec.Meta(description="Let the page notify its subscribers.")] = False
    least_state: _State = "confirmed"
    base_url: Annotated[str, _url("The API.")] = "https://api.statuspage.io"

    def __post_init__(self) -> None:
        _present(self.api_key, "api_key")


class AlertTarget(msgspec.Struct, frozen=True, kw_only=True):
    """`[alerts.NAME]`: one receiver."""

    name: str
    kind: str
    config: Any  # the struct of its kind

    @property
    def events(self) -> tuple[str, ...]:
        """The types and patterns of events it is told of; empty: outages, as alerts."""
        return self.config.events if isinstance(self.config, MessengerSettings) else ()


ALERT_KINDS: Mapping[str, type[AlertSettings]] = MappingProxyType(
    {
        "alertmanager": Alertmanager,
        "email": Email,
        "mattermost": Mattermost,
        "ntfy": Ntfy,
        "opsgenie": Opsgenie,
        "pagerduty": PagerDuty,
        "slack": Slack,
        "slack_webhook": SlackWebhook,
        "statuspage": Statuspage,
        "teams": Teams,
        "telegram": TelegramChat,
    }
)


def _names_a_type(pattern: str) -> bool:
    family = pattern[:-1] if pattern.endswith(".*") else None
    return (
        pattern == "*"
        or pattern in CATALOGUE
        or (family is not None and any(one.startswith(family) for one in CATALOGUE))
    )


def _present(secret: Secret, key: str) -> None:
    if not secret:
        raise ValueError(f"{key} is empty")


def _webhook(address: Secret) -> None:
    if not address.reveal().startswith(("https://", "http://")):
        raise ValueError("webhook_url must begin with https:// or http://")
