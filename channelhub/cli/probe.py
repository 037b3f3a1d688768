"""Ask each account's channel how it is, without consuming anything."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
import structlog

from channelhub.ingest.probing import LONGEST_S, asked
from channelhub.sdk.contract import Context, Handler, Health, HealthReport, Plugin
from channelhub.settings.models import Account, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHealth:
    """What a probe found of one account."""

    name: str
    kind: str
    health: Health
    detail: str


async def probe(
    settings: Settings, plugins: Mapping[str, Plugin], *, longest_s: float = LONGEST_S
) -> Sequence[AccountHealth]:
    """Every account's health, asked at the same time, each within `longest_s` seconds. In the file's order."""
    async with aiohttp.ClientSession() as http:
        probes = [
            _probe_one(account, plugins[account.kind], _context(settings, account, http), longest_s)
            for account in settings.accounts.values()
        ]
        return await asyncio.gather(*probes)


async def _probe_one(account: Account, plugin: Plugin, context: Context, longest_s: float) -> AccountHealth:
    async def check() -> HealthReport:
        return await plugin.build(account.config, context).check()

    report = await asked(check, longest_s=longest_s)
    return AccountHealth(name=account.name, kind=account.kind, health=report.health, detail=report.detail)


def _context(settings: Settings, account: Account, http: aiohttp.ClientSession) -> Context:
    return Context(
        account=account.name,
        log=structlog.get_logger().bind(account=account.name),
        http=http,
        now=lambda: datetime.now(UTC),
        cursor=_no_cursor,
        mount=_mount_nowhere,
        public_url=settings.http.public_url.rstrip("/"),
    )


async def _no_cursor(_scope: str) -> str | None:
    """A probe starts nowhere: it consumes nothing."""
    return None


def _mount_nowhere(_handler: Handler) -> None:
    """A probe serves nothing."""
