"""The settings of a Slack app's account."""

from typing import Annotated, Literal

import msgspec

from channelhub.domain.secrets import Secret

SLACK_URL = "https://slack.com/api"
EVERY_CHANNEL = "*"


class SlackConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One app in one workspace. Socket Mode needs no public address; a webhook needs [http] public_url."""

    token: Annotated[Secret, msgspec.Meta(description="The bot's token (xoxb-…), from OAuth & Permissions.")]
    signing_secret: Annotated[
        Secret, msgspec.Meta(description="What Slack signs its posts with (Basic Information, App Credentials).")
    ]
    mode: Annotated[
        Literal["webhook", "socket"],
        msgspec.Meta(description="webhook: Slack posts to [http] public_url. socket: we keep a link to Slack open."),
    ] = "webhook"
    app_token: Annotated[
        Secret,
        msgspec.Meta(description="The app-level token (xapp-…) with connections:write, for mode socket."),
    ] = Secret()
    channels: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="Channels and group chats, by their ids, whose messages are customers'; * for all that the app "
            "is in. Elsewhere only what mentions the app is. Private chats with the app always are."
        ),
    ] = ()
    colleagues: Annotated[
        tuple[str, ...],
        msgspec.Meta(description="Ids of people whose messages in channels are ours, not customers'."),
    ] = ()
    workspace_is_ours: Annotated[
        bool,
        msgspec.Meta(
            description="Whether everybody of the own workspace is a colleague, and customers come from connected "
            "workspaces only (Slack Connect)."
        ),
    ] = False
    backfill_hours: Annotated[
        int,
        msgspec.Meta(ge=0, le=720, description="How far back Slack's history is read after we were away. 0: never."),
    ] = 72
    base_url: Annotated[
        str,
        msgspec.Meta(pattern=r"^https?://[^\s?#]+\Z", max_length=2000, description="The Web API. Default: Slack's."),
    ] = SLACK_URL
    request_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=50, description="How long a request to Slack may take, in seconds.")
    ] = 20

    def __post_init__(self) -> None:
        if not self.token:
            raise ValueError("token is empty: it stands under OAuth & Permissions, once the app is installed")
        if not self.signing_secret:
            raise ValueError("signing_secret is empty: it stands under Basic Information, App Credentials")
        if self.mode == "socket" and not self.app_token:
            raise ValueError("app_token is empty: mode socket needs one (Basic Information, App-Level Tokens)")


class Places(msgspec.Struct, frozen=True):
    """What the parser is given of an account's configuration."""

    channels: tuple[str, ...] = ()
    colleagues: tuple[str, ...] = ()
    workspace_is_ours: bool = False


def places_of(config: SlackConfig) -> Places:
    return Places(channels=config.channels, colleagues=config.colleagues, workspace_is_ours=config.workspace_is_ours)


def parse_settings(config: SlackConfig) -> bytes:
    return msgspec.json.encode(places_of(config))
