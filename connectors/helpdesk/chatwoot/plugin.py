"""The connector `chatwoot`: a Chatwoot's conversations, from their past and as they come."""

from aiohttp import web

from channelhub.domain.media import MediaReference
from channelhub.sdk.contract import Context, Manifest, Mount, Plugin
from channelhub.sdk.media import MediaHost, MediaRequest, configured_host
from channelhub.sdk.proof import is_fresh, is_secret, is_signed
from connectors.helpdesk.chatwoot.config import ChatwootConfig
from connectors.helpdesk.chatwoot.delivery import posted
from connectors.helpdesk.chatwoot.export import Export
from connectors.helpdesk.chatwoot.parse import KIND, parse
from connectors.helpdesk.client import HelpDeskClient
from connectors.helpdesk.desk import HelpDesk
from connectors.helpdesk.following import Follower
from connectors.helpdesk.receive import Webhook

SIGNATURE = "X-Chatwoot-Signature"
TIMESTAMP = "X-Chatwoot-Timestamp"
TOKEN = "token"  # noqa: S105 - of the address
MEND = "take the access token from the profile settings of an agent who sees every inbox"


def build(config: ChatwootConfig, context: Context) -> HelpDesk:
    client = HelpDeskClient(
        config.url,
        context.http,
        context.now,
        headers={"api_access_token": config.api_token.reveal()},
        timeout_s=config.request_timeout_s,
        name="Chatwoot",
        mend=MEND,
    )
    export = Export(client, context, account_id=config.account_id, trust=config.trust)
    return HelpDesk(
        context,
        webhook=Webhook(
            context,
            is_proved=lambda request, body: is_genuine(config, request, body, now_s=context.now().timestamp()),
            to_raw=lambda body, peer: posted(body, account=context.account, trust=config.trust, peer=peer),
        ),
        follower=Follower(export, context, history_days=config.history_days, poll_s=config.poll_s),
        who=export.who,
        locate=locate,
    )


def is_genuine(config: ChatwootConfig, request: web.Request, body: bytes, *, now_s: float) -> bool:
    """The token of our address, or HMAC-SHA256 of timestamp, dot and body: Chatwoot 4 signs, earlier ones don't.

    Chatwoot posts once, so a signed post that is old is none of its.
    """
    if is_secret(request.query.get(TOKEN, ""), config.hook_token):
        return True
    stamp = request.headers.get(TIMESTAMP, "")
    signed = stamp[:20].encode("utf-8", "surrogateescape") + b"." + body
    given = request.headers.get(SIGNATURE, "")
    return is_fresh(stamp, now_s) and is_signed(given, signed, secret=config.signing_secret, prefix="sha256=")


def media_hosts(config: ChatwootConfig) -> tuple[MediaHost, ...]:
    """Chatwoot itself, and the store that it sends us on to, as configured."""
    return (configured_host(config.url), *(MediaHost(name=host.lower()) for host in config.media_hosts))


def locate(file: MediaReference) -> MediaRequest:
    """Chatwoot's addresses of files are secrets that need no further proof."""
    return MediaRequest(url=file.reference, size=file.size or None)


plugin = Plugin(
    manifest=Manifest(
        kind=KIND,
        title="Chatwoot",
        config=ChatwootConfig,
        channel="chatwoot",
        identity_kind=KIND,
        mount=Mount.HOOKS,
        names_customers=True,
    ),
    build=build,
    parse=parse,
    media_hosts=media_hosts,
)
