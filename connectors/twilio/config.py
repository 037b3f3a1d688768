"""The settings of numbers at Twilio: one account for SMS, one for WhatsApp."""

from typing import Annotated

import msgspec

from channelhub.domain.secrets import Secret

TWILIO_URL = "https://api.twilio.com"
API_VERSION = "2010-04-01"
_NUMBER = r"\+[1-9][0-9]{4,14}"
_SERVICE = "MG[0-9a-fA-F]{32}"


class TwilioConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every number needs. Twilio posts to [http] public_url, and signs that address too: it has to be exact."""

    account_sid: Annotated[
        str,
        msgspec.Meta(pattern=r"^AC[0-9a-fA-F]{32}\Z", description="The account's id, AC…, from Twilio's console."),
    ]
    auth_token: Annotated[Secret, msgspec.Meta(description="The account's auth token: Twilio signs its posts with it.")]
    api_key_sid: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^(SK[0-9a-fA-F]{32})?\Z",
            description="An API key, SK…, to call Twilio with in place of the auth token. Empty: none.",
        ),
    ] = ""
    api_key_secret: Annotated[Secret, msgspec.Meta(description="That key's secret.")] = Secret()
    compare_every_s: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=86_400,
            description="How often Twilio's list of messages is compared with what came, in seconds, and the rest "
            "fetched: Twilio repeats no post unless told to. 0: never.",
        ),
    ] = 300
    messages_per_minute: Annotated[
        int, msgspec.Meta(ge=1, le=6000, description="The most that are sent in a minute to all customers.")
    ] = 60
    base_url: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^https?://[^\s?#]+\Z", max_length=2000, description="Where the REST API is. Default: Twilio's."
        ),
    ] = TWILIO_URL
    request_timeout_s: Annotated[
        int, msgspec.Meta(ge=1, le=50, description="How long a request to Twilio may take, in seconds.")
    ] = 20

    def __post_init__(self) -> None:
        if not self.auth_token:
            raise ValueError("auth_token is empty: it stands on the first page of Twilio's console")
        if bool(self.api_key_sid) != bool(self.api_key_secret):
            raise ValueError("api_key_secret: a key's id and its secret go together")


class TwilioSmsConfig(TwilioConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number for SMS and MMS, or a messaging service with several."""

    sender: Annotated[
        str,
        msgspec.Meta(
            pattern=rf"^({_NUMBER}|[0-9]{{3,8}}|{_SERVICE}|[A-Za-z0-9][A-Za-z0-9 +_&-]{{0,10}})\Z",
            description="What answers are from: a number such as +12025550100, a short code, a messaging service MG…, "
            "or a name, which customers can't answer.",
        ),
    ]

    @property
    def address(self) -> str:
        """As Twilio writes it in From and To."""
        return self.sender


class TwilioWhatsAppConfig(TwilioConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A WhatsApp sender that Twilio operates."""

    sender: Annotated[
        str,
        msgspec.Meta(
            pattern=rf"^({_NUMBER}|{_SERVICE})\Z",
            description="The WhatsApp sender's number, such as +12025550100, or a messaging service MG….",
        ),
    ]
    template: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^(HX[0-9a-fA-F]{32})?\Z",
            description="An approved content template, HX…, in which words are sent to who wrote more than 24 hours "
            "ago. Empty: they can't be written to.",
        ),
    ] = ""
    template_variable: Annotated[
        str,
        msgspec.Meta(pattern=r"^[A-Za-z0-9_]{1,32}\Z", description="The template's variable that holds the words."),
    ] = "1"

    @property
    def address(self) -> str:
        """As Twilio writes it in From and To."""
        return f"whatsapp:{self.sender}" if self.sender.startswith("+") else self.sender


def is_service(sender: str) -> bool:
    """Whether it is a messaging service, which picks one of its numbers."""
    return sender.startswith("MG") and len(sender) == 34
