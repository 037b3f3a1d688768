"""What people call themselves: events name them by number only, so it is asked, once, after what was said is stored."""

import asyncio
import hashlib
from datetime import datetime
from typing import Final

import msgspec

from channelhub.domain.raw import Envelope, RawMessage
from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.errors import ConnectorError, NotCommitted
from channelhub.sdk.json_parts import UNREADABLE
from connectors.vk.client import Refusal, Unclear, VkClient
from connectors.vk.delivery import ARRIVED
from connectors.vk.shapes import FIRST_CHAT, PROFILE, Person

MOST_KNOWN: Final = 20_000
MOST_WAITING: Final = 1000
AT_ONCE: Final = 200  # of one request
LATER_S: Final = 60.0


class Names:
    """Of the people who write to one community. Whom there is no room for is asked for when they write again."""

    def __init__(self, client: VkClient, context: Context) -> None:
        self._client = client
        self._context = context
        self._known: dict[int, None] = {}  # the longest known first
        self._waiting: list[int] = []
        self._has_waiting = asyncio.Event()

    def meet(self, number: int) -> None:
        """Somebody has written: what they said is stored."""
        if not 0 < number < FIRST_CHAT or number in self._known or len(self._waiting) >= MOST_WAITING:
            return
        if len(self._known) >= MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[number] = None
        self._waiting.append(number)
        self._has_waiting.set()

    async def learn(self, deliver: Deliver) -> None:
        """Ask for those who wait, until cancelled. Where that fails they are asked for when they write again."""
        while True:
            await self._has_waiting.wait()
            asked, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            if not self._waiting:
                self._has_waiting.clear()
            try:
                await self._ask(asked, deliver)
            except (ConnectorError, NotCommitted, Refusal, Unclear) as exc:
                for number in asked:
                    self._known.pop(number, None)
                self._context.log.warning("vk.names_not_read", reason=type(exc).__name__)
                await asyncio.sleep(getattr(exc, "retry_after_s", None) or LATER_S)

    async def _ask(self, numbers: list[int], deliver: Deliver) -> None:
        users = await self._client.ask("users.get", list[msgspec.Raw], {"user_ids": ",".join(map(str, numbers))})
        found = (profile_of(user, account=self._context.account, now=self._context.now()) for user in users)
        if raws := [raw for raw in found if raw is not None]:
            await deliver(raws)


def profile_of(user: msgspec.Raw, *, account: str, now: datetime) -> RawMessage | None:
    """What is stored of a person: VK's bytes, once for each name that they had. None for what can't be read."""
    try:
        person = msgspec.json.decode(user, type=Person)
    except UNREADABLE:
        return None
    digest = hashlib.sha256(person.shown.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return RawMessage(
        account=account,
        delivery_id=f"profile:{person.id}:{digest}",
        body=msgspec.json.encode({"type": PROFILE, "object": user}),
        content_type="application/json",
        envelope=Envelope(extra={ARRIVED: str(int(now.timestamp() * 1000))}),
    )
