"""A page or Instagram account at work: posts of Meta's webhook in, answers by the Graph API out."""

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport
from channelhub.sdk.errors import AuthFailed, Unavailable
from channelhub.sdk.media import MediaHost, MediaRefused, MediaRequest, configured_host
from connectors.meta.config import GRAPH_URL
from connectors.meta.delivery import deliveries, owners
from connectors.meta.graph import AnswerLost, Graph, Refusal, explain
from connectors.meta.hook import Hook
from connectors.meta.inbox.config import InboxConfig
from connectors.meta.inbox.parse import parts
from connectors.meta.inbox.send import Mouth

_META = (GRAPH_URL, "https://graph.instagram.com")
#: Where Meta keeps what people send each other. The addresses are signed and want no token.
_HOSTS = (MediaHost(name=".fbcdn.net"), MediaHost(name=".cdninstagram.com"), MediaHost(name=".fbsbx.com"))


def media_hosts(config: InboxConfig) -> tuple[MediaHost, ...]:
    """Meta's hosts for files, or the one that the configuration names."""
    return _HOSTS if config.base_url.rstrip("/") in _META else (configured_host(config.base_url),)


class _Account(msgspec.Struct):
    id: str = ""


class _Me(msgspec.Struct):
    """Whose a token is: a page with perhaps an Instagram account, or a user of Instagram with a professional one."""

    id: str
    user_id: str | int = ""
    instagram_business_account: _Account = msgspec.field(default_factory=_Account)


class InboxConnector:
    """One page or account."""

    def __init__(
        self, config: InboxConfig, context: Context, *, limit: int, size: Callable[[str], int], replies: str
    ) -> None:
        self._config = config
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
        """Ask whose the token is; takes no message."""
        try:
            me = await self._graph.get("me", _Me, fields=self._fields)
        except Unavailable as exc:
            return HealthReport(health=Health.DOWN, detail=str(exc))
        except (Refusal, AnswerLost) as exc:
            failure = explain(exc, "asking whose the token is")
            health = Health.AUTH_FAILED if isinstance(failure, AuthFailed) else Health.DOWN
            return HealthReport(health=health, detail=str(failure))
        if self._config.place not in (me.id, str(me.user_id), me.instagram_business_account.id):
            return HealthReport(
                health=Health.AUTH_FAILED,
                detail=f"the token is of {me.id[:40]}, not of {self._config.place}: take that one's token",
            )
        return HealthReport(health=Health.OK)

    async def send(self, message: Outbound) -> SendReceipt:
        return await self._mouth.send(message, now=self._context.now())

    async def media(self, file: MediaReference) -> MediaRequest:
        """The address itself, which the message named."""
        if not file.reference.startswith(("https://", "http://")):
            raise MediaRefused("Meta gave no address for it")
        return MediaRequest(url=file.reference)

    @property
    def _fields(self) -> str:
        """Instagram's own API and that of pages call the professional account differently."""
        is_page_s = self._config.base_url.rstrip("/") == GRAPH_URL
        return "id,instagram_business_account" if is_page_s else "id,user_id"

    def _deliveries(self, body: bytes, peer: str) -> Sequence[RawMessage]:
        account, config = self._context.account, self._config
        kin = {**self._context.same_kind(), account: config}
        places = {name: one.place for name, one in kin.items()}
        owned = owners(config, account, kin, places=places)
        return deliveries(body, parts(body), account=account, owned=owned, now=self._context.now(), peer=peer)
