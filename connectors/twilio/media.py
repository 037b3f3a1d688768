"""Files: Twilio keeps them below their message until they are deleted there, for who has the account's credentials."""

from base64 import b64encode
from urllib.parse import urlsplit

from channelhub.domain.media import MediaReason, MediaReference
from channelhub.sdk.media import MediaHost, MediaRefused, MediaRequest, configured_host
from connectors.twilio.config import API_VERSION, TWILIO_URL, TwilioConfig


def media_hosts(config: TwilioConfig) -> tuple[MediaHost, ...]:
    """The API's host, and the stores that it sends us on to, without our credentials."""
    own = (
        MediaHost(name="api.twilio.com", takes_credentials=True)
        if config.base_url.rstrip("/") == TWILIO_URL
        else configured_host(config.base_url)
    )
    return (own, MediaHost(name=".twiliocdn.com"), MediaHost(name="s3-external-1.amazonaws.com"))


def locate(config: TwilioConfig, file: MediaReference) -> MediaRequest:
    """Where a file is: at the address that the post named, or below the API for one that a listed message names.

    Raises MediaRefused for what is not one of this account's messages' files.
    """
    base = config.base_url.rstrip("/")
    url = base + file.reference if file.reference.startswith("/") else file.reference
    own = f"/{API_VERSION}/Accounts/{config.account_sid}/Messages/"
    try:
        parts = urlsplit(url)
    except ValueError as exc:
        raise MediaRefused("the file's address is none") from exc
    is_ours = f"{parts.scheme}://{parts.netloc}" in (TWILIO_URL, base) and parts.path.startswith(own)
    if not is_ours or "/.." in parts.path or parts.query or parts.fragment:
        raise MediaRefused("the file lies at an address that is not this account's at Twilio", reason=MediaReason.HOST)
    return MediaRequest(url=base + parts.path, headers={"Authorization": basic(config)})


def basic(config: TwilioConfig) -> str:
    """What the REST API is called with: the API key where there is one."""
    user = config.api_key_sid or config.account_sid
    secret = config.api_key_secret if config.api_key_sid else config.auth_token
    return "Basic " + b64encode(f"{user}:{secret.reveal()}".encode()).decode()
