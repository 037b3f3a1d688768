"""Asking every account's channel how it is."""

import asyncio
from typing import Any

import pytest

from channelhub.cli.probe import probe
from channelhub.domain.inbound import Inbound
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport, Manifest, Plugin
from channelhub.sdk.errors import AuthFailed, Unavailable
from channelhub.settings.models import Account, Settings


class Probed:
    """A connector whose check does what its account is configured with."""

    def __init__(self, config: Exception | float) -> None:
        self._config = config

    async def run(self, deliver: Deliver) -> None:
        await asyncio.Event().wait()

    async def check(self) -> HealthReport:
        if isinstance(self._config, Exception):
            raise self._config
        await asyncio.sleep(self._config)
        return HealthReport(health=Health.OK)


def build(config: Any, _context: Context) -> Probed:
    return Probed(config)


def parse(_raw: RawMessage) -> list[Inbound]:
    return []


PLUGIN = Plugin(manifest=Manifest(kind="probed", title="Probed", config=object, channel="x"), build=build, parse=parse)


@pytest.mark.parametrize(
    ("outcome", "health", "detail"),
    [
        (0.0, Health.OK, ""),
        (3600.0, Health.DOWN, "no answer within 0.3 s"),
        (AuthFailed("the token is revoked"), Health.AUTH_FAILED, "the token is revoked"),
        (Unavailable("refused"), Health.DOWN, "refused"),
        (KeyError("x"), Health.DOWN, "its connector failed: KeyError: 'x'"),
    ],
)
async def test_each_account_is_asked_for_itself(outcome: Exception | float, health: Health, detail: str) -> None:
    accounts = {
        name: Account(name=name, kind="probed", config=config) for name, config in {"a": outcome, "b": 0.0}.items()
    }

    first, second = await probe(Settings(accounts=accounts), {"probed": PLUGIN}, longest_s=0.3)

    assert (first.name, first.health, first.detail) == ("a", health, detail)
    assert second.health is Health.OK
