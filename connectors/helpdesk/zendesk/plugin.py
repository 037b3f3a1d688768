"""The connector `zendesk`: a Zendesk's tickets, from its past and as they come."""

from base64 import b64encode
from functools import partial

from aiohttp import web

from channelhub.domain.media import MediaReference
from channelhub.sdk.contract import Context, Manifest, Mount, Plugin
from channelhub.sdk.media import MediaHost, MediaRequest, configured_host
from channelhub.sdk.proof import is_signed
from connectors.helpdesk.client import HelpDeskClient
from connectors.helpdesk.desk import HelpDesk
from connectors.helpdesk.following import Follower
from connectors.helpdesk.receive import Webhook
from connectors.helpdesk.zendesk.config import ZendeskConfig
from connectors.helpdesk.zendesk.delivery import posted
from connectors.helpdesk.zendesk.export import Export
from connectors.helpdesk.zendesk.parse import KIND, parse

SIGNATURE = "X-Zendesk-Webhook-Signature"
TIMESTAMP = "X-Zendesk-Webhook-Signature-Timestamp"
MEND = "make an API token in the Admin Center (Apps and integrations, APIs) and see that email is its agent's"
_MAX_STAMP_CHARS = 64


def build(config: ZendeskConfig, context: Context) -> HelpDesk:
    client = HelpDeskClient(
        config.url,
        context.http,
        context.now,
        headers=_authorization(config),
        timeout_s=config.request_timeout_s,
        name="Zendesk",
        mend=MEND,
    )
    export = Export(client, context, trust=config.trust)
    return HelpDesk(
        context,
        webhook=Webhook(
            context,
            is_proved=partial(is_genuine, config),
            to_raw=lambda body, peer: posted(body, account=context.account, trust=config.trust, peer=peer),
        ),
        follower=Follower(export, context, history_days=config.history_days, poll_s=config.poll_s),
        who=export.who,
        locate=partial(locate, config),
    )


def is_genuine(config: ZendeskConfig, request: web.Request, body: bytes) -> bool:
    """HMAC-SHA256 of the timestamp as it is written and the body, in base64 (developer.zendesk.com, verifying).

    Zendesk doesn't say whether a repetition is signed anew, so the time isn't judged: what is replayed is known by its
    id, and stored once.
    """
    stamp = request.headers.get(TIMESTAMP, "")[:_MAX_STAMP_CHARS].encode("utf-8", "surrogateescape")
    given = request.headers.get(SIGNATURE, "")
    return is_signed(given, stamp + body, secret=config.signing_secret, encoding="base64")


def media_hosts(config: ZendeskConfig) -> tuple[MediaHost, ...]:
    """Zendesk itself, and the store that it sends us on to, without our credentials."""
    return (configured_host(config.url), MediaHost(name=".zdusercontent.com"))


def locate(config: ZendeskConfig, file: MediaReference) -> MediaRequest:
    return MediaRequest(url=file.reference, headers=_authorization(config), size=file.size or None)


def _authorization(config: ZendeskConfig) -> dict[str, str]:
    pair = f"{config.email}/token:{config.api_token.reveal()}".encode()
    return {"Authorization": f"Basic {b64encode(pair).decode()}"}


plugin = Plugin(
    manifest=Manifest(
        kind=KIND,
        title="Zendesk",
        config=ZendeskConfig,
        channel="zendesk",
        identity_kind=KIND,
        mount=Mount.HOOKS,
        names_customers=True,
    ),
    build=build,
    parse=parse,
    media_hosts=media_hosts,
)
