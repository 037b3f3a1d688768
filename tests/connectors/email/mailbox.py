"""A mailbox account at work: an impatient supervisor around it, a hub in memory behind it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from channelhub.domain.inbound import NewMessage
from channelhub.domain.secrets import Secret
from channelhub.sdk.contract import Deliver
from channelhub.sdk.errors import AuthFailed, ConnectorError, NotCommitted, Unavailable
from channelhub.sdk.testing import MemoryHub
from connectors.email.imap_account import ImapAccount
from connectors.email.imap_config import ImapConfig
from connectors.email.imap_parse import parse_fetched
from tests.servers.dovecot import PASSWORD, USER

ACCOUNT = "mailbox"
DEADLINE_S = 60.0
PAUSE_S = 0.02


@dataclass
class Reader:
    """What a running account told its supervisor."""

    hub: MemoryHub
    failures: list[ConnectorError | NotCommitted] = field(default_factory=list)
    is_stopped: bool = False  # AuthFailed: waits for a person

    async def until(self, claim: Callable[[], bool], what: str, *, within_s: float = DEADLINE_S) -> None:
        """Wait for a condition."""
        began = asyncio.get_running_loop().time()
        while not claim():
            took_s = asyncio.get_running_loop().time() - began
            assert took_s < within_s, f"not within {within_s:g} s: {what}; failures: {self.failures[-3:]}"
            await asyncio.sleep(0.005)

    async def holds(self, count: int) -> None:
        await self.until(lambda: len(self.hub.stored) >= count, f"{count} mails are stored, not {len(self.hub.stored)}")

    def texts(self) -> list[str]:
        """The words of everything stored, in the order of storing; a mail that came twice is there twice."""
        return [item.content.text.strip() for item in self.messages()]

    def messages(self) -> list[NewMessage]:
        found = [item for raw in self.hub.stored.values() for item in parse_fetched(raw)]
        assert all(isinstance(item, NewMessage) for item in found)
        return [item for item in found if isinstance(item, NewMessage)]


def config_of(port: int, **settings: Any) -> ImapConfig:
    """In clear to a server on this machine; everything, however old."""
    values: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "tls": "none",
        "username": USER,
        "password": Secret(PASSWORD),
        "since": "all",
        "timeout_s": 10.0,
    }
    return ImapConfig(**(values | settings))


@asynccontextmanager
async def reading(hub: MemoryHub, config: ImapConfig, *, deliver: Deliver | None = None) -> AsyncIterator[Reader]:
    """The account, built anew, runs while inside; it is started again after each failure that asks for it."""
    reader = Reader(hub)
    account = ImapAccount(config, hub.context(ACCOUNT))

    async def keep() -> None:
        while True:
            try:
                await account.run(deliver or hub.deliver)
            except AuthFailed as exc:
                reader.failures.append(exc)
                reader.is_stopped = True
                return
            except (Unavailable, NotCommitted) as exc:
                reader.failures.append(exc)
                await asyncio.sleep(PAUSE_S)

    task = asyncio.create_task(keep())
    try:
        yield reader
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
