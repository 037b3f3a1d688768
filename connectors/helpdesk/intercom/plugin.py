"""The connector `intercom`: a workspace's conversations, from their past and as they come."""

from functools import partial

from aiohttp import web

from channelhub.sdk.contract import Context, Manifest, Mount, Plugin
from channelhub.sdk.proof import is_signed
from connectors.helpdesk.client import HelpDeskClient
from connectors.helpdesk.desk import HelpDesk
from connectors.helpdesk.following import Follower
from connectors.helpdesk.intercom.config import IntercomConfig
from connectors.helpdesk.intercom.delivery import posted
from connectors.helpdesk.intercom.export import Export
from connectors.helpdesk.intercom.media import locate, media_hosts
from connectors.helpdesk.intercom.parse import KIND, parse
from connectors.helpdesk.receive import Webhook

SIGNATURE = "X-Hub-Signature"
VERSION = "2.16"  # of the API, whose shapes we read; without one Intercom takes the app's own
MEND = (
    "take the access token of your app in the Developer Hub (Configure, Authentication), and see that url is that of "
    "your workspace's region"
)


def build(config: IntercomConfig, context: Context) -> HelpDesk:
    client = HelpDeskClient(
        config.url,
        context.http,
        context.now,
        headers={"Authorization": f"Bearer {config.access_token.reveal()}", "Intercom-Version": VERSION},
        timeout_s=config.request_timeout_s,
        name="Intercom",
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
        locate=partial(locate, client, context.now),
    )


def is_genuine(config: IntercomConfig, request: web.Request, body: bytes) -> bool:
    """HMAC-SHA1 of the body under the app's client secret (developers.intercom.com, signed notifications).

    No time is signed: what is replayed is known by its id, and stored once.
    """
    given = request.headers.get(SIGNATURE, "")
    return is_signed(given, body, secret=config.client_secret, digest="sha1", prefix="sha1=")


plugin = Plugin(
    manifest=Manifest(
        kind=KIND,
        title="Intercom",
        config=IntercomConfig,
        channel="intercom",
        identity_kind=KIND,
        mount=Mount.HOOKS,
        names_customers=True,
    ),
    build=build,
    parse=parse,
    media_hosts=media_hosts,
)
