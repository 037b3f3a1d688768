"""The connector `bluesky`: an account's mentions and direct messages."""

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport, Manifest, Plugin
from channelhub.sdk.errors import AuthFailed, NotCommitted, Unavailable
from channelhub.sdk.media import MediaRequest
from connectors.bluesky.client import Refused, XrpcClient
from connectors.bluesky.config import BlueskyConfig
from connectors.bluesky.conversations import Conversations
from connectors.bluesky.media import locate, media_hosts
from connectors.bluesky.parse import KIND, parse
from connectors.bluesky.pictures import file_rules
from connectors.bluesky.place import is_public
from connectors.bluesky.receive import Receiver
from connectors.bluesky.send import Sending, pace
from connectors.bluesky.session import CHAT, Session
from connectors.bluesky.shapes import Listed, Logs


class BlueskyConnector:
    """One account."""

    def __init__(self, config: BlueskyConfig, context: Context) -> None:
        self._config = config
        self._session = Session(XrpcClient(config, context.http, context.now), config)
        known = Conversations(self._session)
        self._receiver = Receiver(self._session, config, context, known)
        self._sending = Sending(self._session, known, account=context.account, now=context.now)

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Raises AuthFailed and Unavailable."""
        try:
            await self._receiver.run(deliver)
        except NotCommitted as exc:
            raise Unavailable(f"the messages stay at the server: {exc}", retry_after_s=exc.retry_after_s) from exc

    async def check(self) -> HealthReport:
        """Sign in, look at the list and, if they are wanted, at direct messages; takes nothing."""
        try:
            _, handle = await self._session.who()
            await self._session.query("app.bsky.notification.listNotifications", Listed, [("limit", "1")])
            if self._config.direct_messages:
                await self._session.query("chat.bsky.convo.getLog", Logs, headers=CHAT)
        except AuthFailed as exc:
            return HealthReport(health=Health.AUTH_FAILED, detail=str(exc))
        except (Unavailable, Refused) as exc:
            return HealthReport(health=Health.DOWN, detail=str(exc))
        return HealthReport(health=Health.OK, detail=f"@{handle}" if handle else "")

    async def send(self, message: Outbound) -> SendReceipt:
        return await self._sending.send(message)

    async def media(self, file: MediaReference) -> MediaRequest:
        return locate(self._config, file)


def build(config: BlueskyConfig, context: Context) -> BlueskyConnector:
    return BlueskyConnector(config, context)


plugin = Plugin(
    manifest=Manifest(
        kind=KIND,
        title="Bluesky account",
        config=BlueskyConfig,
        channel="bluesky",
        identity_kind=KIND,
        can_send=True,
        can_send_files=True,
    ),
    build=build,
    parse=parse,
    pace=pace,
    is_public=is_public,
    file_rules=file_rules,
    media_hosts=media_hosts,
)
