"""A third party's connector whose parser can be made to fail in the worst ways, by what the message says.

Registered for the daemon through an entry point of its own; it takes anything posted to /hooks/{account}.
"""

import asyncio
import ctypes
import sys
from collections.abc import Sequence

import msgspec
from aiohttp import web

from channelhub.domain.inbound import Content, Inbound, NewMessage
from channelhub.domain.people import Handle, Sender
from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Context, Deliver, Health, HealthReport, Manifest, Mount, Plugin

KIND = "poison"
STALL, RECURSION, MEMORY, CRASH = "stall", "recursion", "memory", "crash"
POISONS = (STALL, RECURSION, MEMORY, CRASH)


class PoisonConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """It has no settings."""


class PoisonConnector:
    """Delivers every posted body under the id in its first line."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def run(self, deliver: Deliver) -> None:
        async def take(request: web.Request) -> web.StreamResponse:
            body = await request.read()
            delivery_id = body.split(b"\n", 1)[0].decode("ascii")
            await deliver([RawMessage(account=self._context.account, delivery_id=delivery_id, body=body)])
            return web.Response(text="ok")

        self._context.mount(take)
        await asyncio.Event().wait()

    async def check(self) -> HealthReport:
        return HealthReport(health=Health.OK)


def parse(raw: RawMessage) -> Sequence[Inbound]:
    """The message, or what its second line asks for."""
    delivery_id, poison = raw.body.decode("ascii").split("\n", 1)
    if poison == STALL:
        while True:
            pass
    elif poison == RECURSION:
        sys.setrecursionlimit(1 << 30)
        _fall(0)
    elif poison == MEMORY:
        bytearray(2 << 30)
    elif poison == CRASH:
        ctypes.string_at(0)
    sender = Sender(name="", handles=(Handle(kind="device", value=delivery_id),))
    return [NewMessage(external_id=delivery_id, sender=sender, content=Content(text=poison))]


def _fall(depth: int) -> int:
    return _fall(depth + 1) + 1


plugin = Plugin(
    manifest=Manifest(kind=KIND, title="Poison", config=PoisonConfig, channel="poison", mount=Mount.HOOKS),
    build=lambda _config, context: PoisonConnector(context),
    parse=parse,
)
