"""The settings of a VK community's account."""

import re
from typing import Annotated, Literal

import msgspec

from channelhub.domain.secrets import Secret

VK_URL = "https://api.vk.com"
_SECRET = re.compile(r"[A-Za-z0-9]{8,50}")  # dev.vk.com, Callback API: 50 characters at most


class VkConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One community. Polling needs nothing but the token; a webhook needs a public https address as well."""

    group_id: Annotated[
        int, msgspec.Meta(ge=1, le=2**53, description="The community's id, the number in vk.com/club212345678.")
    ]
    token: Annotated[Secret, msgspec.Meta(description="The community's access token (Manage, API usage).")]
    mode: Annotated[
        Literal["polling", "webhook"],
        msgspec.Meta(description="polling: we ask VK (Long Poll). webhook: VK posts to [http] public_url (Callback)."),
    ] = "polling"
    secret: Annotated[
        Secret,
        msgspec.Meta(description="What VK proves its posts with: 8 to 50 letters and digits, made up by you."),
    ] = Secret()
    confirmation: Annotated[
        str,
        msgspec.Meta(
            max_length=100,
            description="What VK wants to read at the address (Callback API, Server settings), if you set the server "
            "up there by hand. Empty: the hub does it, with a token that may manage the community.",
        ),
    ] = ""
    comments: Annotated[
        bool,
        msgspec.Meta(
            description="Whether comments and visitors' posts on the wall are customers' messages, answered in public. "
            "If not, they are stored and shown as unknown events, and open nothing."
        ),
    ] = True
    chats: Annotated[
        bool,
        msgspec.Meta(
            description="Whether what is said in group chats is customers' messages. "
            "If not, it is stored and shown as an unknown event, and opens nothing."
        ),
    ] = False
    poll_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=90, description="How long one request waits for news, in seconds.")
    ] = 25
    backfill_hours: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=720,
            description="How far back conversations are read where VK has lost events for us. 0: not at all.",
        ),
    ] = 72
    base_url: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^https?://[^\s?#]+\Z",
            max_length=2000,
            description="Where the API is, if a gateway of your own stands before it. Default: VK's.",
        ),
    ] = VK_URL
    request_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=25, description="How long a request to VK may take, in seconds.")
    ] = 15

    def __post_init__(self) -> None:
        if not self.token:
            raise ValueError("token is empty: make one in the community, Manage, API usage, Access tokens")
        secret = self.secret.reveal()
        if self.mode == "webhook" and not secret:
            raise ValueError('mode = "webhook" needs secret (or secret_file)')
        if secret and not _SECRET.fullmatch(secret):
            raise ValueError("secret must be 8 to 50 letters and digits")
