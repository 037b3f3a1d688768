"""A power cut at a random moment: what was acknowledged is on the disk, files and folders included.

The same check finds the loss when a safeguard is taken away, so it can fail.
"""

import asyncio
import hashlib
import os
import random
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from channelhub.store.check import check
from tests.cli.executable import channelhub
from tests.crash.ledger import stored_ids
from tests.crash.load import Load
from tests.crash.powercut import PowerCut
from tests.daemon import COMMAND, Daemon
from tests.store.test_check import fill

CUTS = 8
SEED = int(os.environ.get("CRASH_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
WEAKENED = (sys.executable, str(Path(__file__).with_name("weakened.py")))

pytestmark = pytest.mark.slow
if shutil.which("cc") is None and os.environ.get("CI") != "true":
    pytestmark = pytest.mark.skip(reason="no C compiler (cc): the power-cut shim can't be built")


class Site:
    """A daemon on a disk whose power can be cut."""

    def __init__(self, folder: Path, *, command: tuple[str, ...]) -> None:
        self._cut = PowerCut(folder, folder.parent / f"{folder.name}-shim")
        self.daemon = Daemon(folder, command=command, environ=self._cut.environ)
        self.chance = random.Random(SEED)
        self.acknowledged: set[str] = set()
        self.undone = 0

    async def run_until_cut(self, number: int) -> None:
        """Start, take messages for a moment, lose power, and let the disk forget what it never promised."""
        await self.daemon.start()
        load = Load(self.daemon, smtp_clients=20, http_clients=30, large_every=7, prefix=f"{number}-")
        try:
            async with load.running():
                await _acknowledged(load, 60)
                await asyncio.sleep(self.chance.uniform(0, 0.5))
                self.daemon.kill()
                raise _Cut
        except _Cut:
            pass
        self.acknowledged |= load.acknowledged
        self.undone += self._cut.strike(self.chance if number % 2 else None)

    def losses(self) -> list[str]:
        """What was acknowledged and is not there, or not whole; the whole database when it can't be read."""
        try:
            lost = self.acknowledged - stored_ids(self.daemon)
        except sqlite3.DatabaseError as exc:
            return [f"the database can't be read: {exc}"]
        return sorted(lost) + self._damaged_files()

    def _damaged_files(self) -> list[str]:
        connection = sqlite3.connect(self.daemon.state_dir / "channelhub.db")
        try:
            named = [row[0] for row in connection.execute("SELECT blob FROM inbox WHERE blob <> ''")]
        finally:
            connection.close()
        return [f"file {name}" for name in named if not self._is_whole(name)]

    def _is_whole(self, name: str) -> bool:
        path = self.daemon.state_dir / "blobs" / name[:2] / name
        return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == name


class _Cut(Exception):
    """The power is gone: clients are not waited for."""


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[list[Site]]:
    made: list[Site] = []
    yield made
    for site in made:
        site.daemon.end()


def _site(tmp_path: Path, sites: list[Site], *, command: tuple[str, ...] = COMMAND) -> Site:
    folder = tmp_path / "site"
    folder.mkdir()
    sites.append(Site(folder, command=command))
    return sites[-1]


async def test_a_power_cut_loses_nothing_that_was_acknowledged(tmp_path: Path, sites: list[Site]) -> None:
    site = _site(tmp_path, sites)
    for number in range(CUTS):
        await site.run_until_cut(number)

        assert site.losses() == [], f"seed {SEED}, cut {number}"
    print(f"\nseed {SEED}: {CUTS} power cuts, {len(site.acknowledged)} acknowledged, {site.undone} changes undone")

    assert site.undone > 0


async def test_a_finished_backup_and_a_finished_restore_survive_a_power_cut(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "state").mkdir()
    await fill(folder / "state")
    cut = PowerCut(folder, tmp_path / "shim")
    (folder / "channelhub.toml").write_text('[hub]\nstate_dir = "state"\n')
    made = channelhub("backup", "copy", "-c", "channelhub.toml", folder=folder, environ=cut.environ)
    cut.strike()
    copied = (await check(folder / "copy")).deliveries
    shutil.rmtree(folder / "state")
    restored = channelhub("restore", "copy", "-c", "channelhub.toml", folder=folder, environ=cut.environ)
    cut.strike()
    report = await check(folder / "state")

    assert (made.returncode, restored.returncode) == (0, 0), made.stderr + restored.stderr
    assert copied == report.deliveries == 4
    assert report.is_whole


@pytest.mark.parametrize("weakening", ["synchronous-normal", "unsynced-blobs", "unsynced-folders"])
async def test_the_check_sees_the_loss_without_a_safeguard(tmp_path: Path, sites: list[Site], weakening: str) -> None:
    site = _site(tmp_path, sites, command=(*WEAKENED, weakening))
    await site.run_until_cut(0)

    assert site.losses() != []


async def _acknowledged(load: Load, count: int) -> None:
    deadline = time.monotonic() + 60
    while len(load.acknowledged) < count:
        assert time.monotonic() < deadline, f"only {len(load.acknowledged)} of {count} acknowledged after 60 s"
        await asyncio.sleep(0.02)
