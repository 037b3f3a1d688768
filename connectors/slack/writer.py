"""Who wrote a message, and whether it is a customer's: in a private chat always, in a channel by the settings."""

from dataclasses import dataclass
from enum import Enum, auto

from channelhub.domain.people import Evidence, Handle, Sender
from channelhub.sdk.json_parts import read_part
from connectors.slack.config import EVERY_CHANNEL, Places
from connectors.slack.delivery import bots_of
from connectors.slack.shapes import BotProfile, Envelope, Message, UserProfile
from connectors.slack.words import mentions

KIND = "slack"
MAX_NAME_CHARS = 256
_PRIVATE_PREFIX = "D"  # of the ids of private chats
_SLACK_S = frozenset({"USLACKBOT"})


class Writer(Enum):
    """Whose a message is."""

    CUSTOMER = auto()
    COLLEAGUE = auto()
    OURSELVES = auto()
    MACHINE = auto()  # another app
    NOBODY = auto()  # it is not said where customers are


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What is ours of a workspace, by an event and the account's settings."""

    app_id: str
    team_id: str
    bots: frozenset[str]
    places: Places

    @classmethod
    def of(cls, envelope: Envelope, places: Places) -> "Office":
        own = next((one.team_id for one in envelope.authorizations or () if one.team_id), None)
        return cls(
            app_id=envelope.api_app_id or "",
            team_id=own or envelope.context_team_id or envelope.team_id or "",
            bots=bots_of(envelope.authorizations),
            places=places,
        )

    def takes(self, channel: str, channel_type: str = "") -> bool:
        """Whether customers write there."""
        return takes(self.places, channel, channel_type)

    def writer_of(self, message: Message) -> Writer:
        profile = read_part(message.bot_profile, BotProfile, "bot_profile", []) or BotProfile()
        if message.user in self.bots or (self.app_id and self.app_id in (message.app_id, profile.app_id)):
            return Writer.OURSELVES
        if message.bot_id or message.user in _SLACK_S or not message.user:
            return Writer.MACHINE
        is_here = self.takes(message.channel, message.channel_type)
        if not is_here and not mentions(message.text or "", self.bots):
            return Writer.NOBODY
        is_colleague = not is_private(message.channel, message.channel_type) and self._is_colleague(message)
        return Writer.COLLEAGUE if is_colleague else Writer.CUSTOMER

    def is_customer(self, user: str) -> bool:
        """Whether somebody who is only named, as the writer of a thread's first message, may be a customer."""
        return bool(user) and user not in self.bots and user not in self.places.colleagues and user not in _SLACK_S

    def _is_colleague(self, message: Message) -> bool:
        if message.user in self.places.colleagues:
            return True
        team = message.user_team or message.team or self.team_id
        return self.places.workspace_is_ours and bool(self.team_id) and team == self.team_id


def is_private(channel: str, channel_type: str = "") -> bool:
    """Whether only one person and the app are there."""
    return channel_type == "im" or channel.startswith(_PRIVATE_PREFIX)


def takes(places: Places, channel: str, channel_type: str = "") -> bool:
    """Whether what is said there is customers'."""
    return is_private(channel, channel_type) or EVERY_CHANNEL in places.channels or channel in places.channels


def handle(user: str) -> Handle:
    """A person as Slack knows them, in every workspace that they write in."""
    return Handle(kind=KIND, value=user, evidence=Evidence.CHANNEL_ID)


def sender(user: str, name: str = "") -> Sender:
    return Sender(name=name[:MAX_NAME_CHARS], handles=(handle(user),), origin=f"{KIND}:{user}")


def sender_of(message: Message) -> Sender | None:
    """Who wrote it, by the name that Slack sends along with some messages."""
    profile = read_part(message.user_profile, UserProfile, "user_profile", []) or UserProfile()
    who = message.user or message.bot_id
    return sender(who, profile.display_name or profile.real_name or message.username or "") if who else None
