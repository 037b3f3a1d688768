"""The connector `matrix`: a user's rooms on a homeserver, by asking it."""

import msgspec

from channelhub.domain.media import MediaReference
from channelhub.domain.outbound import Outbound, SendReceipt
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport, Manifest, Plugin
from channelhub.sdk.errors import NotCommitted, Unavailable
from channelhub.sdk.health import tells_failures
from channelhub.sdk.media import MediaRequest
from connectors.matrix.client import AnswerTooLong, MatrixClient, Refused
from connectors.matrix.config import MatrixConfig
from connectors.matrix.media import locate, media_hosts
from connectors.matrix.parse import KIND, parse
from connectors.matrix.receive import Receiver
from connectors.matrix.send import pace, send
from connectors.matrix.shapes import Id
from connectors.matrix.uploads import Uploads


class _User(msgspec.Struct, frozen=True):
    """An answer to /account/whoami."""

    user_id: Id


class MatrixConnector:
    """One user."""

    def __init__(self, config: MatrixConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._client = MatrixClient(config, context.http, context.now)
        self._uploads = Uploads()
        self._receiver: Receiver | None = None

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Raises AuthFailed and Unavailable."""
        if self._receiver is None:
            self._receiver = Receiver(self._client, self._config, self._context, await self._who())
        try:
            await self._receiver.run(deliver)
        except NotCommitted as exc:
            raise Unavailable(f"the messages stay at the homeserver: {exc}", retry_after_s=exc.retry_after_s) from exc

    @tells_failures
    async def check(self) -> HealthReport:
        """Ask whose token it is; takes nothing."""
        return HealthReport(health=Health.OK, detail=await self._who())

    async def send(self, message: Outbound) -> SendReceipt:
        return await send(self._client, self._config, self._context.account, message, self._uploads)

    async def media(self, file: MediaReference) -> MediaRequest:
        return locate(self._config, file)

    async def _who(self) -> str:
        try:
            return (await self._client.get("account/whoami", _User)).user_id
        except (Refused, AnswerTooLong) as exc:
            raise Unavailable(f"the homeserver doesn't say who we are: {exc}") from exc


def build(config: MatrixConfig, context: Context) -> MatrixConnector:
    return MatrixConnector(config, context)


plugin = Plugin(
    manifest=Manifest(
        kind=KIND,
        title="Matrix user",
        config=MatrixConfig,
        channel="matrix",
        identity_kind=KIND,
        can_send=True,
        can_send_files=True,
        is_repeat_safe=True,
    ),
    build=build,
    parse=parse,
    pace=pace,
    media_hosts=media_hosts,
)
