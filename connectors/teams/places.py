"""Where answers of a conversation go: the address that its posts named, kept with the first of them that is stored.

Tokens go to hosts of Microsoft's only, whatever a post named.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, urlsplit

from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Context, Cursor, Deliver
from channelhub.sdk.errors import Rejected
from connectors.teams.config import TeamsConfig

HOSTS: Final = ("smba.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com", "smba.infra.gov.teams.microsoft.us")
_BELOW: Final = ".botframework.com"
MOST: Final = 10_000  # conversations that are remembered in memory
_MAX_KEY_CHARS: Final = 200


class Places:
    """Of one account."""

    def __init__(self, config: TeamsConfig, context: Context) -> None:
        self._config = config
        self._context = context
        self._known: OrderedDict[str, str] = OrderedDict()
        self._lock = asyncio.Lock()

    async def keep(self, deliver: Deliver, raws: Sequence[RawMessage], *, conversation: str, service: str) -> None:
        """Store a delivery, and with it where its conversation is answered now. Raises NotCommitted."""
        if not conversation or not service or self._known.get(conversation) == service:
            await deliver(raws)
            return
        async with self._lock:
            stored = await self._context.cursor(_scope(conversation))
            moved = Cursor(scope=_scope(conversation), value=service, expected=stored)
            await deliver(raws, None if stored == service else moved)
            self._remember(conversation, service)

    async def address(self, conversation: str, path: str) -> str:
        """Of a method of the Bot Connector. Raises Rejected where no answer can go."""
        service = self._known.get(conversation) or await self._context.cursor(_scope(conversation))
        if not service:
            raise Rejected("nothing ever came from this conversation, so nobody knows where its answers go")
        if not is_microsoft_s(service, self._config):
            raise Rejected("the conversation's posts named an address that is not Microsoft's: see service_urls")
        self._remember(conversation, service)
        return f"{service.rstrip('/')}/v3/conversations/{quote(conversation, safe='')}/{path}"

    def _remember(self, conversation: str, service: str) -> None:
        self._known[conversation] = service
        self._known.move_to_end(conversation)
        if len(self._known) > MOST:
            self._known.popitem(last=False)


def is_microsoft_s(address: str, config: TeamsConfig) -> bool:
    """Whether a token of ours may go there."""
    if any(address.startswith(one.rstrip("/") + "/") or address == one for one in config.service_urls):
        return True
    try:
        parts = urlsplit(address)
        host, is_usual = (parts.hostname or "").rstrip("."), parts.port in (None, 443) and not parts.username
    except ValueError:
        return False
    return parts.scheme == "https" and is_usual and (host in HOSTS or host.endswith(_BELOW))


def _scope(conversation: str) -> str:
    is_long = len(conversation) > _MAX_KEY_CHARS
    name = hashlib.sha256(conversation.encode("utf-8", "surrogatepass")).hexdigest() if is_long else conversation
    return f"service:{name}"
