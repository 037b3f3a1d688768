"""Who customers are: events name them by id only, so names are asked for, once, after what was said is stored."""

import asyncio
import hashlib
from typing import Final

import msgspec

from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Context, Deliver
from channelhub.sdk.errors import NotCommitted, Rejected, Unavailable
from channelhub.sdk.json_parts import UNREADABLE
from connectors.slack.client import SlackClient
from connectors.slack.config import SlackConfig, places_of
from connectors.slack.shapes import PROFILE, Envelope, Message, Person
from connectors.slack.writer import Office, Writer

SCOPE: Final = "users:read"
MOST_KNOWN: Final = 10_000
MOST_WAITING: Final = 1000
LATER_S: Final = 60.0


class _Found(msgspec.Struct, frozen=True):
    user: msgspec.Raw


class People:
    """Of one account. Whom there is no room for is asked for when they write again."""

    def __init__(self, client: SlackClient, config: SlackConfig, context: Context) -> None:
        self._client = client
        self._places = places_of(config)
        self._context = context
        self._known: dict[str, None] = {}
        self._waiting: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)

    def meet(self, body: bytes) -> None:
        """Somebody may have written: what came, once it is stored."""
        user = self._customer_of(body)
        if not user or user in self._known or self._waiting.full() or SCOPE not in self._client.scopes:
            return
        if len(self._known) >= MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._known[user] = None
        self._waiting.put_nowait(user)

    async def learn(self, deliver: Deliver) -> None:
        """Ask for one after the other until cancelled. Raises AuthFailed."""
        while True:
            user = await self._waiting.get()
            try:
                found = await self._client.look_up("users.info", {"user": user}, _Found)
                if raw := profile_of(found.user, account=self._context.account):
                    await deliver([raw])
            except Rejected:
                continue  # they are not to be seen by us
            except (Unavailable, NotCommitted) as exc:
                self._known.pop(user, None)
                self._context.log.warning("slack.person_not_known", reason=type(exc).__name__)
                await asyncio.sleep(exc.retry_after_s or LATER_S)

    def _customer_of(self, body: bytes) -> str:
        try:
            envelope = msgspec.json.decode(body, type=Envelope)
            message = msgspec.json.decode(envelope.event, type=Message)
        except UNREADABLE:
            return ""
        is_theirs = Office.of(envelope, self._places).writer_of(message) is Writer.CUSTOMER
        return (message.user or "") if is_theirs else ""


def profile_of(user: msgspec.Raw, *, account: str) -> RawMessage | None:
    """What is stored of a person: Slack's bytes. The same person, unchanged, has the same name. None for what can't be
    read."""
    try:
        person = msgspec.json.decode(user, type=Person)
    except UNREADABLE:
        return None
    digest = hashlib.sha256(person.shown.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return RawMessage(
        account=account,
        delivery_id=f"profile:{person.id}:{person.updated}:{digest}",
        body=msgspec.json.encode({"type": PROFILE, "user": user}),
        content_type="application/json",
    )
