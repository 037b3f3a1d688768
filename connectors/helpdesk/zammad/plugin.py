"""The connector `zammad`: a Zammad's tickets, from its past and as they come."""

import re
from functools import partial

from aiohttp import web

from channelhub.domain.media import MediaReference
from channelhub.sdk.contract import Context, Manifest, Mount, Plugin
from channelhub.sdk.media import MediaHost, MediaRefused, MediaRequest, configured_host
from channelhub.sdk.proof import is_signed
from connectors.helpdesk.client import HelpDeskClient
from connectors.helpdesk.desk import HelpDesk
from connectors.helpdesk.following import Follower
from connectors.helpdesk.receive import Webhook
from connectors.helpdesk.zammad.config import ZammadConfig
from connectors.helpdesk.zammad.delivery import posted
from connectors.helpdesk.zammad.export import MEND, Export
from connectors.helpdesk.zammad.parse import KIND, parse

SIGNATURE = "X-Hub-Signature"
_REFERENCE = re.compile(r"\d{1,18}/\d{1,18}/\d{1,18}", re.ASCII)


def build(config: ZammadConfig, context: Context) -> HelpDesk:
    client = HelpDeskClient(
        config.url,
        context.http,
        context.now,
        headers=_authorization(config),
        timeout_s=config.request_timeout_s,
        name="Zammad",
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


def is_genuine(config: ZammadConfig, request: web.Request, body: bytes) -> bool:
    """HMAC-SHA1 of the body in hex (admin-docs.zammad.org, webhook payload). It has no time: what is replayed is known
    by its article, and stored once."""
    given = request.headers.get(SIGNATURE, "")
    return is_signed(given, body, secret=config.signing_secret, digest="sha1", prefix="sha1=")


def media_hosts(config: ZammadConfig) -> tuple[MediaHost, ...]:
    """Zammad itself, whatever it keeps its files in."""
    return (configured_host(config.url),)


def locate(config: ZammadConfig, file: MediaReference) -> MediaRequest:
    """Raises MediaRefused for what is no file of an article."""
    if not _REFERENCE.fullmatch(file.reference):
        raise MediaRefused("not a file of one of Zammad's articles")
    url = f"{config.url.rstrip('/')}/api/v1/ticket_attachment/{file.reference}"
    return MediaRequest(url=url, headers=_authorization(config), size=file.size or None)


def _authorization(config: ZammadConfig) -> dict[str, str]:
    return {"Authorization": f"Token token={config.api_token.reveal()}"}


plugin = Plugin(
    manifest=Manifest(
        kind=KIND,
        title="Zammad",
        config=ZammadConfig,
        channel="zammad",
        identity_kind=KIND,
        mount=Mount.HOOKS,
        names_customers=True,
    ),
    build=build,
    parse=parse,
    media_hosts=media_hosts,
)
