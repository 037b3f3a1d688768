"""An erasure that is cut off in any of its steps, before a commit or after it, is carried out after the next start.

The state directory as a kill -9 would leave it is copied while the write is under way: files that went are gone, what
isn't committed is in the log at most. `tests/cli/test_erase.py` kills a real daemon.
"""

import asyncio
import shutil
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest

from channelhub.pipeline.commands import erasing as commands
from channelhub.pipeline.erasing.stage import ErasingStage
from channelhub.rules.erasing import Step
from channelhub.store import erased_file, erasures
from channelhub.store.check import check
from channelhub.store.erasures import Erasure
from tests.erasure import traces
from tests.pipeline.erasable import ANOTHER, OLENA, WORDS, carry_out, eraser, history
from tests.pipeline.workshop import Workshop, identity_of, workshop

pytestmark = pytest.mark.slow
T = TypeVar("T")
DIGESTS = 3 + 6  # of identities and deliveries
STEPS = tuple(one for one in Step if one is not Step.DONE)


class Camera:
    """Copies the state directory at every write of an erasure, before its commit and after it, by the step."""

    def __init__(self, shop: Workshop, state: Path, copies: Path) -> None:
        self.taken: defaultdict[Step, list[Path]] = defaultdict(list)
        self.step = Step.WAITING
        self._state, self._copies = state, copies
        writer: Any = shop.store.writer
        writer.batch = self._watching(writer.batch)
        writer.upkeep = self._watching(writer.upkeep)

    def _watching(self, submit: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def watched(work: Callable[[Any], Awaitable[T]]) -> T:
            async def worked(session: Any) -> T:
                done = await work(session)
                self._take()
                return done

            result: T = await submit(worked)
            self._take()
            return result

        return watched

    def _take(self) -> None:
        copy = self._copies / f"{self.step}-{len(self.taken[self.step])}"
        shutil.copytree(self._state, copy)
        self.taken[self.step].append(copy)


async def _watched(state: Path, copies: Path) -> tuple[Mapping[Step, list[Path]], Erasure]:
    """What a kill would leave, by step, and the receipt of the erasure that nothing cut off."""
    async with workshop(state) as shop:
        await history(shop)
        made = await commands.erase(shop.acting, "admin:kate", identity_of(OLENA), confirm=OLENA)
        camera, stage = Camera(shop, state, copies), eraser(shop, state)
        while await _step_of(shop, made.id, camera, stage):
            pass
        return camera.taken, await _receipt(shop, made.id)


async def _step_of(shop: Workshop, erasure_id: int, camera: Camera, stage: ErasingStage) -> bool:
    camera.step = (await _receipt(shop, erasure_id)).step
    return await stage.work()


async def _receipt(shop: Workshop, erasure_id: int) -> Erasure:
    async with shop.store.readers.read() as session:
        found = await erasures.get(session, erasure_id)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> tuple[Mapping[Step, list[Path]], Erasure]:
    folder = tmp_path_factory.mktemp("erasing")
    return asyncio.run(_watched(folder / "state", folder / "copies"))


@pytest.mark.parametrize("step", STEPS)
async def test_cut_off_in_any_step_it_is_carried_out(
    cut: tuple[Mapping[Step, list[Path]], Erasure], step: Step
) -> None:
    taken, whole = cut
    assert taken[step], "no write of this step was seen"
    for state in taken[step]:
        async with workshop(state) as shop:
            stage = eraser(shop, state)
            began = await _receipt(shop, whole.id)
            await stage.ask_again()
            await carry_out(stage)
            done = await _receipt(shop, whole.id)
            left = list(traces(state, WORDS))
            kept = await shop.card_of(ANOTHER)
        report = await check(state)
        _, noted = erased_file.read(state)

        assert began.step in (step, step.following)
        assert len(noted[whole.id].digests) == DIGESTS
        assert left == []
        assert (done.step, done.counts, done.is_compact) == (Step.DONE, whole.counts, True)
        assert any("оплата карткою" in one.preview for one in kept.entries)
        assert report.is_whole, report.damages
        assert (report.miscounts, report.unused) == ([], 0)
