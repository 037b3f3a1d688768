"""A mailbox of 100,000 mails: read and compared in flat memory."""

import asyncio
import gc
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from channelhub.domain.raw import RawMessage
from channelhub.sdk.contract import Cursor, Receipt
from channelhub.sdk.testing import MemoryHub
from tests.connectors.email.mailbox import config_of, reading
from tests.servers.dovecot import dovecot, mail_of

MAILS = 100_000
MORE_BYTES = 48 * 1024 * 1024


class Forgetful:
    """A hub that remembers of each delivery that it came, and nothing else."""

    def __init__(self, hub: MemoryHub) -> None:
        self._hub = hub
        self.count = 0
        self.highest = 0

    async def deliver(self, raws: Sequence[RawMessage], cursor: Cursor | None = None) -> Sequence[Receipt]:
        for raw in raws:
            uid = int(raw.delivery_id.rpartition(":")[2])
            assert uid == self.highest + 1, "in order, each once"
            self.highest = uid
            self.count += 1
        await self._hub.deliver([], cursor)
        self._hub.calls.clear()
        return [Receipt(inbox_id=0, is_duplicate=False) for _ in raws]


@pytest.mark.slow
async def test_a_hundred_thousand_mails_are_read_in_flat_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    async with dovecot(storage="mbox") as server, MemoryHub() as hub:
        await asyncio.to_thread(_fill, server.mbox, MAILS)
        server.own(server.mbox)
        asked: list[int] = []

        async def held(_self: MemoryHub, account: str, delivery_ids: Sequence[str]) -> frozenset[str]:
            asked.append(len(delivery_ids))
            return frozenset(delivery_ids)

        monkeypatch.setattr(MemoryHub, "_held", held)
        forgetful = Forgetful(hub)
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")
        before, began = _memory("VmRSS"), time.monotonic()
        async with reading(hub, config_of(server.port, timeout_s=60.0), deliver=forgetful.deliver) as reader:
            await reader.until(lambda: forgetful.count == MAILS, "all are read", within_s=200)
            took_s = time.monotonic() - began
            await reader.until(lambda: bool(hub.comparisons), "all are compared", within_s=60)
        more = _memory("VmHWM") - before
        print(f"\n{MAILS} mails in {took_s:.1f} s, {more >> 20} MiB more")

        assert reader.failures == []
        assert (hub.comparisons[0].listed, hub.comparisons[0].missing, sum(asked)) == (MAILS, 0, MAILS)
        assert max(asked) <= 1000
        assert more < MORE_BYTES


def _fill(path: Path, count: int) -> None:
    with path.open("wb") as box:
        for number in range(1, count + 1):
            mail = mail_of(f"Nothing works [m{number}]", number=number).replace(b"\r\n", b"\n")
            box.write(b"From ann@example.com Sat Nov 21 10:00:00 2026\n" + mail + b"\n")


def _memory(name: str) -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{name}:")[1].split()[0]) * 1024
