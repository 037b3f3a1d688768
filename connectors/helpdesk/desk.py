"""A help desk's account at work: its webhook and its list."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from channelhub.domain.media import MediaReference
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport
from channelhub.sdk.errors import AuthFailed, Unavailable
from channelhub.sdk.media import MediaRequest
from connectors.helpdesk.client import Refused
from connectors.helpdesk.following import Follower
from connectors.helpdesk.receive import Webhook


class HelpDesk:
    """`who` asks whose credentials they are and says it in a sentence; `locate` says where a file is, at once or when
    it has asked."""

    def __init__(
        self,
        context: Context,
        *,
        webhook: Webhook,
        follower: Follower[Any],
        who: Callable[[], Awaitable[str]],
        locate: Callable[[MediaReference], MediaRequest | Awaitable[MediaRequest]],
    ) -> None:
        self._webhook = webhook
        self._follower = follower
        self._who = who
        self._locate = locate
        context.mount(webhook.handle)

    async def run(self, deliver: Deliver) -> None:
        """Receive until cancelled. Raises AuthFailed and Unavailable; posts are taken through such failures, too."""
        self._webhook.deliver = deliver
        try:
            await self._follower.run(deliver)
        except asyncio.CancelledError:
            self._webhook.deliver = None
            raise

    async def check(self) -> HealthReport:
        """Ask whose credentials they are; takes no message."""
        try:
            told = filter(None, (await self._who(), self._follower.progress))
            return HealthReport(health=Health.OK, detail="; ".join(told))
        except AuthFailed as exc:
            return HealthReport(health=Health.AUTH_FAILED, detail=str(exc))
        except Unavailable as exc:
            return HealthReport(health=Health.DOWN, detail=str(exc))
        except Refused as exc:
            return HealthReport(health=Health.DOWN, detail=f"{exc}: is the address right?")

    async def media(self, file: MediaReference) -> MediaRequest:
        found = self._locate(file)
        return found if isinstance(found, MediaRequest) else await found
