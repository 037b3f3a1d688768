"""The connector `mastodon`: an account's mentions and direct messages."""

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport, Manifest, Plugin
from channelhub.sdk.errors import NotCommitted, Unavailable
from channelhub.sdk.health import tells_failures
from channelhub.sdk.media import MediaRequest
from connectors.mastodon.client import MastodonClient, Refused
from connectors.mastodon.config import MastodonConfig
from connectors.mastodon.limits import file_rules
from connectors.mastodon.media import locate, media_hosts
from connectors.mastodon.parse import KIND, parse
from connectors.mastodon.people import Lookups, Me
from connectors.mastodon.place import is_public
from connectors.mastodon.receive import Receiver
from connectors.mastodon.send import pace, send


class MastodonConnector:
    """One account."""

    def __init__(self, config: MastodonConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._client = MastodonClient(config, context.http, context.now)
        self._receiver: Receiver | None = None

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Raises AuthFailed and Unavailable."""
        if self._receiver is None:
            self._receiver = Receiver(self._client, self._config, self._context, await self._who())
        try:
            await self._receiver.run(deliver)
        except NotCommitted as exc:
            raise Unavailable(f"the mentions stay at the instance: {exc}", retry_after_s=exc.retry_after_s) from exc

    @tells_failures
    async def check(self) -> HealthReport:
        """Ask whose token it is; takes nothing."""
        me = await self._who()
        fault = self._receiver.stream.fault if self._receiver else ""
        return HealthReport(health=Health.OK, detail="; ".join(filter(None, (f"@{me.account.username}", fault))))

    async def send(self, message: Outbound) -> SendReceipt:
        return await send(self._client, self._context.account, message)

    async def media(self, file: MediaReference) -> MediaRequest:
        return locate(file)

    async def _who(self) -> Me:
        try:
            return await Lookups(self._client).me()
        except Refused as exc:
            raise Unavailable(f"the instance doesn't say who we are: {exc}") from exc


def build(config: MastodonConfig, context: Context) -> MastodonConnector:
    return MastodonConnector(config, context)


plugin = Plugin(
    manifest=Manifest(
        kind=KIND,
        title="Mastodon account",
        config=MastodonConfig,
        channel="mastodon",
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
