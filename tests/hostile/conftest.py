"""One real daemon for each module of attacks, and what must hold after all of them."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.daemon import Daemon
from tests.hostile.attacker import CONFIG, Attacker


@pytest.fixture(scope="module")
def attacker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacker]:
    """Against a daemon that must still be well when the module's attacks are over."""
    daemon = Daemon(tmp_path_factory.mktemp("hostile"), config=CONFIG)
    asyncio.run(daemon.start())
    try:
        attacker = Attacker(daemon)
        yield attacker
        answer = attacker.ask("GET", "/readyz")
        assert answer.status == 200, answer
        defects = [line for line in attacker.log() if line["event"].endswith((".failed", "_failed"))]
        assert not defects, defects
        assert daemon.stop() == 0
    finally:
        daemon.end()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacker]:
    """Against a daemon that finds less disk free than it may leave."""
    daemon = Daemon(
        tmp_path_factory.mktemp("full"), config=CONFIG.replace("[http]", f"min_free_bytes = {1 << 50}\n[http]", 1)
    )
    asyncio.run(daemon.start())
    try:
        yield Attacker(daemon)
    finally:
        daemon.end()
