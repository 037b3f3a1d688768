"""Planted bad connectors, and how the suite judges them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import pytest

from channelhub.domain.inbound import Inbound
from channelhub.domain.raw import RawMessage
from channelhub.sdk.testing import ConnectorContract, Rig, SenderContract
from tests.contract.pulled import Pulled, PullRig
from tests.contract.pushed import Pushed, PushRig


@dataclass(frozen=True)
class Bad:
    """A planted connector, the tests that have to fail for it, and those that may, by the order of events."""

    name: str
    rig: Callable[[], Rig]
    fails: frozenset[str]
    suite: type[ConnectorContract] = ConnectorContract
    may_fail: frozenset[str] = frozenset()


def pushed(connector: type[Pushed], *fails: str, may_fail: AbstractSet[str] = frozenset()) -> Bad:
    class PlantedRig(PushRig):
        plugin = replace(PushRig.plugin, build=lambda _config, context: connector(context))

    return Bad(connector.__name__, PlantedRig, frozenset(fails), may_fail=frozenset(may_fail))


def pulled(connector: type[Pulled], *fails: str, may_fail: AbstractSet[str] = frozenset()) -> Bad:
    class PlantedRig(PullRig):
        plugin = replace(PullRig.plugin, build=lambda config, context: connector(context, config.url))

    return Bad(connector.__name__, PlantedRig, frozenset(fails), SenderContract, frozenset(may_fail))


def parsed(parser: Callable[[RawMessage], Sequence[Inbound]], *fails: str) -> Bad:
    class PlantedRig(PushRig):
        plugin = replace(PushRig.plugin, parse=parser)

    return Bad(parser.__name__, PlantedRig, frozenset(fails))


async def failures(
    bad: Bad, tried: AbstractSet[str], monkeypatch: pytest.MonkeyPatch, *, at_once: int = 1
) -> dict[str, str]:
    """Which of these tests of the suite fail for it, each with its reason; patience is short meanwhile.

    Those that look at every task and socket of the process must stand alone. Of others a few may be tried at once: one
    that fails spends most of its time waiting in vain.
    """
    monkeypatch.setattr("channelhub.sdk.testing.supervised.DEADLINE_S", 3.0)
    monkeypatch.setattr("channelhub.sdk.testing.contract.CANCEL_DEADLINE_S", 1.0)
    monkeypatch.setattr("channelhub.sdk.testing.sending.SEND_DEADLINE_S", 3.0)
    suite = type("Suite", (bad.suite,), {"rig": bad.rig})
    names = sorted(tried & set(dir(suite)))
    places = asyncio.Semaphore(at_once)
    reasons = await asyncio.gather(*(_reason(getattr(suite(), name), places) for name in names))
    return {name: reason for name, reason in zip(names, reasons, strict=True) if reason is not None}


async def _reason(test: Callable[[], Awaitable[None]], places: asyncio.Semaphore) -> str | None:
    """Why a test of the suite fails; None where it passes, or isn't applicable."""
    async with places:
        try:
            await test()
        except pytest.skip.Exception:
            return None
        except (Exception, pytest.fail.Exception) as exc:
            return repr(exc)
        return None
