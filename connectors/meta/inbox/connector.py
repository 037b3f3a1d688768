"""A page or Instagram account at work: posts of Meta's webhook in, answers by the Graph API out."""

import asyncio
from collections.abc import Callable, Sequence

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Context, Deliver, HealthReport
from channelhub.sdk.media import MediaHost, MediaRefused, MediaRequest, configured_host
from connectors.meta.config import GRAPH_URL
from connectors.meta.delivery import deliveries, owners
from connectors.meta.graph import Graph
from connectors.meta.hook import Hook
from connectors.meta.inbox.config import InboxConfig
from connectors.meta.inbox.health import check
from connectors.meta.inbox.parse import parts
from connectors.meta.inbox.send import Mouth

_META = (GRAPH_URL, "https://graph.instagram.com")
#: Where Meta keeps what people send each other. The addresses are signed and want no token.
_HOSTS = (MediaHost(name=".fbcdn.net"), MediaHost(name=".cdninstagram.com"), MediaHost(name=".fbsbx.com"))


def media_hosts(config: InboxConfig) -> tuple[MediaHost, ...]:
    """Meta's hosts for files, or the one that the configuration names."""
    return _HOSTS if config.base_url.rstrip("/") in _META else (configured_host(config.base_url),)


class InboxConnector:
    """One page or account."""

    def __init__(
        self,
        config: InboxConfig,
        context: Context,
        *,
        limit: int,
        size: Callable[[str], int],
        replies: str,
        is_page: bool,
    ) -> None:
        self._config = config
        self._is_page = is_page
        self._context = context
        self._graph = Graph(config, context.http)
        self._mouth = Mouth(self._graph, config, limit=limit, size=size, replies=replies)
        self._hook = Hook(
            context, app_secret=config.app_secret, verify_token=config.verify_token, made_of=self._deliveries
        )
        context.mount(self._hook.handle)

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled."""
        self._hook.deliver = deliver
        try:
            await asyncio.Event().wait()
        finally:
            self._hook.deliver = None

    async def check(self) -> HealthReport:
        """Ask whose the token is and whether events are subscribed; takes no message."""
        return await check(self._graph, self._config, is_page=self._is_page)

    async def send(self, message: Outbound) -> SendReceipt:
        return await self._mouth.send(message, now=self._context.now())

    async def media(self, file: MediaReference) -> MediaRequest:
        """The address itself, which the message named."""
        if not file.reference.startswith(("https://", "http://")):
            raise MediaRefused("Meta gave no address for it")
        return MediaRequest(url=file.reference)

    def _deliveries(self, body: bytes, peer: str) -> Sequence[RawMessage]:
        account, config = self._context.account, self._config
        kin = {**self._context.same_kind(), account: config}
        places = {name: one.place for name, one in kin.items()}
        owned = owners(config, account, kin, places=places)
        return deliveries(body, parts(body), account=account, owned=owned, now=self._context.now(), peer=peer)
