"""The connector `feed`: items of a feed as messages."""

from urllib.parse import urlsplit

from channelhub.domain.media import MediaReference
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport, Manifest, Plugin
from channelhub.sdk.errors import NotCommitted, Unavailable
from channelhub.sdk.health import tells_failures
from channelhub.sdk.media import MediaHost, MediaRequest, configured_host
from connectors.feeds.config import FeedConfig
from connectors.feeds.fetch import fetch
from connectors.feeds.parse import KIND, parse
from connectors.feeds.receive import Receiver


class FeedConnector:
    """One feed."""

    def __init__(self, config: FeedConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._receiver = Receiver(config, context)

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Raises AuthFailed and Unavailable."""
        try:
            await self._receiver.run(deliver)
        except NotCommitted as exc:
            raise Unavailable(f"the items stay in the feed: {exc}", retry_after_s=exc.retry_after_s) from exc

    @tells_failures
    async def check(self) -> HealthReport:
        """Look at the feed; takes nothing."""
        answer = await fetch(self._config, self._context.http, self._context.now)
        feed = await self._receiver.taken_apart(answer) if answer else None
        return HealthReport(health=Health.OK, detail=f"{len(feed.items)} items" if feed else "")

    async def media(self, file: MediaReference) -> MediaRequest:
        return MediaRequest(url=file.reference)


def media_hosts(config: FeedConfig) -> tuple[MediaHost, ...]:
    """The feed's own host, those below it, and what the configuration names: an item's address may be a stranger's."""
    name = (urlsplit(config.url).hostname or "").rstrip(".")
    further = (MediaHost(name=host.lower()) for host in config.media_hosts)
    return (configured_host(config.url), MediaHost(name=f".{name}"), *further)


def build(config: FeedConfig, context: Context) -> FeedConnector:
    return FeedConnector(config, context)


plugin = Plugin(
    manifest=Manifest(kind=KIND, title="RSS, Atom or JSON feed", config=FeedConfig, channel="feed"),
    build=build,
    parse=parse,
    media_hosts=media_hosts,
)
