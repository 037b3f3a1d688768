"""The settings of a Matrix user's account."""

from typing import Annotated, Literal

import msgspec

from channelhub.domain.secrets import Secret


class MatrixConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One user of a homeserver. We ask the homeserver; nothing has to be reachable from outside."""

    homeserver: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^https?://[^\s?#]+\Z",
            max_length=2000,
            description="Where the homeserver's client API is, such as https://matrix.example.com.",
        ),
    ]
    token: Annotated[Secret, msgspec.Meta(description="The user's access token, from a login of its own for the hub.")]
    invites: Annotated[
        Literal["direct", "all", "none"],
        msgspec.Meta(description="Which invitations are accepted: to direct chats, to every room, or none."),
    ] = "direct"
    inviters: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            min_length=1,
            max_length=1000,
            description="Whose invitations are accepted: user ids, in which * stands for anything (@*:example.com).",
        ),
    ] = ("*",)
    history_days: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=36_500,
            description="How far back messages are taken from rooms joined before the first start. 0: only what "
            "is said from then on.",
        ),
    ] = 0
    answers_encrypted_rooms: Annotated[
        bool,
        msgspec.Meta(
            description="Whether answers go, unencrypted, into rooms that are encrypted. The hub can't read what is "
            "said there either."
        ),
    ] = False
    poll_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=300, description="How long one request waits for news, in seconds.")
    ] = 30
    request_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=300, description="How long any other request may take, in seconds.")
    ] = 30

    def __post_init__(self) -> None:
        if not self.token:
            raise ValueError("token is empty: log the hub's user in and take its access_token")
