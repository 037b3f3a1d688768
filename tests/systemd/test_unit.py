"""The shipped unit: its walls are scored by systemd's own tool, and they leave the hub what it needs."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channelhub.cli.exits import Exit
from channelhub.settings.models import HubSettings
from tests.daemon import COMMAND, Daemon
from tests.e2e.talking import mail, processed

UNIT = Path(__file__).resolve().parents[2] / "systemd" / "channelhub.service"
WORST_SCORE = 1.5
#: prctl(2): a mapping may not become executable, in this process and its children, as MemoryDenyWriteExecute= has it.
_MDWE = (
    "import ctypes, os, sys; assert ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) == 0; os.execv(sys.argv[1], sys.argv[1:])"
)


def settings() -> dict[str, list[str]]:
    """Every key of the unit with its values in order."""
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text().splitlines():
        if match := re.fullmatch(r"([A-Za-z]+)=(.*)", line):
            found.setdefault(match[1], []).append(match[2])
    return found


def seconds(text: str) -> float:
    return float(text.removesuffix("s"))


def test_exposure_is_low_by_systemds_own_measure() -> None:
    if shutil.which("systemd-analyze") is None:
        assert not os.environ.get("CI"), "systemd-analyze is missing: install Debian's package systemd"
        pytest.skip("systemd-analyze is not installed (Debian: systemd)")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    (score,) = re.findall(r"Overall exposure level for channelhub\.service: ([0-9.]+)", done.stdout)

    assert float(score) <= WORST_SCORE, done.stdout


def test_restarts_for_ever_but_not_into_a_broken_configuration() -> None:
    unit = settings()

    assert unit["StartLimitIntervalSec"] == ["0"]
    assert unit["Restart"] == ["always"]
    assert unit["RestartPreventExitStatus"] == [str(int(Exit.CONFIG))]


def test_gives_the_hub_time_to_end_and_a_watchdog_it_can_feed() -> None:
    unit = settings()

    assert unit["Type"] == ["notify"]
    assert seconds(unit["TimeoutStopSec"][0]) > HubSettings().drain_timeout_s
    assert seconds(unit["WatchdogSec"][0]) >= 20  # the writer has 10 s to answer


def test_lets_parser_children_limit_themselves() -> None:
    refused = [value for value in settings()["SystemCallFilter"] if value.startswith("~")]

    assert refused == ["~@privileged"]


@pytest.fixture
async def walled(tmp_path: Path) -> AsyncIterator[Daemon]:
    daemon = Daemon(tmp_path, command=(sys.executable, "-c", _MDWE, *COMMAND))
    await daemon.start()
    yield daemon
    daemon.end()


@pytest.mark.slow
@pytest.mark.skipif(
    tuple(int(part) for part in os.uname().release.split(".")[:2]) < (6, 3), reason="PR_SET_MDWE needs Linux 6.3"
)
async def test_mail_is_read_where_memory_may_not_become_executable(walled: Daemon) -> None:
    mail(walled, subject="Привіт", text="не працює оплата")
    (item,) = await processed(walled, count=1)

    assert item["state"] == "processed"
    assert walled.parsers()
